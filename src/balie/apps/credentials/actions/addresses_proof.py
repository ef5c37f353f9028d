"""Prove a change of address: from the new address, with a saved code, by what employees saw.

The bank proof has a module of its own (`addresses_bank`). Whoever proves something here completes
the change when nothing else is missing.
"""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import F

from balie.apps.credentials.actions.addresses_end import complete_if_ready
from balie.apps.credentials.actions.addresses_steps import (
    Kind,
    UnableToChangeAddress,
    note_step,
    proven_with,
    revive,
)
from balie.apps.credentials.models import AddressChange, AddressWitness
from balie.apps.credentials.queries import addresses as queries
from balie.apps.credentials.queries import proofs
from balie.apps.customers import factors
from balie.apps.customers.models import Employee
from balie.apps.promises.queries import policy_in_force
from balie.infra.audit import SYSTEM, Actor

State = AddressChange.State
Proof = AddressChange.Proof
WITNESSES = 2
LONGEST_WITNESS = 4000


@transaction.atomic
def confirm(*, secret: str, now: datetime) -> AddressChange:
    """Confirm the new address with the link that was mailed there; it confirms once.

    Raises UnableToChangeAddress for a link that is unknown or spent.
    """
    change = _usable(secret, now=now)
    fresh = AddressChange.objects.filter(pk=change.pk, confirmed_at__isnull=True)
    if fresh.update(confirmed_at=now):
        note_step(change, Kind.CONFIRMED, by=SYSTEM, now=now)
    return complete_if_ready(change, by=SYSTEM, now=now)


def prove_with_code(*, secret: str, code: str, now: datetime) -> AddressChange:
    """Prove a change with a recovery code the customer kept, on the page behind the link.

    A wrong one counts, and after some nothing is tried any more; what belongs to nobody takes
    none and says the same. Raises UnableToChangeAddress.
    """
    change = _usable(secret, now=now)
    with transaction.atomic():
        if _takes_code(change, code=code, now=now):
            return complete_if_ready(change, by=SYSTEM, now=now)
        # The count stays also though this ends in an error: it is committed before that.
    msg = "this code is not right, or was used before"
    raise UnableToChangeAddress(msg)


def _takes_code(change: AddressChange, *, code: str, now: datetime) -> bool:
    """Count the try, then use the code up and note the proof; False when it proves nothing."""
    policy = policy_in_force(now=now)
    most = policy.address_change.code_tries
    mine = AddressChange.objects.filter(pk=change.pk, wrong_codes__lt=most)
    if not mine.update(wrong_codes=F("wrong_codes") + 1):
        return False
    user = change.user
    if user is None or change.state not in {State.OPEN, State.REPLACED}:
        return False
    if queries.has_proven_beside(change) or queries.wrong_codes_beside(change, now=now) >= 2 * most:
        return False
    is_old = proofs.has_old_codes(user, policy=policy)
    if not (is_old and factors.spend_recovery_code(user=user, code=code, now=now)):
        note_step(change, Kind.WRONG_CODE, by=SYSTEM, now=now)
        return False
    AddressChange.objects.filter(pk=change.pk).update(wrong_codes=F("wrong_codes") - 1)
    if change.state == State.REPLACED:
        revive(change, by=SYSTEM, now=now)
    return _prove(change, Proof.RECOVERY_CODE, by=SYSTEM, now=now)


@transaction.atomic
def witness(
    *, change: AddressChange, employee: Employee, text: str, by: Actor, now: datetime
) -> AddressChange:
    """Write down what an employee saw: the last resort. The second one makes it a proof.

    Raises UnableToChangeAddress when he said it already, says nothing, is a newcomer, or it is
    proven or closed.
    """
    words = text.strip()
    if not words or len(words) > LONGEST_WITNESS:
        raise UnableToChangeAddress(f"write what you saw, in 1 to {LONGEST_WITNESS} characters")
    _refuse_newcomer(employee, now=now)
    _touch(change, employee=employee, now=now)
    try:
        with transaction.atomic():
            AddressWitness.objects.create(change=change, employee=employee, text=words, at=now)
    except IntegrityError as error:
        msg = "you wrote down already what you saw; a second employee has to"
        raise UnableToChangeAddress(msg) from error
    note_step(change, Kind.WITNESSED, by=by, now=now)
    if AddressWitness.objects.filter(change=change).count() >= WITNESSES:
        _prove(change, Proof.WITNESSES, by=by, now=now)
    return complete_if_ready(change, by=by, now=now)


def _touch(change: AddressChange, *, employee: Employee, now: datetime) -> None:
    """Note the first employee who had a hand in it: he may not approve it."""
    unproven = AddressChange.objects.filter(
        pk=change.pk, state=State.OPEN, proven_at__isnull=True, user__isnull=False
    )
    if not unproven.exists():
        msg = "this change is proven or closed already"
        raise UnableToChangeAddress(msg)
    unproven.filter(touched_by__isnull=True).update(
        touched_by=employee, touched_at=now, works_alone=queries.employees() == 1
    )


@transaction.atomic
def approve(
    *, change: AddressChange, employee: Employee, by: Actor, now: datetime
) -> AddressChange:
    """Approve what another employee had a hand in, once it is proven. Once, by one.

    Raises UnableToChangeAddress when he touched it himself (he took in the bank file that proves
    it, too), is a newcomer, or it is not waiting for that.
    """
    _refuse_newcomer(employee, now=now)
    # The update names its own guard: of two who look at the same moment one has it.
    waiting = AddressChange.objects.filter(
        pk=change.pk,
        state=State.OPEN,
        proven_at__isnull=False,
        approved_by__isnull=True,
        touched_by__isnull=False,
    )
    change.refresh_from_db()
    is_his = employee.pk in queries.had_a_hand(change)
    approved = 0 if is_his else waiting.update(approved_by=employee, approved_at=now)
    if not approved:
        msg = "it does not wait for your approval: you had a hand in it, or somebody was first"
        raise UnableToChangeAddress(msg)
    note_step(change, Kind.APPROVED, by=by, now=now)
    return complete_if_ready(change, by=by, now=now)


def _refuse_newcomer(employee: Employee, *, now: datetime) -> None:
    """Refuse who was appointed lately: an admin could appoint himself a colleague for this."""
    if queries.is_newcomer(employee, policy=policy_in_force(now=now), now=now):
        msg = "who works here for some days only does not count as second or as witness yet"
        raise UnableToChangeAddress(msg)


def _usable(secret: str, *, now: datetime) -> AddressChange:
    change = queries.change_of(secret)
    if change is None or not queries.takes_proof(change, now=now):
        msg = "this link is no longer valid; start again"
        raise UnableToChangeAddress(msg)
    return change


def _prove(change: AddressChange, proof: str, *, by: Actor, now: datetime) -> bool:
    """Note the proof, if it is the first; whether it was."""
    unproven = AddressChange.objects.filter(
        pk=change.pk, state=State.OPEN, proven_at__isnull=True, user__isnull=False
    )
    proven = unproven.update(**proven_with(change, proof, now=now))
    if proven:
        note_step(change, Kind.PROVEN, by=by, now=now)
    return bool(proven)
