"""The bank proof: IBAN, amount, day and code all count; the cent is booked once."""

from datetime import timedelta

import pytest

from balie.apps.banking.models import SliceClaim
from balie.apps.billing.models import Payment
from balie.apps.credentials.actions import addresses_bank, addresses_end, addresses_proof
from balie.apps.credentials.actions.addresses_steps import UnableToChangeAddress
from balie.apps.credentials.models import AddressChange, AddressTransfer
from balie.apps.credentials.queries import addresses as queries
from balie.apps.customers import actions as customers
from balie.apps.customers.models import Employee
from balie.apps.office import queries as office
from balie.apps.office.intake import CLAIMANTS, take_in_bank_file
from balie.domain.address_codes import format_code
from balie.infra import jobs
from balie.infra.audit import SYSTEM
from balie.simulator.bank import SimulatedBank
from tests.apps.building import new_customer, new_mandate
from tests.apps.credentials.changing import (
    LATER,
    Mover,
    actor_of,
    debited,
    later,
    new_employee,
    secret_of,
    stop_secret_of,
    transfer,
)
from tests.apps.directdebit.collecting import day, live, statements

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

State = AddressChange.State
ELSEWHERE = "NL91ABNA0417164300"
BEFORE = LATER - 1


def broken() -> list[str]:
    return [
        str(violation) for result in office.verify(now=later()) for violation in result.violations
    ]


def started(mover: Mover, *, days: int = BEFORE) -> AddressChange:
    """A change of somebody who can no longer sign in, confirmed from the new address."""
    change = mover.start_in_public(now=later(days))
    return addresses_proof.confirm(secret=secret_of(change), now=later(days))


def verdicts() -> list[str]:
    return list(AddressTransfer.objects.order_by("pk").values_list("verdict", flat=True))


def test_cent_from_the_account_of_the_mandate_completes_the_change() -> None:
    mover = Mover()
    bank = debited(mover)
    change = started(mover)

    transfer(bank, text=f"Adres wijzigen {change.bank_code}", iban=mover.debtor.iban)

    assert (mover.change.state, mover.change.proof) == (State.COMPLETED, "bank")
    assert mover.user.email == mover.new_email
    assert queries.credentials_free_at(mover.change) == later(LATER + 1) + timedelta(hours=24)
    assert broken() == []


def test_cent_is_credit_of_the_customer_booked_once() -> None:
    mover = Mover()
    bank = debited(mover)
    change = started(mover)

    transfer(bank, text=change.bank_code, iban=mover.debtor.iban)
    addresses_bank.claim_proofs(by=SYSTEM, now=later())
    addresses_bank.claim_proofs(by=SYSTEM, now=later())

    payment = Payment.objects.get(customer=mover.customer)
    assert (payment.amount_cents, payment.unallocated_cents) == (1, 1)
    assert payment.claim.claimant == SliceClaim.Claimant.PROOF
    assert SliceClaim.objects.filter(claimant=SliceClaim.Claimant.PROOF).count() == 1


def test_second_cent_with_the_same_code_is_credit_and_no_second_proof() -> None:
    mover = Mover()
    bank = debited(mover)
    change = started(mover)
    transfer(bank, text=change.bank_code, iban=mover.debtor.iban)
    completed_at = mover.change.completed_at

    transfer(bank, text=change.bank_code, iban=mover.debtor.iban, number=LATER + 3, cents=5)

    assert verdicts() == ["proven", "more"]
    assert mover.change.completed_at == completed_at
    assert sum(one.unallocated_cents for one in Payment.objects.all()) == 6
    assert broken() == []


@pytest.mark.parametrize(
    ("text", "verdict"),
    [("{code}", ["wrong_account"]), ("{other}", ["unknown"]), ("{code} {other}", ["unknown"])],
    ids=["code from another account", "code of nobody", "two codes"],
)
def test_transfer_that_fits_not_wholly_proves_nothing_and_alarms(
    text: str, verdict: list[str]
) -> None:
    mover = Mover()
    bank = debited(mover)
    change = started(mover)
    other = format_code(7)

    transfer(bank, text=text.format(code=change.bank_code, other=other), iban=ELSEWHERE)
    addresses_bank.claim_proofs(by=SYSTEM, now=later())

    assert verdicts() == verdict
    assert mover.change.state == State.OPEN
    assert mover.user.email == mover.old_email
    assert queries.alarming_transfers().count() == 1
    assert not SliceClaim.objects.filter(claimant=SliceClaim.Claimant.PROOF).exists()
    assert broken() == []


