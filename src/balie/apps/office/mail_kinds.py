"""The mails about orders and services: when they go, and what may be filled in."""

from balie.infra import mail_texts
from balie.infra.mail_texts import COMPANY, NAME
from balie.infra.placeholders import Placeholder


def _placeholder(
    name: str,
    nl: str,
    en: str,
    example: tuple[str, str],
    *,
    needed: bool = False,
    block: bool = False,
) -> Placeholder:
    return Placeholder(
        name=name,
        nl=nl,
        en=en,
        example_nl=example[0],
        example_en=example[1],
        needed=needed,
        block=block,
    )


ORDER = _placeholder(
    "bestelling",
    "wat er besteld is, een regel elk",
    "what was ordered, a line each",
    ("Webhosting Basis, per jaar, € 120,00", "Web hosting Basic, per year, €120.00"),
    needed=True,
    block=True,
)
USER_NAME = _placeholder(
    "gebruikersnaam",
    "waarmee hij in de klantomgeving inlogt",
    "with what he signs in to the customer area",
    ("bakker@klant.example", "bakker@klant.example"),
    needed=True,
)
PANELS = _placeholder(
    "panelen",
    "zijn gebruikersnamen op de control panels, een regel elk",
    "his user names on the control panels, a line each",
    ("DirectAdmin: bakkerij", "DirectAdmin: bakkerij"),
    needed=True,
    block=True,
)
LINK = _placeholder(
    "link",
    "de eenmalige link om een wachtwoord te kiezen",
    "the one-use link to choose a password",
    (
        "https://balie.example/inloggegevens/nieuw/voorbeeld/",
        "https://balie.example/inloggegevens/nieuw/example/",
    ),
    needed=True,
)
VALID_UNTIL = _placeholder(
    "geldig_tot",
    "tot wanneer de link werkt",
    "until when the link works",
    ("di 24 nov 2026, 11:00", "Tue 24 Nov 2026, 11:00"),
    needed=True,
)
RECOVERY_LINK = _placeholder(
    "inloglink",
    "het adres om inloggegevens op te vragen",
    "the address to ask for a login",
    ("https://balie.example/inloggegevens/", "https://balie.example/inloggegevens/"),
)
WITHDRAW = _placeholder(
    "herroepen",
    "tot wanneer een consument kan herroepen; leeg voor bedrijven",
    "until when a consumer may withdraw; empty for businesses",
    (
        "U kunt deze overeenkomst tot en met ma 7 dec 2026 herroepen in uw klantomgeving.",
        "You may withdraw from this contract until Mon 7 Dec 2026 inclusive in your customer area.",
    ),
)
REASON = _placeholder(
    "reden",
    "waarom niet, zoals de medewerker het schreef",
    "why not, as the employee wrote it",
    ("deze domeinnaam is al in gebruik", "this domain name is in use already"),
    needed=True,
)
PHONE = _placeholder(
    "telefoon",
    "ons telefoonnummer",
    "our telephone number",
    ("058 - 012 34 56", "058 - 012 34 56"),
)
SERVICE = _placeholder(
    "dienst",
    "de dienst met zijn domeinnaam",
    "the service with its domain name",
    ("Webhosting Basis, bakkerij.nl", "Web hosting Basic, bakkerij.nl"),
    needed=True,
)
SERVICES = _placeholder(
    "diensten",
    "de diensten, een regel elk",
    "the services, a line each",
    ("Webhosting Basis, bakkerij.nl", "Web hosting Basic, bakkerij.nl"),
    needed=True,
    block=True,
)
RECEIVED_AT = _placeholder(
    "ontvangen_op",
    "wanneer het verzoek binnenkwam, met het uur",
    "when it came in, with the hour",
    ("ma 23 nov 2026, 10:05", "Mon 23 Nov 2026, 10:05"),
    needed=True,
)
ENDS_ON = _placeholder(
    "eindigt_op",
    "de dag waarop de dienst stopt",
    "the day on which the service stops",
    ("wo 23 dec 2026", "Wed 23 Dec 2026"),
    needed=True,
)
BACK = _placeholder(
    "terug",
    "wat terugkomt, zonder btw",
    "what comes back, without VAT",
    ("€ 10,00", "€10.00"),
    needed=True,
)
OLD = _placeholder(
    "oud", "het oude pakket", "the old plan", ("Webhosting Basis", "Web hosting Basic")
)
NEW = _placeholder(
    "nieuw",
    "het nieuwe pakket",
    "the new plan",
    ("Webhosting Plus", "Web hosting Plus"),
    needed=True,
)
FROM = _placeholder(
    "vanaf",
    "de dag vanaf wanneer",
    "the day as of which",
    ("ma 23 nov 2026", "Mon 23 Nov 2026"),
    needed=True,
)
PRICE = _placeholder(
    "prijs",
    "de nieuwe prijs per termijn, zonder btw",
    "the new price per term, without VAT",
    ("€ 15,00", "€15.00"),
    needed=True,
)
OLD_PRICE = _placeholder(
    "oude_prijs",
    "de oude prijs per termijn, zonder btw",
    "the old price per term, without VAT",
    ("€ 10,00", "€10.00"),
)
DIFFERENCE = _placeholder(
    "verschil",
    "wat er nu bijkomt, zonder btw",
    "what comes on top now, without VAT",
    ("€ 2,50", "€2.50"),
)
SERVICES_LINK = _placeholder(
    "dienstenlink",
    "het adres van zijn diensten in de klantomgeving",
    "the address of his services in the customer area",
    ("https://balie.example/klant/diensten/", "https://balie.example/klant/diensten/"),
    needed=True,
)
INVOICE_NUMBER = _placeholder(
    "factuurnummer", "het factuurnummer", "the invoice number", ("F2026-00012", "F2026-00012")
)
AMOUNT = _placeholder(
    "bedrag", "het open bedrag", "the open amount", ("€ 12,10", "€12.10"), needed=True
)
ACCOUNT = _placeholder(
    "rekeningnummer",
    "ons rekeningnummer",
    "our account number",
    ("NL02 ABNA 0123 4567 89", "NL02 ABNA 0123 4567 89"),
    needed=True,
)
ACCOUNT_NAME = _placeholder(
    "tenaamstelling",
    "op wiens naam onze rekening staat",
    "in whose name our account stands",
    ("Hostingbedrijf De Linde B.V.", "Hostingbedrijf De Linde B.V."),
)
REFERENCE = _placeholder(
    "kenmerk",
    "het betalingskenmerk",
    "the payment reference",
    ("RF18 2026 0001 2", "RF18 2026 0001 2"),
    needed=True,
)

