"""The mails about questions: when they go, and what may be filled in (edited at the desk)."""

from balie.infra import mail_texts
from balie.infra.mail_texts import COMPANY, NAME
from balie.infra.placeholders import Placeholder

NUMBER = Placeholder(
    name="vraagnummer",
    nl="het nummer van de vraag",
    en="the number of the question",
    example_nl="T-2026-00012",
    example_en="T-2026-00012",
)
RECEIVED = Placeholder(
    name="ontvangen",
    nl="wanneer de vraag binnenkwam",
    en="when the question came in",
    example_nl="ma 23 nov 2026, 10:05",
    example_en="Mon 23 Nov 2026, 10:05",
)
BY_WHEN = Placeholder(
    name="uiterlijk",
    nl="voor wanneer wij antwoorden: de belofte",
    en="before when we answer: the promise",
    example_nl="vandaag voor 24:00",
    example_en="today before 24:00",
    needed=True,
)
USUAL = Placeholder(
    name="gewone_tijd",
    nl="wanneer het meestal al lukt; leeg buiten kantooruren",
    en="when we usually manage; empty outside office hours",
    example_nl="vandaag voor 11:05",
    example_en="today before 11:05",
)
FOLLOW = Placeholder(
    name="volglink",
    nl="het adres van de vraag in de klantomgeving; leeg voor wie geen klant is",
    en="the address of the question in the customer area; empty for who is no customer",
    example_nl="https://balie.example/klant/vragen/T-2026-00012/",
    example_en="https://balie.example/klant/vragen/T-2026-00012/",
)
CONFIRM = Placeholder(
    name="bevestigingslink",
    nl="de link waarmee de vrager zijn adres bevestigt",
    en="the link by which the asker confirms his address",
    example_nl="https://balie.example/vraag/bevestigen/voorbeeld/",
    example_en="https://balie.example/vraag/bevestigen/example/",
    needed=True,
)
SUBJECT = Placeholder(
    name="onderwerp",
    nl="het onderwerp van de vraag",
    en="the subject of the question",
    example_nl="Mijn website doet het niet",
    example_en="My website is down",
)
ANSWER = Placeholder(
    name="antwoord",
    nl="wat de medewerker schreef",
    en="what the employee wrote",
    example_nl="De website doet het weer. Er was een storing in ons netwerk.",
    example_en="The website works again. There was a fault in our network.",
    needed=True,
    block=True,
)
EMPLOYEE = Placeholder(
    name="medewerker",
    nl="de naam van wie antwoordt",
    en="the name of who answers",
    example_nl="Marit Dijkstra",
    example_en="Marit Dijkstra",
    needed=True,
)
HAPPY = Placeholder(
    name="tevredenlink",
    nl="de link voor: ja, ik ben geholpen",
    en="the link for: yes, this helped me",
    example_nl="https://balie.example/vraag/geholpen/voorbeeld/ja/",
    example_en="https://balie.example/vraag/geholpen/example/ja/",
)
UNHAPPY = Placeholder(
    name="ontevredenlink",
    nl="de link voor: nee, nog niet",
    en="the link for: no, not yet",
    example_nl="https://balie.example/vraag/geholpen/voorbeeld/nee/",
    example_en="https://balie.example/vraag/geholpen/example/nee/",
)
PROMISED = Placeholder(
    name="beloofd",
    nl="voor wanneer wij antwoord beloofden",
    en="before when we promised an answer",
    example_nl="gisteren voor 24:00",
    example_en="yesterday before 24:00",
    needed=True,
)
HOLDER = Placeholder(
    name="wie",
    nl="bij wie de vraag nu ligt",
    en="who has the question now",
    example_nl="Marit Dijkstra",
    example_en="Marit Dijkstra",
    needed=True,
)
ASKER = Placeholder(
    name="vrager",
    nl="wie het vroeg",
    en="who asked",
    example_nl="J. Bakker",
    example_en="J. Bakker",
)
ASKER_TOLD = Placeholder(
    name="bericht",
    nl="of de vrager er zelf bericht van kreeg",
    en="whether the asker was told himself",
    example_nl="De vrager heeft hierover een mail gekregen.",
    example_en="The asker got a mail about this.",
)
DESK = Placeholder(
    name="deskadres",
    nl="het adres van de vraag bij de balie",
    en="the address of the question at the desk",
    example_nl="https://balie.example/balie/vragen/T-2026-00012/",
    example_en="https://balie.example/balie/vragen/T-2026-00012/",
    needed=True,
)


def register() -> None:
    """Tell which texts go out about questions."""
    mail_texts.register(
        "question-received",
        app="tickets",
        nl="Aan de vrager: uw vraag is binnen, met de belofte.",
        en="To the asker: your question is in, with the promise.",
        placeholders=(NAME, COMPANY, NUMBER, RECEIVED, BY_WHEN, USUAL, FOLLOW),
    )
    mail_texts.register(
        "question-received-unconfirmed",
        app="tickets",
        nl="Aan een adres dat nog niet is bevestigd: uw vraag is binnen; klopt uw e-mailadres?",
        en="To an address not confirmed yet: your question is in; is this your address?",
        # Nothing that the asker chose himself: the address may be somebody else's.
        placeholders=(COMPANY, NUMBER, RECEIVED, BY_WHEN, USUAL, CONFIRM),
    )
    mail_texts.register(
        "answer",
        app="tickets",
        nl="Aan een klant: het antwoord van een medewerker.",
        en="To a customer: what an employee answered.",
        placeholders=(
            *(NAME, COMPANY, NUMBER, SUBJECT, ANSWER, EMPLOYEE),
            *(HAPPY, UNHAPPY, FOLLOW),
        ),
    )
    mail_texts.register(
        "answer-outside",
        app="tickets",
        nl="Aan wie niet als klant inlogde: het antwoord van een medewerker.",
        en="To who did not sign in as a customer: what an employee answered.",
        placeholders=(NAME, COMPANY, NUMBER, ANSWER, EMPLOYEE, HAPPY, UNHAPPY),
    )
    mail_texts.register(
        "promise-broken",
        app="tickets",
        nl="Aan de vrager, één keer: het antwoord is te laat; wie het heeft en wanneer het komt.",
        en="To the asker, once: the answer is late; who has it, and by when it comes.",
        placeholders=(NAME, COMPANY, NUMBER, RECEIVED, PROMISED, HOLDER, BY_WHEN, FOLLOW),
    )
    mail_texts.register(
        "promise-alarm",
        app="tickets",
        nl="Aan wie het team leidt: een belofte is gebroken.",
        en="To who leads the team: a promise was broken.",
        placeholders=(
            *(NAME, COMPANY, NUMBER, SUBJECT, ASKER, PROMISED, HOLDER, ASKER_TOLD, DESK),
        ),
    )
