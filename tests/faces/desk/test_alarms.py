"""A broken promise stands on Today until the question is answered, with who was told."""

from datetime import timedelta

import pytest
from django.test import Client

from balie.apps.tickets import actions
from balie.infra import clock, outbox
from tests.apps.building import NOW
from tests.apps.tickets.asking import answer, ask
from tests.faces.desk.building import new_employee, text_of

pytestmark = pytest.mark.django_db

TWO_DAYS = timedelta(days=2)


def test_broken_promise_stands_on_today_until_it_is_answered(agent: Client) -> None:
    question = ask(NOW, body="Mijn site doet het niet.")
    outbox.send_due(now=NOW)
    with clock.frozen(NOW + TWO_DAYS):
        assert "Belofte gebroken:" not in text_of(agent.get("/balie/"))
        actions.tell_of_misses(now=NOW + TWO_DAYS)

        shown = text_of(agent.get("/balie/"))
        answer(question.ticket, NOW + TWO_DAYS, employee=new_employee())
        after = text_of(agent.get("/balie/"))

    assert "Belofte gebroken: Mijn site doet het niet." in shown
    assert "Beloofd ma 23 nov 2026 voor 24:00. Niemand heeft haar." in shown
    assert "De vrager weet het niet: wij mogen hem niet uit onszelf schrijven" in shown
    assert "Belofte gebroken:" not in after
