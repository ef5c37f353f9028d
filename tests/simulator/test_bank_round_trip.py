"""From our order to the bank's statement and back: nothing of what we sent is lost on the way."""

from datetime import UTC, date, datetime
from pathlib import Path

from balie.formats.statements import read_statements
from balie.simulator.bank import SimulatedBank
from tests.support.bank_files import (
    DE_VRIES,
    JANSEN,
    OUR_IBAN,
    PIETERSEN,
    answer_of,
    debit,
    order,
    rejections,
)


def test_every_debit_is_collected_rejected_or_back_with_its_own_id_and_amount(
    tmp_path: Path,
) -> None:
    bank = SimulatedBank.open(
        iban=OUR_IBAN, opened_on=date(2026, 11, 27), opening_cents=5000, monthly_cost_cents=0
    )
    bank.plan_reject("BAL-C-4", reason="AC01")
    bank.plan_return("BAL-C-2", reason="AM04", after_days=2)
    bank.plan_return("BAL-C-3", reason="MD06", after_days=40)
    sent = [
        debit("BAL-C-1", iban=JANSEN, amount_cents=1210),
        debit("BAL-C-2", iban=DE_VRIES, amount_cents=2420),
        debit("BAL-C-3", iban=PIETERSEN, amount_cents=36300),
        debit("BAL-C-4", iban=JANSEN, amount_cents=999),
    ]

    answer = answer_of(bank.receive_file(order(*sent), at=datetime(2026, 11, 27, 9, tzinfo=UTC)))
    booked = {}
    file = tmp_path / "statement.xml"
    written = b""
    for ordinal in range(date(2026, 11, 27).toordinal(), date(2027, 2, 1).toordinal()):
        data = bank.close_day(date.fromordinal(ordinal))
        if data is None:
            continue
        file.write_bytes(data)
        written += data
        for statement in read_statements(file):
            booked.update({entry.booked_on: entry for entry in statement.entries})

    assert rejections(answer) == {"BAL-C-4": "AC01"}
    batch, returned, refunded = booked.values()
    assert (batch.booked_on, batch.amount_cents) == (date(2026, 12, 1), 1210 + 2420 + 36300)
    assert (batch.batch_message_id, batch.batch_payment_information_id) == ("F-1", "B-1")
    assert (returned.booked_on, returned.end_to_end_id) == (date(2026, 12, 3), "BAL-C-2")
    assert (returned.amount_cents, returned.return_reason) == (-2420, "AM04")
    assert returned.mandate_reference == "M-BAL-C-2"
    assert returned.counterparty_iban == DE_VRIES
    assert (refunded.booked_on, refunded.end_to_end_id) == (date(2027, 1, 11), "BAL-C-3")
    assert (refunded.amount_cents, refunded.return_reason) == (-36300, "MD06")
    assert refunded.counterparty_name == "P. Pietersen"
    assert bank.balance_cents == 5000 + 1210
    # As Dutch banks write it: who gets his money back stands as the creditor of that entry.
    assert b"<Cdtr><Pty><Nm>De Vries + Zn</Nm></Pty></Cdtr>" in written
