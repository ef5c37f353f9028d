"""Learning from what was answered: apart, kept as plain weights, with its reason."""

from datetime import timedelta

import pytest

from balie.apps.customers.models import Employee
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import RoutingModel, Suggestion, Team, Ticket
from balie.domain import routing
from balie.domain.routing_learning import Example, learned_bytes
from balie.infra import jobs
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW
from tests.apps.tickets.asking import amsterdam, answer, ask, new_employee

pytestmark = pytest.mark.django_db

MONDAY_TEN = amsterdam(9, 10)
WORDS = {
    "administration": ("incassobedrag", "storno", "nota"),
    "support": ("postvak", "server", "toegang"),
    "sales": ("uitbreiding", "tarief", "aanschaf"),
}


def team(code: str) -> Team:
    return Team.objects.get(code=code)


def examples(each: int = 40, person: int = 0) -> list[Example]:
    return [
        Example(text=f"Vraag {number} over {own[number % 3]}", label=code, person=person)
        for code, own in WORDS.items()
        for number in range(each)
    ]


def trained(person: int = 0) -> RoutingModel:
    content, figures = learned_bytes(examples(person=person))
    return actions.keep_model(
        content=content, figures=figures, examples=120, digest="x", now=MONDAY_TEN
    )


def answered(body: str, code: str, *, employee: Employee, minutes: int = 0) -> Ticket:
    at = MONDAY_TEN + timedelta(minutes=minutes)
    ticket = ask(at, body=body).ticket
    actions.assign(ticket=ticket, team=team(code), by=SYSTEM, now=at)
    answer(ticket, at, employee=employee)
    return ticket


def suggested(body: str) -> Suggestion:
    question = ask(MONDAY_TEN, body=body)
    jobs.run_pending(now=MONDAY_TEN)
    return Suggestion.objects.get(ticket=question.ticket)


def test_learned_model_suggests_with_a_reason_of_words_and_earlier_questions() -> None:
    employee = new_employee()
    actions.set_teams(employee=employee, teams=[team("administration")], by=SYSTEM, now=MONDAY_TEN)
    model = trained(person=employee.pk)

    suggestion = suggested("Een storno, hoe kan dat?")

    assert suggestion.team == team("administration")
    assert suggestion.model == model
    assert suggestion.certainty is not None
    assert suggestion.certainty >= routing.SUGGEST_FROM
    assert suggestion.evidence["by"] == "learned"
    assert suggestion.evidence["words"] == ["storno"]
    assert suggestion.evidence["count"] == 13
    assert suggestion.evidence["colleague"]["similar"] == 13


def test_learned_model_says_when_it_does_not_know() -> None:
    trained()

    suggestion = suggested("Goedemiddag")

    assert suggestion.team is None
    assert suggestion.evidence["why"] == "unsure"
    assert suggestion.certainty is not None
    assert suggestion.certainty < routing.SUGGEST_FROM


def test_model_whose_weights_cannot_be_read_is_as_good_as_none() -> None:
    RoutingModel.objects.filter(pk=trained().pk).update(content=b"", sha256="other")

    assert suggested("Mijn incasso en factuur").evidence["by"] == "words"


def test_examples_are_answered_questions_with_the_team_at_the_answer() -> None:
    employee = new_employee()
    for number in range(routing.FEWEST_PER_TEAM):
        answered(f"Storno {number}", "administration", employee=employee, minutes=number)
        moved = answered(f"Postvak {number}", "support", employee=employee, minutes=number)
        later = MONDAY_TEN + timedelta(days=1)
        actions.assign(ticket=moved, team=team("sales"), by=SYSTEM, now=later)
    answered("Tarief", "sales", employee=employee)
    ask(MONDAY_TEN, body="Nog niet beantwoord")

    found = queries.answered_examples()

    assert {(one.label, one.person) for one in found} == {
        ("administration", employee.pk),
        ("support", employee.pk),
    }
    assert len(found) == 2 * routing.FEWEST_PER_TEAM
    assert found[0].text.splitlines()[-1] == "Postvak 9"


def test_too_few_answers_teach_nothing() -> None:
    answered("Storno", "administration", employee=new_employee())

    assert actions.train(now=MONDAY_TEN) is None
    assert not RoutingModel.objects.exists()


@pytest.mark.slow
@pytest.mark.postgres
def test_training_learns_in_a_process_of_its_own_and_once_from_the_same_answers() -> None:
    employee = new_employee()
    for number, (code, own) in enumerate(list(WORDS.items()) * 34):
        answered(f"Vraag over {own[number % 3]}", code, employee=employee, minutes=number)

    first = actions.train(now=NOW)
    again = actions.train(now=NOW + timedelta(days=1))

    assert first is not None
    assert again == first
    assert (first.version, first.examples, first.trained_at) == (1, 102, NOW)
    assert first.figures["top1"] == 1.0
    model = queries.learned(first)
    assert model is not None
    assert model.opinion("Een storno").ranking[0] == "administration"


def test_old_models_let_go_of_their_weights_and_keep_what_they_suggested() -> None:
    models = [trained() for _ in range(actions.MODELS_KEPT + 1)]

    sizes = [len(bytes(row.content)) for row in RoutingModel.objects.order_by("version")]

    assert [size > 0 for size in sizes] == [False] + [True] * actions.MODELS_KEPT
    assert queries.current_model() == models[-1]
