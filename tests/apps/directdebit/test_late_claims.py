"""A debtor's claim after the last day without reason, and after the last day at all."""

from datetime import date, timedelta

import pytest

from balie.apps.directdebit import queries
from balie.apps.directdebit.models import RTransaction
from balie.apps.office import queries as office
from tests.apps.directdebit.collecting import (
    GROSS,
    Debtor,
    at,
    batch_credit,
    day,
    frozen,
    return_of,
    statement,
    take_in,
)

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("bank")]

A_DAY = timedelta(days=1)
LAST_WITHOUT_REASON = date(2027, 2, 1)  # 56 days after 26 Nov 2026 and 7 TARGET days
LAST_UNAUTHORISED = date(2027, 12, 26)  # 13 months after it


@pytest.mark.parametrize(
    ("booked_on", "said", "reason", "mandate", "too_late"),
    [
        (LAST_WITHOUT_REASON, "MD06", "MD06", "suspended", None),
        (LAST_WITHOUT_REASON + A_DAY, "MD06", "MD01", "revoked", None),
        (LAST_WITHOUT_REASON + A_DAY, "", "MD01", "revoked", None),
        (LAST_WITHOUT_REASON + A_DAY, "AC04", "AC04", "suspended", None),
        (LAST_UNAUTHORISED, "MD01", "MD01", "revoked", None),
        (LAST_UNAUTHORISED + A_DAY, "MD01", "MD01", "revoked", LAST_UNAUTHORISED),
    ],
)
def test_claim_after_the_last_day_without_reason_says_there_was_no_mandate(
    booked_on: date,
    said: str,
    reason: str,
    mandate: str,
    too_late: date | None,
) -> None:
    debtor = Debtor()
    batch = frozen()
    take_in(statement(batch_credit(batch)))
    assert debtor.collection.final_on == LAST_WITHOUT_REASON

    back = return_of(debtor.collection, reason=said, by_debtor=True)
    number = (booked_on - day(0)).days
    take_in(statement(back, on=booked_on, opening=GROSS, number=2), number=number)

    undone = RTransaction.objects.get()
    assert (undone.kind, undone.reason_code) == ("refund", reason)
    assert debtor.mandate_status == mandate
    assert queries.last_day_passed(undone) == too_late
    assert debtor.owes == GROSS
    assert [one.name for one in office.verify(now=at(number)) if not one.holds] == []
