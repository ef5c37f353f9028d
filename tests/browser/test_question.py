"""Question to answer, with a keyboard on a phone: asked under a promise, answered, kept."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest

from balie.apps.customers import actions as customers
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets.models import Question
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW
from tests.browser.walking import Walker, last_letter
from tests.faces.account.walking_in import add_app, app_code

pytestmark = pytest.mark.browser

PASSWORD = "paard batterij nietje juist"
ANSWER = "Wij hebben de back-up van vannacht teruggezet."
ComeIn = Callable[[], AbstractContextManager[Walker]]


def ask(visitor: Walker) -> None:
    visitor.open("/")
    visitor.follow("Vraag stellen")
    visitor.fill_in("Uw naam", "Femke de Wit")
    visitor.fill_in("Uw e-mailadres", "femke@klant.example")
    visitor.fill_in("Onderwerp", "Back-up terugzetten")
    visitor.fill_in("Uw vraag", "Kunt u mijn website van gisteren terugzetten?")
    visitor.press("Verstuur de vraag")


def test_question_is_asked_answered_and_its_promise_kept(
    come_in: ComeIn, frozen: FrozenClock
) -> None:
    marit = customers.register_employee(
        name="Marit Hoekstra",
        email="marit@delinde.example",
        role="agent",
        password=PASSWORD,
        by=SYSTEM,
        now=NOW,
    )
    add_app(marit.user)
    outbox.send_due(now=NOW)
    with come_in() as visitor, come_in() as employee:
        ask(visitor)
        visitor.reads("Uw vraag is binnen", "Beloofd", "Antwoord vandaag voor 24:00", "nog 14 uur")

        frozen.advance(timedelta(minutes=30))
        employee.open("/inloggen/")
        employee.fill_in("E-mailadres of klantnummer", "marit@delinde.example")
        employee.fill_in("Wachtwoord", PASSWORD)
        employee.press("Inloggen")
        code = app_code(marit.user)
        employee.fill_in("Code uit uw authenticator-app, of een herstelcode", code)
        employee.press("Verder")
        employee.follow("Vragen")
        employee.follow("Back-up terugzetten")
        employee.reads("Femke de Wit", "Kunt u mijn website van gisteren terugzetten?")
        conversation = employee.met[-1]
        employee.use_key("r")
        employee.type(ANSWER)
        employee.press("Antwoord versturen")

        frozen.advance(timedelta(seconds=policy_in_force(now=NOW).desk.undo_seconds))
        outbox.send_due(now=frozen.at)
        to, subject, letter = last_letter()
        assert to == "femke@klant.example"
        assert subject.startswith("Antwoord op uw vraag [T-2026-00001-")
        assert ANSWER in letter
        promise = Question.objects.get().promise
        assert (promise.kept_at, promise.was_kept) == (frozen.at, True)

        employee.open(conversation)
        employee.reads("nagekomen", "afgeleverd ma 23 nov 2026, 10:30")
        visitor.open("/beloften/")
        visitor.reads("100%")
