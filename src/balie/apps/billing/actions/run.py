"""The billing run: everything due and not yet billed, one invoice per customer."""

import logging
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from balie.apps.billing.actions.drafting import (
    Draft,
    Drafts,
    Issue,
    Stretch,
    UnableToDraft,
    draft_all,
)
from balie.apps.billing.actions.issuing import issue_drafts
from balie.apps.billing.actions.numbers import NumbersWouldGoBack
from balie.apps.billing.models import Invoice
from balie.apps.customers.models import Customer
from balie.apps.promises import queries as policies
from balie.apps.promises.models import PolicyVersion
from balie.apps.services import queries as services
from balie.apps.services.models import Service
from balie.infra import audit, clock, halt
from balie.infra.audit import Actor

log = logging.getLogger(__name__)

CUSTOMERS_AT_ONCE = 1000


class UnableToBill(Exception):
    """Nothing can be billed now; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class RunReceipt:
    """What one run issued, and which customers it parked with why. Parked ones are not billed."""

    issued: list[Invoice] = field(default_factory=list)
    parked: list[tuple[Customer, str]] = field(default_factory=list)


@dataclass(frozen=True, kw_only=True)
class _Run:
    """What all chunks of one run share."""

    today: date
    version: PolicyVersion
    approved: Collection[str]
    by: Actor
    now: datetime


def run(
    *,
    today: date,
    by: Actor,
    now: datetime,
    chunk: int = CUSTOMERS_AT_ONCE,
    approved: Collection[str] = (),
) -> RunReceipt:
    """Bill every service whose period has begun by `today`; running it again bills nothing twice.

    Holds every invoice in memory; for very many customers see `run_in_chunks`, whose errors it has.
    """
    receipt = RunReceipt()
    for part in run_in_chunks(today=today, by=by, now=now, chunk=chunk, approved=approved):
        receipt.issued.extend(part.issued)
        receipt.parked.extend(part.parked)
    return receipt


def run_in_chunks(
    *,
    today: date,
    by: Actor,
    now: datetime,
    chunk: int = CUSTOMERS_AT_ONCE,
    approved: Collection[str] = (),
) -> Iterator[RunReceipt]:
    """Bill as `run` does, and yield the receipt of each chunk of customers once it is committed.

    A chunk shares a transaction. One that fails is repeated customer by customer; who fails then is
    parked with an alarm and the run goes on. Raises infra.halt.Halted, UnableToBill for a day that
    has not come or while the policy is the shipped example's, NumbersWouldGoBack when `today` lies
    before the last invoice.
    """
    halt.raise_if_halted()
    version = _version_for(today=today, now=now)
    this = _Run(today=today, version=version, approved=approved, by=by, now=now)
    for some in _chunks(today=today, size=chunk):
        yield _bill_chunk(some, this)


def preview(
    *, today: date, now: datetime, chunk: int = CUSTOMERS_AT_ONCE, approved: Collection[str] = ()
) -> Iterator[Drafts]:
    """Yield what the run would issue and whom it would park, chunk by chunk; nothing is written.

    The same drafts as the run's. Raises UnableToBill as the run does.
    """
    version = _version_for(today=today, now=now)
    this = _Run(today=today, version=version, approved=approved, by=audit.SYSTEM, now=now)
    for some in _chunks(today=today, size=chunk):
        yield _drafts(some, this)


@transaction.atomic
def bill_stretches(
    *, customer: Customer, stretches: Sequence[Stretch], by: Actor, now: datetime
) -> Invoice:
    """Bill days of services at once, beside the run: what a change of plan comes to.

    Raises UnableToBill, infra.halt.Halted, NumbersWouldGoBack, IntegrityError when one of the
    periods is billed already.
    """
    halt.raise_if_halted()
    today = clock.local(now).date()
    version = _version_for(today=today, now=now)
    issue = Issue(customer=customer, stretches=stretches)
    drafts = draft_all([issue], today=today, policy=policies.policy_of(version), now=now)
    if drafts.parked:
        raise UnableToBill(str(drafts.parked[0][1]))
    return issue_drafts(drafts.made, today=today, version=version, by=by, now=now)[0]


def _version_for(*, today: date, now: datetime) -> PolicyVersion:
    if today > clock.local(now).date():
        raise UnableToBill(f"{today} has not come yet; an invoice is dated on the day it is made")
    version = policies.version_in_force(now=now)
    refuse_example(version)
    return version


def refuse_example(version: PolicyVersion) -> None:
    """Raise UnableToBill while company, IBAN or creditor identifier are the example's."""
    policy = policies.policy_of(version)
    if policy.is_example and not settings.BALIE_DEMO:
        raise UnableToBill(
            "the policy in force still holds the example's"
            f" {', '.join(policy.example_settings)}; store your own with `balie policy apply`"
        )


