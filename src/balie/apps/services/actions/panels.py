"""Writes about the panels themselves: added, halted, taken up again."""

from datetime import datetime
from hashlib import sha256
from urllib.parse import urlsplit

from django.db import IntegrityError, transaction
from django.utils.text import slugify

from balie.apps.services.models import AccountState, Panel, PanelAccount, PanelKind, Service
from balie.apps.services.panels import port
from balie.apps.services.panels.registry import UnableToOpenPanel, open_panel
from balie.apps.services.queries.panels import FIRST_PANEL
from balie.infra import audit
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import OutboxRow, OutboxState

REFUSED = "The panel refused our login. A second refusal may get our address blocked."
# Modoboa holds mailboxes: its user names are addresses, which nobody orders by a domain name.
HOSTS_SITES = (PanelKind.DIRECTADMIN, PanelKind.SIMULATED)
REACHED = frozenset({PanelKind.DIRECTADMIN, PanelKind.MODOBOA})


class UnableToNoteAccount(Exception):
    """The account belongs to a service already."""


class UnableToAddPanel(Exception):
    """The panel was not added; ``field`` says by which of its values."""

    def __init__(self, message: str, *, field: str) -> None:
        super().__init__(message)
        self.field = field


@transaction.atomic
def add_panel(
    *,
    code: str,
    name: str,
    kind: str,
    base_address: str = "",
    user_name: str = "",
    by: Actor,
    now: datetime,
) -> Panel:
    """Add a panel to the register. Its key is a file beside the database, named by ``code``.

    ``base_address`` is ``https://name:port``, without anything behind it; a panel that is kept by
    hand has none. Raises UnableToAddPanel.
    """
    address = base_address.rstrip("/")
    parts = urlsplit(address)
    plain = not (parts.path or parts.query or parts.fragment or parts.username)
    if kind in REACHED and not (parts.scheme == "https" and parts.hostname and plain):
        raise UnableToAddPanel("give the address as https://name:port", field="base_address")
    try:
        with transaction.atomic():
            panel = Panel.objects.create(
                code=code,
                name=name,
                kind=kind,
                base_address=address if kind in REACHED else "",
                user_name=user_name,
                added_at=now,
            )
    except IntegrityError:
        raise UnableToAddPanel("there is such a panel already", field="code") from None
    audit.record(
        event="panel.added", by=by, subject=("panel", panel.pk), now=now, data={"kind": kind}
    )
    return panel


@transaction.atomic
def note_account(
    *,
    service: Service,
    user_name: str,
    panel: Panel | None = None,
    package: str = "",
    state: AccountState = AccountState.ACTIVE,
    by: Actor,
    now: datetime,
) -> PanelAccount:
    """Note an account that a service has on a panel already; nothing is asked of the panel.

    Without ``panel`` it is the first one that was added, and without any one that is kept by hand.
    Raises UnableToNoteAccount when the name is taken there.
    """
    panel = panel or _first_panel(now=now)
    try:
        with transaction.atomic():
            account = PanelAccount.objects.create(
                service=service, panel=panel, user_name=user_name, package=package, state=state
            )
    except IntegrityError:
        raise UnableToNoteAccount(f"{user_name} is an account on {panel.name} already") from None
    audit.record(event="panel_account.noted", by=by, subject=("panel_account", account.pk), now=now)
    return account


def panel_named(name: str, *, now: datetime) -> Panel:
    """Return the panel of a name; one that is not known yet is kept by hand. No name: the first."""
    if not name:
        return _first_panel(now=now)
    panel, _ = Panel.objects.get_or_create(
        name=name,
        defaults={"code": _code_of(name), "kind": PanelKind.BY_HAND, "added_at": now},
    )
    return panel


def panel_for_new_accounts(*, now: datetime) -> Panel:
    """Return the panel that makes the accounts of orders: the first that hosts sites.

    Without one that is reached it is one kept by hand, where a person makes them.
    """
    sites = Panel.objects.filter(kind__in=HOSTS_SITES).order_by("pk").first()
    by_hand = Panel.objects.filter(kind=PanelKind.BY_HAND).order_by("pk").first()
    return sites or by_hand or _by_hand(now=now)


def _code_of(name: str) -> str:
    """Return a code that is free: names that read alike get one that says nothing."""
    code = slugify(name)[:30] or "panel"
    taken = Panel.objects.filter(code=code).exists()
    return f"panel-{sha256(name.encode()).hexdigest()[:20]}" if taken else code


def _first_panel(*, now: datetime) -> Panel:
    found = Panel.objects.order_by("pk").first()
    return found if found is not None else _by_hand(now=now)


def _by_hand(*, now: datetime) -> Panel:
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
        # What waited for this need not wait for its turn as well.
        accounts = PanelAccount.objects.filter(panel=panel).values("pk")
        OutboxRow.objects.filter(
            kind="panel-change", state=OutboxState.QUEUED, recipient_id__in=accounts
        ).update(next_attempt_at=now)
        audit.record(event="panel.resumed", by=by, subject=("panel", panel.pk), now=now)
    panel.refresh_from_db()
    return panel


def try_panel(*, panel: Panel, by: Actor, now: datetime) -> port.Done | port.Failure:
    """Ask a panel something cheap that needs our login, and say what came of it.

    A person asks, so it is asked of a halted panel too, which goes on when it lets us in again. A
    refused login halts it. Outside a transaction: the call may take ten seconds.
    """
    try:
        found = open_panel(panel).ping()
    except UnableToOpenPanel as error:
        found = port.Unreachable(str(error))
    audit.record(
        event="panel.tested",
        by=by,
        subject=("panel", panel.pk),
        now=now,
        data={"outcome": type(found).__name__},
    )
    if isinstance(found, port.AuthFailed):
        halt_panel(panel=panel, reason=REFUSED, by=SYSTEM, now=now)
    elif isinstance(found, port.Done):
        resume_panel(panel=panel, by=by, now=now)
    return found
