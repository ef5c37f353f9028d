"""What is held about the contact who looks: what it is, and all of it to take along."""

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_POST, require_safe

from balie.apps.customers import queries as customers
from balie.apps.customers.access import for_contacts
from balie.apps.customers.viewer import Viewer
from balie.apps.office.privacy import export
from balie.apps.promises.queries import policy_in_force
from balie.faces.portal.pages import show
from balie.infra import audit, clock


@require_safe
@for_contacts
def privacy(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Say what is held, how long, and how to get it or have it erased."""
    now = clock.now()
    context = {"policy": policy_in_force(now=now)}
    return show(request, "privacy", context, viewer=viewer, now=now)


@require_POST
@for_contacts
def download(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Hand over everything that is held about him, as one archive."""
    now = clock.now()
    contact = customers.contact_of(viewer)
    content = export.archive(contact, now=now)
    audit.record(
        event="contact.exported", by=viewer.actor, subject=("contact", contact.pk), now=now
    )
    response = HttpResponse(content, content_type="application/zip")
    response["Content-Disposition"] = 'attachment; filename="mijn-gegevens.zip"'
    response["X-Content-Type-Options"] = "nosniff"
    return response
