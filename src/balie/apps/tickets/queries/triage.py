"""Reads for triage: what waits to be given out, what is suggested, and how often that was right."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, TypedDict

from django.db.models import BigIntegerField, Exists, F, OuterRef, Q, QuerySet, Subquery
from django.db.models.functions import Coalesce

from balie.apps.customers.models import Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets.models import (
    Assignment,
    EmployeeSkill,
    Question,
    RoutingModel,
    RoutingRule,
    Skill,
    Suggestion,
    Team,
    Ticket,
)
from balie.apps.tickets.queries.conversations import tickets_for
from balie.apps.tickets.queries.staffing import load_of, members_of, roster, start_of_week
from balie.domain import rosters, routing
from balie.domain.routing_learning import Example
from balie.domain.routing_model import LinearModel, UnreadableModel
from balie.infra import clock

if TYPE_CHECKING:
    from django_stubs_ext import WithAnnotations


def to_triage(*, viewer: Viewer) -> QuerySet[Ticket]:
    """Return the tickets with an open question that nobody and no team has, first due first."""
    return (
        tickets_for(viewer=viewer)
        .filter(due_at__isnull=False, team__isnull=True, assignee__isnull=True)
        .order_by("due_at", "pk")
    )


def next_to_triage(*, viewer: Viewer, after: str | None = None) -> Ticket | None:
    """Return the ticket to give out first, or the first one behind `after` (a number).

    A number that is given out meanwhile keeps its place; behind the last one there is none.
    """
    waiting = to_triage(viewer=viewer).select_related("suggestion__team", "suggestion__employee")
    passed = tickets_for(viewer=viewer).filter(number=after).first() if after else None
    if passed is not None and passed.due_at is not None:
        waiting = waiting.filter(
            Q(due_at__gt=passed.due_at) | Q(due_at=passed.due_at, pk__gt=passed.pk)
        )
    return waiting.first()


def suggestion_of(ticket: Ticket) -> Suggestion | None:
    """Return what was suggested for a ticket, or None while nothing was."""
    return (
        Suggestion.objects.filter(ticket=ticket).select_related("team", "employee", "skill").first()
    )


def rules() -> list[RoutingRule]:
    """Return the routing rules in their order, those that are off too."""
    return list(RoutingRule.objects.select_related("team", "skill").order_by("position", "pk"))


def rules_to_apply() -> list[routing.Rule]:
    """Return the rules that are on, as routing reads them."""
    return [
        routing.Rule(
            key=one.pk,
            words=tuple(word.strip() for word in one.words.split(",") if word.strip()),
            sender_domain=one.sender_domain,
            topic=one.topic,
            team=one.team.code if one.team else None,
            skill=one.skill.code if one.skill else None,
        )
        for one in rules()
        if one.is_on
    ]


def current_model() -> RoutingModel | None:
    """Return the model that suggests now, without its weights; None before the first."""
    return RoutingModel.objects.defer("content").order_by("-version").first()


def learned(row: RoutingModel | None) -> LinearModel | None:
    """Return the weights of a model, read once per process; None when they cannot be used."""
    if row is None:
        return None
    try:
        return _read(row.pk, row.sha256)
    except UnreadableModel:
        return None


@lru_cache(maxsize=1)
def _read(pk: int, sha256: str) -> LinearModel:
    # The hash is part of the key: a number that was rolled back is given out again.
    return LinearModel.from_bytes(bytes(RoutingModel.objects.get(pk=pk).content))


def asked_in(ticket: Ticket) -> routing.Asked:
    """Return a ticket's first question as routing reads it."""
    first = ticket.questions.select_related("message").order_by("pk").first()
    return routing.Asked(
        subject=ticket.subject,
        body=first.message.body if first else "",
        sender_domain=ticket.asker_email.rpartition("@")[2],
    )


def candidates_for(
    team: Team,
    *,
    skill: Skill | None,
    answered_by: Sequence[tuple[int, int]] = (),
    due_at: datetime,
    now: datetime,
) -> list[routing.Candidate]:
    """Return the people of a team as the choice of a colleague reads them.

    In a house without a roster for the team everybody counts as being there.
    """
    people = [one.pk for one in members_of(team)]
    known = set(
        EmployeeSkill.objects.filter(skill=skill, employee__in=people).values_list(
            "employee", flat=True
        )
    )
    there = _there_at(people, due_at=due_at, now=now)
    load, similar = load_of(people), dict(answered_by)
    return [
        routing.Candidate(
            person=pk,
            knows=pk in known,
            there_at=there.get(pk),
            load=load[pk],
            similar=similar.get(pk, 0),
        )
        for pk in people
    ]


def _there_at(people: list[int], *, due_at: datetime, now: datetime) -> dict[int, datetime]:
    """From when each of the people is at work before a moment; who is not, is not in it."""
    planned = roster(people=people)
    if not planned.shifts:
        return dict.fromkeys(people, now)
    # What is overdue already still has to be answered: look a day ahead at least.
    until = max(due_at, now + timedelta(days=1)) if due_at <= now else due_at
    periods = rosters.shifts_between(planned, start=now, end=until, policy=policy_in_force(now=now))
    return {pk: periods[pk][0][0] for pk in people if pk in periods}


