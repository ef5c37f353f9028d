"""Reads about the life of services: which term runs, what stands still, ends or will change."""

from collections.abc import Collection
from datetime import date

from django.db.models import QuerySet

from balie.apps.customers.viewer import Viewer
from balie.apps.services.models import (
    Ending,
    Move,
    PlannedChange,
    Product,
    Service,
    Suspension,
    Term,
)
from balie.domain.periods import term_end


def service_for(*, viewer: Viewer, pk: int) -> Service:
    """Return one service; raises Service.DoesNotExist, for a stranger's too."""
    services = Service.objects.select_related("product", "domain", "customer", "order")
    if not viewer.is_employee:
        services = services.filter(customer=viewer.customer_id)
    return services.get(pk=pk)


def term_at(service: Service, *, on: date) -> tuple[date, date]:
    """Return the half-open term of a service in which a day lies; before the start, the first."""
    start = service.started_on
    end = term_end(start, term=service.term, anchor_day=service.anchor_day)
    while end <= on:
        start, end = end, term_end(end, term=service.term, anchor_day=service.anchor_day)
    return start, end


def first_term_from(service: Service, *, day: date) -> date:
    """Return the first day of a term that is not billed yet and begins on or after a day."""
    start = service.next_period_start
    while start < day:
        start = term_end(start, term=service.term, anchor_day=service.anchor_day)
    return start


def is_renewed(service: Service, *, on: date) -> bool:
    """Tell whether the first term of a service is over, so that it was renewed silently."""
    return term_at(service, on=on)[0] > service.started_on


def is_running(service: Service, *, on: date) -> bool:
    """Tell whether a service has not ended yet on a day."""
    return service.ended_on is None or service.ended_on > on


def standing_suspensions(services: Collection[int]) -> dict[int, list[Suspension]]:
    """Return why services stand still, by service id, in one query; none is left out."""
    found: dict[int, list[Suspension]] = {}
    standing = Suspension.objects.filter(service__in=services, lifted_at__isnull=True)
    for one in standing.order_by("pk"):
        found.setdefault(one.service_id, []).append(one)
    return found


def suspensions_of(service: Service) -> QuerySet[Suspension]:
    """Return every time a service stood still, and why, oldest first."""
    return Suspension.objects.filter(service=service).order_by("pk")


def standing_endings(services: Collection[int]) -> dict[int, Ending]:
    """Return how services end, by service id, in one query."""
    standing = Ending.objects.filter(service__in=services, taken_back_at__isnull=True)
    return {one.service_id: one for one in standing}


def ending_of(service: Service) -> Ending | None:
    """Return how a service ends, when somebody asked for it."""
    return standing_endings([service.pk]).get(service.pk)


def planned_changes(services: Collection[int]) -> dict[int, list[PlannedChange]]:
    """Return what will be other about services, by service id, the soonest first, in one query."""
    found: dict[int, list[PlannedChange]] = {}
    waiting = PlannedChange.objects.filter(
        service__in=services, applied_at__isnull=True, taken_back_at__isnull=True
    )
    for one in waiting.select_related("product").order_by("from_on", "pk"):
        found.setdefault(one.service_id, []).append(one)
    return found


def changes_due(*, today: date) -> QuerySet[PlannedChange]:
    """Return the changes whose term has come up for billing by `today`, the soonest first."""
    return (
        PlannedChange.objects.filter(
            applied_at__isnull=True, taken_back_at__isnull=True, from_on__lte=today
        )
        .select_related("service", "product")
        .order_by("from_on", "pk")
    )


def renewing(*, first: date, last: date) -> QuerySet[Service]:
    """Return the yearly services that go on and whose next term begins within these days."""
    return (
        Service.objects.filter(
            term=Term.YEAR,
            ended_on__isnull=True,
            next_period_start__gte=first,
            next_period_start__lte=last,
        )
        .select_related("customer", "product", "domain")
        .order_by("customer_id", "pk")
    )


def running_on_product(product: Product, *, term: str) -> QuerySet[Service]:
    """Return the services of a product and term that go on."""
    return (
        Service.objects.filter(product=product, term=term, ended_on__isnull=True)
        .select_related("customer", "domain")
        .order_by("customer_id", "pk")
    )


def options_running(service: Service) -> list[Service]:
    """Return the options that were ordered with a service and go on."""
    return list(Service.objects.filter(option_of=service, ended_on__isnull=True).order_by("pk"))


def moves_of(service: Service) -> QuerySet[Move]:
    """Return between whom a service went, oldest first."""
    moves = Move.objects.filter(service=service).select_related("from_customer", "to_customer")
    return moves.order_by("pk")
