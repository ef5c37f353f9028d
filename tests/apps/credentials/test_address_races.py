"""A change ends once, whoever comes at the same moment; careless twins show that it could not."""

import pytest

from balie.apps.credentials.actions import addresses, addresses_bank, addresses_end, addresses_proof
from balie.apps.credentials.actions.addresses_steps import UnableToChangeAddress
from balie.apps.credentials.models import AddressChange, AddressTransfer
from balie.apps.credentials.queries import addresses as queries
from balie.apps.customers import actions as customers
from balie.apps.customers.models import Contact, Employee, Hold
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW
from tests.apps.credentials.changing import (
    Mover,
    actor_of,
    later,
    new_employee,
    secret_of,
    stop_secret_of,
    transferred,
)
from tests.apps.racing import at_once

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("committed")]

State = AddressChange.State
UPDATING = 'UPDATE "credentials_addresschange"'


def waiting_for_approval() -> tuple[Mover, AddressChange, list[Employee]]:
    """A proven change that one employee touched, and two who may approve it."""
    mover = Mover()
    codes = mover.add_factor()
    first = new_employee()
    others = [new_employee(), new_employee()]
    change = mover.call(first)
    addresses_proof.confirm(secret=secret_of(change), now=NOW)
    addresses_proof.prove_with_code(secret=secret_of(change), code=codes[0], now=NOW)
    return mover, mover.change, others


def test_two_approvals_at_the_same_moment_are_one() -> None:
    mover, change, others = waiting_for_approval()

    ends = at_once(
        lambda number: addresses_proof.approve(
            change=change, employee=others[number], by=actor_of(others[number]), now=NOW
        ),
        before=UPDATING,
        expected=(UnableToChangeAddress,),
    )

    assert ends == ["UnableToChangeAddress", "done"]
    assert list(change.steps.filter(kind="approved").values_list("kind")) == [("approved",)]
    assert Hold.objects.filter(customer=mover.customer, blocks="new_iban").count() == 1
    assert OutboxRow.objects.filter(kind="address-done").count() == 1


def approve_carelessly(change: AddressChange, employee: Employee) -> None:
    """The broken twin: looks whether somebody approved, then writes."""
    if AddressChange.objects.get(pk=change.pk).approved_by_id is not None:
        raise UnableToChangeAddress
    AddressChange.objects.filter(pk=change.pk).update(approved_by=employee, approved_at=NOW)


def test_two_careless_approvals_are_two() -> None:
    _mover, change, others = waiting_for_approval()

    ends = at_once(
        lambda number: approve_carelessly(change, others[number]),
        before=UPDATING,
        expected=(UnableToChangeAddress,),
    )

    assert ends == ["done", "done"]


def ready(mover: Mover) -> tuple[AddressChange, str]:
    """A change that completes when the new address confirms, and a link to stop it."""
    mover.add_factor()
    change = mover.start(has_second_factor=True)
    return change, stop_secret_of(change, mover.contact)


def test_stop_and_completion_at_the_same_moment_leave_the_old_address() -> None:
    mover = Mover()
    change, stop = ready(mover)

    ends = at_once(
        lambda number: (
            addresses_end.stop(secret=stop, now=NOW)
            if number
            else addresses_proof.confirm(secret=secret_of(change), now=NOW)
        ),
        before=UPDATING,
        expected=(UnableToChangeAddress,),
    )

    assert ends.count("done") >= 1
    assert mover.change.state in {State.STOPPED, State.REVERTED}
    assert mover.user.email == mover.old_email


def complete_carelessly(change: AddressChange) -> None:
    """The broken twin: looks whether it is still open, then completes it."""
    fresh = AddressChange.objects.get(pk=change.pk)
    if fresh.state != State.OPEN or fresh.user is None:
        raise UnableToChangeAddress
    AddressChange.objects.filter(pk=change.pk).update(confirmed_at=NOW)
    customers.change_address(user=fresh.user, email=fresh.new_email, by=SYSTEM, now=NOW)


def stop_carelessly(change: AddressChange) -> None:
    """What the owner's click would be then."""
    if AddressChange.objects.get(pk=change.pk).state == State.OPEN:
        AddressChange.objects.filter(pk=change.pk).update(state=State.STOPPED, closed_at=NOW)


def test_careless_stop_and_completion_change_an_address_that_was_stopped() -> None:
    mover = Mover()
    change, _stop = ready(mover)

    at_once(
        lambda number: stop_carelessly(change) if number else complete_carelessly(change),
        before=UPDATING,
        expected=(UnableToChangeAddress,),
    )

    assert mover.change.state == State.STOPPED
    assert mover.user.email == mover.new_email


def test_code_is_spent_once_by_many_at_the_same_moment() -> None:
    mover = Mover()
    codes = mover.add_factor()
    change = mover.start_in_public()
    addresses_proof.confirm(secret=secret_of(change), now=NOW)

    at_once(
        lambda _number: addresses_proof.prove_with_code(
            secret=secret_of(change), code=codes[0], now=NOW
        ),
        before=UPDATING,
        parties=4,
        expected=(UnableToChangeAddress,),
    )

    assert mover.change.state == State.COMPLETED
    assert mover.change.steps.filter(kind="proven").count() == 1
    assert OutboxRow.objects.filter(kind="address-done").count() == 1


def test_two_changes_at_the_same_moment_are_one_open_one() -> None:
    mover = Mover()
    contact = Contact.objects.get(pk=mover.contact.pk)

    at_once(
        lambda number: addresses.start_in_portal(
            user=contact.user,
            new_email=f"race{number}@anders.example",
            factor_id=None,
            language="nl",
            by=mover.actor,
            now=NOW,
        ),
        before='INSERT INTO "credentials_addresschange"',
        expected=(UnableToChangeAddress,),
    )

    assert AddressChange.objects.filter(user=mover.user, state=State.OPEN).count() == 1


def test_two_who_claim_at_the_same_moment_judge_a_transfer_once() -> None:
    mover = transferred()

    at_once(
        lambda _number: addresses_bank.claim_proofs(by=SYSTEM, now=later()),
        before='INSERT INTO "ledger_journalentry"',
    )

    assert AddressTransfer.objects.count() == 1
    assert mover.change.state == State.COMPLETED
    assert queries.alarming_transfers().count() == 0
