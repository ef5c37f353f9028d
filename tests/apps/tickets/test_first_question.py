"""What opened a ticket has a right to an answer, whatever is merged or split since."""

import pytest

from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Question
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW
from tests.apps.tickets.asking import EMPLOYEE, ask, ask_again

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def refused(question: Question) -> bool:
    question.refresh_from_db()
    try:
        actions.needs_no_answer(question=question, by=SYSTEM, now=NOW)
    except actions.UnableToEndQuestion:
        return True
    return False


def test_first_one_of_a_merged_ticket_keeps_its_right() -> None:
    older, newer = ask(NOW), ask(NOW)
    actions.merge(ticket=newer.ticket, into=older.ticket, knowingly=True, by=SYSTEM, now=NOW)

    assert refused(newer)
    assert queries.first_questions(queries.conversation(older.ticket, viewer=EMPLOYEE)) == {
        older.pk,
        newer.pk,
    }


def test_later_one_needs_none_before_and_after_a_merge() -> None:
    older, newer = ask(NOW), ask(NOW)
    thanks = ask_again(newer.ticket, NOW)
    actions.merge(ticket=newer.ticket, into=older.ticket, knowingly=True, by=SYSTEM, now=NOW)

    assert not refused(thanks)


def test_one_split_off_and_merged_back_keeps_its_right() -> None:
    first = ask(NOW)
    ask_again(first.ticket, NOW)
    older = ask(NOW)
    made = actions.split(
        ticket=first.ticket, messages=[first.message_id], subject="", by=SYSTEM, now=NOW
    )
    actions.merge(ticket=made, into=older.ticket, knowingly=True, by=SYSTEM, now=NOW)

    assert refused(first)
