"""The daily round: one ordered list of steps, each done once a day, each leaving a receipt."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from django.db import IntegrityError, transaction

from balie.apps.banking import queries as banking
from balie.apps.billing import actions as billing
from balie.apps.billing.vat_numbers import register_in_use
from balie.apps.directdebit import actions as directdebit
from balie.apps.office import intake, queries, service_panels, service_rounds
from balie.apps.office.models import RoundStep
from balie.apps.promises import actions as promises
from balie.infra import clock, halt
from balie.infra.audit import JSON, Actor
from balie.infra.invariants import Result

LONGEST_JUMP = timedelta(days=2)
Receipt = dict[str, JSON]


class ClockJumped(Exception):
    """More than two days passed since the last round; a person has to say that this is right."""


@dataclass(frozen=True)
class Step:
    """One step of the round. A money step waits while money is halted."""

    name: str
    do: Callable[[date, Actor, datetime], Receipt]
    is_money: bool = True


def _note_misses(today: date, by: Actor, now: datetime) -> Receipt:
    return {"missed": len(promises.note_misses(now=now))}


def _place(today: date, by: Actor, now: datetime) -> Receipt:
    doubts = intake.claim_all(by=by, now=now)
    return {"waiting": banking.unclaimed_slices().count(), "doubts": [*doubts]}


def _check_vat_numbers(today: date, by: Actor, now: datetime) -> Receipt:
    done = billing.check_due_vat_numbers(register=register_in_use(), by=by, now=now)
    return {"checked": [[check.vat_number, str(check.outcome)] for check in done]}


def _bill(today: date, by: Actor, now: datetime) -> Receipt:
    invoices: list[JSON] = []
    parked: list[JSON] = []
    for done in billing.run_in_chunks(today=today, by=by, now=now):
        invoices += [invoice.number for invoice in done.issued]
        parked += [[customer.number, str(reason)] for customer, reason in done.parked]
    return {"invoices": invoices, "parked": parked}


def _change(today: date, by: Actor, now: datetime) -> Receipt:
    done = service_rounds.apply_changes(today=today, by=by, now=now)
    return {"changed": [change.service_id for change in done]}


def _suspend(today: date, by: Actor, now: datetime) -> Receipt:
    done = service_rounds.suspend_unpaid(by=by, now=now)
    return {"suspended": [row.service_id for row in done]}


def _renewals(today: date, by: Actor, now: datetime) -> Receipt:
    told = service_rounds.announce_renewals(today=today, by=by, now=now)
    return {"announced": [service.pk for service in told]}


def _close_ended(today: date, by: Actor, now: datetime) -> Receipt:
    asked = service_panels.close_ended(today=today, by=by, now=now)
    return {"asked": [[change.account_id, change.verb] for change in asked]}


def _freeze(today: date, by: Actor, now: datetime) -> Receipt:
    done = directdebit.freeze_due(today=today, by=by, now=now)
    return {
        "batches": [batch.message_id for batch in done.batches],
        "left_out": [_left_out(item) for item in done.left_out],
        "busy": [str(day) for day in done.busy],
    }


def _announce(today: date, by: Actor, now: datetime) -> Receipt:
    done = directdebit.announce(today=today, by=by, now=now)
    return {
        "announced": [collection.end_to_end_id for collection in done.announced],
        "left_out": [_left_out(item) for item in done.left_out],
    }


def _left_out(item: directdebit.LeftOut) -> list[JSON]:
    return [item.customer_number, item.invoice_number, item.reason]


def halt_for(broken: Sequence[Result], *, by: Actor, now: datetime) -> None:
    """Stop the money jobs because invariants are broken; nothing is halted twice."""
    if halt.reason() is not None:
        return
    names = "; ".join(result.name for result in broken)
    halt.halt(reason=f"broken: {names}", now=now, by=by)


def nightly_verify(*, by: Actor, now: datetime) -> RoundStep | None:
    """Check every invariant before the round begins; a broken one stops money.

    Apart from the round, so that money stays halted also when the round already ran.
    """
    results = queries.verify(now=now)
    broken = [result for result in results if not result.holds]
    if broken:
        halt_for(broken, by=by, now=now)
    receipt: Receipt = {"checked": len(results), "broken": [result.name for result in broken]}
    return _finish("verify", today=clock.local(now).date(), receipt=receipt, now=now)


# The order is the point: what came in while money was halted is placed before anything is asked
# for; what is frozen was announced on an earlier day; what is billed today is announced today.
ROUND = (
    Step("note_misses", _note_misses, is_money=False),
    Step("place", _place),
    Step("freeze", _freeze),
    Step("change", _change),
    Step("vat_numbers", _check_vat_numbers),
    Step("bill", _bill),
    Step("announce", _announce),
    Step("suspend", _suspend),
    Step("renewals", _renewals),
    Step("ended", _close_ended),
)


def daily_round(*, by: Actor, now: datetime, jump_is_right: bool = False) -> list[RoundStep]:
    """Do what today's round has not done yet; returns the steps done now.

    Every step is idempotent by itself; its row only says that it was finished and what it did.
    Raises ClockJumped when the last round is more than two days back, unless `jump_is_right`.
    """
    today = clock.local(now).date()
    done = set(RoundStep.objects.filter(day=today).values_list("step", flat=True))
    if not jump_is_right:
        refuse_jump(today)
    finished = []
    for step in ROUND:
        if step.name in done or (step.is_money and halt.reason() is not None):
            continue
        receipt = step.do(today, by, now)
        row = _finish(step.name, today=today, receipt=receipt, now=now)
        if row is not None:
            finished.append(row)
    return finished


def refuse_jump(today: date) -> None:
    """Raise ClockJumped when the last round is more than two days before `today`."""
    # The nightly check may have left its row of today already: it does not make the round.
    steps = RoundStep.objects.filter(step__in=[step.name for step in ROUND])
    last = steps.order_by("-day").values_list("day", flat=True).first()
    if last is not None and today - last > LONGEST_JUMP:
        msg = (
            f"the last round was on {last}, today is {today}: check the clock, then say "
            "--jump-is-right, as in `balie round --jump-is-right`"
        )
        raise ClockJumped(msg)


def _finish(step: str, *, today: date, receipt: Receipt, now: datetime) -> RoundStep | None:
    """Note a step as done; when another round noted it first, that one stands."""
    try:
        with transaction.atomic():
            return RoundStep.objects.create(day=today, step=step, finished_at=now, receipt=receipt)
    except IntegrityError:
        return None
