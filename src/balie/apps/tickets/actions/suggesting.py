"""Confirm a suggestion of ours about a message: that it thanks and asks nothing."""

from datetime import datetime

from django.db import transaction

from balie.apps.tickets.actions.sorting import UnableToEndQuestion, needs_no_answer
from balie.apps.tickets.models import Question
from balie.domain.thanks import own_words, says_only_thanks
from balie.infra import audit
from balie.infra.audit import Actor


@transaction.atomic
def confirm_no_answer(*, question: Question, by: Actor, now: datetime) -> Question:
    """An employee confirms that a message only thanks; the trail says that we suggested it.

    Raises UnableToEndQuestion for the first question of a ticket, and for a message of which we
    suggest nothing: that one he ends by himself (`needs_no_answer`).
    """
    if not says_only_thanks(question.message.body):
        msg = "this message may ask something; read it, and end it yourself if it does not"
        raise UnableToEndQuestion(msg)
    waited = question.answer_id is None and question.needs_none_at is None
    ended = needs_no_answer(question=question, by=by, now=now)
    if waited:
        audit.record(
            event="question.thanks_confirmed",
            by=by,
            subject=("question", question.pk),
            now=now,
            data={"characters": len(own_words(question.message.body))},
        )
    return ended
