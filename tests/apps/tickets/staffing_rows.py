"""A row for each constraint of teams, skills, rosters and routing, which it refuses."""

from collections.abc import Callable
from datetime import date, time
from typing import Any

from balie.apps.tickets import actions
from balie.apps.tickets.models import (
    EmployeeSkill,
    RosterException,
    RoutingModel,
    RoutingRule,
    Shift,
    Skill,
    Suggestion,
    Team,
    TeamMember,
    Ticket,
)
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW
from tests.apps.refusing import copy_of
from tests.apps.tickets.asking import new_employee

DAY = date(2026, 11, 23)


def skill() -> Skill:
    return actions.add_skill(code="dns", name_nl="DNS", name_en="DNS", by=SYSTEM, now=NOW)


def known() -> EmployeeSkill:
    (row,) = actions.set_skills(employee=new_employee(), skills=[skill()], by=SYSTEM, now=NOW)
    return row


def lead() -> TeamMember:
    team = Team.objects.earliest("pk")
    (row,) = actions.set_teams(
        employee=new_employee(), teams=[team], leads=[team], by=SYSTEM, now=NOW
    )
    return row


def shift(**changes: Any) -> Shift:
    given = {"weekday": 0, "starts": time(9), "ends": time(17), "period_start": DAY}
    return Shift(employee=new_employee(), **{**given, **changes})


def exception(**changes: Any) -> RosterException:
    given = {"period_start": DAY, "period_end": date(2026, 11, 24)}
    return RosterException(employee=new_employee(), **{**given, **changes})


def rule(**changes: Any) -> RoutingRule:
    given = {"words": "storno", "team": Team.objects.earliest("pk")}
    return RoutingRule(position=1, changed_at=NOW, changed_by="system", **{**given, **changes})


def model() -> RoutingModel:
    return RoutingModel.objects.create(
        version=1, trained_at=NOW, examples=1, sha256="", content=b""
    )


def suggestion(**changes: Any) -> Suggestion:
    return Suggestion(ticket=Ticket.objects.get(), suggested_at=NOW, **changes)


def suggested() -> Suggestion:
    row = suggestion()
    row.save()
    return row


STAFFING_ROWS: dict[str, Callable[[], Any]] = {
    "tickets_skill.code": lambda: copy_of(skill()),
    "tickets_skill_once_per_employee": lambda: copy_of(known()),
    "tickets_member_once": lambda: copy_of(lead(), is_lead=False),
    "tickets_one_lead_per_team": lambda: copy_of(lead(), employee=new_employee()),
    "tickets_shift_weekday_known": lambda: shift(weekday=7),
    "tickets_shift_ends_after_start": lambda: shift(starts=time(17), ends=time(9)),
    "tickets_shift_period": lambda: shift(period_end=date(2026, 11, 22)),
    "tickets_shift_kind_known": lambda: shift(kind="night"),
    "tickets_exception_period": lambda: exception(period_end=DAY),
    "tickets_exception_whole_block": lambda: exception(starts=time(9)),
    "tickets_rule_looks": lambda: rule(words=""),
    "tickets_rule_says": lambda: rule(team=None),
    "tickets_routingmodel.version": lambda: copy_of(model()),
    "tickets_suggestion.ticket_id": lambda: copy_of(suggested()),
    "tickets_suggestion_one_verdict": lambda: suggestion(
        team=Team.objects.earliest("pk"), accepted_at=NOW, overruled_at=NOW
    ),
    "tickets_suggestion_unknown": lambda: suggestion(accepted_at=NOW),
}