KINDS: tuple[tuple[str, str, str, tuple[Placeholder, ...]], ...] = (
    (
        "order-received",
        "Aan wie bestelde: de bestelling is binnen en wordt nagekeken.",
        "To who ordered: the order is here and is looked at.",
        (ORDER, WITHDRAW),
    ),
    (
        "order-accepted",
        "Aan wie bestelde: aangenomen, met gebruikersnamen en een eenmalige link.",
        "To who ordered: accepted, with user names and a one-use link.",
        (ORDER, USER_NAME, PANELS, LINK, VALID_UNTIL, RECOVERY_LINK, WITHDRAW),
    ),
    (
        "order-refused",
        "Aan wie bestelde: de bestelling gaat niet door, en waarom.",
        "To who ordered: the order is not carried out, and why.",
        (ORDER, REASON, PHONE),
    ),
    (
        "service-cancelled",
        "Aan de klant: zijn opzegging is ontvangen, en wanneer de dienst stopt.",
        "To the customer: his cancellation is received, and when the service stops.",
        (SERVICE, RECEIVED_AT, ENDS_ON, BACK),
    ),
    (
        "withdrawal-receipt",
        "Aan een consument: het bewijs dat zijn herroeping is ontvangen.",
        "To a consumer: the receipt of his withdrawal.",
        (SERVICE, RECEIVED_AT, ENDS_ON, BACK),
    ),
    (
        "plan-changed",
        "Aan de klant: zijn pakket wijzigt, en wat het kost.",
        "To the customer: his plan changes, and what it costs.",
        (OLD, NEW, FROM, PRICE, DIFFERENCE),
    ),
    (
        "price-announced",
        "Aan de klant: de prijs van een dienst wijzigt, vooraf aangekondigd.",
        "To the customer: the price of a service changes, announced beforehand.",
        (SERVICE, FROM, OLD_PRICE, PRICE, SERVICES_LINK),
    ),
    (
        "renewal-announced",
        "Aan de klant: jaardiensten worden binnenkort verlengd.",
        "To the customer: yearly services are renewed soon.",
        (SERVICES, SERVICES_LINK),
    ),
    (
        "services-suspended",
        "Aan de klant: diensten staan stil door een onbetaalde factuur, en hoe te betalen.",
        "To the customer: services stand still for an unpaid invoice, and how to pay.",
        (INVOICE_NUMBER, SERVICES, AMOUNT, ACCOUNT, ACCOUNT_NAME, REFERENCE, PHONE),
    ),
    (
        "services-resumed",
        "Aan de klant: na betaling staan zijn diensten weer aan.",
        "To the customer: after his payment his services are on again.",
        (SERVICES,),
    ),
)


def register() -> None:
    """Tell which texts are sent about orders and services."""
    for kind, nl, en, placeholders in KINDS:
        mail_texts.register(
            kind, app="office", nl=nl, en=en, placeholders=(NAME, COMPANY, *placeholders)
        )
