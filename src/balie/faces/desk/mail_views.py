"""Mail that came in: what waits for a person, what became of the rest, and each as it came."""

from base64 import b64encode
from collections.abc import Sequence

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.tickets import intake
from balie.apps.tickets.actions import placing
from balie.apps.tickets.models import InboundMail
from balie.apps.tickets.queries import inbound
from balie.faces.desk.finding import back_to, find_ticket
from balie.formats.mail_html import clean, remote_pictures
from balie.formats.mail_in import IncomingFile
from balie.infra import clock
from balie.infra.browser import CONTENT_SECURITY_POLICY

PER_PAGE = 30
DAYS = 7
QUARANTINED = 100
# What a mail may show by itself: its own pictures, and nothing fetched from anywhere.
PICTURES = frozenset({"image/png", "image/jpeg", "image/gif", "image/webp"})
MOST_PICTURE_BYTES = 1_000_000
HOSTILE = (
    "default-src 'none'; img-src data:; style-src 'unsafe-inline'; form-action 'none'; "
    "base-uri 'none'; frame-ancestors 'self'; sandbox"
)


class WhyForm(forms.Form):
    """Why a mail asks nothing; it stays listed with that."""

    why = forms.CharField(label=gettext_lazy("Why it asks nothing"), max_length=200)


@require_safe
@for_employees()
def post(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Show quarantine, the mailboxes, the count of each day, and what was listed as no question."""
    now = clock.now()
    page = Paginator(inbound.no_questions(), PER_PAGE).get_page(request.GET.get("pagina"))
    waiting = inbound.quarantined()
    return render(
        request,
        "desk/post.html",
        {
            "viewer": viewer,
            "here": "post",
            "quarantined": list(waiting[:QUARANTINED]),
            "quarantine_count": waiting.count(),
            "folders": inbound.mail_folders(),
            "failing": {folder.pk for folder in inbound.failing_folders(now=now)},
            "days": inbound.mail_days(today=clock.local(now).date(), days=DAYS),
            "page": page,
            "names": customers.names_of(mail.decided_by for mail in page.object_list),
            "now": now,
        },
    )


@require_safe
@for_employees()
def mail(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Show one mail: what was read of it, its layout in a frame, and what can be done."""
    return _mail(request, viewer, _found(pk), form=WhyForm())


@require_safe
@for_employees()
def layout(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Show the HTML of a mail, cleaned, for the frame: it runs nothing and fetches nothing."""
    reading = intake.reading_of(_found(pk), now=clock.now())
    if reading is None or reading.mail.html is None:
        raise Http404
    html = reading.mail.html
    response = render(
        request,
        "desk/mail_layout.html",
        {
            "html": clean(html, pictures=_pictures(reading.mail.files)),
            "remote": remote_pictures(html),
        },
    )
    response["Content-Security-Policy"] = HOSTILE
    response["X-Frame-Options"] = "SAMEORIGIN"
    response["Referrer-Policy"] = "no-referrer"
    return response


@require_safe
@for_employees()
def source(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Hand out a mail as it came, byte for byte: to be saved, never shown by the browser."""
    found = _found(pk)
    response = HttpResponse(bytes(found.source.content), content_type="application/octet-stream")
    response["Content-Disposition"] = f'attachment; filename="mail-{found.pk}.eml"'
    return response


@require_POST
@for_employees()
def ask(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Make a question of a mail that was set apart; it counts from when it was taken."""
    found, now = _found(pk), clock.now()
    try:
        question = placing.make_question(
            mail=found, reading=intake.reading_of(found, now=now), by=viewer.actor, now=now
        )
    except placing.UnableToPlace:
        messages.error(request, _("This mail is a question already."))
        return redirect("desk:post")
    messages.success(request, _("It is a question now. It counts from the moment it came in."))
    return redirect("desk:ticket", question.ticket.number)


@require_POST
@for_employees()
def set_mail_aside(request: HttpRequest, viewer: Viewer, pk: int) -> HttpResponse:
    """Say that a mail in quarantine asks nothing, and why."""
    found = _found(pk)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _mail(request, viewer, found, form=form, status=422)
    try:
        placing.set_aside(
            mail=found, why=form.cleaned_data["why"], by=viewer.actor, now=clock.now()
        )
    except placing.UnableToPlace:
        messages.error(request, _("This mail is not in quarantine any more."))
    else:
        messages.success(request, _("Listed as no question, with your reason."))
    return redirect("desk:post")


@require_POST
@for_employees()
def show_mail(request: HttpRequest, viewer: Viewer, number: str, pk: int) -> HttpResponse:
    """Let the customer of a ticket see a mail of somebody unknown, or not any more."""
    ticket = find_ticket(viewer, number)
    found = InboundMail.objects.filter(
        message=pk, message__ticket=ticket, message__contact__isnull=True
    ).first()
    if found is None:
        raise Http404
    by, now = viewer.actor, clock.now()
    if "verbergen" in request.POST:
        placing.hide_from_customer(mail=found, by=by, now=now)
        messages.success(request, _("The customer does not see this mail any more."))
    else:
        placing.show_to_customer(mail=found, by=by, now=now)
        messages.success(request, _("The customer sees this mail with his question now."))
    return back_to(request, ticket.number)


def _mail(
    request: HttpRequest, viewer: Viewer, found: InboundMail, *, form: WhyForm, status: int = 200
) -> HttpResponse:
    response = render(
        request,
        "desk/mail.html",
        {
            "viewer": viewer,
            "here": "post",
            "mail": found,
            "form": form,
            "names": customers.names_of([found.decided_by]),
            "may_ask": found.place in {"quarantine", "no_question"},
            "may_set_aside": found.place == "quarantine",
        },
        status=status,
    )
    # The one frame of the desk: the layout of this mail, from ourselves.
    response["Content-Security-Policy"] = f"{CONTENT_SECURITY_POLICY}; frame-src 'self'"
    return response


def _found(pk: int) -> InboundMail:
    try:
        return inbound.mail_with(pk)
    except InboundMail.DoesNotExist as error:
        raise Http404 from error


def _pictures(files: Sequence[IncomingFile]) -> dict[str, str]:
    """Return the pictures that came in the mail, by the name its HTML calls them."""
    return {
        file.content_id: f"data:{file.detected_type};base64,{b64encode(file.content).decode()}"
        for file in files
        if file.content_id
        and file.detected_type in PICTURES
        and 0 < file.size <= MOST_PICTURE_BYTES
    }
