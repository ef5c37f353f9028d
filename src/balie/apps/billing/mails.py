"""What leaves for the customer: an invoice he is to transfer, and word that his money is here."""

from collections.abc import Callable, Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import Sum

from balie.apps.billing import actions, mail_kinds
from balie.apps.billing.models import CreditNote, Invoice, Payment
from balie.apps.customers import queries as customers
from balie.apps.customers.models import Customer
from balie.apps.promises import queries as policies
from balie.apps.services import queries as services
from balie.domain.money import format_euro
from balie.formats.epcqr import epc_qr_png
from balie.formats.iban import spaced_iban
from balie.infra import mail, mail_texts, outbox
from balie.infra.mail import Attachment, Inline
from balie.infra.models import OutboxRow
from balie.infra.outbox import Delivery, Refusal, Refused
from balie.infra.templatetags.moments import day_words

QR_MARK = "[[qr]]"
# The few words inside a value; what surrounds them is the text of the mail.
WORDS: Mapping[str, Mapping[str, str]] = {
    "nl": {
        "invoice": "Factuur",
        "invoice_number": "factuurnummer {}",
        "or_domain": " of uw domeinnaam {}",
        "paid": "voldaan",
        "still_open": "nog open: {}",
    },
    "en": {
        "invoice": "Invoice",
        "invoice_number": "invoice number {}",
        "or_domain": " or your domain name {}",
        "paid": "paid",
        "still_open": "still open: {}",
    },
}
QR_DESCRIPTION = {
    "nl": "QR-code om het bedrag over te maken",
    "en": "QR code to transfer the amount",
}


def register() -> None:
    """Tell the outbox who sends these kinds, and what they say."""
    mail_kinds.register()
    outbox.register("invoice-issued", sender=send_invoice, may_send=may_send_invoice)
    outbox.register("transfer-received", sender=send_received)
    outbox.register("transfer-undone", sender=send_undone)


