"""Orders to collect, made short, and what a bank in a box says to them."""

import io
from datetime import UTC, date, datetime

from balie.formats.pain002 import StatusReport, read_pain002
from balie.formats.pain008 import (
    Creditor,
    DirectDebit,
    DirectDebitFile,
    PaymentBlock,
    write_pain008,
)

OUR_IBAN = "NL91ABNA0417164300"
JANSEN, DE_VRIES, PIETERSEN = "NL39RABO0300065264", "NL20INGB0001234567", "NL02ABNA0123456789"
NAMES = {JANSEN: "J. Jansen", DE_VRIES: "De Vries + Zn", PIETERSEN: "P. Pietersen"}


def debit(end_to_end_id: str, *, iban: str = JANSEN, amount_cents: int = 1210) -> DirectDebit:
    """One debit under mandate M-<end-to-end id>."""
    return DirectDebit(
        end_to_end_id=end_to_end_id,
        amount_cents=amount_cents,
        mandate_reference=f"M-{end_to_end_id}",
        signed_on=date(2026, 1, 15),
        debtor_name=NAMES[iban],
        debtor_iban=iban,
        remittance_information="Factuur F2026-0001",
    )


def order(*debits: DirectDebit, number: int = 1, on: date = date(2026, 12, 1)) -> bytes:
    """The bytes of a file F-<number> with one block B-<number>, to be collected on a day."""
    stream = io.BytesIO()
    block = PaymentBlock(
        payment_information_id=f"B-{number}",
        collection_date=on,
        sequence_type="RCUR",
        scheme="CORE",
        collections=debits,
    )
    file = DirectDebitFile(
        message_id=f"F-{number}",
        created_at=datetime(2026, 11, 27, 8, 15, tzinfo=UTC),
        creditor=Creditor(
            name="De Linde Hosting B.V.",
            iban=OUR_IBAN,
            bic="ABNANL2A",
            creditor_identifier="NL69ZZZ123456780000",
        ),
        blocks=(block,),
    )
    write_pain008(file, stream)
    return stream.getvalue()


def answer_of(data: bytes) -> StatusReport:
    """What the bank answered."""
    return read_pain002(data)


def rejections(report: StatusReport) -> dict[str, str | None]:
    """End-to-end id -> reason code of each rejected transaction."""
    return {
        transaction.end_to_end_id: transaction.reason_code
        for transaction in report.transactions
        if transaction.is_rejected
    }
