"""Statements: which came in, which are missing, what waits for a decision, and taking one in."""

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST, require_safe

from balie.apps.banking import queries as banking
from balie.apps.banking.actions import StatementOutcome
from balie.apps.banking.models import EntryNotice
from balie.apps.banking.queries import AccountState, StripDay
from balie.apps.banking.refusals import sentences_of
from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.office import queries as office
from balie.apps.office.intake import receive_for_later, take_in_bank_file
from balie.faces.desk.bank_forms import ReasonForm
from balie.faces.desk.forms import StatementForm
from balie.infra import clock

FULL_WEEKS = 5
OUTCOMES_TOLD = 10
SET_ASIDE = 10
TAKEN_IN = 5
NOTICES = 50
# About a second of booking; whoever brings more need not wait for it. Nor for a ZIP: what is alike
# in it packs so well that its size says nothing.
BOOKED_AT_ONCE = 1_000_000


@require_safe
@for_employees()
def bank(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show each account with its calendar strip, and that ledger and bank agree."""
    return _bank(request, viewer, StatementForm())


@require_POST
@for_employees("finance", "admin")
def upload(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Take in a bank file and say, statement by statement, what it did."""
    form = StatementForm(request.POST, request.FILES)
    if not form.is_valid():
        return _bank(request, viewer, form, status=422)
    file = form.cleaned_data["file"]
    content = file.read()
    now = clock.now()
    if content.startswith(b"PK") or len(content) > BOOKED_AT_ONCE:
        receive_for_later(name=file.name, content=content, by=viewer.actor, now=now)
        words = _(
            "%(name)s is large and is being taken in. You can go on; see below how far it is."
        )
        messages.info(request, words % {"name": file.name})
    else:
        _tell(
            request,
            take_in_bank_file(name=file.name, content=content, by=viewer.actor, now=now),
        )
    return redirect("desk:bank")


def _tell(request: HttpRequest, outcomes: Sequence[StatementOutcome]) -> None:
    """Say what a file did: what went well in one line, what did not one by one."""
    statements = [one for one in outcomes if one.account]
    booked = [one for one in statements if one.state == "booked"]
    known = [one for one in statements if one.state == "known"]
    noticed = [one for one in statements if one.state == "noticed"]
    others = [one for one in outcomes if one.state in {"held", "aside", "refused"}]
    doubts = sum(one.state == "doubt" for one in outcomes)
    if booked:
        words = ngettext(
            "%(count)d statement booked, entries: %(entries)d.",
            "%(count)d statements booked, entries: %(entries)d.",
            len(booked),
        )
        entries = sum(one.entries for one in booked)
        messages.success(request, words % {"count": len(booked), "entries": entries})
    if known:
        words = ngettext(
            "%(count)d statement was known already.",
            "%(count)d statements were known already.",
            len(known),
        )
        messages.info(request, words % {"count": len(known)})
    if noticed:
        words = ngettext(
            "%(count)d advance notice taken in; it books nothing until the statement comes.",
            "%(count)d advance notices taken in; they book nothing until the statement comes.",
            sum(one.entries for one in noticed),
        )
        messages.info(request, words % {"count": sum(one.entries for one in noticed)})
    for one in outcomes:
        if not one.account and one.state in {"booked", "known"}:
            messages.info(request, str(one))
    if doubts:
        # Each stands on that list with all that the bank said of it.
        words = ngettext(
            "%(count)d entry seems to be a debit of ours but fits none; it waits under “To place”.",
            "%(count)d entries seem to be debits of ours but fit none; they wait under “To place”.",
            doubts,
        )
        messages.warning(request, words % {"count": doubts})
    for one in others[:OUTCOMES_TOLD]:
        level = messages.ERROR if one.state == "refused" else messages.WARNING
        messages.add_message(request, level, str(one))
    if len(others) > OUTCOMES_TOLD:
        words = _("And %(count)d more; they stand below.")
        messages.warning(request, words % {"count": len(others) - OUTCOMES_TOLD})


def _bank(
    request: HttpRequest, viewer: Viewer, form: StatementForm, *, status: int = 200
) -> HttpResponse:
    now = clock.now()
    day = clock.local(now).date()
    agreement = banking.agreement()
    states = [balance.state for balance in agreement.accounts if balance.state]
    set_aside = list(banking.set_aside()[:SET_ASIDE])
    return render(
        request,
        "desk/bank.html",
        {
            "viewer": viewer,
            "here": "bank",
            "agreement": agreement,
            "accounts": _with_strips(states, now=now, days=7 * FULL_WEEKS + day.weekday()),
            "held": [(one, banking.why_held(one)) for one in banking.held_statements()],
            "set_aside": set_aside,
            "refused": [(one, sentences_of(one)) for one in banking.refused_files()],
            "folder_alarms": office.folder_alarms(),
            "notices": _notices(states),
            "announced": banking.open_notices().count(),
            "at_work": list(banking.files_at_work()),
            "taken_in": list(banking.files_taken_in()[:TAKEN_IN]),
            "to_place": banking.unclaimed_slices().count(),
            "stale_since": banking.stale_since(now=now),
            "names": customers.names_of([one.decided_by for one in set_aside]),
            "reason": ReasonForm(auto_id=False),
            "may_decide": viewer.role in {"finance", "admin"},
            "form": form,
            "now": now,
            "today": day,
        },
        status=status,
    )


def _with_strips(
    states: Sequence[AccountState], *, now: datetime, days: int
) -> list[tuple[AccountState, list[StripDay], list[StripDay]]]:
    """Return each account with its days, and which of them are missing."""
    strips = banking.calendar_strips([state.account for state in states], now=now, days=days)
    return [
        (
            state,
            strips[state.account.pk],
            [one for one in strips[state.account.pk] if one.state == "missing"],
        )
        for state in states
    ]


def _notices(states: Sequence[AccountState]) -> list[tuple[EntryNotice, bool]]:
    """Return what the bank announced, each with whether its day is booked without it."""
    booked = {state.account.pk: state.closed_on for state in states}
    return [
        (one, bool((until := booked.get(one.bank_account_id)) and one.booked_on <= until))
        for one in banking.open_notices()[:NOTICES]
    ]
