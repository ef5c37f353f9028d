"""The mails of billing: when they go, and what may be filled in (edited at the desk)."""

from balie.infra import mail_texts
from balie.infra.mail_texts import COMPANY, NAME
from balie.infra.placeholders import Placeholder

AMOUNT = Placeholder(
    name="bedrag",
    nl="het bedrag dat over te maken is",
    en="the amount to transfer",
    example_nl="€ 12,10",
    example_en="€12.10",
    needed=True,
)
ACCOUNT = Placeholder(
    name="rekeningnummer",
    nl="ons rekeningnummer",
    en="our account number",
    example_nl="NL02 ABNA 0123 4567 89",
    example_en="NL02 ABNA 0123 4567 89",
    needed=True,
)
ACCOUNT_NAME = Placeholder(
    name="tenaamstelling",
    nl="op wiens naam onze rekening staat",
    en="in whose name our account stands",
    example_nl="Hostingbedrijf De Linde B.V.",
    example_en="Hostingbedrijf De Linde B.V.",
)
QR = Placeholder(
    name="qr",
    nl="de QR-code om over te maken, alleen op een regel",
    en="the QR code to transfer with, alone on a line",
    example_nl="[[qr]]",
    example_en="[[qr]]",
    block=True,
)
SOONEST = Placeholder(
    name="snelst",
    nl="werkdagen die een overboeking minstens duurt, uit het beleid",
    en="working days a transfer takes at least, from the policy",
    example_nl="2",
    example_en="2",
)
LATEST = Placeholder(
    name="traagst",
    nl="werkdagen die een overboeking hoogstens duurt, uit het beleid",
    en="working days a transfer takes at most, from the policy",
    example_nl="5",
    example_en="5",
)
INVOICES_LINK = Placeholder(
    name="facturenlink",
    nl="het adres van zijn facturen in de klantomgeving",
    en="the address of his invoices in the customer area",
    example_nl="https://balie.example/klant/facturen/",
    example_en="https://balie.example/klant/facturen/",
)
INVOICE_NUMBER = Placeholder(
    name="factuurnummer",
    nl="het factuurnummer",
    en="the invoice number",
    example_nl="F2026-00012",
    example_en="F2026-00012",
)
PAY_BY = Placeholder(
    name="uiterlijk",
    nl="de dag waarop het bedrag er moet zijn",
    en="the day by which the amount must be there",
    example_nl="ma 7 dec 2026",
    example_en="Mon 7 Dec 2026",
    needed=True,
)
REFERENCE = Placeholder(
    name="kenmerk",
    nl="het betalingskenmerk",
    en="the payment reference",
    example_nl="RF18 2026 0001 2",
    example_en="RF18 2026 0001 2",
    needed=True,
)
OTHERWISE = Placeholder(
    name="anders",
    nl="wat hij zonder kenmerk kan vermelden",
    en="what he may quote without the reference",
    example_nl="factuurnummer F2026-00012 of uw domeinnaam bakkerij.nl",
    example_en="invoice number F2026-00012 or your domain name bakkerij.nl",
)
DEBITED = Placeholder(
    name="bedrag",
    nl="het bedrag dat wordt afgeschreven",
    en="the amount to be debited",
    example_nl="€ 12,10",
    example_en="€12.10",
    needed=True,
)
RECEIVED = Placeholder(
    name="bedrag",
    nl="het bedrag dat binnenkwam",
    en="the amount that came in",
    example_nl="€ 24,20",
    example_en="€24.20",
    needed=True,
)
RECEIVED_ON = Placeholder(
    name="ontvangen_op",
    nl="de dag waarop het binnenkwam",
    en="the day on which it came in",
    example_nl="ma 23 nov 2026",
    example_en="Mon 23 Nov 2026",
)
PAID = Placeholder(
    name="facturen",
    nl="per factuur wat ervan betaald is, een regel elk",
    en="what was paid per invoice, a line each",
    example_nl="Factuur F2026-00012: € 12,10 (voldaan)",
    example_en="Invoice F2026-00012: €12.10 (paid)",
    block=True,
)
OPEN_AGAIN = Placeholder(
    name="facturen",
    nl="per factuur wat er weer open staat, een regel elk; leeg als dat niets is",
    en="what is open again per invoice, a line each; empty when nothing is",
    example_nl="Factuur F2026-00012: nog open: € 12,10",
    example_en="Invoice F2026-00012: still open: €12.10",
    block=True,
)
ASK_LINK = Placeholder(
    name="vraaglink",
    nl="het adres om een vraag te stellen",
    en="the address to ask a question",
    example_nl="https://balie.example/vraag/",
    example_en="https://balie.example/vraag/",
)
CREDIT = Placeholder(
    name="tegoed",
    nl="wat te veel is overgemaakt; leeg als dat niets is",
    en="what was transferred too much; empty when nothing was",
    example_nl="€ 12,10",
    example_en="€12.10",
)
CREDIT_LINK = Placeholder(
    name="tegoedlink",
    nl="het adres om ernaar te vragen; leeg zonder tegoed",
    en="the address to ask for it; empty without credit",
    example_nl="https://balie.example/vraag/",
    example_en="https://balie.example/vraag/",
)


def register() -> None:
    """Tell which texts billing sends."""
    mail_texts.register(
        "invoice-issued",
        app="billing",
        nl="Aan de klant: een factuur om over te maken, met de PDF erbij.",
        en="To the customer: an invoice to transfer, with its PDF.",
        placeholders=(
            *(NAME, COMPANY, INVOICE_NUMBER, AMOUNT, PAY_BY, ACCOUNT, ACCOUNT_NAME, REFERENCE, QR),
            *(OTHERWISE, SOONEST, LATEST, INVOICES_LINK),
        ),
    )
    mail_texts.register(
        "invoice-issued-paid",
        app="billing",
        nl="Aan de klant: een factuur die al geheel voldaan is, met de PDF erbij.",
        en="To the customer: an invoice that is paid in full already, with its PDF.",
        placeholders=(NAME, COMPANY, INVOICE_NUMBER, INVOICES_LINK),
    )
    mail_texts.register(
        "invoice-issued-debited",
        app="billing",
        nl="Aan de klant: een factuur die wordt afgeschreven, met de PDF erbij (zo het beleid).",
        en="To the customer: an invoice that is debited, with its PDF (when the policy says so).",
        placeholders=(NAME, COMPANY, INVOICE_NUMBER, DEBITED, INVOICES_LINK),
    )
    mail_texts.register(
        "transfer-received",
        app="billing",
        nl="Aan de klant: zijn overboeking is binnen, en waarvoor.",
        en="To the customer: his transfer is in, and what for.",
        placeholders=(NAME, COMPANY, RECEIVED, RECEIVED_ON, PAID, CREDIT, CREDIT_LINK),
    )
    mail_texts.register(
        "transfer-undone",
        app="billing",
        nl="Aan de klant: een overboeking die bij hem geboekt was, is niet van hem.",
        en="To the customer: a transfer that was booked as his is not his.",
        placeholders=(NAME, COMPANY, RECEIVED, RECEIVED_ON, OPEN_AGAIN, INVOICES_LINK, ASK_LINK),
    )
