"""Who of the fictional company is in which team, knows what, and works when, weekends included."""

from datetime import datetime, time

from balie.apps.customers.models import Employee
from balie.apps.tickets import actions
from balie.apps.tickets.models import Shift, Team
from balie.infra import clock
from balie.infra.audit import SYSTEM

SKILLS = (
    ("dns", "DNS en domeinen", "DNS and domains"),
    ("wordpress", "WordPress", "WordPress"),
    ("sepa", "Incasso en storno", "Direct debit and returns"),
)
# First name: teams, teams led, skills, weekly blocks as (weekdays, from, until, on duty).
WEEKDAYS = (0, 1, 2, 3, 4)
PEOPLE = {
    "Marit": (
        ("support", "sales"),
        ("support",),
        ("dns", "wordpress"),
        ((WEEKDAYS, 9, 17, False), ((1, 3), 17, 22, True), ((5,), 10, 14, True)),
    ),
    "Joris": (
        ("administration",),
        ("administration",),
        ("sepa",),
        ((WEEKDAYS, 9, 17, False), ((0, 4), 17, 22, True), ((6,), 10, 14, True)),
    ),
    "Samira": (
        ("sales", "support", "administration"),
        ("sales",),
        ("dns",),
        ((WEEKDAYS, 9, 17, False), ((2,), 17, 22, True)),
    ),
}
# Words, topic, team, skill.
RULES = (
    ("", "debit", "administration", "sepa"),
    ("authcode, verhuiscode, nameserver", "", "support", "dns"),
)


def fill_roster(staff: list[Employee], *, now: datetime) -> None:
    """Put the employees in their teams and in the roster, from the day of `now` on."""
    teams = {team.code: team for team in Team.objects.all()}
    skills = {
        code: actions.add_skill(code=code, name_nl=name_nl, name_en=name_en, by=SYSTEM, now=now)
        for code, name_nl, name_en in SKILLS
    }
    for employee in staff:
        member_of, leads, knows, blocks = PEOPLE[employee.name.partition(" ")[0]]
        actions.set_teams(
            employee=employee,
            teams=[teams[code] for code in member_of],
            leads=[teams[code] for code in leads],
            by=SYSTEM,
            now=now,
        )
        actions.set_skills(
            employee=employee, skills=[skills[code] for code in knows], by=SYSTEM, now=now
        )
        for weekdays, starts, ends, on_duty in blocks:
            for weekday in weekdays:
                actions.add_shift(
                    employee=employee,
                    weekday=weekday,
                    starts=time(starts),
                    ends=time(ends),
                    kind=Shift.Kind.DUTY if on_duty else Shift.Kind.OFFICE,
                    period_start=clock.local(now).date(),
                    by=SYSTEM,
                    now=now,
                )
    for words, topic, team, skill in RULES:
        actions.add_rule(
            words=words, topic=topic, team=teams[team], skill=skills[skill], by=SYSTEM, now=now
        )
