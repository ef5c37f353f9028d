"""The mails of recovery: when they go, and what may be filled in (edited at the desk)."""

from balie.infra import mail_texts
from balie.infra.mail_texts import COMPANY, NAME
from balie.infra.placeholders import Placeholder

USER_NAME = Placeholder(
    name="gebruikersnaam",
    nl="waarmee hij in de klantomgeving inlogt",
    en="with what he signs in to the customer area",
    example_nl="bakker@klant.example",
    example_en="bakker@klant.example",
    needed=True,
)
PANELS = Placeholder(
    name="panelen",
    nl="zijn gebruikersnamen op de control panels, een regel elk",
    en="his user names on the control panels, a line each",
    example_nl="DirectAdmin: bakkerij",
    example_en="DirectAdmin: bakkerij",
    needed=True,
    block=True,
)
LINK = Placeholder(
    name="link",
    nl="de eenmalige link om een wachtwoord te kiezen",
    en="the one-use link to choose a password",
    example_nl="https://balie.example/inloggegevens/nieuw/voorbeeld/",
    example_en="https://balie.example/inloggegevens/nieuw/example/",
    needed=True,
)
VALID_UNTIL = Placeholder(
    name="geldig_tot",
    nl="tot wanneer de link werkt",
    en="until when the link works",
    example_nl="ma 23 nov 2026, 11:00",
    example_en="Mon 23 Nov 2026, 11:00",
    needed=True,
)
ASKED_AT = Placeholder(
    name="gevraagd_op",
    nl="wanneer de inloggegevens werden opgevraagd",
    en="when the login was asked for",
    example_nl="ma 23 nov 2026, 10:00",
    example_en="Mon 23 Nov 2026, 10:00",
)
CHANGED_AT = Placeholder(
    name="gewijzigd_op",
    nl="wanneer het wachtwoord werd gewijzigd",
    en="when the password was changed",
    example_nl="ma 23 nov 2026, 10:05",
    example_en="Mon 23 Nov 2026, 10:05",
    needed=True,
)
CHANGED_WHAT = Placeholder(
    name="waarvoor",
    nl="waarvoor het nieuwe wachtwoord geldt, een regel elk",
    en="what the new password is for, a line each",
    example_nl="Klantomgeving: bakker@klant.example",
    example_en="Customer area: bakker@klant.example",
    block=True,
)
WHOSE = Placeholder(
    name="wie",
    nl="wiens wachtwoord werd gewijzigd",
    en="whose password was changed",
    example_nl="Femke de Wit",
    example_en="Femke de Wit",
    needed=True,
)
PHONE = Placeholder(
    name="telefoon",
    nl="ons telefoonnummer",
    en="our telephone number",
    example_nl="058 - 012 34 56",
    example_en="058 - 012 34 56",
    needed=True,
)
RECOVERY_LINK = Placeholder(
    name="inloglink",
    nl="het adres om inloggegevens op te vragen",
    en="the address to ask for a login",
    example_nl="https://balie.example/inloggegevens/",
    example_en="https://balie.example/inloggegevens/",
    needed=True,
)


def register() -> None:
    """Tell which texts recovery sends."""
    mail_texts.register(
        "recovery-link",
        app="credentials",
        nl="Aan wie zijn inloggegevens kwijt is: gebruikersnamen en een eenmalige link.",
        en="To who lost his login: user names and a one-use link.",
        placeholders=(NAME, COMPANY, USER_NAME, PANELS, LINK, VALID_UNTIL),
    )
    mail_texts.register(
        "recovery-late",
        app="credentials",
        nl="Aan wie zijn link niet op tijd kreeg door een storing in de e-mail.",
        en="To who did not get his link in time because of a fault in the mail.",
        placeholders=(NAME, COMPANY, ASKED_AT, RECOVERY_LINK),
    )
    mail_texts.register(
        "password-changed",
        app="credentials",
        nl="Aan de eigenaar van een account: het wachtwoord is gewijzigd.",
        en="To the owner of an account: the password was changed.",
        placeholders=(NAME, COMPANY, CHANGED_AT, CHANGED_WHAT, PHONE, RECOVERY_LINK),
    )
    mail_texts.register(
        "password-changed-of",
        app="credentials",
        nl="Aan wie mee verantwoordelijk is: het wachtwoord van een ander is gewijzigd.",
        en="To who is responsible as well: somebody else's password was changed.",
        placeholders=(NAME, COMPANY, WHOSE, CHANGED_AT, CHANGED_WHAT, PHONE),
    )