def _team_at_answer() -> Coalesce:
    """The team that had a ticket when its question was answered; else the one it has."""
    given = Assignment.objects.filter(
        ticket=OuterRef("ticket"),
        team__isnull=False,
        assigned_at__lte=OuterRef("answer__written_at"),
    ).order_by("-assigned_at", "-pk")
    return Coalesce(
        Subquery(given.values("team")[:1]), F("ticket__team"), output_field=BigIntegerField()
    )


class FinalTeam(TypedDict):
    """What `_first_answered` adds to a question."""

    final_team: int


def _first_answered() -> "QuerySet[WithAnnotations[Question, FinalTeam]]":
    """The first question of each ticket, once answered while a team had it."""
    earlier = Question.objects.filter(ticket=OuterRef("ticket"), pk__lt=OuterRef("pk"))
    return (
        Question.objects.filter(~Exists(earlier), answer__isnull=False)
        .annotate(final_team=_team_at_answer())
        .filter(final_team__isnull=False)
    )


def answered_examples(*, most: int = routing.MOST_EXAMPLES) -> list[Example]:
    """Return the last answered questions with the team and the person that answered, for learning.

    A team with fewer than ten of them is left out: from so few nothing is learned.
    """
    codes = dict(Team.objects.values_list("pk", "code"))
    rows = (
        _first_answered()
        .order_by("-pk")
        .values_list("ticket__subject", "message__body", "final_team", "answer__employee")[:most]
    )
    found = [
        Example(
            text=routing.Asked(subject=subject, body=body, sender_domain="").text,
            label=codes[team],
            person=employee or 0,
        )
        for subject, body, team, employee in rows
    ]
    counts = {code: sum(one.label == code for one in found) for code in codes.values()}
    enough = {code for code, count in counts.items() if count >= routing.FEWEST_PER_TEAM}
    return [one for one in found if one.label in enough]


@dataclass(frozen=True, kw_only=True)
class SuggestionWeek:
    """One week (from Monday, Amsterdam) of suggestions, by when they were made.

    `accepted` and `overruled` are what people did with a suggested team; `waiting` is still open;
    `abstained` is how often the answer was "I don't know". Of the questions answered since,
    `answered` had a suggestion and `right` were answered by the team that was suggested.
    """

    monday: date
    accepted: int
    overruled: int
    waiting: int
    abstained: int
    answered: int
    right: int

    @property
    def top1(self) -> float | None:
        """Per cent of answered questions that the suggested team answered; None without any."""
        return round(100 * self.right / self.answered, 1) if self.answered else None


def suggestion_weeks(*, now: datetime, weeks: int) -> list[SuggestionWeek]:
    """Return what became of the suggestions of the last weeks, oldest first, in two queries."""
    this_monday = start_of_week(clock.local(now).date()).date()
    mondays = [this_monday - timedelta(weeks=back) for back in range(weeks - 1, -1, -1)]
    counts = {monday: [0] * 6 for monday in mondays}
    made = Suggestion.objects.filter(suggested_at__gte=start_of_week(mondays[0]))
    answers = dict(
        _first_answered()
        .filter(ticket__suggestion__in=made.filter(team__isnull=False))
        .values_list("ticket__suggestion", "final_team")
    )
    rows = made.values_list("pk", "suggested_at", "team", "accepted_at", "overruled_at")
    for pk, suggested_at, team, accepted_at, overruled_at in rows:
        day = clock.local(suggested_at).date()
        week = counts[day - timedelta(days=day.weekday())]
        week[_outcome(team, accepted_at=accepted_at, overruled_at=overruled_at)] += 1
        if pk in answers:
            week[4] += 1
            week[5] += answers[pk] == team
    return [_week(monday, counts[monday]) for monday in mondays]


def _outcome(
    team: int | None, *, accepted_at: datetime | None, overruled_at: datetime | None
) -> int:
    """The place in the counts of a week."""
    if team is None:
        return 3
    if accepted_at is not None:
        return 0
    return 1 if overruled_at is not None else 2


def _week(monday: date, counts: list[int]) -> SuggestionWeek:
    accepted, overruled, waiting, abstained, answered, right = counts
    return SuggestionWeek(
        monday=monday,
        accepted=accepted,
        overruled=overruled,
        waiting=waiting,
        abstained=abstained,
        answered=answered,
        right=right,
    )


def names_of_rules(keys: Sequence[int]) -> dict[int, str]:
    """Return what the rules with these keys look at, for the reason of a suggestion."""
    return {
        one.pk: one.words or one.sender_domain or one.topic
        for one in RoutingRule.objects.filter(pk__in=keys)
    }


def people_to_choose() -> list[Employee]:
    """Return everybody a question can be given to, by name."""
    return list(Employee.objects.order_by("name", "pk"))
