"""Satisfaction: the asker says whether an answer helped him; the first word counts."""

from datetime import datetime

from django.db import IntegrityError, transaction

from balie.apps.tickets.models import Message, Satisfaction

LONGEST_REMARK = 2000


class AlreadyGiven(Exception):
    """It was said of this answer already; it counts once."""


@transaction.atomic
def say_satisfied(*, message: Message, is_happy: bool, remark: str, now: datetime) -> Satisfaction:
    """Note whether an answer helped. Raises AlreadyGiven."""
    try:
        with transaction.atomic():
            return Satisfaction.objects.create(
                message=message,
                is_happy=is_happy,
                remark=remark.strip()[:LONGEST_REMARK],
                given_at=now,
            )
    except IntegrityError:
        raise AlreadyGiven(f"satisfaction with message {message.pk} was given") from None