def _chunks(*, today: date, size: int) -> Iterator[Sequence[int]]:
    """Yield ids of customers with something due, in order."""
    due = services.due_for_billing(today=today).order_by("customer_id")
    customers = list(due.values_list("customer_id", flat=True).distinct())
    for start in range(0, len(customers), size):
        yield customers[start : start + size]


def _bill_chunk(some: Sequence[int], this: _Run) -> RunReceipt:
    try:
        done = _bill(some, this)
    except (NumbersWouldGoBack, OperationalError, InterfaceError):
        raise
    except Exception as error:  # noqa: BLE001 - whoever is odd, the others are billed
        log.warning("chunk repeated customer by customer", extra={"why": repr(error)})
        return _bill_one_by_one(some, this)
    return RunReceipt(issued=done.issued, parked=[_park(*odd, this) for odd in done.parked])


def _bill_one_by_one(some: Sequence[int], this: _Run) -> RunReceipt:
    receipt = RunReceipt()
    for customer_id in some:
        try:
            done = _bill([customer_id], this)
        except (NumbersWouldGoBack, OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("customer parked", extra={"customer": customer_id})
            odd = Customer.objects.get(pk=customer_id)
            receipt.parked.append(_park(odd, error, this))
        else:
            receipt.issued.extend(done.issued)
            receipt.parked.extend(_park(*odd, this) for odd in done.parked)
    return receipt


@transaction.atomic
def _park(customer: Customer, error: Exception, this: _Run) -> tuple[Customer, str]:
    """Leave the trail of a customer that could not be billed; the run of tomorrow tries again."""
    known = isinstance(error, UnableToDraft)
    reason = str(error) if known else f"{type(error).__name__}: {error}"
    audit.record(
        event="billing.parked",
        by=this.by,
        subject=("customer", customer.pk),
        now=this.now,
        data={"reason": reason[:500]},
    )
    log.warning("customer not billed", extra={"customer": customer.number, "why": reason})
    return customer, reason


@dataclass(frozen=True, kw_only=True)
class _Done:
    issued: list[Invoice]
    parked: list[tuple[Customer, UnableToDraft]]


@transaction.atomic
def _bill(customers: Sequence[int], this: _Run) -> _Done:
    """Bill some customers, all or none, from one reading of what they owe."""
    drafts = _drafts(customers, this)
    made: list[Draft] = drafts.made
    issued = issue_drafts(made, today=this.today, version=this.version, by=this.by, now=this.now)
    return _Done(issued=issued, parked=drafts.parked)


def _drafts(customers: Sequence[int], this: _Run) -> Drafts:
    due: dict[int, list[Service]] = {}
    wanted = services.due_for_billing(today=this.today).filter(customer_id__in=customers)
    for service in wanted.select_related("order_line"):
        due.setdefault(service.customer_id, []).append(service)
    issues = [Issue(customer=mine[0].customer, services=mine) for mine in due.values()]
    return draft_all(
        issues,
        today=this.today,
        policy=policies.policy_of(this.version),
        approved=this.approved,
        now=this.now,
    )
