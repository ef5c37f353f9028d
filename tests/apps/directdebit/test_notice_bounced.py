"""An announcement that came back told nobody: its debit does not go, and that is said."""

import pytest

from balie.infra import outbox
from balie.infra.models import OutboxRow
from tests.apps.directdebit.collecting import Debtor, announce, at, bill, freeze

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]


def test_debit_whose_announcement_came_back_does_not_go() -> None:
    first, second = Debtor(), Debtor()
    bill()
    announce()
    row = OutboxRow.objects.get(kind="debit-announced", recipient_id=first.customer.pk)
    outbox.note_bounced(message_id=row.message_id, reason="550 5.1.1 no such user", now=at(0))

    receipt = freeze()

    assert [(one.customer_number, one.reason) for one in receipt.left_out] == [
        (first.customer.number, "notice_bounced")
    ]
    assert (first.collection.state, second.collection.state) == ("withdrawn", "exported")


def test_debit_is_announced_anew_once_the_address_was_mended() -> None:
    debtor = Debtor()
    bill()
    announce()
    row = OutboxRow.objects.get(kind="debit-announced")
    outbox.note_bounced(message_id=row.message_id, reason="550 5.1.1 no such user", now=at(0))
    freeze()

    announce(1)

    assert len(freeze(2).batches) == 1
    assert debtor.collection.state == "exported"
