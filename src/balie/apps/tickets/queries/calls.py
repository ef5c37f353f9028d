"""Reads about calls. A number names nobody for certain: there are candidates, never an identity."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Count, F, Q, QuerySet, Value
from django.db.models.functions import Replace, TruncDate

from balie.apps.customers.models import Contact, Customer, CustomerContact, Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.tickets.models.calls import Call, CallBack, CallEvent, Extension
from balie.apps.tickets.models.conversations import Ticket
from balie.domain.calls import LONGEST_CALL, is_phone_answered
from balie.domain.policy import Policy
from balie.formats.phone_numbers import e164, significant
from balie.infra.clock import AMSTERDAM, local

MOST_NUMBERS = 60
MOST_AT_ONCE = 8
# Asked by phone, by somebody who gave no address: no mail can answer it.
WITHOUT_ADDRESS = Q(message__contact__isnull=True) & (
    Q(message__origin__isnull=True, ticket__asker_email="") | Q(message__origin__asker_email="")
)
# What people put between the figures of a number.
SEPARATORS = (" ", "-", "(", ")", ".", "/", "\u00a0")


@dataclass(frozen=True, kw_only=True)
class Candidate:
    """Somebody on file with a number, and the customer he belongs to: he could be the caller."""

    customer: Customer
    contact: Contact


@dataclass(frozen=True, kw_only=True)
class Choices:
    """How often each key of the menu was chosen on a day."""

    day: date
    choice: str
    count: int


@dataclass(frozen=True, kw_only=True)
class MissedDay:
    """How many calls came in on a day, how many nobody answered, and how many of these while we
    say that we answer the phone.
    """

    day: date
    calls: int
    missed: int
    in_hours: int


def possible_callers(numbers: Iterable[str]) -> dict[str, list[Candidate]]:
    """Return who is on file with each E.164 number, however it was written; for many in two reads.

    Several may share a number. This is a hint for an employee and opens nothing (guide: A12).
    """
    wanted = sorted({number for number in numbers if number})[:MOST_NUMBERS]
    found: dict[str, list[Candidate]] = {number: [] for number in wanted}
    if not wanted:
        return found
    plain = F("contact__phone")
    for separator in SEPARATORS:
        plain = Replace(plain, Value(separator), Value(""))  # type: ignore[assignment]
    ends = Q()
    for number in wanted:
        ends |= Q(plain__endswith=significant(number))
    roles = CustomerContact.objects.exclude(contact__phone="").annotate(plain=plain).filter(ends)
    for role in roles.select_related("customer", "contact").order_by("customer__number", "pk"):
        on_file = e164(role.contact.phone)
        if on_file in found:
            found[on_file].append(Candidate(customer=role.customer, contact=role.contact))
    return found


def calls_now(*, viewer: Viewer, now: datetime) -> list[Call]:
    """Return the calls that ring or run: those for everybody and those at this employee's phone."""
    if not viewer.is_employee:
        return []
    running = Call.objects.filter(
        direction="in", ended_at__isnull=True, started_at__gt=now - LONGEST_CALL
    )
    for_him = Q(employee__isnull=True) | Q(employee=viewer.person_id)
    return list(running.filter(for_him).order_by("-started_at", "-pk")[:MOST_AT_ONCE])


def calls_for(*, viewer: Viewer) -> QuerySet[Call]:
    """Return the calls for the desk, last first; a contact sees none."""
    calls = Call.objects.select_related("employee", "ticket").order_by("-started_at", "-pk")
    return calls if viewer.is_employee else calls.none()


def call_for(*, viewer: Viewer, pk: int) -> Call:
    """Return one call. Raises Call.DoesNotExist, for a contact always."""
    return calls_for(viewer=viewer).get(pk=pk)


def waiting_call_backs(*, viewer: Viewer) -> QuerySet[CallBack]:
    """Return who waits to be called, due first. A contact sees none."""
    if not viewer.is_employee:
        return CallBack.objects.none()
    waiting = CallBack.objects.filter(ticket__due_at__isnull=False)
    return waiting.select_related("ticket__customer", "ticket__assignee").order_by(
        "ticket__due_at", "pk"
    )


def call_back_of(ticket: Ticket) -> CallBack | None:
    """Return at which number the asker of a ticket wants to be called; None when he does not."""
    return CallBack.objects.filter(ticket=ticket).first()


def choices_per_day(*, since: datetime, until: datetime) -> list[Choices]:
    """Count the menu choices per local day, last day first; each call counts per key once."""
    rows = (
        CallEvent.objects.filter(event="menu", at__gte=since, at__lt=until)
        .exclude(choice="")
        .annotate(day=TruncDate("at", tzinfo=AMSTERDAM))
        .values("day", "choice")
        .annotate(count=Count("call", distinct=True))
        .order_by("-day", "choice")
    )
    return [Choices(day=row["day"], choice=row["choice"], count=row["count"]) for row in rows]


def missed_per_day(*, since: datetime, until: datetime, policy: Policy) -> list[MissedDay]:
    """Count the calls that came in per local day, and those nobody answered; last day first."""
    calls = Call.objects.filter(direction="in", started_at__gte=since, started_at__lt=until)
    came: Counter[date] = Counter()
    missed: Counter[date] = Counter()
    in_hours: Counter[date] = Counter()
    for started_at, answered_at, ended_at in calls.values_list(
        "started_at", "answered_at", "ended_at"
    ):
        day = local(started_at).date()
        came[day] += 1
        if answered_at is None and ended_at is not None:
            missed[day] += 1
            in_hours[day] += is_phone_answered(started_at, policy=policy)
    return [
        MissedDay(day=day, calls=came[day], missed=missed[day], in_hours=in_hours[day])
        for day in sorted(came, reverse=True)
    ]


def employee_at(agent: str) -> Employee | None:
    """Return whose telephone or e-mail address an exchange names; None for one unknown to us."""
    if not agent:
        return None
    known = Extension.objects.select_related("employee").filter(extension__iexact=agent).first()
    if known is not None:
        return known.employee
    return Employee.objects.filter(user__email__iexact=agent, user__is_active=True).first()


def extensions_of(employee: Employee) -> list[str]:
    """Return the telephones of an employee."""
    own = Extension.objects.filter(employee=employee).order_by("extension")
    return list(own.values_list("extension", flat=True))
