"""Triage: one question at a time, with a suggestion and its reason; and how often it was right."""

from urllib.parse import urlencode

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_POST, require_safe

from balie.apps.billing import queries as billing
from balie.apps.customers.access import for_employees
from balie.apps.customers.models import Customer, Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.services import queries as services
from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import Question, Suggestion, Team, Ticket
from balie.apps.tickets.queries import SuggestionWeek
from balie.faces.desk.forms import TeamField
from balie.faces.desk.triage_words import Reason, reason_for
from balie.infra import clock
from balie.infra.templatetags.balie import day as day_words
from balie.infra.templatetags.chart import Bar

WEEKS = 12


class GiveForm(forms.Form):
    """To whom a question goes: a team, a person, or both."""

    team = TeamField(
        label=gettext_lazy("Team"),
        queryset=Team.objects.order_by("pk"),
        empty_label=gettext_lazy("the team of that person"),
        required=False,
    )
    employee = forms.ModelChoiceField(
        label=gettext_lazy("Employee"),
        queryset=Employee.objects.order_by("name"),
        empty_label=gettext_lazy("nobody yet"),
        required=False,
        widget=forms.Select(attrs={"data-key": "a", "aria-keyshortcuts": "a"}),
    )

    def clean(self) -> dict[str, object]:
        cleaned = super().clean() or {}
        if not (cleaned.get("team") or cleaned.get("employee") or self.errors):
            raise forms.ValidationError(_("Choose a team, a person, or both."))
        return cleaned


@require_safe
@for_employees()
def triage(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the question to give out now: the first due, or the first one behind `na`."""
    return _page(request, viewer)


@require_POST
@for_employees()
def accept(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Give a question to whom was suggested."""
    found = _ticket(viewer, number)
    suggestion = queries.suggestion_of(found)
    if suggestion is None:
        messages.error(request, _("Nothing was suggested for it; choose a team yourself."))
        return _on(request)
    try:
        actions.accept(suggestion=suggestion, by=viewer.actor, now=clock.now())
    except actions.UnableToAccept:
        told = _("%(number)s was given out meanwhile, or needs a choice of your own.")
        messages.error(request, told % {"number": number})
    else:
        messages.success(request, _("%(number)s is given out.") % {"number": number})
    return _on(request)


@require_POST
@for_employees()
def give(request: HttpRequest, viewer: Viewer, number: str) -> HttpResponse:
    """Give a question to a team or a person of one's own choice."""
    found = _ticket(viewer, number)
    form = GiveForm(request.POST)
    if not form.is_valid():
        return _page(request, viewer, form=form, status=422)
    actions.assign(
        ticket=found,
        team=form.cleaned_data["team"],
        employee=form.cleaned_data["employee"],
        by=viewer.actor,
        now=clock.now(),
    )
    messages.success(request, _("%(number)s is given out.") % {"number": number})
    return _on(request)


@require_safe
@for_employees()
def figures(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show per week what became of the suggestions, and what the model was measured at."""
    weeks = queries.suggestion_weeks(now=clock.now(), weeks=WEEKS)
    model = queries.current_model()
    return render(
        request,
        "desk/triage_figures.html",
        {
            "viewer": viewer,
            "here": "triage",
            "tab": "figures",
            "weeks": weeks,
            "bars": [_bar(week) for week in weeks],
            "model": model,
            "measured": _percentages(model.figures) if model else {},
        },
    )


def _percentages(figures_kept: dict[str, object]) -> dict[str, int]:
    return {
        name: round(100 * share)
        for name, share in figures_kept.items()
        if isinstance(share, int | float)
    }


def _bar(week: SuggestionWeek) -> Bar:
    """Return a week as a bar of how many per cent of the suggested teams answered."""
    if week.top1 is None:
        return Bar(label=day_words(week.monday), value=0, words=_("nothing answered yet"))
    words = ngettext(
        "%(rate)s%% of %(count)d answered question",
        "%(rate)s%% of %(count)d answered questions",
        week.answered,
    )
    return Bar(
        label=day_words(week.monday),
        value=week.top1,
        words=words % {"rate": f"{week.top1:.0f}", "count": week.answered},
    )


def _page(
    request: HttpRequest, viewer: Viewer, *, form: GiveForm | None = None, status: int = 200
) -> HttpResponse:
    """Show the question at hand; with a wrong form the same one again, with what is wrong."""
    after = request.GET.get("na", "")
    found = queries.next_to_triage(viewer=viewer, after=after or None)
    suggestion = queries.suggestion_of(found) if found else None
    teams = queries.teams()
    return render(
        request,
        "desk/triage.html",
        {
            "viewer": viewer,
            "here": "triage",
            "tab": "triage",
            "ticket": found,
            "question": _first_question(found) if found else None,
            "suggestion": suggestion,
            "reason": _reason(suggestion, teams),
            "choices": list(enumerate(teams, start=1)),
            "form": form or GiveForm(),
            "card": _card(found.customer) if found and found.customer else None,
            "waiting": queries.to_triage(viewer=viewer).count(),
            "after": after,
            "place": f"?{urlencode({'na': after})}" if after else "",
            "now": clock.now(),
        },
        status=status,
    )


def _first_question(found: Ticket) -> Question | None:
    return found.questions.select_related("message", "promise").order_by("pk").first()


def _reason(suggestion: Suggestion | None, teams: list[Team]) -> Reason | None:
    if suggestion is None:
        return None
    rule = suggestion.evidence.get("rule")
    names = queries.names_of_rules([rule]) if isinstance(rule, int) else {}
    return reason_for(suggestion, teams=teams, rules=names)


def _card(customer: Customer) -> dict[str, object]:
    """What one needs to know of the customer to choose who helps."""
    return {
        "customer": customer,
        "services": services.services_of(customer).filter(ended_on__isnull=True),
        "open_cents": billing.open_total(customer),
    }


def _ticket(viewer: Viewer, number: str) -> Ticket:
    try:
        return queries.ticket_for(viewer=viewer, number=number)
    except Ticket.DoesNotExist as error:
        raise Http404 from error


def _on(request: HttpRequest) -> HttpResponseRedirect:
    """Go on with the next question, behind the ones skipped."""
    after = request.GET.get("na", "")
    return redirect(reverse("desk:triage") + (f"?{urlencode({'na': after})}" if after else ""))
