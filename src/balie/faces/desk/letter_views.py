"""What our mails say: read by every employee, changed by an administrator, with a preview."""

import base64
import hashlib
from dataclasses import dataclass

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe

from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_employees
from balie.apps.customers.models import Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.promises.queries import policy_in_force
from balie.domain.policy import Policy
from balie.formats.epcqr import epc_qr_png
from balie.infra import clock, mail_texts
from balie.infra.browser import CONTENT_SECURITY_POLICY
from balie.infra.mail_html import STYLE, html_from, without_markers
from balie.infra.mail_texts import LANGUAGES, MailKind, Text, UnableToSaveText
from balie.infra.templatetags.balie import language as language_of_page

CHANGED_MEANWHILE = gettext_lazy("A colleague changed this text meanwhile; look at his and go on.")
EXAMPLE_CENTS = 1210
LONGEST_TYPED = 50_000
PICTURES = {"nl": {"qr": "QR-code om over te maken"}, "en": {"qr": "QR code to transfer with"}}
# The mail in its frame has a style of its own; the page allows that one and no other.
_STYLE_HASH = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
OF_A_PREVIEW = CONTENT_SECURITY_POLICY.replace(
    "style-src 'self'", f"style-src 'self' 'sha256-{_STYLE_HASH}'"
)


class LetterForm(forms.Form):
    """Subject and text of a kind of mail, and the version that is being changed."""

    subject = forms.CharField(label=gettext_lazy("Subject"), max_length=LONGEST_TYPED, strip=False)
    body = forms.CharField(
        label=gettext_lazy("Text"),
        help_text=gettext_lazy("A line whose placeholders are all empty is left out."),
        max_length=LONGEST_TYPED,
        strip=False,
        widget=forms.Textarea(attrs={"rows": 22}),
    )
    seen = forms.IntegerField(widget=forms.HiddenInput, min_value=0)


@dataclass(frozen=True, kw_only=True)
class Preview:
    """A mail with examples in it, as its reader gets it."""

    language: str
    subject: str
    text: str
    html: str


