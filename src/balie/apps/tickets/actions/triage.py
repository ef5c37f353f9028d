"""Suggest who can best help, take the suggestion, and learn from what was answered."""

import hashlib
from concurrent.futures import ProcessPoolExecutor
from datetime import datetime
from multiprocessing import get_context

from django.db import IntegrityError, transaction
from django.db.models import Max

from balie.apps.customers.models import Employee
from balie.apps.tickets import queries
from balie.apps.tickets.actions.sorting import assign
from balie.apps.tickets.models import (
    Assignment,
    RoutingModel,
    Skill,
    Suggestion,
    Team,
    Ticket,
)
from balie.domain import routing
from balie.domain.routing_learning import Example, Figures, learned_bytes
from balie.infra import audit, jobs
from balie.infra.audit import SYSTEM, Actor

SUGGEST = "suggest-routing"
MODELS_KEPT = 3


class UnableToAccept(Exception):
    """A suggestion cannot be taken any more; the message says why and what to do."""


def suggest_soon(ticket: Ticket) -> None:
    """Let a worker suggest who can best help; a question that a team has already needs none."""
    if ticket.team_id is None and ticket.assignee_id is None:
        jobs.enqueue(SUGGEST, dedupe=f"{SUGGEST}:{ticket.pk}", ticket=ticket.pk)


def suggest(*, ticket: Ticket, now: datetime) -> Suggestion | None:
    """Write down who can best help with a ticket, and why; once per ticket.

    Returns the suggestion that is there already, or None for a ticket that somebody has.
    """
    there = queries.suggestion_of(ticket)
    if there is not None or ticket.team_id is not None or ticket.assignee_id is not None:
        return there
    row = queries.current_model()
    model = queries.learned(row)
    advice = routing.advise(queries.asked_in(ticket), rules=queries.rules_to_apply(), model=model)
    team = Team.objects.filter(code=advice.team).first() if advice.team else None
    skill = Skill.objects.filter(code=advice.skill).first() if advice.skill else None
    evidence: dict[str, audit.JSON] = {
        name: [*fact] if isinstance(fact, list) else fact for name, fact in advice.evidence.items()
    }
    employee = None
    if team is not None:
        employee, why = _colleague(ticket, team, skill, advice=advice, now=now)
        evidence["colleague"] = why
    try:
        with transaction.atomic():
            return Suggestion.objects.create(
                ticket=ticket,
                team=team,
                employee=employee,
                skill=skill,
                certainty=advice.certainty,
                evidence=evidence,
                model=row if advice.certainty is not None else None,
                suggested_at=now,
            )
    except IntegrityError:  # another worker was first
        return queries.suggestion_of(ticket)


def _colleague(
    ticket: Ticket, team: Team, skill: Skill | None, *, advice: routing.Advice, now: datetime
) -> tuple[Employee | None, dict[str, audit.JSON]]:
    """Choose who of the team takes it, with the evidence for that."""
    candidates = queries.candidates_for(
        team, skill=skill, answered_by=advice.answered_by, due_at=ticket.due_at or now, now=now
    )
    best = routing.choose_colleague(candidates, now=now)
    if best is None:
        return None, {"why": "nobody there" if candidates else "nobody in the team"}
    there_at = best.there_at or now
    return Employee.objects.get(pk=best.person), {
        "there_at": "" if there_at <= now else there_at.isoformat(),
        "load": best.load,
        "knows": best.knows,
        "similar": best.similar,
    }


@transaction.atomic
def accept(*, suggestion: Suggestion, by: Actor, now: datetime) -> Assignment:
    """Give a ticket to the team and the colleague that were suggested. The promise stays.

    Raises UnableToAccept when nothing was suggested, or somebody gave the ticket out meanwhile.
    """
    if suggestion.team is None:
        raise UnableToAccept("nothing was suggested for this question; choose a team yourself")
    free = Ticket.objects.filter(
        pk=suggestion.ticket_id, team__isnull=True, assignee__isnull=True, due_at__isnull=False
    )
    # Guarded: of two who accept at once, or accept and assign, the second finds it given out.
    if not free.update(team=suggestion.team):
        raise UnableToAccept("somebody gave this question out meanwhile; go on with the next one")
    suggestion.ticket.refresh_from_db()
    return assign(
        ticket=suggestion.ticket,
        team=suggestion.team,
        employee=suggestion.employee,
        by=by,
        now=now,
    )


def train(*, now: datetime) -> RoutingModel | None:
    """Learn from what was answered, in a process of its own; None when there is too little.

    Nothing is learned anew while no question was answered since. Raises what learning raises.
    """
    examples = queries.answered_examples()
    if (
        len(examples) < routing.FEWEST_EXAMPLES
        or len({one.label for one in examples}) < routing.FEWEST_TEAMS
    ):
        return None
    digest = _digest_of(examples)
    last = queries.current_model()
    if last is not None and last.figures.get("examples_sha256") == digest:
        return last
    content, figures = learn_apart(examples)
    return keep_model(
        content=content, figures=figures, examples=len(examples), digest=digest, now=now
    )


@transaction.atomic
def keep_model(
    *, content: bytes, figures: Figures, examples: int, digest: str, now: datetime
) -> RoutingModel:
    """Let a model suggest from now on; the weights of all but the last few are let go."""
    last = RoutingModel.objects.aggregate(last=Max("version"))["last"] or 0
    row = RoutingModel.objects.create(
        version=last + 1,
        trained_at=now,
        examples=examples,
        figures={
            "top1": figures.top1,
            "top3": figures.top3,
            "coverage_at_95": figures.coverage_at_95,
            "majority": figures.majority,
            "examples_sha256": digest,
        },
        sha256=hashlib.sha256(content).hexdigest(),
        content=content,
    )
    RoutingModel.objects.filter(version__lte=row.version - MODELS_KEPT).update(content=b"")
    audit.record(
        event="routing.trained",
        by=SYSTEM,
        subject=("routing_model", row.pk),
        now=now,
        data={"version": row.version, "examples": examples},
    )
    return row


def learn_apart(examples: list[Example]) -> tuple[bytes, Figures]:
    """Learn in a child process: its 200 MB go back when it ends, and it cannot pull us down.

    The child loads the rules alone, no Django. Raises what learning raises, or BrokenProcessPool
    when the child died.
    """
    with ProcessPoolExecutor(max_workers=1, mp_context=get_context("spawn")) as pool:
        return pool.submit(learned_bytes, examples).result()


def _digest_of(examples: list[Example]) -> str:
    summed = hashlib.sha256()
    for one in examples:
        summed.update(f"{one.label}\0{one.person}\0{one.text}\0".encode())
    return summed.hexdigest()