def test_right_account_without_a_code_proves_nothing() -> None:
    mover = Mover()
    bank = debited(mover)
    started(mover)

    transfer(bank, text="adreswijziging", iban=mover.debtor.iban)

    assert verdicts() == []
    assert mover.change.state == State.OPEN


def test_account_that_was_changed_first_proves_nothing_neither_new_nor_old() -> None:
    """The attack: in with a stolen password, another IBAN on the mandate, then one cent from it."""
    mover = Mover()
    bank = debited(mover)
    new_mandate(mover.customer, iban=ELSEWHERE, now=later(20))
    change = started(mover)

    transfer(bank, text=change.bank_code, iban=ELSEWHERE)
    transfer(bank, text=change.bank_code, iban=mover.debtor.iban, number=LATER + 3)

    assert verdicts() == ["wrong_account", "wrong_account"]
    assert mover.user.email == mover.old_email


def test_account_debited_for_the_first_time_less_than_thirty_days_ago_proves_nothing() -> None:
    mover = Mover()
    bank = debited(mover)
    change = started(mover, days=9)

    transfer(bank, text=change.bank_code, iban=mover.debtor.iban, number=10)

    assert verdicts() == ["wrong_account"]


def test_account_from_which_the_debit_was_taken_back_proves_nothing() -> None:
    mover = Mover()
    bank = debited(mover)
    collection = mover.debtor.collection
    bank.plan_return(collection.end_to_end_id, reason="MD06", after_days=10)
    live(bank, until=20)
    change = started(mover)

    transfer(bank, text=change.bank_code, iban=mover.debtor.iban)

    assert verdicts() == ["wrong_account"]
    assert mover.user.email == mover.old_email


def test_contact_of_two_customers_is_not_proven_by_the_account_of_one() -> None:
    """Who shares one customer's bank account must not get at the other customer."""
    mover, other = Mover(), Mover()
    bank = debited(mover, other)
    customers.register_contact(
        customer=other.customer,
        name=mover.contact.name,
        email=mover.old_email,
        role="owner",
        by=SYSTEM,
        now=later(1),
    )
    change = started(mover)

    transfer(bank, text=change.bank_code, iban=mover.debtor.iban)

    assert verdicts() == ["wrong_account"]


def test_order_a_stranger_placed_in_his_name_keeps_nobody_from_his_proof() -> None:
    mover = Mover()
    bank = debited(mover)
    customers.register_first_contact(
        customer=(ordered := new_customer(with_contact=False)),
        name="Wie dan ook",
        email=mover.old_email,
        by=SYSTEM,
        now=later(1),
    )
    change = started(mover)

    transfer(bank, text=change.bank_code, iban=mover.debtor.iban)

    assert verdicts() == ["proven"]
    assert Payment.objects.filter(customer=mover.customer).exists()
    assert not Payment.objects.filter(customer=ordered).exists()
    assert mover.user.email == mover.new_email


def test_code_that_comes_too_late_proves_nothing() -> None:
    mover = Mover()
    bank = debited(mover)
    change = started(mover, days=LATER - 15)

    transfer(bank, text=change.bank_code, iban=mover.debtor.iban)

    assert verdicts() == ["out_of_time"]
    assert mover.user.email == mover.old_email


def test_code_of_a_change_that_was_stopped_proves_nothing() -> None:
    mover = Mover()
    bank = debited(mover)
    change = started(mover)
    addresses_end.stop(secret=stop_secret_of(change, mover.contact), now=later(BEFORE))

    transfer(bank, text=change.bank_code, iban=mover.debtor.iban)

    assert verdicts() == ["closed"]
    assert mover.user.email == mover.old_email


def test_cent_before_the_new_address_confirmed_waits_for_it() -> None:
    mover = Mover()
    bank = debited(mover)
    change = mover.start_in_public(now=later(BEFORE))

    transfer(bank, text=change.bank_code, iban=mover.debtor.iban)
    before = mover.change.state
    addresses_proof.confirm(secret=secret_of(change), now=later(LATER + 2))

    assert before == State.OPEN
    assert mover.change.state == State.COMPLETED


