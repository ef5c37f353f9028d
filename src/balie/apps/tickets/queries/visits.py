"""Reads about answers that were shown while somebody typed his question."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count, Q

from balie.apps.tickets.models import AnswerVisit

# So long somebody may still be writing; only then he counts as gone.
STILL_WRITING = timedelta(hours=1)


@dataclass(frozen=True, kw_only=True)
class Helped:
    """What became of the forms on which one answer was opened; together they are all of them."""

    anchor: str
    opened: int
    helped: int
    perhaps: int
    asked: int
    writing: int


def helped_by_answer(*, since: datetime, now: datetime) -> list[Helped]:
    """Count per answer, most opened first.

    `helped` said so and asked nothing; `asked` asked, whatever he said; `perhaps` left without a
    word; `writing` opened it less than an hour ago.
    """
    gone = Q(opened_at__lte=now - STILL_WRITING)
    silent = Q(helped_at__isnull=True, asked_at__isnull=True)
    rows = (
        AnswerVisit.objects.filter(opened_at__gte=since, opened_at__lte=now)
        .values("anchor")
        .annotate(
            opened=Count("pk"),
            helped=Count("pk", filter=Q(helped_at__isnull=False, asked_at__isnull=True)),
            asked=Count("pk", filter=Q(asked_at__isnull=False)),
            perhaps=Count("pk", filter=silent & gone),
            writing=Count("pk", filter=silent & ~gone),
        )
        .order_by("-opened", "anchor")
    )
    return [Helped(**row) for row in rows]
