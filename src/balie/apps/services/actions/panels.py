"""Writes about the panels themselves: added, halted, taken up again."""

from datetime import datetime

from django.db import transaction

from balie.apps.services.models import Panel, PanelAccount, PanelKind, Service
from balie.infra import audit
from balie.infra.audit import Actor

FIRST_PANEL = "Control Panel"


@transaction.atomic
def note_account(
    *,
    service: Service,
    user_name: str,
    panel: Panel | None = None,
    package: str = "",
    by: Actor,
    now: datetime,
) -> PanelAccount:
    """Note an account that a service has on a panel already; nothing is asked of the panel.

    Without ``panel`` it is the first one that was added, and without any one that is kept by hand.
    """
    account = PanelAccount.objects.create(
        service=service,
        panel=panel or _first_panel(now=now),
        user_name=user_name,
        package=package,
    )
    audit.record(event="panel_account.noted", by=by, subject=("panel_account", account.pk), now=now)
    return account


def _first_panel(*, now: datetime) -> Panel:
    found = Panel.objects.order_by("pk").first()
    if found is not None:
        return found
    panel, _ = Panel.objects.get_or_create(
        code="control-panel",
        defaults={"name": FIRST_PANEL, "kind": PanelKind.BY_HAND, "added_at": now},
    )
    return panel


@transaction.atomic
def halt_panel(*, panel: Panel, reason: str, by: Actor, now: datetime) -> Panel:
    """Ask nothing more of a panel until somebody resumes it. The first reason stays."""
    halted = Panel.objects.filter(pk=panel.pk, halted_at__isnull=True).update(
        halted_at=now, halted_reason=reason[:300]
    )
    if halted:
        audit.record(event="panel.halted", by=by, subject=("panel", panel.pk), now=now)
    panel.refresh_from_db()
    return panel


@transaction.atomic
def resume_panel(*, panel: Panel, by: Actor, now: datetime) -> Panel:
    """Let a halted panel be asked again, once somebody has set right what it refused."""
    resumed = Panel.objects.filter(pk=panel.pk, halted_at__isnull=False).update(
        halted_at=None, halted_reason=""
    )
    if resumed:
        audit.record(event="panel.resumed", by=by, subject=("panel", panel.pk), now=now)
    panel.refresh_from_db()
    return panel
