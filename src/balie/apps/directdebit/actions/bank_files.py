"""What the bank is told: collections as the values that pain.008 is written from."""

from collections.abc import Sequence
from datetime import date, datetime

from balie.apps.directdebit.models import Collection
from balie.domain.policy import Policy
from balie.formats.pain008 import Creditor, DirectDebit, DirectDebitFile, PaymentBlock


def file_of(
    collections: Sequence[Collection],
    *,
    message_id: str,
    block_id: str,
    day: date,
    policy: Policy,
    now: datetime,
) -> DirectDebitFile:
    """Return one payment block with these collections, from our account and identifier."""
    company = policy.company
    return DirectDebitFile(
        message_id=message_id,
        created_at=now,
        creditor=Creditor(
            name=company.name,
            iban=company.iban,
            bic=company.bic,
            creditor_identifier=company.creditor_identifier,
        ),
        blocks=(
            PaymentBlock(
                payment_information_id=block_id,
                collection_date=day,
                sequence_type="RCUR",
                scheme="CORE",  # the policy knows no other yet
                collections=tuple(debit_of(collection) for collection in collections),
            ),
        ),
    )


def debit_of(collection: Collection) -> DirectDebit:
    """Return what the bank is told of one collection; its parts tell the invoices."""
    numbers = [part.invoice.number for part in collection.parts.all()]
    return DirectDebit(
        end_to_end_id=collection.end_to_end_id,
        amount_cents=collection.amount_cents,
        mandate_reference=collection.mandate.mandate_reference,
        signed_on=collection.mandate.signed_on,
        debtor_name=collection.mandate.debtor_name,
        debtor_iban=collection.mandate.iban,
        remittance_information=_quote(numbers, collection.customer.number),
    )


def _quote(numbers: list[str], customer_number: str) -> str:
    """What the debtor reads on his statement: the invoices as far as they fit in 140 characters."""
    text = f"Factuur {', '.join(numbers)}"
    return text if len(text) <= 140 else f"{len(numbers)} facturen, klant {customer_number}"
