"""What leaves for the customer: an invoice he is to transfer, and word that his money is here."""

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings
from django.db.models import Sum

from balie.apps.billing import actions
from balie.apps.billing.models import CreditNote, Invoice, Payment
from balie.apps.customers import queries as customers
from balie.apps.customers.models import Customer, Hold
from balie.apps.promises import queries as policies
from balie.apps.services import queries as services
from balie.formats.epcqr import epc_qr_png
from balie.formats.iban import spaced_iban
from balie.infra import mail, outbox
from balie.infra.mail import Attachment, Inline
from balie.infra.models import OutboxRow
from balie.infra.outbox import Delivery, Refusal, Refused

QR_DESCRIPTION = {
    "nl": "QR-code om het bedrag over te maken",
    "en": "QR code to transfer the amount",
}


def register() -> None:
    """Tell the outbox who sends these kinds."""
    outbox.register("invoice-issued", sender=send_invoice, may_send=may_send_invoice)
    outbox.register("transfer-received", sender=send_received)


def may_send_invoice(row: OutboxRow, now: datetime) -> Refusal | None:
    """Refuse to send an invoice that was credited before it left."""
    if CreditNote.objects.filter(invoice=row.payload["invoice"]).exists():
        return Refusal("the invoice was credited")
    invoice = Invoice.objects.select_related("customer").get(pk=row.payload["invoice"])
    if customers.is_held(invoice.customer, Hold.Blocks.MONEY, now=now):
        return Refusal("the customer's money is on hold")
    return None


def send_invoice(row: OutboxRow, now: datetime) -> Delivery:
    """Send an invoice to be transferred: amount, account, what to quote, QR code and the PDF."""
    invoice = Invoice.objects.select_related("customer").get(pk=row.payload["invoice"])
    policy = policies.policy_of(invoice.policy_version)
    document = actions.document_of(invoice=invoice, now=now)
    domains = services.domains_of(invoice.customer)
    context = {
        "invoice": invoice,
        "spaced_iban": spaced_iban(policy.company.iban),
        "spaced_reference": spaced_iban(invoice.payment_reference),
        "domain": domains[0] if domains else "",
        "transfers": policy.transfers,
    }
    return send_to_customer(
        "billing/mail/invoice_issued",
        row,
        invoice.customer,
        context,
        now=now,
        inline=_qr(invoice, name=policy.company.name, iban=policy.company.iban),
        attachments=(
            Attachment(filename=f"{invoice.number}.pdf", content=bytes(document.content)),
        ),
    )


def send_received(row: OutboxRow, now: datetime) -> Delivery:
    """Thank a customer for his transfer and say what it paid."""
    payment = Payment.objects.select_related("customer").get(pk=row.payload["payment"])
    paid = (
        payment.allocations.values("invoice__number", "invoice__open_cents")
        .annotate(cents=Sum("amount_cents"))
        .order_by("invoice__number")
    )
    context = {
        "payment": payment,
        "paid": [
            {
                "number": each["invoice__number"],
                "cents": each["cents"],
                "open_cents": each["invoice__open_cents"],
            }
            for each in paid
        ],
    }
    return send_to_customer(
        "billing/mail/transfer_received", row, payment.customer, context, now=now
    )


def _qr(invoice: Invoice, *, name: str, iban: str) -> tuple[Inline, ...]:
    if not invoice.open_cents:
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
    template: str,
    row: OutboxRow,
    customer: Customer,
    context: Mapping[str, object],
    *,
    now: datetime,
    inline: tuple[Inline, ...] = (),
    attachments: tuple[Attachment, ...] = (),
) -> Delivery:
    """Write to a customer about his money, in the language of the contact who looks after it.

    `template` is the name without its language. Raises Refused when there is nobody to write to,
    and whatever `mail.deliver` raises.
    """
    contact = customers.contact_for_mail(customer, purpose="finance")
    if contact is None:
        raise Refused(f"customer {customer.number} has no contact; give him one with an address")
    company = policies.policy_in_force(now=now).company
    subject, text = mail.render(
        template,
        language=contact.language,
        context={
            **context,
            "name": contact.name,
            "company": company,
            "base_url": settings.BALIE_BASE_URL.rstrip("/"),
        },
    )
    return mail.deliver(
        mail.Mail(
            to_name=contact.name,
            to_address=contact.user.email,
            subject=subject,
            text=text,
            language=contact.language,
            inline=inline,
            attachments=attachments,
        ),
        message_id=row.message_id,
        now=now,
    )
