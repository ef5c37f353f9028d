"""The mails of a change of address: when they go, what may be filled in (edited at the desk)."""

from balie.apps.credentials.mail_kinds import PHONE
from balie.infra import mail_texts
from balie.infra.mail_texts import COMPANY, NAME
from balie.infra.placeholders import Placeholder

PAGE = Placeholder(
    name="pagina",
    nl="de pagina om het nieuwe adres te bevestigen en te zien wat nog nodig is",
    en="the page to confirm the new address and see what is still needed",
    example_nl="https://balie.example/inloggegevens/adres/voorbeeld/",
    example_en="https://balie.example/inloggegevens/adres/example/",
    needed=True,
)
STOP = Placeholder(
    name="stoplink",
    nl="de link waarmee hij de wijziging tegenhoudt, zonder in te loggen",
    en="the link with which he stops the change, without signing in",
    example_nl="https://balie.example/inloggegevens/adres/stop/voorbeeld/",
    example_en="https://balie.example/inloggegevens/adres/stop/example/",
    needed=True,
)
WHOSE = Placeholder(
    name="van_wie",
    nl="van wie het account is",
    en="whose account it is",
    example_nl="J. Bakker",
    example_en="J. Bakker",
    needed=True,
)
NEW_ADDRESS = Placeholder(
    name="nieuw_adres",
    nl="het nieuwe adres, voor een deel",
    en="the new address, in part",
    example_nl="j•••@nieuw.example",
    example_en="j•••@nieuw.example",
    needed=True,
)
UNTIL = Placeholder(
    name="tot",
    nl="tot wanneer dit kan",
    en="until when this is possible",
    example_nl="ma 7 dec 2026, 10:00",
    example_en="Mon 7 Dec 2026, 10:00",
    needed=True,
)
FREE_AT = Placeholder(
    name="vrij_vanaf",
    nl="vanaf wanneer inloggegevens naar het nieuwe adres gaan",
    en="from when logins are mailed to the new address",
    example_nl="di 24 nov 2026, 10:00",
    example_en="Tue 24 Nov 2026, 10:00",
    needed=True,
)


def register() -> None:
    """Tell which texts a change of address sends."""
    mail_texts.register(
        "address-confirm",
        app="credentials",
        nl="Naar het nieuwe adres: bevestig het, en zie wat nog nodig is.",
        en="To the new address: confirm it, and see what is still needed.",
        placeholders=(COMPANY, PAGE, UNTIL),
    )
    mail_texts.register(
        "address-warning",
        app="credentials",
        nl="Naar het oude adres en alle contactpersonen: iemand wil het adres wijzigen.",
        en="To the old address and all contacts: somebody wants to change the address.",
        placeholders=(NAME, COMPANY, WHOSE, NEW_ADDRESS, STOP, PHONE),
    )
    mail_texts.register(
        "address-changed",
        app="credentials",
        nl="Naar het oude adres en alle eigenaren: het adres is gewijzigd.",
        en="To the old address and all owners: the address was changed.",
        placeholders=(NAME, COMPANY, WHOSE, NEW_ADDRESS, STOP, UNTIL, PHONE),
    )
    mail_texts.register(
        "address-changed-of",
        app="credentials",
        nl="Naar de andere contactpersonen: het adres van een van hen is gewijzigd.",
        en="To the other contacts: the address of one of them was changed.",
        placeholders=(NAME, COMPANY, WHOSE, NEW_ADDRESS, PHONE),
    )
    mail_texts.register(
        "address-done",
        app="credentials",
        nl="Naar het nieuwe adres: het staat nu bij ons.",
        en="To the new address: it is on file now.",
        placeholders=(NAME, COMPANY, FREE_AT, PHONE),
    )
