"""Two mandates given in the same moment: both are kept, one stands."""

import pytest

from balie.apps.mandates.models import Mandate
from tests.apps.building import new_customer, new_mandate
from tests.apps.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("committed")]


def test_mandate_given_twice_at_the_same_moment_stands_once() -> None:
    customer = new_customer()
    new_mandate(customer)

    ends = at_once(lambda _: new_mandate(customer), before='UPDATE "infra_sequence"', parties=2)

    assert ends == ["done", "done"]
    standing = Mandate.objects.order_by("pk").values_list("mandate_reference", "status")
    assert list(standing) == [
        (f"BAL-{customer.number}-1", "revoked"),
        (f"BAL-{customer.number}-2", "revoked"),
        (f"BAL-{customer.number}-3", "active"),
    ]
