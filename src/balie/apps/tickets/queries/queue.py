"""The desk's queue: which tickets wait for us, which for the asker, and page by page."""

from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from django.db.models import Q, QuerySet

from balie.apps.customers.viewer import Viewer
from balie.apps.tickets.models import Ticket, TicketTag
from balie.apps.tickets.queries.conversations import tickets_for

STATES = ("open", "answered", "closed")
COUNTED = 1000
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


@dataclass(frozen=True, kw_only=True)
class Choice:
    """What of the queue is asked for: a team's code, an employee's id or nobody's, a tag, a state.

    `state` is "open" (a question waits for us, whether or not somebody closed the ticket),
    "answered" (nothing waits for us, not closed) or "closed".
    """

    state: str = "open"
    team: str = ""
    assignee: int | None = None
    unassigned: bool = False
    tag: str = ""


@dataclass(frozen=True, kw_only=True)
class Slice:
    """One page of a list that is walked by key, not by number; the marks lead on and back."""

    rows: Sequence[Ticket]
    older: str = ""
    newer: str = ""


def queue(
    *, viewer: Viewer, team: str | None = None, assignee: int | None = None, state: str = "open"
) -> QuerySet[Ticket]:
    """Return the desk's queue in order: what is due first, else what was opened or closed last."""
    return chosen(viewer=viewer, choice=Choice(state=state, team=team or "", assignee=assignee))


def chosen(*, viewer: Viewer, choice: Choice) -> QuerySet[Ticket]:
    """Return what a choice of the queue holds, in its order."""
    tickets = tickets_for(viewer=viewer)
    if choice.team:
        tickets = tickets.filter(team__code=choice.team)
    if choice.assignee is not None:
        tickets = tickets.filter(assignee=choice.assignee)
    elif choice.unassigned:
        tickets = tickets.filter(assignee__isnull=True)
    if choice.tag:
        tagged = TicketTag.objects.filter(tag__name=choice.tag).values("ticket")
        tickets = tickets.filter(pk__in=tagged)
    if choice.state == "open":
        return tickets.filter(due_at__isnull=False).order_by("due_at", "pk")
    answered = tickets.filter(due_at__isnull=True)
    if choice.state == "closed":
        return answered.filter(closed_at__isnull=False).order_by("-closed_at", "-pk")
    return answered.filter(closed_at__isnull=True).order_by("-opened_at", "-pk")


def count_up_to(tickets: QuerySet[Ticket], *, most: int = COUNTED) -> int:
    """Count a list, but no further than `most` and one: nobody reads a count of 100,000."""
    return tickets.order_by()[: most + 1].count()


def slice_of(tickets: QuerySet[Ticket], *, choice: Choice, mark: str, size: int) -> Slice:
    """Return the page of a queue after (or, with a mark of `newer`, before) a ticket.

    One query, however far one is: the page is found by the key of the last row, not by counting.
    A mark that is none of ours means the first page.
    """
    field = {"open": "due_at", "answered": "opened_at", "closed": "closed_at"}[choice.state]
    ascending = choice.state == "open"
    read = _read(mark)
    if read is None:
        rows = list(tickets[: size + 1])
        return _sliced(rows, field, size=size, back=False, first=True)
    back, moment, pk = read
    onward = "gt" if ascending is not back else "lt"
    beyond = Q(**{f"{field}__{onward}": moment}) | Q(**{field: moment, f"pk__{onward}": pk})
    # Said twice for the database: the bound on the one column lets it start within the index.
    found = tickets.filter(beyond, **{f"{field}__{onward}e": moment})
    rows = list((found.reverse() if back else found)[: size + 1])
    return _sliced(rows, field, size=size, back=back, first=False)


def _sliced(rows: list[Ticket], field: str, *, size: int, back: bool, first: bool) -> Slice:
    more = len(rows) > size
    rows = rows[:size]
    if back:
        rows.reverse()
    if not rows:
        return Slice(rows=())
    return Slice(
        rows=rows,
        older=_mark("n", rows[-1], field) if more or back else "",
        newer=_mark("v", rows[0], field) if (more if back else not first) else "",
    )


def _mark(way: str, ticket: Ticket, field: str) -> str:
    moment: datetime = getattr(ticket, field)
    text = f"{way}{(moment - _EPOCH) // _MICROSECOND}.{ticket.pk}"
    return urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(mark: str) -> tuple[bool, datetime, int] | None:
    """Return (back, moment, pk) of a mark, or None for what is none of ours."""
    try:
        text = urlsafe_b64decode(mark + "=" * (-len(mark) % 4)).decode("ascii")
        moment, _, pk = text[1:].partition(".")
        way, at, key = text[:1], _EPOCH + int(moment) * _MICROSECOND, int(pk)
    except (ValueError, OverflowError):
        return None
    return (way == "v", at, key) if way in {"n", "v"} and 0 <= key < 2**63 else None
