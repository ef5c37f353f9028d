"""Give a mandate digitally, see what was given, take it back."""

from datetime import datetime

from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_contacts
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit import actions as directdebit
from balie.apps.directdebit import queries as collections
from balie.apps.directdebit.models import Collection
from balie.apps.mandates import actions, queries
from balie.apps.mandates.models import Mandate
from balie.apps.promises.queries import policy_in_force
from balie.faces.portal.forms import MandateForm
from balie.faces.portal.pages import show
from balie.formats.iban import bank_of
from balie.infra import clock
from balie.infra.templatetags.moments import moment_words


@require_safe
@for_contacts
def mandate(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show the mandate with its evidence, or how to give one."""
    found = queries.latest_mandate(_customer(viewer))
    context = {
        "mandate": found,
        "is_active": found is not None and found.status == Mandate.Status.ACTIVE,
        "bank": bank_of(found.iban) if found else None,
    }
    return show(request, "mandate", context, viewer=viewer, now=clock.now(), here="mandate")


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def give(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Give a mandate, in place of the one that stands if there is one."""
    customer = _customer(viewer)
    now = clock.now()
    policy = policy_in_force(now=now)
    text = queries.mandate_text(policy=policy, language=(get_language() or "nl")[:2])
    form = MandateForm(request.POST or None, initial={"debtor_name": viewer.name})
    if request.method == "POST" and form.is_valid():
        try:
            with transaction.atomic():
                _call_off_announced(customer, viewer=viewer, now=now)
                actions.give_mandate(
                    customer=customer,
                    debtor_name=form.cleaned_data["debtor_name"],
                    iban=form.cleaned_data["iban"],
                    text=text,
                    email=customers.contact_of(viewer).user.email,
                    ip_address=request.META["REMOTE_ADDR"],
                    user_agent=request.headers.get("User-Agent", ""),
                    by=viewer.actor,
                    now=now,
                )
        except actions.HeldForSafety as held:
            until = moment_words(held.until, language=(get_language() or "nl")[:2])
            words = _("Your address changed lately. A new account is possible from %(until)s.")
            form.add_error("iban", words % {"until": until})
        else:
            messages.success(request, _("Thank you. Your mandate has been recorded."))
            return redirect("portal:mandate")
    context = {
        "former": queries.active_mandate(customer),
        "form": form,
        "text": text,
        "policy": policy,
    }
    return show(request, "give_mandate", context, viewer=viewer, now=now, here="mandate")


@require_http_methods(["GET", "HEAD", "POST"])
@for_contacts
def revoke(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Say what withdrawing the mandate means and ask once more; then take it back."""
    customer = _customer(viewer)
    now = clock.now()
    found = queries.active_mandate(customer)
    if found is None:
        raise Http404
    if request.method == "POST":
        with transaction.atomic():
            _call_off_announced(customer, viewer=viewer, now=now)
            actions.change_status(
                mandate=found,
                to_status=Mandate.Status.REVOKED,
                reason="revoked by the customer in the portal",
                by=viewer.actor,
                now=now,
            )
        messages.success(request, _("Your mandate has been withdrawn."))
        return redirect("portal:mandate")
    context = {"mandate": found, "debit": collections.next_debit(customer)}
    return show(request, "revoke_mandate", context, viewer=viewer, now=now, here="mandate")


def _customer(viewer: Viewer) -> Customer:
    """Return the customer whose mandate it is; for who sees no money the page is not there."""
    if not viewer.sees_money:
        raise Http404
    return customers.customer_for(viewer=viewer)


def _call_off_announced(customer: Customer, *, viewer: Viewer, now: datetime) -> None:
    """Take back what is announced and not with the bank yet: its mandate is about to end.

    Under a new mandate it is announced anew, with the account it will really come from.
    """
    debits = collections.collections_for(viewer=viewer).filter(
        customer=customer, state=Collection.State.ANNOUNCED
    )
    for debit in debits:
        directdebit.withdraw(collection=debit, by=viewer.actor, now=now)