def test_bank_proof_of_what_an_employee_started_still_needs_a_second_one() -> None:
    mover = Mover()
    bank = debited(mover)
    first, second = new_employee(), new_employee()
    change = mover.call(first, now=later(BEFORE))
    addresses_proof.confirm(secret=secret_of(change), now=later(BEFORE))

    transfer(bank, text=change.bank_code, iban=mover.debtor.iban)
    before = mover.change
    addresses_proof.approve(
        change=change, employee=second, by=actor_of(second), now=later(LATER + 2)
    )

    assert (before.state, before.proof) == (State.OPEN, "bank")
    assert mover.change.state == State.COMPLETED
    assert queries.credentials_free_at(mover.change) == later(LATER + 2) + timedelta(hours=72)


def uploaded(bank: SimulatedBank, mover: Mover, employee: Employee, *, text: str) -> None:
    """A transfer in a file that an employee brings by hand."""
    bank.receive_transfer(
        amount_cents=1, name="J. Bakker", iban=mover.debtor.iban, on=day(LATER), text=text
    )
    for content in statements(bank, until=LATER + 2):
        take_in_bank_file(name="x.xml", content=content, by=actor_of(employee), now=later())


def test_bank_file_that_an_employee_brought_needs_another_one_to_approve() -> None:
    """He could have written the cent into it himself."""
    mover = Mover()
    bank = debited(mover)
    finance, second = new_employee(role="finance"), new_employee()
    change = started(mover)

    uploaded(bank, mover, finance, text=change.bank_code)
    before = mover.change
    with pytest.raises(UnableToChangeAddress):
        addresses_proof.approve(change=change, employee=finance, by=actor_of(finance), now=later())
    addresses_proof.approve(change=change, employee=second, by=actor_of(second), now=later())

    assert (before.state, before.proof, before.touched_by) == (State.OPEN, "bank", finance)
    assert mover.change.state == State.COMPLETED
    assert queries.credentials_free_at(mover.change) == later() + timedelta(hours=72)


def test_employee_who_brought_the_file_approves_not_what_another_one_started() -> None:
    mover = Mover()
    bank = debited(mover)
    first, finance = new_employee(), new_employee(role="finance")
    change = mover.call(first, now=later(BEFORE))
    addresses_proof.confirm(secret=secret_of(change), now=later(BEFORE))

    uploaded(bank, mover, finance, text=change.bank_code)
    with pytest.raises(UnableToChangeAddress):
        addresses_proof.approve(change=change, employee=finance, by=actor_of(finance), now=later())

    assert (mover.change.state, mover.change.touched_by) == (State.OPEN, first)


def test_only_employee_who_brought_the_file_makes_it_wait_seven_days() -> None:
    mover = Mover()
    bank = debited(mover)
    alone = new_employee(role="admin")
    change = started(mover)

    uploaded(bank, mover, alone, text=change.bank_code)
    addresses_end.complete_waiting(now=later() + timedelta(days=7, seconds=-1))
    before = mover.change.state
    addresses_end.complete_waiting(now=later() + timedelta(days=7))

    assert (before, mover.change.state) == (State.OPEN, State.COMPLETED)


def test_strangers_start_does_not_keep_the_owner_from_his_proof() -> None:
    """A stranger starts another change after the owner's: the owner's cent takes his up again."""
    mover = Mover()
    bank = debited(mover)
    change = started(mover)
    own_address = mover.new_email
    mover.new_email = "inbreker@anders.example"
    strangers = mover.start_in_public(now=later(BEFORE))
    change.refresh_from_db()
    aside = change.state

    transfer(bank, text=change.bank_code, iban=mover.debtor.iban)

    strangers.refresh_from_db()
    assert aside == State.REPLACED
    assert strangers.state == State.REPLACED
    assert mover.user.email == own_address


def test_proofs_are_claimed_after_our_own_batches_and_before_the_matcher() -> None:
    names = [claimant.__name__ for claimant in CLAIMANTS]

    assert names == ["_returns_and_batches", "_address_proofs", "_transfers", "_costs"]


def test_public_start_for_nobody_looks_the_same_and_does_nothing() -> None:
    mover = Mover()

    change = mover.start_in_public(identifier="niemand@nergens.example")
    jobs.run_pending(now=later(0))

    assert change.user is None
    assert queries.looks_open(change, now=later(0))
    assert not change.notices.exists()
    assert change.bank_code.startswith("ADRES-")
