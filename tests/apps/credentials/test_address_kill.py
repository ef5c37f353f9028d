"""Completing a change, killed anywhere and done again, ends the same; and so does a bank proof."""

from typing import Any

import pytest
from django.db import connection

from balie.apps.billing.models import Payment
from balie.apps.credentials.actions import addresses_bank, addresses_end, addresses_proof
from balie.apps.credentials.models import AddressChange, AddressTransfer
from balie.apps.customers.models import Hold
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import NOW
from tests.apps.credentials.changing import Mover, later, secret_of, transferred
from tests.apps.killing import EVERY, KillAt, Killed, broken_invariants, kill_points

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.usefixtures("committed")]

State = AddressChange.State


def started() -> Mover:
    """A change that only the new address has to confirm."""
    mover = Mover()
    mover.add_factor()
    mover.start(has_second_factor=True)
    return mover


def confirm(mover: Mover) -> None:
    if mover.change.state == State.OPEN:
        addresses_proof.confirm(secret=secret_of(mover.change), now=NOW)


def damage(mover: Mover) -> list[str]:
    """What is wrong right after the kill, and after doing it again."""
    found = half_done(mover)
    confirm(mover)
    addresses_end.complete_waiting(now=NOW)
    found += half_done(mover)
    change = mover.change
    notices = list(change.notices.values_list("pk", flat=True))
    kinds = ("address-changed", "address-changed-of")
    events = [f"{kind}:{pk}" for kind in kinds for pk in notices]
    told = OutboxRow.objects.filter(event__in=events)
    counted = (
        change.state,
        mover.user.email == mover.new_email,
        Hold.objects.filter(customer=mover.customer).count(),
        told.count(),
        OutboxRow.objects.filter(event=f"address-done:{change.pk}").count(),
        change.steps.filter(kind="completed").count(),
    )
    if counted != (State.COMPLETED, True, 1, 2, 1, 1):
        found.append(f"state, address, holds, warned, told, steps: {counted}")
    return found


def half_done(mover: Mover) -> list[str]:
    """Address, state and trail tell the same story at every moment."""
    change = mover.change
    is_new = mover.user.email == mover.new_email
    trail = AuditEvent.objects.filter(
        event="address_change.completed", subject_id=change.pk
    ).exists()
    says = {change.state == State.COMPLETED, is_new, trail}
    return [] if len(says) == 1 else [f"state {change.state}, new {is_new}, trail {trail}"]


def test_completion_killed_anywhere_ends_the_same() -> None:
    points = 0
    for point, mover in kill_points(started, confirm):
        assert damage(mover) == [], point
        points += 1

    assert points >= 60 // EVERY


def test_completion_that_is_no_transaction_does_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: each step is committed by itself."""
    naked: Any = addresses_proof.confirm.__wrapped__  # type: ignore[attr-defined]
    naked_end: Any = addresses_end.complete_if_ready.__wrapped__  # type: ignore[attr-defined]
    end = addresses_end.complete_if_ready
    monkeypatch.setattr(outbox, "put", lambda **_: None)

    def work(mover: Mover) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(addresses_proof, "complete_if_ready", naked_end)
            naked(secret=secret_of(mover.change), now=NOW)
        assert end is not naked_end

    assert any(half_done(mover) for _, mover in kill_points(started, work))


def claim(_mover: Mover) -> None:
    addresses_bank.claim_proofs(by=SYSTEM, now=later())


def is_killed(mover: Mover, number: int) -> bool:
    """Claim, killed at a statement: before it or after it by turns; False when it came through."""
    try:
        with connection.execute_wrapper(KillAt(number, after=bool(number // EVERY % 2))):
            claim(mover)
    except Killed:
        connection.close()
        return True
    return False


def test_bank_proof_killed_anywhere_books_and_proves_once() -> None:
    """One cent for all kills: what a killed claim leaves is what it found."""
    mover = transferred()
    points = 0
    while is_killed(mover, points * EVERY):
        assert broken_invariants() == [], points
        assert mover.change.state == State.OPEN, points
        assert not AddressTransfer.objects.exists(), points
        points += 1

    assert points >= 60 // EVERY
    assert mover.change.state == State.COMPLETED
    assert Payment.objects.filter(customer=mover.customer).count() == 1
    assert broken_invariants() == []
