"""Writes about the life of a service: suspended, ending, changed, moved, announced.

Each is a row with who and when. What follows of it in money, mail and panels `office` does.
"""

from collections.abc import Sequence
from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.db.models import Q, QuerySet

from balie.apps.customers.models import Customer
from balie.apps.services.models import (
    ChangeKind,
    Domain,
    Ending,
    EndKind,
    Move,
    PanelAccount,
    PlannedChange,
    Product,
    RenewalNotice,
    Service,
    Suspension,
)
from balie.apps.services.queries import life as queries
from balie.infra import audit
from balie.infra.audit import JSON, Actor


class UnableToEnd(Exception):
    """The service cannot end like this; the message says why."""


class UnableToChangePlan(Exception):
    """The service cannot be changed like this; the message says why."""


class UnableToMove(Exception):
    """The service cannot go to that customer; the message says why."""


@transaction.atomic
def suspend(
    *, service: Service, fact: str, reason: str, by: Actor, now: datetime
) -> Suspension | None:
    """Let a service stand still because of a fact; None when it does so because of it already."""
    try:
        with transaction.atomic():
            row = Suspension.objects.create(
                service=service, fact=fact, reason=reason, placed_at=now, placed_by=str(by)
            )
    except IntegrityError:
        return None
    _record("suspended", service, by=by, now=now, data={"fact": fact})
    return row


@transaction.atomic
def lift(*, fact: str, service: Service | None = None, by: Actor, now: datetime) -> list[Service]:
    """Lift what stands because of a fact, of one service or all; returns those that run again."""
    standing = Suspension.objects.filter(fact=fact, lifted_at__isnull=True)
    if service is not None:
        standing = standing.filter(service=service)
    touched = list(Service.objects.filter(pk__in=standing.values("service")).order_by("pk"))
    standing.update(lifted_at=now, lifted_by=str(by))
    still = queries.standing_suspensions([one.pk for one in touched])
    for one in touched:
        _record("suspension_lifted", one, by=by, now=now, data={"fact": fact})
    return [one for one in touched if one.pk not in still]


@transaction.atomic
def end(
    *,
    service: Service,
    kind: str,
    ends_on: date,
    credit_cents: int = 0,
    reason: str = "",
    by: Actor,
    now: datetime,
) -> Ending:
    """Note that a service ends on a day and how; its options end with it, changes lapse.

    Raises UnableToEnd when it ends already, or before it began.
    """
    if ends_on < service.started_on:
        raise UnableToEnd("a service does not end before it began")
    ended = Service.objects.filter(pk=service.pk, ended_on__isnull=True).update(ended_on=ends_on)
    if not ended:
        raise UnableToEnd("this service was cancelled already")
    ending = Ending.objects.create(
        service=service,
        kind=kind,
        ends_on=ends_on,
        credit_cents=credit_cents,
        reason=reason[:200],
        asked_at=now,
        asked_by=str(by),
    )
    _lapse_changes(service, by=by, now=now)
    data: dict[str, JSON] = {"kind": kind, "ends_on": str(ends_on), "credit_cents": credit_cents}
    _record("ended", service, by=by, now=now, data=data)
    service.refresh_from_db()
    return ending


@transaction.atomic
def take_back_ending(*, ending: Ending, today: date, by: Actor, now: datetime) -> Ending:
    """Let a service go on after all, while it runs and nothing was paid back for it.

    Raises UnableToEnd otherwise.
    """
    may = Ending.objects.filter(
        pk=ending.pk, taken_back_at__isnull=True, credit_cents=0, ends_on__gt=today
    ).exclude(kind=EndKind.WITHDRAWN)
    if not may.update(taken_back_at=now, taken_back_by=str(by)):
        raise UnableToEnd("this cannot be taken back any more; order the service again")
    Service.objects.filter(pk=ending.service_id, ended_on=ending.ends_on).update(ended_on=None)
    _record("ending_taken_back", ending.service, by=by, now=now)
    ending.refresh_from_db()
    return ending


