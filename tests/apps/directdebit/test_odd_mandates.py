"""One odd mandate, or a change at the last moment, does not stop the debits of everybody else."""

from collections.abc import Callable
from typing import Any

import pytest

from balie.apps.billing import actions as billing
from balie.apps.customers import actions as customers
from balie.apps.directdebit.actions import batches
from balie.apps.mandates import actions as mandates
from balie.apps.mandates import queries
from balie.apps.mandates.models import Mandate
from balie.apps.office import actions as office
from balie.domain.policy import Policy
from balie.faces.portal.forms import MandateForm
from balie.formats.pain008 import write_pain008
from balie.infra.audit import SYSTEM
from tests.apps.building import TODAY, new_customer, new_mandate
from tests.apps.directdebit.collecting import (
    Debtor,
    announce,
    at,
    bill,
    day,
    freeze,
)

pytestmark = pytest.mark.django_db

BRITISH = "GB29NWBK60161331926819"
SWISS = "CH9300762011623852957"
JAPANESE = "日本語"


@pytest.mark.parametrize("iban", [BRITISH, SWISS])
def test_mandate_on_an_account_outside_the_eea_is_refused(iban: str) -> None:
    with pytest.raises(mandates.UnableToGiveMandate, match="outside the European Economic Area"):
        new_mandate(new_customer(), iban=iban)

    assert not Mandate.objects.exists()


def test_mandate_with_a_name_that_no_file_can_hold_is_refused() -> None:
    with pytest.raises(mandates.UnableToGiveMandate, match="use Latin letters"):
        new_mandate(new_customer(name=JAPANESE))


@pytest.mark.parametrize(
    ("field", "value"), [("iban", BRITISH), ("iban", SWISS), ("debtor_name", JAPANESE)]
)
def test_form_refuses_what_could_not_be_debited(field: str, value: str) -> None:
    data = {"debtor_name": "J. Bakker", "iban": "NL39RABO0300065264", "agreed": "on"}

    form = MandateForm({**data, field: value})

    assert list(form.errors) == [field]


@pytest.mark.parametrize(
    ("change", "code"),
    [({"iban": BRITISH}, "outside_eea"), ({"debtor_name": JAPANESE}, "name")],
)
def test_mandate_that_cannot_be_collected_on_is_not_announced(
    change: dict[str, str], code: str
) -> None:
    odd, other = Debtor(), Debtor()
    Mandate.objects.filter(pk=odd.mandate.pk).update(**change)
    odd.mandate.refresh_from_db()
    bill()

    receipt = announce()

    found = queries.obstacle_to_collect(odd.mandate, on=TODAY, policy=Policy())
    assert found is not None
    assert found.code == code
    assert [one.customer for one in receipt.announced] == [other.customer]
    assert [one.reason for one in receipt.left_out] == [f"mandate_{code}"]


@pytest.mark.parametrize("change", [{"iban": BRITISH}, {"debtor_name": JAPANESE}])
def test_odd_mandate_announced_before_is_withdrawn_and_the_others_are_collected(
    change: dict[str, str],
) -> None:
    odd, other = Debtor(), Debtor()
    bill()
    announce()
    Mandate.objects.filter(pk=odd.mandate.pk).update(**change)

    receipt = freeze()

    assert [batch.count for batch in receipt.batches] == [1]
    assert (odd.collection.state, other.collection.state) == ("withdrawn", "exported")


def test_debit_that_no_file_can_hold_is_withdrawn_alone() -> None:
    odd, other = Debtor(), Debtor()
    bill()
    announce()
    Mandate.objects.filter(pk=odd.mandate.pk).update(mandate_reference="/BAL")

    receipt = freeze()

    assert [one.reason for one in receipt.left_out] == ["not_writable"]
    assert (odd.collection.state, other.collection.state) == ("withdrawn", "exported")


def revoke(debtor: Debtor) -> None:
    mandates.change_status(
        mandate=debtor.mandate, to_status="revoked", reason="x", by=SYSTEM, now=at(1)
    )


def hold_invoice(debtor: Debtor) -> None:
    billing.place_invoice_hold(invoice=debtor.invoice, kind="dispute", by=SYSTEM, now=at(1))


def hold_customer(debtor: Debtor) -> None:
    customers.place_hold(customer=debtor.customer, blocks="money", reason="x", by=SYSTEM, now=at(1))


def credit(debtor: Debtor) -> None:
    billing.credit_invoice(invoice=debtor.invoice, reason="x", by=SYSTEM, now=at(1))


def meanwhile(
    happens: Callable[[Debtor], None], debtor: Debtor, *, times: int, patch: pytest.MonkeyPatch
) -> None:
    """Let something happen right after a day was judged; only the moment is forced."""
    left = [happens] * times

    def write_meanwhile(*args: Any, **kwargs: Any) -> None:
        if left:
            left.pop()(debtor)
        write_pain008(*args, **kwargs)

    patch.setattr(batches, "write_pain008", write_meanwhile)


@pytest.mark.postgres
@pytest.mark.parametrize("happens", [revoke, hold_invoice, hold_customer, credit])
def test_what_changes_while_a_day_is_frozen_is_not_in_a_file(
    happens: Callable[[Debtor], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = Debtor()
    bill()
    announce()
    meanwhile(happens, changed, times=100, patch=monkeypatch)

    receipt = freeze()

    assert (receipt.batches, receipt.left_out) == ([], [])
    assert receipt.busy == [changed.collection.collection_date]
    assert changed.collection.state == "announced"


@pytest.mark.postgres
def test_day_that_changed_while_it_was_frozen_is_judged_anew(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    debtor = Debtor()
    bill()
    announce()
    meanwhile(hold_invoice, debtor, times=1, patch=monkeypatch)

    receipt = freeze()

    assert [batch.count for batch in receipt.batches] == [1]
    assert receipt.busy == []


def test_round_says_which_day_kept_changing(monkeypatch: pytest.MonkeyPatch) -> None:
    debtor = Debtor()
    bill()
    announce()
    meanwhile(revoke, debtor, times=100, patch=monkeypatch)

    steps = office.daily_round(by=SYSTEM, now=at(1))

    freezing = next(step for step in steps if step.step == "freeze")
    assert freezing.receipt["busy"] == [str(debtor.collection.collection_date)]


def test_debit_the_bank_could_not_have_in_time_is_announced_anew() -> None:
    """Nothing was frozen for a day: two TARGET days before Thursday is Tuesday."""
    debtor = Debtor()
    bill()
    announce()

    receipt = freeze(2)

    assert receipt.batches == []
    assert [one.reason for one in receipt.left_out] == ["day_passed"]
    assert debtor.collection.state == "withdrawn"
    (again,) = announce(2).announced
    assert again.collection_date == day(7)
