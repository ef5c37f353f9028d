"""The post room of the demo: each mail that was sent as text, as its reader sees it, with files."""

import re
from email.message import EmailMessage, MIMEPart

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from balie.simulator import mailbox

MAILS = 50
PICTURE = re.compile(r'"cid:([a-z0-9-]+)"')
# A mail is shown as a mail program does: it loads nothing but its own pictures and runs nothing.
OF_A_MAIL = (
    "sandbox allow-top-navigation-by-user-activation; default-src 'none'; img-src 'self'; "
    "style-src 'unsafe-inline'"
)
SHOWN_BY_BROWSERS = frozenset({"application/pdf", "image/png"})


@require_safe
def mails(request: HttpRequest) -> HttpResponse:
    """List the last mails that were sent, to everybody or to one address."""
    to = request.GET.get("aan", "").strip()
    found = mailbox.last_mails(count=MAILS, to=to)
    return render(request, "simulator/mails.html", {"mails": found, "to": to})


@require_safe
def mail(request: HttpRequest, name: str) -> HttpResponse:
    """Show one mail as text, with what stands in its head and what is attached."""
    found = _mail(name)
    text = found.get_body(preferencelist=("plain",))
    attached = [
        (index, part.get_filename())
        for index, part in enumerate(found.walk())
        if part.get_content_disposition() == "attachment"
    ]
    return render(
        request,
        "simulator/mail.html",
        {
            "name": name,
            "subject": str(found["Subject"]).strip(),
            "sender": found["From"],
            "to": found["To"],
            "date": found["Date"].datetime,
            "text": text.get_content() if text is not None else "",
            "attached": attached,
            "has_page": found.get_body(preferencelist=("html",)) is not None,
        },
    )


@require_safe
def page(request: HttpRequest, name: str) -> HttpResponse:
    """Show the HTML of a mail as a mail program would, pictures included."""
    found = _mail(name)
    body = found.get_body(preferencelist=("html",))
    if body is None:
        raise Http404
    places = {
        str(part["Content-ID"]).strip("<>"): reverse("simulator:mail_part", args=[name, index])
        for index, part in enumerate(found.walk())
        if part["Content-ID"]
    }
    html = PICTURE.sub(lambda picture: f'"{places.get(picture[1], "")}"', str(body.get_content()))
    return HttpResponse(html, headers={"Content-Security-Policy": OF_A_MAIL})


@require_safe
def part(request: HttpRequest, name: str, index: int) -> HttpResponse:
    """Give one picture or attachment of a mail."""
    parts = list(_mail(name).walk())
    if index >= len(parts) or parts[index].get_content_disposition() is None:
        raise Http404
    return _file(parts[index])


def _mail(name: str) -> EmailMessage:
    found = mailbox.read_mail(name)
    if found is None:
        raise Http404
    return found


def _file(found: MIMEPart) -> HttpResponse:
    kind = found.get_content_type()
    is_shown = kind in SHOWN_BY_BROWSERS
    response = HttpResponse(
        found.get_payload(decode=True),
        content_type=kind if is_shown else "application/octet-stream",
    )
    where = "inline" if is_shown else "attachment"
    filename = found.get_filename() or "bijlage"
    response["Content-Disposition"] = f'{where}; filename="{filename}"'
    return response
