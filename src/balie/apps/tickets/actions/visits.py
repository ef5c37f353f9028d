"""Note on which forms an answer was opened, and whether it helped or he asked all the same."""

from datetime import datetime

from django.db import transaction

from balie.apps.tickets.models import AnswerVisit


@transaction.atomic
def note_opened(*, key: str, anchor: str, now: datetime) -> AnswerVisit:
    """Note that an answer was opened on the form with this key; the first one counts."""
    visit, _created = AnswerVisit.objects.get_or_create(
        key=key, defaults={"anchor": anchor, "opened_at": now}
    )
    return visit


@transaction.atomic
def note_helped(*, key: str, anchor: str, now: datetime) -> AnswerVisit:
    """Note that somebody said an answer helped; a second time changes nothing."""
    visit = note_opened(key=key, anchor=anchor, now=now)
    AnswerVisit.objects.filter(pk=visit.pk, helped_at__isnull=True).update(
        helped_at=now, anchor=anchor
    )
    visit.refresh_from_db()
    return visit


@transaction.atomic
def note_asked(*, key: str, now: datetime) -> None:
    """Note that he asked all the same; of a form on which he opened nothing there is no row."""
    AnswerVisit.objects.filter(key=key, asked_at__isnull=True).update(asked_at=now)
