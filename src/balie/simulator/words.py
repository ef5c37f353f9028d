"""The words of the fictional company: names, streets, questions, answers. All invented."""

FIRST_NAMES = (
    "Anneke",
    "Bart",
    "Carla",
    "Dirk",
    "Els",
    "Femke",
    "Gerrit",
    "Hanna",
    "Ids",
    "Jelle",
    "Karin",
    "Lieke",
    "Marijn",
    "Nynke",
    "Otto",
    "Petra",
    "Quinten",
    "Rinske",
    "Sytse",
    "Tjitske",
    "Ulrike",
    "Vera",
    "Wietse",
    "Xandra",
    "Ytsje",
    "Zwaan",
    "Amira",
    "Boris",
    "Chaima",
    "Daan",
    "Emre",
    "Fenna",
    "Giel",
    "Hidde",
    "Iris",
    "Joost",
    "Kees",
    "Loes",
    "Milan",
    "Noor",
)
LAST_NAMES = (
    "Akkerman",
    "van den Berg",
    "Bosma",
    "de Boer",
    "Dijkstra",
    "Elzinga",
    "Feenstra",
    "de Graaf",
    "Hoekstra",
    "van der Heide",
    "Idsardi",
    "de Jong",
    "Kooistra",
    "van Loon",
    "Meijer",
    "Nauta",
    "Oosterhof",
    "Postma",
    "de Raaf",
    "Sikkema",
    "Terpstra",
    "Uitham",
    "Veenstra",
    "Wiersma",
    "Yildiz",
    "Zijlstra",
    "van Aalst",
    "El Amrani",
    "Brouwer",
    "Coster",
    "Douma",
    "van Eyck",
)
TRADES = (
    "Bakkerij",
    "Fietsenmakerij",
    "Hoveniersbedrijf",
    "Kapsalon",
    "Loodgieter",
    "Praktijk",
    "Rijschool",
    "Schildersbedrijf",
    "Tandartspraktijk",
    "Timmerwerken",
    "Vakantiehuis",
    "Webwinkel",
    "Zeilschool",
    "Boekhandel",
    "Bloemen",
    "Camping",
    "Drukkerij",
    "Eetcafe",
)
FANCIES = (
    "De Ooievaar",
    "Noorderlicht",
    "'t Wad",
    "De Vuurtoren",
    "Zonnewende",
    "De Klaver",
    "Het Anker",
    "De Zwaluw",
    "Waterkant",
    "De Eik",
    "Hoogland",
    "De Meermin",
    "Morgenrood",
    "De Populier",
    "Zeezicht",
    "De Brug",
    "Het Hof",
    "Oostenwind",
    "De Terp",
    "Winterkoning",
)
STREETS = (
    "Dorpsstraat",
    "Kerkweg",
    "Havenkade",
    "Molenlaan",
    "Schoolstraat",
    "Stationsweg",
    "Tulpenhof",
    "Wilgenlaan",
    "Zuiderdijk",
    "Noordersingel",
    "Eikenlaan",
    "Marktplein",
)
CITIES = (
    ("8911", "Leeuwarden"),
    ("9711", "Groningen"),
    ("8011", "Zwolle"),
    ("3511", "Utrecht"),
    ("1811", "Alkmaar"),
    ("7411", "Deventer"),
    ("8601", "Sneek"),
    ("9401", "Assen"),
    ("6811", "Arnhem"),
    ("4331", "Middelburg"),
    ("5211", "Den Bosch"),
    ("2311", "Leiden"),
)
BANKS = ("ABNA", "INGB", "RABO", "KNAB", "TRIO", "SNSB", "ASNB", "BUNQ")

