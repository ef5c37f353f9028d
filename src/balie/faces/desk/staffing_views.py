"""Who works when, who is in which team and knows what, and the rules of routing."""

from datetime import date, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from balie.apps.customers.access import for_employees
from balie.apps.customers.models import Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import RosterException, RoutingRule, Shift
from balie.faces.desk.staffing_forms import (
    ExceptionForm,
    PersonForm,
    RuleForm,
    ShiftForm,
    SkillForm,
)
from balie.infra import clock

WEEK = 7
ADMIN = "admin"


@require_safe
@for_employees()
def roster(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show who works when in a week; the week stands in the address by one of its days."""
    return _roster(request, viewer)


@require_POST
@for_employees(ADMIN)
def add_shift(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Add a weekly shift, on one or more days of the week."""
    now = clock.now()
    form = ShiftForm(request.POST, today=clock.local(now).date())
    if not form.is_valid():
        return _roster(request, viewer, shift_form=form, status=422)
    given = form.cleaned_data
    try:
        for weekday in given["weekdays"]:
            actions.add_shift(
                employee=given["employee"],
                weekday=weekday,
                starts=given["starts"],
                ends=given["ends"],
                kind=given["kind"],
                period_start=given["period_start"],
                by=viewer.actor,
                now=now,
            )
    except actions.UnableToRoster:
        form.add_error("ends", _("A shift ends after it starts; a night is two shifts."))
        return _roster(request, viewer, shift_form=form, status=422)
    messages.success(request, _("The roster is changed."))
    return redirect("desk:roster")


@require_POST
@for_employees(ADMIN)
def end_shift(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """End a weekly shift from today on; what was worked before stays."""
    shift = Shift.objects.filter(pk=pk).first()
    if shift is None:
        raise Http404
    now = clock.now()
    actions.end_shift(shift=shift, period_end=clock.local(now).date(), by=viewer.actor, now=now)
    messages.success(request, _("The roster is changed."))
    return redirect("desk:roster")


@require_POST
@for_employees(ADMIN)
def add_exception(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Note days on which somebody is away, or works besides his shifts."""
    form = ExceptionForm(request.POST)
    if not form.is_valid():
        return _roster(request, viewer, exception_form=form, status=422)
    given = form.cleaned_data
    works = (given["starts"], given["ends"]) if given["starts"] is not None else None
    try:
        actions.add_exception(
            employee=given["employee"],
            first_on=given["first_on"],
            last_on=given["last_on"],
            works=works,
            reason=given["reason"],
            by=viewer.actor,
            now=clock.now(),
        )
    except actions.UnableToRoster:
        form.add_error("ends", _("A shift ends after it starts; a night is two shifts."))
        return _roster(request, viewer, exception_form=form, status=422)
    messages.success(request, _("The roster is changed."))
    return redirect("desk:roster")


@require_POST
@for_employees(ADMIN)
def remove_exception(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take days that differ back."""
    found = RosterException.objects.filter(pk=pk).first()
    if found is None:
        raise Http404
    actions.remove_exception(exception=found, by=viewer.actor, now=clock.now())
    messages.success(request, _("The roster is changed."))
    return redirect("desk:roster")


@require_safe
@for_employees()
def staff(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show who is in which team and knows what."""
    return _staff(request, viewer)


@require_POST
@for_employees(ADMIN)
def set_person(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Put somebody in teams and write down what he knows."""
    employee = Employee.objects.filter(pk=pk).first()
    if employee is None:
        raise Http404
    form = PersonForm(request.POST)
    if not form.is_valid():
        return _staff(request, viewer, wrong=(pk, form), status=422)
    now = clock.now()
    actions.set_teams(
        employee=employee,
        teams=list(form.cleaned_data["teams"]),
        leads=list(form.cleaned_data["leads"]),
        by=viewer.actor,
        now=now,
    )
    actions.set_skills(
        employee=employee, skills=list(form.cleaned_data["skills"]), by=viewer.actor, now=now
    )
    messages.success(request, _("%(name)s is written down.") % {"name": employee.name})
    return redirect("desk:staff")


@require_POST
@for_employees(ADMIN)
def add_skill(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Add a skill of the house."""
    form = SkillForm(request.POST, auto_id="skill_%s")
    if form.is_valid():
        try:
            actions.add_skill(**form.cleaned_data, by=viewer.actor, now=clock.now())
        except actions.UnableToAddSkill:
            form.add_error("code", _("There is a skill of this short name already."))
        else:
            messages.success(request, _("The skill is added."))
            return redirect("desk:staff")
    return _staff(request, viewer, skill_form=form, status=422)


@require_safe
@for_employees()
def rules(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List the rules in the order in which they are tried."""
    return _rules(request, viewer)


@require_safe
@for_employees(ADMIN)
def rule(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Show one rule to change."""
    found = _rule(pk)
    return _rule_page(request, viewer, found, RuleForm(rule=found))


@require_POST
@for_employees(ADMIN)
def add_rule(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Add a rule below the others."""
    form = RuleForm(request.POST)
    if not form.is_valid():
        return _rules(request, viewer, form=form, status=422)
    actions.add_rule(**form.cleaned_data, by=viewer.actor, now=clock.now())
    messages.success(request, _("The rule counts for questions from now on."))
    return redirect("desk:rules")


@require_POST
@for_employees(ADMIN)
def change_rule(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Say a rule anew."""
    found, form = _rule(pk), RuleForm(request.POST)
    if not form.is_valid():
        return _rule_page(request, viewer, found, form, status=422)
    actions.change_rule(rule=found, **form.cleaned_data, by=viewer.actor, now=clock.now())
    messages.success(request, _("The rule counts for questions from now on."))
    return redirect("desk:rules")


@require_POST
@for_employees(ADMIN)
def switch_rule(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Let a rule count, or no longer, as the form says."""
    is_on = request.POST.get("is_on") == "1"
    actions.switch_rule(rule=_rule(pk), is_on=is_on, by=viewer.actor, now=clock.now())
    return redirect("desk:rules")


@require_POST
@for_employees(ADMIN)
def raise_rule(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Try a rule before the one above it."""
    actions.raise_rule(rule=_rule(pk), by=viewer.actor, now=clock.now())
    return redirect("desk:rules")


@require_POST
@for_employees(ADMIN)
def remove_rule(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Take a rule out of the list."""
    actions.remove_rule(rule=_rule(pk), by=viewer.actor, now=clock.now())
    messages.success(request, _("The rule is removed."))
    return redirect("desk:rules")


def _rule(pk: int) -> RoutingRule:
    found = RoutingRule.objects.select_related("team", "skill").filter(pk=pk).first()
    if found is None:
        raise Http404
    return found


def _roster(
    request: HttpRequest,
    viewer: Viewer,
    *,
    shift_form: ShiftForm | None = None,
    exception_form: ExceptionForm | None = None,
    status: int = 200,
) -> HttpResponse:
    now = clock.now()
    today = clock.local(now).date()
    monday = queries.start_of_week(_day(request, otherwise=today)).date()
    policy = policy_in_force(now=now)
    return render(
        request,
        "desk/roster.html",
        {
            "viewer": viewer,
            "here": "triage",
            "tab": "roster",
            "days": queries.roster_days(first=monday, days=WEEK, policy=policy),
            "monday": monday,
            "earlier": (monday - timedelta(days=WEEK)).isoformat(),
            "later": (monday + timedelta(days=WEEK)).isoformat(),
            "today": today,
            "shifts": queries.standing_shifts(today=today),
            "exceptions": queries.coming_exceptions(today=today),
            "shift_form": shift_form or ShiftForm(today=today),
            "exception_form": exception_form or ExceptionForm(),
            "may_change": viewer.role == ADMIN,
        },
        status=status,
    )


def _day(request: HttpRequest, *, otherwise: date) -> date:
    """The day in the address; a nonsense one, or one out of reach, is as good as none."""
    try:
        asked = date.fromisoformat(request.GET.get("week", ""))
    except ValueError:
        return otherwise
    years = abs(asked.year - otherwise.year)
    return asked if years <= WEEK else otherwise


def _staff(
    request: HttpRequest,
    viewer: Viewer,
    *,
    wrong: tuple[int, PersonForm] | None = None,
    skill_form: SkillForm | None = None,
    status: int = 200,
) -> HttpResponse:
    may_change = viewer.role == ADMIN
    people = queries.staff()
    pk = wrong[0] if wrong else _number(request.GET.get("wie", ""))
    chosen = next((one for one in people if may_change and one.employee.pk == pk), None)
    return render(
        request,
        "desk/staff.html",
        {
            "viewer": viewer,
            "here": "triage",
            "tab": "staff",
            "people": people,
            "chosen": chosen,
            "form": wrong[1] if wrong else _person_form(chosen) if chosen else None,
            "skills": queries.skills(),
            "skill_form": skill_form or SkillForm(auto_id="skill_%s"),
            "may_change": may_change,
        },
        status=status,
    )


def _number(text: str) -> int | None:
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else None


def _person_form(one: queries.StaffMember) -> PersonForm:
    return PersonForm(
        initial={
            "teams": [team.pk for team in one.teams],
            "leads": list(one.leads),
            "skills": [skill.pk for skill in one.skills],
        }
    )


def _rules(
    request: HttpRequest, viewer: Viewer, *, form: RuleForm | None = None, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "desk/rules.html",
        {
            "viewer": viewer,
            "here": "triage",
            "tab": "rules",
            "rules": queries.rules(),
            "form": form or RuleForm(),
            "may_change": viewer.role == ADMIN,
        },
        status=status,
    )


def _rule_page(
    request: HttpRequest, viewer: Viewer, found: RoutingRule, form: RuleForm, *, status: int = 200
) -> HttpResponse:
    return render(
        request,
        "desk/rule.html",
        {"viewer": viewer, "here": "triage", "tab": "rules", "rule": found, "form": form},
        status=status,
    )