def may_send_invoice(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse to send an invoice that was credited before it left."""
    if CreditNote.objects.filter(invoice=row.payload["invoice"]).exists():
        return Refusal("the invoice was credited")
    invoice = Invoice.objects.select_related("customer").get(pk=row.payload["invoice"])
    if customers.is_silent(invoice.customer, now=now):
        return Refusal("the customer's money is on hold")
    return None


def send_invoice(row: OutboxRow, now: datetime) -> Delivery:
    """Send an invoice to be transferred: amount, account, what to quote, QR code and the PDF."""
    invoice = Invoice.objects.select_related("customer").get(pk=row.payload["invoice"])
    policy = policies.policy_of(invoice.policy_version)
    document = actions.document_of(invoice=invoice, now=now)
    inline = _qr(invoice, name=policy.company.name, iban=policy.company.iban)

    def values(language: str) -> dict[str, str]:
        words = WORDS[language]
        domains = services.domains_of(invoice.customer)
        domain = words["or_domain"].format(domains[0]) if domains else ""
        return {
            "factuurnummer": invoice.number,
            "bedrag": format_euro(invoice.open_cents, language=language),
            "uiterlijk": day_words(invoice.due_on, language=language),
            "rekeningnummer": spaced_iban(policy.company.iban),
            "tenaamstelling": policy.company.name,
            "kenmerk": spaced_iban(invoice.payment_reference),
            "qr": QR_MARK if inline else "",
            "anders": words["invoice_number"].format(invoice.number) + domain,
            "snelst": str(policy.transfers.processing_min_days),
            "traagst": str(policy.transfers.processing_max_days),
            "facturenlink": f"{settings.BALIE_BASE_URL.rstrip('/')}/klant/facturen/",
        }

    return send_to_customer(
        _kind_of(invoice),
        row,
        invoice.customer,
        values,
        now=now,
        inline=inline,
        attachments=(
            Attachment(filename=f"{invoice.number}.pdf", content=bytes(document.content)),
        ),
    )


def _kind_of(invoice: Invoice) -> str:
    """Return which text goes with an invoice: nothing to pay, debited, or to be transferred."""
    if not invoice.open_cents:
        return "invoice-issued-paid"
    if invoice.pay_by == Invoice.PayBy.DIRECT_DEBIT:
        return "invoice-issued-debited"
    return "invoice-issued"


def send_received(row: OutboxRow, now: datetime) -> Delivery:
    """Thank a customer for his transfer and say what it paid."""
    payment = Payment.objects.select_related("customer").get(pk=row.payload["payment"])
    paid = list(
        payment.allocations.values_list("invoice__number", "invoice__open_cents")
        .annotate(cents=Sum("amount_cents"))
        .order_by("invoice__number")
    )
    credit = payment.unallocated_cents
    question_link = f"{settings.BALIE_BASE_URL.rstrip('/')}/vraag/"

    def values(language: str) -> dict[str, str]:
        lines = [
            _paid_line(number, cents, open_cents, language) for number, open_cents, cents in paid
        ]
        return {
            "bedrag": format_euro(payment.amount_cents, language=language),
            "ontvangen_op": day_words(payment.received_on, language=language),
            "facturen": "\n".join(lines),
            "tegoed": format_euro(credit, language=language) if credit else "",
            "tegoedlink": question_link if credit else "",
        }

    return send_to_customer("transfer-received", row, payment.customer, values, now=now)


def send_undone(row: OutboxRow, now: datetime) -> Delivery:
    """Tell a customer that a transfer we thanked him for is not his, and what is open again."""
    payment = Payment.objects.select_related("customer").get(pk=row.payload["payment"])
    open_again = list(
        Invoice.objects.filter(allocations__payment=payment, open_cents__gt=0)
        .distinct()
        .order_by("number")
        .values_list("number", "open_cents")
    )
    base = settings.BALIE_BASE_URL.rstrip("/")

    def values(language: str) -> dict[str, str]:
        words = WORDS[language]
        lines = [
            f"{words['invoice']} {number}: "
            + words["still_open"].format(format_euro(cents, language=language))
            for number, cents in open_again
        ]
        return {
            "bedrag": format_euro(payment.amount_cents, language=language),
            "ontvangen_op": day_words(payment.received_on, language=language),
            "facturen": "\n".join(lines),
            "facturenlink": f"{base}/klant/facturen/",
            "vraaglink": f"{base}/vraag/",
        }

    return send_to_customer("transfer-undone", row, payment.customer, values, now=now)


def _paid_line(number: str, cents: int, open_cents: int, language: str) -> str:
    words = WORDS[language]
    left = format_euro(open_cents, language=language)
    outcome = words["still_open"].format(left) if open_cents else words["paid"]
    return f"{words['invoice']} {number}: {format_euro(cents, language=language)} ({outcome})"


def _qr(invoice: Invoice, *, name: str, iban: str) -> tuple[Inline, ...]:
    if _kind_of(invoice) != "invoice-issued":
        return ()
    picture = epc_qr_png(
        name=name,
        iban=iban,
        amount_cents=invoice.open_cents,
        reference=invoice.payment_reference,
    )
    description = QR_DESCRIPTION.get(invoice.language, QR_DESCRIPTION["nl"])
    return (Inline(name="qr", content=picture, content_type="image/png", description=description),)


def send_to_customer(
    kind: str,
    row: OutboxRow,
    customer: Customer,
    values: Callable[[str], Mapping[str, str]],
    *,
    now: datetime,
    inline: tuple[Inline, ...] = (),
    attachments: tuple[Attachment, ...] = (),
) -> Delivery:
    """Write to a customer about his money, in the language of the contact who looks after it.

    `kind` is a registered text, `values` what its placeholders stand for in a language; his name
    and ours are added. Raises Refused when there is nobody to write to, and whatever
    `mail.deliver` raises.
    """
    contact = customers.contact_for_mail(customer, purpose="finance")
    if contact is None:
        raise Refused(f"customer {customer.number} has no contact; give him one with an address")
    company = policies.policy_in_force(now=now).company
    language = contact.language if contact.language in WORDS else "nl"
    subject, text = mail_texts.write(
        kind,
        language=language,
        values={**values(language), "naam": contact.name, "bedrijf": company.trade_name},
    )
    return mail.deliver(
        mail.Mail(
            to_name=contact.name,
            to_address=contact.user.email,
            subject=subject,
            text=text,
            language=language,
            inline=inline,
            attachments=attachments,
        ),
        message_id=row.message_id,
        now=now,
    )
