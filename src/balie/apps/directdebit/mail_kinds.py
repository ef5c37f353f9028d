"""The mails of direct debit: when they go, and what may be filled in (edited at the desk)."""

from dataclasses import replace

from balie.apps.billing.mail_kinds import (
    ACCOUNT,
    ACCOUNT_NAME,
    AMOUNT,
    INVOICES_LINK,
    LATEST,
    QR,
    SOONEST,
)
from balie.infra import mail_texts
from balie.infra.mail_texts import COMPANY, NAME
from balie.infra.placeholders import Placeholder

DEBITED = Placeholder(
    name="afgeschreven",
    nl="het bedrag van de afschrijving",
    en="the amount of the debit",
    example_nl="€ 12,10",
    example_en="€12.10",
    needed=True,
)
DAY = Placeholder(
    name="dag",
    nl="de dag van de afschrijving",
    en="the day of the debit",
    example_nl="do 26 nov 2026",
    example_en="Thu 26 Nov 2026",
    needed=True,
)
FROM_ACCOUNT = Placeholder(
    name="van_rekening",
    nl="zijn rekening, met de laatste cijfers",
    en="his account, with its last digits",
    example_nl="NL39 RABO **** **52 54",
    example_en="NL39 RABO **** **52 54",
    needed=True,
)
MANDATE = Placeholder(
    name="machtigingskenmerk",
    nl="het kenmerk van de machtiging",
    en="the reference of the mandate",
    example_nl="M-10023-1",
    example_en="M-10023-1",
    needed=True,
)
CREDITOR = Placeholder(
    name="incassant_id",
    nl="ons incassant-ID",
    en="our creditor identifier",
    example_nl="NL95ZZZ012345670000",
    example_en="NL95ZZZ012345670000",
    needed=True,
)
PARTS = Placeholder(
    name="facturen",
    nl="de facturen met hun bedrag, een regel elk",
    en="the invoices with their amount, a line each",
    example_nl="Factuur F2026-00012: € 12,10",
    example_en="Invoice F2026-00012: €12.10",
    block=True,
)
UNTIL = Placeholder(
    name="terugboeken_tot",
    nl="tot wanneer hij bij zijn bank kan terugboeken",
    en="until when he may charge back at his bank",
    example_nl="do 21 jan 2027",
    example_en="Thu 21 Jan 2027",
)
REASON = Placeholder(
    name="reden",
    nl="wat de bank zei, in gewone woorden",
    en="what the bank said, in plain words",
    example_nl="Er stond te weinig geld op uw rekening.",
    example_en="There was not enough money on your account.",
    needed=True,
)
OUTCOME = Placeholder(
    name="uitkomst",
    nl="niet gelukt, of teruggeboekt",
    en="did not succeed, or was charged back",
    example_nl="niet gelukt",
    example_en="did not succeed",
)
QUOTE = Placeholder(
    name="vermelden",
    nl="wat hij vermeldt: factuurnummers en domeinnaam",
    en="what he quotes: invoice numbers and domain name",
    example_nl="F2026-00012 / bakkerij.nl",
    example_en="F2026-00012 / bakkerij.nl",
    needed=True,
)
INVOICE_LINK = Placeholder(
    name="factuurlink",
    nl="het adres van de factuur in de klantomgeving",
    en="the address of the invoice in the customer area",
    example_nl="https://balie.example/klant/facturen/F2026-00012/",
    example_en="https://balie.example/klant/facturen/F2026-00012/",
)
QUESTION_LINK = Placeholder(
    name="vraaglink",
    nl="het adres om een vraag te stellen",
    en="the address to ask a question",
    example_nl="https://balie.example/vraag/",
    example_en="https://balie.example/vraag/",
)
TO_TRANSFER = (
    *(NAME, COMPANY, DEBITED, DAY, AMOUNT, ACCOUNT, ACCOUNT_NAME, QUOTE, QR),
    *(SOONEST, LATEST, INVOICE_LINK, QUESTION_LINK),
)


def register() -> None:
    """Tell which texts direct debit sends."""
    mail_texts.register(
        "debit-announced",
        app="directdebit",
        nl="Aan de klant: welke dag welk bedrag wordt afgeschreven (de vooraankondiging).",
        en="To the customer: which amount is debited on which day (the pre-notification).",
        placeholders=(
            *(NAME, COMPANY, replace(DEBITED, name="bedrag"), DAY, FROM_ACCOUNT, MANDATE),
            *(CREDITOR, PARTS, INVOICES_LINK, UNTIL),
        ),
    )
    mail_texts.register(
        "collection-failed",
        app="directdebit",
        nl="Aan de klant: de afschrijving lukte niet of kwam terug, met de vraag over te maken.",
        en="To the customer: the debit failed or came back; he is asked to transfer.",
        placeholders=(*TO_TRANSFER, REASON, OUTCOME),
    )
    mail_texts.register(
        "collection-failed-paid",
        app="directdebit",
        nl="Aan de klant: de afschrijving lukte niet of kwam terug, maar er staat niets meer open.",
        en="To the customer: the debit failed or came back, but nothing is open any more.",
        placeholders=(NAME, COMPANY, DEBITED, DAY, REASON, OUTCOME, QUESTION_LINK),
    )
    mail_texts.register(
        "debit-called-off",
        app="directdebit",
        nl="Aan de klant: een aangekondigde afschrijving gaat niet door; wilt u overmaken?",
        en="To the customer: an announced debit does not come; he is asked to transfer.",
        placeholders=TO_TRANSFER,
    )
