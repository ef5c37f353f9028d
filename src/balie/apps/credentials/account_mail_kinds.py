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
# `{rol}` is the role, in the same language.
ACCESS = {
    "made": {"nl": "uitgenodigd als {rol}", "en": "invited as {rol}"},
    "withdrawn": {"nl": "de uitnodiging is ingetrokken", "en": "the invitation was withdrawn"},
    "accepted": {
        "nl": "heeft de uitnodiging aangenomen en is nu {rol}",
        "en": "accepted the invitation and is now {rol}",
    },
    "role": {"nl": "is nu {rol}", "en": "is now {rol}"},
    "removed": {"nl": "heeft geen toegang meer", "en": "no longer has access"},
}
DESK_ROLES = {
    "agent": {"nl": "medewerker", "en": "agent"},
    "finance": {"nl": "medewerker financiën", "en": "finance"},
    "admin": {"nl": "beheerder", "en": "admin"},
}
STAFF = {
    "appointed": {"nl": "aangesteld als {rol}", "en": "appointed as {rol}"},
    "role": {"nl": "is nu {rol}", "en": "is now {rol}"},
    "closed": {"nl": "het account is gesloten", "en": "the account was closed"},
    "opened": {"nl": "het account is weer open", "en": "the account is open again"},
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
INVITE_LINK = _given(
    "uitnodigingslink",
    "de link waarmee de uitnodiging wordt aangenomen",
    "the link that accepts the invitation",
    "https://balie.example/klant/uitnodiging/…/",
)
INVITE_UNTIL = _given(
    "geldig_tot",
    "tot wanneer de uitnodiging geldt",
    "until when the invitation stands",
    "ma 7 dec 2026, 10:05",
    "Mon 7 Dec 2026, 10:05",
)
WHOSE = _given(
    "wie", "het e-mailadres waar het om gaat", "whose address it is", "jan@klant.example"
)
ACCESS_WHAT = _given("wat", "wat er is gewijzigd", "what has changed", *ACCESS["removed"].values())
STAFF_WHAT = _given("wat", "wat er is gewijzigd", "what has changed", *STAFF["closed"].values())
ACCESS_LINK = _given(
    "toegangslink",
    "het adres van de pagina met wie toegang heeft",
    "the address of the page of who has access",
    "https://balie.example/klant/toegang/",
)
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
    _register_access()


def _register_access() -> None:
    """Texts about access; none of them greets by a name, since somebody else may have typed it."""
    mail_texts.register(
        "contact-invited",
        app="credentials",
        nl="Aan wie is uitgenodigd voor de klantomgeving van een klant.",
        en="To who was invited to the customer area of a customer.",
        placeholders=(COMPANY, CUSTOMER, ROLE, INVITE_LINK, INVITE_UNTIL),
    )
    mail_texts.register(
        "access-changed",
        app="credentials",
        nl="Aan elke eigenaar van een klant, en wie het aangaat: de toegang is gewijzigd.",
        en="To every owner of a customer, and whom it concerns: access has changed.",
        placeholders=(COMPANY, CUSTOMER, WHOSE, ACCESS_WHAT, CHANGED_AT, PHONE, ACCESS_LINK),
    )
    mail_texts.register(
        "employee-changed",
        app="credentials",
        nl="Aan elke beheerder, en wie het aangaat: een account van een medewerker is gewijzigd.",
        en="To every admin, and whom it concerns: the account of an employee has changed.",
        placeholders=(COMPANY, WHOSE, STAFF_WHAT, CHANGED_AT, PHONE),
    )
