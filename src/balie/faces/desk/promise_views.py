"""How well promises are kept, why some were missed, and which nobody could have kept."""

from collections.abc import Mapping
from datetime import date, datetime, time

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.promises import actions, queries
from balie.apps.promises.causes import CAUSES
from balie.apps.promises.charts import time_bars, week_bars
from balie.apps.promises.models import Miss
from balie.apps.tickets import queries as tickets
from balie.domain.feasibility import Feasibility, feasibility, office_roster, year_to_try
from balie.infra import clock
from balie.infra.templatetags.balie import day as day_words
from balie.infra.templatetags.balie import language
from balie.infra.templatetags.figures import FULL_WEEKDAYS
from balie.infra.templatetags.moments import clock_words

WEEKS = 12
MISSES = 50
PATTERNS = 12
ANSWERS = ("answers.guarantee_hours", "answers.same_day_cutoff", "answers.usual_minutes")
YEARS_AHEAD = 2


@require_safe
@for_employees()
def promises(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the kept rates, per week too, how long answers took, and each miss with its cause."""
    now = clock.now()
    weeks = queries.kept_per_week(now=now, weeks=WEEKS)
    since = datetime.combine(weeks[0].monday, time(), tzinfo=clock.AMSTERDAM)
    return render(
        request,
        "desk/promises.html",
        {
            "viewer": viewer,
            "here": "promises",
            "policy": queries.policy_in_force(now=now),
            "rates": queries.kept_rates(now=now),
            "charts": [(weeks[0].rate(name), week_bars(weeks, name)) for name in ANSWERS],
            "weeks": WEEKS,
            "times": time_bars(queries.answer_times(since=since)),
            "login_mails": queries.login_mail_times(now=now, since=since),
            "opinions": _opinions(now),
            "misses": list(tickets.missed_questions()[:MISSES]),
            "missed": tickets.missed_questions().count(),
            "causes": CAUSES.items(),
            "now": now,
        },
    )


@require_POST
@for_employees()
def name_cause(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Say why a promise was missed."""
    miss = get_object_or_404(Miss, pk=pk)
    cause = request.POST.get("cause", "")
    if cause not in CAUSES:
        raise Http404
    actions.name_cause(miss=miss, cause=cause, by=viewer.actor, now=clock.now())
    return redirect(f"{reverse('desk:promises')}#misses-title")


@require_safe
@for_employees()
def feasible(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show which questions nobody can answer in time in a year, and what duty would."""
    now = clock.now()
    policy = queries.policy_in_force(now=now)
    this_year = clock.local(now).year
    years = range(this_year, this_year + YEARS_AHEAD + 1)
    asked = request.GET.get("jaar", "")
    year = int(asked) if asked in {str(each) for each in years} else this_year
    roster = tickets.roster()
    by_office = request.GET.get("rooster") == "kantoor" or not roster.shifts
    tried = office_roster(policy) if by_office else roster
    first, end = year_to_try(year, roster=tried)
    found = feasibility(policy=policy, roster=tried, period_start=first, period_end=end)
    return render(
        request,
        "desk/feasible.html",
        {
            "viewer": viewer,
            "here": "promises",
            "policy": policy,
            "year": year,
            "years": years,
            "by_office": by_office,
            "has_roster": bool(roster.shifts),
            "found": found,
            "since": first if first > date(year, 1, 1) else None,
            "unkeepable": 100 * found.unkeepable_share,
            "only_guarantee": 100 * found.only_guarantee_share,
            "patterns": _patterns(found),
            "more": max(len(found.patterns) - PATTERNS, 0),
            "duty": _duty(found),
        },
    )


def _opinions(now: datetime) -> Mapping[str, int]:
    """Return what askers said of answers in the weeks that are shown; never of a person."""
    said = tickets.satisfaction_per_week(now=now, weeks=WEEKS)
    return {
        "happy": sum(week.happy for week in said),
        "unhappy": sum(week.unhappy for week in said),
    }


def _patterns(found: Feasibility) -> list[str]:
    days = FULL_WEEKDAYS[language()]
    return [
        _("%(day)s %(starts)s to %(until)s %(ends)s: %(times)d times")
        % {
            "day": days[one.weekday],
            "starts": clock_words(one.starts),
            "until": days[one.until_weekday],
            "ends": clock_words(one.ends),
            "times": one.times,
        }
        for one in found.patterns[:PATTERNS]
    ]


def _duty(found: Feasibility) -> list[str]:
    """Return what duty would help, as one reads it in a roster."""
    days = FULL_WEEKDAYS[language()]
    weekly = [
        _("every %(day)s from %(starts)s to %(ends)s, on holidays too")
        % {"day": days[one.weekday], **_hours(one.hour)}
        for one in found.weekly
    ]
    single = [
        _("%(day)s from %(starts)s to %(ends)s") % {"day": day_words(one.day), **_hours(one.hour)}
        for one in found.days
    ]
    return [*weekly, *single]


def _hours(hour: int) -> Mapping[str, str]:
    return {"starts": clock_words(time(hour)), "ends": clock_words(time(hour + 1))}
