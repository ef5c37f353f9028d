"""What employees may do about a change of address: start it, see for each other, and no more."""

from datetime import timedelta

import pytest

from balie.apps.credentials.actions import addresses_end, addresses_proof
from balie.apps.credentials.actions.addresses_steps import UnableToChangeAddress
from balie.apps.credentials.models import AddressChange
from balie.apps.customers.models import Employee, Hold
from balie.infra import jobs
from tests.apps.building import NOW
from tests.apps.credentials.changing import Mover, actor_of, new_employee, secret_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

State = AddressChange.State


def confirm(mover: Mover) -> AddressChange:
    return addresses_proof.confirm(secret=secret_of(mover.change), now=NOW)


def test_call_only_starts_it_and_a_second_employee_approves() -> None:
    mover = Mover()
    codes = mover.add_factor()
    first, second = new_employee(), new_employee()
    change = mover.call(first)
    confirm(mover)
    addresses_proof.prove_with_code(secret=secret_of(change), code=codes[0], now=NOW)

    with pytest.raises(UnableToChangeAddress):
        addresses_proof.approve(change=change, employee=first, by=actor_of(first), now=NOW)
    before = mover.change.state
    done = addresses_proof.approve(change=change, employee=second, by=actor_of(second), now=NOW)

    assert before == State.OPEN
    assert (done.state, done.touched_by, done.approved_by) == (State.COMPLETED, first, second)
    ends = Hold.objects.filter(customer=mover.customer).values_list("blocks", "until_at")
    assert dict(ends) == dict.fromkeys(("new_iban", "credentials"), NOW + timedelta(hours=72))


def test_nothing_is_approved_without_proof() -> None:
    """The helpful employee and his helpful colleague."""
    mover = Mover()
    first, second = new_employee(), new_employee()
    change = mover.call(first)
    confirm(mover)

    with pytest.raises(UnableToChangeAddress):
        addresses_proof.approve(change=change, employee=second, by=actor_of(second), now=NOW)
    addresses_end.complete_waiting(now=NOW + timedelta(days=13))

    assert mover.change.state == State.OPEN
    assert mover.user.email == mover.old_email


def test_only_employee_waits_seven_days_counted_when_it_started() -> None:
    mover = Mover()
    codes = mover.add_factor()
    alone = new_employee()
    change = mover.call(alone)
    new_employee()  # who comes later changes nothing
    confirm(mover)
    addresses_proof.prove_with_code(secret=secret_of(change), code=codes[0], now=NOW)

    addresses_end.complete_waiting(now=NOW + timedelta(days=7, seconds=-1))
    before = mover.change.state
    jobs.run_pending(now=NOW + timedelta(days=7))
    addresses_end.complete_waiting(now=NOW + timedelta(days=7))

    assert before == State.OPEN
    assert mover.change.state == State.COMPLETED


def test_two_witnesses_and_fourteen_days_are_the_last_resort() -> None:
    mover = Mover()
    first, second = new_employee(), new_employee()
    change = mover.call(first)
    confirm(mover)
    see(change, first)
    after_one = mover.change.proof
    see(change, second)

    addresses_end.complete_waiting(now=NOW + timedelta(days=14, seconds=-1))
    before = mover.change.state
    addresses_end.complete_waiting(now=NOW + timedelta(days=14))

    assert after_one == ""
    assert before == State.OPEN
    assert (mover.change.state, mover.change.proof) == (State.COMPLETED, "witnesses")
    assert mover.user.email == mover.new_email


def see(change: AddressChange, employee: Employee) -> None:
    addresses_proof.witness(
        change=change,
        employee=employee,
        text="Paspoort en uittreksel KvK gezien aan de balie.",
        by=actor_of(employee),
        now=NOW,
    )


def test_one_witness_twice_is_one_witness() -> None:
    mover = Mover()
    first = new_employee()
    change = mover.call(first)
    see(change, first)

    with pytest.raises(UnableToChangeAddress):
        see(change, first)

    assert mover.change.proof == ""