@require_safe
@for_employees()
def letters(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List every kind of mail that we send, and which of them staff changed."""
    changed = mail_texts.last_versions()
    rows = [
        {
            "kind": kind,
            "words": kind.explained(language=language_of_page()),
            "texts": [(one, changed.get((kind.kind, one))) for one in LANGUAGES],
        }
        for kind in mail_texts.kinds()
    ]
    context = {"viewer": viewer, "here": "letters", "rows": rows}
    return render(request, "desk/letters.html", context)


@require_safe
@for_employees()
def letter(request: HttpRequest, viewer: Viewer, kind: str, language: str) -> HttpResponse:
    """Show one text with its placeholders, a preview and who changed it."""
    found = _kind(kind, language)
    text = mail_texts.in_force(kind, language=language)
    return _page(request, viewer, found, language, text=text)


@require_POST
@for_employees(Employee.Role.ADMIN)
def preview_letter(request: HttpRequest, viewer: Viewer, kind: str, language: str) -> HttpResponse:
    """Show how what was typed would read; nothing is kept."""
    found = _kind(kind, language)
    form = _checked(request, kind)
    typed = Text(subject=form["subject"].value(), body=form["body"].value())
    if form.errors:
        return _page(request, viewer, found, language, text=None, form=form, status=422)
    return _page(request, viewer, found, language, text=typed, form=form)


@require_POST
@for_employees(Employee.Role.ADMIN)
def save_letter(request: HttpRequest, viewer: Viewer, kind: str, language: str) -> HttpResponse:
    """Keep what was typed as the text that is sent from now on."""
    found = _kind(kind, language)
    form = _checked(request, kind)
    if form.errors:
        return _page(request, viewer, found, language, text=None, form=form, status=422)
    try:
        mail_texts.save(
            kind,
            language=language,
            subject=form.cleaned_data["subject"],
            body=form.cleaned_data["body"],
            seen=form.cleaned_data["seen"],
            by=viewer.actor,
            now=clock.now(),
        )
    except UnableToSaveText:
        form.add_error(None, CHANGED_MEANWHILE)
        return _page(request, viewer, found, language, text=None, form=form, status=422)
    messages.success(request, _("The text is kept; mails say this from now on."))
    return redirect("desk:letter", kind=kind, language=language)


@require_POST
@for_employees(Employee.Role.ADMIN)
def shipped_letter(request: HttpRequest, viewer: Viewer, kind: str, language: str) -> HttpResponse:
    """Go back to the text that came with Balie; what staff wrote stays in the history."""
    found = _kind(kind, language)
    seen = mail_texts.in_force(found.kind, language=language).version
    try:
        mail_texts.go_back(kind, language=language, seen=seen, by=viewer.actor, now=clock.now())
    except UnableToSaveText:
        messages.error(
            request, _("A colleague changed this text meanwhile; look at his and go on.")
        )
    else:
        messages.success(request, _("The shipped text is sent again."))
    return redirect("desk:letter", kind=kind, language=language)


def _kind(kind: str, language: str) -> MailKind:
    try:
        found = mail_texts.kind_of(kind)
    except KeyError as error:
        raise Http404 from error
    if language not in LANGUAGES:
        raise Http404
    return found


def _checked(request: HttpRequest, kind: str) -> LetterForm:
    """Return the form with all that is wrong with the text at its fields."""
    form = LetterForm(request.POST)
    if form.is_valid():
        typed = form.cleaned_data
        faults = mail_texts.faults(kind, subject=typed["subject"], body=typed["body"])
        for where, found in faults.items():
            for fault in found:
                form.add_error(where, fault)
    return form


def _page(
    request: HttpRequest,
    viewer: Viewer,
    kind: MailKind,
    language: str,
    *,
    text: Text | None,
    form: LetterForm | None = None,
    status: int = 200,
) -> HttpResponse:
    in_force = mail_texts.in_force(kind.kind, language=language)
    initial = {"subject": in_force.subject, "body": in_force.body, "seen": in_force.version}
    other = next(one for one in LANGUAGES if one != language)
    shown = [(language, text)] if text else []
    shown.append((other, mail_texts.in_force(kind.kind, language=other)))
    policy = policy_in_force(now=clock.now())
    history = mail_texts.versions(kind.kind, language=language)
    context = {
        "viewer": viewer,
        "here": "letters",
        "kind": kind,
        "words": kind.explained(language=language_of_page()),
        "language": language,
        "languages": LANGUAGES,
        "form": form or LetterForm(initial=initial),
        "may_edit": viewer.role == Employee.Role.ADMIN,
        "in_force": in_force,
        "placeholders": [
            (one, one.explained(language=language_of_page()), one.example(language=language))
            for one in kind.placeholders
        ],
        "previews": [_preview(kind, one, of, policy=policy) for of, one in shown],
        "history": history,
        "names": customers.names_of(one.edited_by for one in history),
    }
    response = render(request, "desk/letter.html", context, status=status)
    response["Content-Security-Policy"] = OF_A_PREVIEW
    return response


def _preview(kind: MailKind, text: Text, language: str, *, policy: Policy) -> Preview:
    """Fill the examples in; a text that does not fit any more is shown as it is stored."""
    faults = mail_texts.faults(kind.kind, subject=text.subject, body=text.body)
    subject, body = text.subject, text.body
    if not faults:
        subject, body = mail_texts.fill(kind, text, values=kind.examples(language=language))
    pictures = PICTURES[language]
    html = html_from(body, subject=subject, language=language, pictures=pictures)
    return Preview(
        language=language,
        subject=subject,
        text=without_markers(body, pictures),
        html=html.replace('"cid:qr"', f'"{_example_code(policy)}"'),
    )


def _example_code(policy: Policy) -> str:
    """Return a QR code that asks for an example amount, as part of the page."""
    picture = epc_qr_png(
        name=policy.company.name,
        iban=policy.company.iban,
        amount_cents=EXAMPLE_CENTS,
        text="F2026-00012",
    )
    return f"data:image/png;base64,{base64.b64encode(picture).decode()}"