# Team, subject, question, answer.
QUESTIONS = (
    (
        "support",
        "E-mail instellen op mijn telefoon",
        (
            "Sinds ik een nieuwe telefoon heb komt mijn e-mail niet meer binnen. Welke "
            "instellingen moet ik gebruiken?"
        ),
        (
            "Gebruik voor inkomende mail IMAP op poort 993 met SSL en voor uitgaande mail "
            "SMTP op poort 465 met SSL. Als servernaam vult u mail. gevolgd door uw "
            "domeinnaam in."
        ),
    ),
    (
        "support",
        "Website geeft een foutmelding",
        (
            "Mijn website laat sinds vanmorgen een witte pagina zien. Kunnen jullie kijken "
            "wat er mis is?"
        ),
        (
            "Een plug-in van uw website bleek niet te passen bij de nieuwe versie van PHP. "
            "Wij hebben uw site tijdelijk op de vorige versie gezet; hij is weer "
            "bereikbaar."
        ),
    ),
    (
        "support",
        "Certificaat verlopen",
        "Bezoekers krijgen de melding dat mijn website niet veilig is. Hoe los ik dat op?",
        (
            "Het certificaat van uw domein was niet vernieuwd omdat het domein even naar "
            "een ander adres wees. Wij hebben het opnieuw aangevraagd; de melding is weg."
        ),
    ),
    (
        "support",
        "DNS aanpassen",
        "Ik wil mijn domein laten verwijzen naar een extern adres. Waar kan ik dat doen?",
        (
            "Dat kan in het Control Panel onder DNS-beheer. Wij hebben er een korte uitleg "
            "bij gezet; een wijziging is meestal binnen een uur overal bekend."
        ),
    ),
    (
        "support",
        "Mailbox vol",
        "Ik krijg bericht dat mijn mailbox vol is. Kan die groter?",
        (
            "Wij hebben uw mailbox vergroot. Oude berichten in de map Verzonden nemen de "
            "meeste ruimte in; die kunt u gerust opruimen."
        ),
    ),
    (
        "support",
        "Back-up terugzetten",
        "Ik heb per ongeluk een map van mijn website weggegooid. Is er een back-up?",
        (
            "Jazeker. Wij hebben de map van afgelopen nacht teruggezet naast de huidige "
            "site; in het Control Panel vindt u hem onder Bestanden."
        ),
    ),
    (
        "sales",
        "Groter pakket",
        "Mijn webwinkel groeit. Welk pakket past daarbij en wat kost het?",
        (
            "Voor een webwinkel raden wij Hosting Groot aan. U betaalt alleen het verschil "
            "over de rest van de periode; wij zetten uw site zonder onderbreking over."
        ),
    ),
    (
        "sales",
        "Tweede domeinnaam",
        "Kan ik een tweede domeinnaam bij hetzelfde pakket krijgen?",
        (
            "Dat kan. U bestelt de domeinnaam in uw klantomgeving en koppelt hem daarna in "
            "het Control Panel aan uw bestaande pakket."
        ),
    ),
    (
        "administration",
        "Factuur op andere naam",
        "Kan de factuur voortaan op naam van mijn bedrijf?",
        "Wij hebben de naam aangepast; vanaf de volgende factuur staat uw bedrijfsnaam erop.",
    ),
    (
        "administration",
        "Ander rekeningnummer",
        "Ik ben overgestapt naar een andere bank. Wat moet ik doen voor de incasso?",
        (
            "Geef in uw klantomgeving een nieuwe machtiging af met uw nieuwe "
            "rekeningnummer; de oude vervalt dan vanzelf."
        ),
    ),
    (
        "administration",
        "Opzeggen",
        "Per wanneer kan ik mijn pakket opzeggen?",
        "U kunt maandelijks opzeggen. Laat ons weten per wanneer, dan sturen wij een bevestiging.",
    ),
)
# Asked on the morning that the demo opens, in words of their own.
FRESH = (
    (
        "administration",
        "geld afgeschreven??",
        (
            "Goedemorgen, er is gisteren 59,90 van mijn rekening gegaan en ik dacht dat ik "
            "maandelijks "
            "betaalde. Klopt dat wel of is dit een heel jaar tegelijk? Groet, vanaf mijn telefoon"
        ),
        (
            "Dat klopt: bij uw verlenging is de termijn op jaar gezet. Wij zetten hem graag terug"
            " naar "
            "maand en storten het verschil terug."
        ),
    ),
    (
        "support",
        "mail van de zaak doet raar",
        (
            "Sinds de nieuwe laptop van mijn collega krijgt zij alles dubbel binnen en ik juist "
            "niks "
            "meer. De webwinkel draait gewoon door. Wat gaat hier mis?"
        ),
        (
            "Op de nieuwe laptop staat de mail als POP ingesteld en die haalt alles van de server. "
            "Met IMAP ziet u allebei hetzelfde; in de bijlage staat hoe u dat omzet."
        ),
    ),
    (
        "support",
        "",
        "Hallo, ik heb een vraag. Kan iemand mij even terugbellen? Liefst voor de lunch.",
        "Wij hebben u zojuist gebeld; fijn dat het weer werkt.",
    ),
    (
        "sales",
        "Tweede winkel",
        (
            "We openen in het voorjaar een tweede zaak in Sneek. Daar hoort een eigen site bij "
            "met een "
            "eigen naam. Moet dat een los pakket worden of kan het erbij, en wat scheelt dat?"
        ),
        (
            "Het kan erbij: in Hosting Groot passen meerdere sites. U betaalt dan alleen de nieuwe "
            "domeinnaam."
        ),
    ),
    (
        "administration",
        "Stoppen",
        (
            "De vereniging houdt per 1 januari op te bestaan. Wat moeten we doen om de site en de "
            "incasso netjes te beëindigen, en blijft de mail nog even bereikbaar?"
        ),
        (
            "Wij beëindigen alles per 31 december; er wordt niet meer geïncasseerd. De mail "
            "blijft nog "
            "een maand bereikbaar."
        ),
    ),
)
ASKED = QUESTIONS + FRESH
DISPUTE = "Ik ben het niet eens met deze afschrijving. Volgens mij had ik dit pakket al opgezegd."
DISPUTE_ANSWER = (
    "Wij hebben er samen naar gekeken: de opzegging kwam na de factuurdatum binnen. De periode "
    "loopt nu af en er volgt geen nieuwe factuur."
)
THANKS = "Bedankt, het is opgelost!"
CALLED_BACK = "Teruggebeld: het ging om een instelling, die hebben wij samen gezet. Het werkt weer."
# By kind: sender, subject, text, headers.
MACHINE_MAILS = {
    "news": (
        "Hostingnieuws <nieuws@hostingnieuws.example>",
        "Hostingnieuws van deze maand",
        "Dit leest u deze maand: nieuwe domeinnamen en meer.",
        (("List-Id", "<lezers.hostingnieuws.example>"), ("Precedence", "bulk")),
    ),
    "away": (
        "Rinske Sikkema <rinske@waterkant.example>",
        "Automatisch antwoord: afwezig",
        "Ik ben afwezig. Uw mail wordt niet doorgestuurd.",
        (("Auto-Submitted", "auto-replied"),),
    ),
    "shop": (
        "Kantoorwinkel <no-reply@kantoorwinkel.example>",
        "Bevestig uw bestelling",
        "Klik om uw bestelling te bevestigen.",
        (),
    ),
}
