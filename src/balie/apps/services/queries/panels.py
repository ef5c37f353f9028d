"""Reads about control panels and the accounts on them."""

from datetime import date

from django.db.models import Count, OuterRef, QuerySet, Subquery

from balie.apps.customers.models import Customer, User
from balie.apps.customers.viewer import Viewer
from balie.apps.services.models import (
    AccountState,
    ChangeOutcome,
    Panel,
    PanelAccount,
    PanelChange,
    PanelComparison,
    PanelDifference,
    PanelKind,
)

FIRST_PANEL = "Control Panel"  # kept by hand, as long as there is no other
OPENS_SESSIONS = (PanelKind.DIRECTADMIN, PanelKind.SIMULATED)


def panel_accounts_of(user: User) -> QuerySet[PanelAccount]:
    """Return the panel accounts behind an account of ours, of services that run, in order."""
    return (
        PanelAccount.objects.filter(
            service__customer__contacts__user=user, service__ended_on__isnull=True
        )
        .exclude(state=AccountState.DELETED)
        .select_related("panel")
        .order_by("panel__name", "user_name")
    )


def panel_accounts_of_customer(customer: Customer) -> QuerySet[PanelAccount]:
    """Return the panel accounts of a customer's services, with what waits, in order."""
    waiting = PanelChange.objects.filter(account=OuterRef("pk"), outcome=ChangeOutcome.WAITING)
    return (
        PanelAccount.objects.filter(service__customer=customer)
        .select_related("panel", "service__domain")
        .annotate(waiting_for=Subquery(waiting.values("verb")[:1]))
        .order_by("panel__name", "user_name")
    )


def user_names_of(user: User) -> list[tuple[str, str]]:
    """Return (panel, user name) of every panel account behind an account, in order."""
    return [(one.panel.name, one.user_name) for one in panel_accounts_of(user)]


def user_names_taken_on(panel: Panel) -> set[str]:
    """Return the user names of a panel that are not free: ours, and those the panel showed us."""
    ours = PanelAccount.objects.filter(panel=panel).values_list("user_name", flat=True)
    theirs = PanelDifference.objects.filter(panel=panel, gone_at__isnull=True)
    return {*ours, *theirs.values_list("user_name", flat=True)}


def accounts_of_ended(*, today: date) -> QuerySet[PanelAccount]:
    """Return the accounts that are not removed of services that have ended, in order."""
    return (
        PanelAccount.objects.filter(service__ended_on__lte=today)
        .exclude(state=AccountState.DELETED)
        .select_related("service")
        .order_by("pk")
    )


def panels() -> list[tuple[Panel, int]]:
    """Return every panel in the register, by name, with how many accounts we hold on it."""
    held = PanelAccount.objects.exclude(state=AccountState.DELETED).values_list("panel")
    counts = dict(held.annotate(count=Count("pk")).order_by())
    return [(panel, counts.get(panel.pk, 0)) for panel in Panel.objects.order_by("name")]


def first_panel_name() -> str:
    """Return the name of the panel that an account is on when none is said: the first added."""
    found = Panel.objects.order_by("pk").values_list("name", flat=True).first()
    return found or FIRST_PANEL


def halted_panels() -> QuerySet[Panel]:
    """Return the panels that are asked nothing until a person has looked."""
    return Panel.objects.filter(halted_at__isnull=False).order_by("halted_at")


def failed_changes() -> QuerySet[PanelChange]:
    """Return the changes that failed and that nobody has dealt with, the oldest first."""
    return (
        PanelChange.objects.filter(outcome=ChangeOutcome.FAILED, seen_at__isnull=True)
        .select_related("account__panel", "account__service__customer")
        .order_by("ended_at", "pk")
    )


def waiting_changes() -> QuerySet[PanelChange]:
    """Return the changes that are on their way, the oldest first."""
    return (
        PanelChange.objects.filter(outcome=ChangeOutcome.WAITING)
        .select_related("account__panel", "account__service__customer")
        .order_by("asked_at", "pk")
    )


def standing_differences() -> QuerySet[PanelDifference]:
    """Return where panels and Balie do not agree, by panel and kind."""
    return (
        PanelDifference.objects.filter(gone_at__isnull=True)
        .select_related("panel", "account__service__customer")
        .order_by("panel__name", "kind", "user_name")
    )


def last_comparisons() -> dict[int, PanelComparison]:
    """Return the last comparison of each panel, by the panel's id, in one query."""
    newest = PanelComparison.objects.filter(panel=OuterRef("panel")).order_by("-compared_at", "-pk")
    rows = PanelComparison.objects.filter(pk=Subquery(newest.values("pk")[:1]))
    return {row.panel_id: row for row in rows}


def panel_accounts_for(*, viewer: Viewer) -> QuerySet[PanelAccount]:
    """Return the panel accounts that a viewer may open: those of the services he looks after.

    For contacts only: an employee opens nobody's panel, also not through a customer's eyes, and a
    session that came from a panel opens none.
    """
    accounts = PanelAccount.objects.select_related("panel", "service__customer").order_by("pk")
    is_himself = not (viewer.is_employee or viewer.looked_at_by or viewer.signed_in_by == "panel")
    if not is_himself or viewer.role not in {"owner", "technical"}:
        return accounts.none()
    return accounts.filter(
        service__customer=viewer.customer_id,
        service__ended_on__isnull=True,
        state=AccountState.ACTIVE,
    )


def openable_accounts_for(*, viewer: Viewer) -> dict[int, PanelAccount]:
    """Return by service the account that a viewer can open with a link, on panels that give one."""
    accounts = panel_accounts_for(viewer=viewer).filter(
        panel__kind__in=OPENS_SESSIONS, panel__halted_at__isnull=True
    )
    return {one.service_id: one for one in accounts}