@transaction.atomic
def plan_change(
    *,
    service: Service,
    kind: str,
    product: Product,
    price_cents: int,
    from_on: date,
    by: Actor,
    now: datetime,
) -> PlannedChange:
    """Plan another plan or price from a day on; a later word of the same kind replaces it.

    Raises UnableToChangePlan for a service that ends.
    """
    if service.ended_on is not None:
        raise UnableToChangePlan("this service ends; it is not changed any more")
    waiting = _waiting(service).filter(kind=kind)
    waiting.update(taken_back_at=now, taken_back_by=str(by))
    change = PlannedChange.objects.create(
        service=service,
        kind=kind,
        product=product,
        term=service.term,
        price_cents=price_cents,
        from_on=from_on,
        old_product=service.product,
        old_price_cents=service.price_cents,
        asked_at=now,
        asked_by=str(by),
    )
    data: dict[str, JSON] = {"kind": kind, "product": product.code, "from_on": str(from_on)}
    _record("change_planned", service, by=by, now=now, data=data)
    return change


@transaction.atomic
def take_back_change(*, change: PlannedChange, by: Actor, now: datetime) -> bool:
    """Leave a service as it is after all; False when the change was made or taken back."""
    taken = _waiting(change.service).filter(pk=change.pk)
    if not taken.update(taken_back_at=now, taken_back_by=str(by)):
        return False
    _record("change_taken_back", change.service, by=by, now=now)
    return True


@transaction.atomic
def apply_change(*, change: PlannedChange, by: Actor, now: datetime) -> bool:
    """Give a service the plan or price that was planned; False when somebody was first."""
    if not _waiting(change.service).filter(pk=change.pk).update(applied_at=now):
        return False
    values: dict[str, object] = {"price_cents": change.price_cents}
    if change.kind == ChangeKind.PLAN:
        values["product"] = change.product
    Service.objects.filter(pk=change.service_id).update(**values)
    if change.kind == ChangeKind.PLAN:
        # The nightly comparison shows a person where the panel has the old package.
        held = PanelAccount.objects.filter(service=change.service_id).exclude(package="")
        held.update(package=change.product.code)
    if change.kind == ChangeKind.PLAN:
        # Another plan has its own price: what was announced for the old one is void.
        _waiting(change.service).update(taken_back_at=now, taken_back_by=str(by))
    data: dict[str, JSON] = {"kind": change.kind, "price_cents": change.price_cents}
    _record("changed", change.service, by=by, now=now, data=data)
    return True


@transaction.atomic
def move(*, service: Service, to: Customer, by: Actor, now: datetime) -> list[Move]:
    """Give a service, its domain name, and all that hangs on these, to another customer.

    What was billed stays where it was. Raises UnableToMove when he has it already, or it ends.
    """
    old = service.customer
    if old == to:
        raise UnableToMove("this customer has the service already")
    if service.ended_on is not None:
        raise UnableToMove("this service ends; it is not moved any more")
    together = Q(pk=service.pk) | Q(option_of=service)
    if service.domain_id is not None:
        together |= Q(domain=service.domain_id)
    going = list(Service.objects.filter(together, customer=old).order_by("pk"))
    moved = Service.objects.filter(pk__in=[one.pk for one in going], customer=old)
    if moved.update(customer=to) != len(going):
        raise UnableToMove("the service was moved meanwhile; look at it again")
    if service.domain_id is not None:
        Domain.objects.filter(pk=service.domain_id, customer=old).update(customer=to)
    rows = Move.objects.bulk_create(
        Move(service=one, from_customer=old, to_customer=to, moved_at=now, moved_by=str(by))
        for one in going
    )
    for one in going:
        _record("moved", one, by=by, now=now, data={"from": old.number, "to": to.number})
    service.refresh_from_db()
    return rows


@transaction.atomic
def note_renewals(services: Sequence[Service], *, now: datetime) -> list[Service]:
    """Note which renewals are announced now; returns those that were not yet."""
    known = set(
        RenewalNotice.objects.filter(service__in=[one.pk for one in services]).values_list(
            "service_id", "term_start"
        )
    )
    fresh = [one for one in services if (one.pk, one.next_period_start) not in known]
    RenewalNotice.objects.bulk_create(
        RenewalNotice(service=one, term_start=one.next_period_start, announced_at=now)
        for one in fresh
    )
    return fresh


def _waiting(service: Service) -> QuerySet[PlannedChange]:
    return PlannedChange.objects.filter(
        service=service.pk, applied_at__isnull=True, taken_back_at__isnull=True
    )


def _lapse_changes(service: Service, *, by: Actor, now: datetime) -> None:
    _waiting(service).update(taken_back_at=now, taken_back_by=str(by))


def _record(
    what: str, service: Service, *, by: Actor, now: datetime, data: dict[str, JSON] | None = None
) -> None:
    audit.record(
        event=f"service.{what}", by=by, subject=("service", service.pk), now=now, data=data
    )
