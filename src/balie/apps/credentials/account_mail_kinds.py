"""The mails of accounts: when they go, and what may be filled in (edited at the desk)."""

from balie.infra import mail_texts
from balie.infra.mail_texts import COMPANY, NAME
from balie.infra.placeholders import Placeholder

CHANGES = {
    "totp_added": {
        "nl": "Er is een authenticator-app toegevoegd als tweede stap.",
        "en": "An authenticator app was added as a second step.",
    },
    "totp_removed": {
        "nl": "De authenticator-app is verwijderd.",
        "en": "The authenticator app was removed.",
    },
    "passkey_added": {"nl": "Er is een passkey toegevoegd.", "en": "A passkey was added."},
    "passkey_removed": {"nl": "Een passkey is verwijderd.", "en": "A passkey was removed."},
    "codes_renewed": {
        "nl": "Er zijn nieuwe herstelcodes gemaakt; de vorige werken niet meer.",
        "en": "New recovery codes were made; the former ones no longer work.",
    },
    "code_used": {
        "nl": "Er is een herstelcode gebruikt.",
        "en": "A recovery code was used.",
    },
    "password_changed": {
        "nl": "Er is een nieuw wachtwoord ingesteld.",
        "en": "A new password was set.",
    },
}
ROLES = {
    "owner": {"nl": "eigenaar", "en": "owner"},
    "finance": {"nl": "contact voor facturen en betalen", "en": "contact for invoices and paying"},
    "technical": {"nl": "technisch contact", "en": "technical contact"},
}


def _given(name: str, nl: str, en: str, example_nl: str, example_en: str = "") -> Placeholder:
    return Placeholder(
        name=name,
        nl=nl,
        en=en,
        example_nl=example_nl,
        example_en=example_en or example_nl,
        needed=True,
    )


CODE = _given("code", "de code om in te loggen", "the code to sign in with", "12345678")
VALID_UNTIL = _given(
    "geldig_tot",
    "tot wanneer de code werkt",
    "until when the code works",
    "ma 23 nov 2026, 10:20",
    "Mon 23 Nov 2026, 10:20",
)
WHO = _given("wie", "wiens account het is", "whose account it is", "Jan Bakker")
WHAT = _given("wat", "wat er is gewijzigd", "what has changed", *CHANGES["passkey_added"].values())
CHANGED_AT = _given(
    "gewijzigd_op",
    "wanneer dat gebeurde",
    "when that happened",
    "ma 23 nov 2026, 10:05",
    "Mon 23 Nov 2026, 10:05",
)
PHONE = _given("telefoon", "ons telefoonnummer", "our telephone number", "058 - 012 34 56")
RECOVERY_LINK = _given(
    "inloglink",
    "het adres om inloggegevens op te vragen",
    "the address to ask for a login",
    "https://balie.example/inloggegevens/",
)
BY = _given("door", "wie de toegang geeft", "who gives the access", "Jan Bakker")
CUSTOMER = _given("klant", "de naam van de klant", "the name of the customer", "Bakkerij Zeezicht")
ROLE = _given("rol", "in welke rol", "in which role", *ROLES["technical"].values())


def register_kinds() -> None:
    """Tell which texts accounts send."""
    mail_texts.register(
        "sign-in-code",
        app="credentials",
        nl="Aan wie met een code wil inloggen.",
        en="To who wants to sign in with a code.",
        placeholders=(NAME, COMPANY, CODE, VALID_UNTIL),
    )
    mail_texts.register(
        "factor-changed",
        app="credentials",
        nl="Aan de eigenaar van een account en wie erbij hoort: het inloggen is gewijzigd.",
        en="To the owner of an account and those with him: signing in has changed.",
        placeholders=(NAME, COMPANY, WHO, WHAT, CHANGED_AT, PHONE, RECOVERY_LINK),
    )
    mail_texts.register(
        "contact-invited",
        app="credentials",
        nl="Aan wie toegang kreeg tot de klantomgeving van een klant.",
        en="To who was given access to the customer area of a customer.",
        placeholders=(NAME, COMPANY, BY, CUSTOMER, ROLE, RECOVERY_LINK),
    )
