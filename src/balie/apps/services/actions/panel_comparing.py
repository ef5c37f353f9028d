"""Compare a panel with what we hold, every night: a list of differences, and nothing set right."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from balie.apps.services.actions.panel_attempts import reason_of
from balie.apps.services.actions.panels import REFUSED, halt_panel
from balie.apps.services.models import (
    ChangeOutcome,
    Panel,
    PanelAccount,
    PanelChange,
    PanelComparison,
    PanelDifference,
    PanelKind,
)
from balie.apps.services.panels import port
from balie.apps.services.panels.port import PanelUser
from balie.apps.services.panels.registry import UnableToOpenPanel, open_panel
from balie.domain.panel_differences import Difference, Held, Shown, compare
from balie.infra.audit import SYSTEM


def compare_panels(*, now: datetime) -> list[PanelComparison]:
    """Compare every panel that Balie speaks with; one that is halted waits for a person."""
    panels = Panel.objects.exclude(kind=PanelKind.BY_HAND).filter(halted_at__isnull=True)
    return [compare_panel(panel=panel, now=now) for panel in panels.order_by("pk")]


def compare_panel(*, panel: Panel, now: datetime) -> PanelComparison:
    """Ask a panel for its list and write down where it differs. Outside a transaction.

    A list that is not whole changes no difference; the comparison says why there is none.
    """
    try:
        found = open_panel(panel).list()
    except UnableToOpenPanel as error:
        found = port.Unreachable(str(error))
    if not isinstance(found, port.Listed):
        if isinstance(found, port.AuthFailed):
            halt_panel(panel=panel, reason=REFUSED, by=SYSTEM, now=now)
        reason = reason_of(found) or type(found).__name__
        return PanelComparison.objects.create(panel=panel, compared_at=now, failure=reason[:300])
    return _write(panel, found.users, now=now)


@transaction.atomic
def _write(panel: Panel, users: tuple[PanelUser, ...], *, now: datetime) -> PanelComparison:
    held = _held_on(panel)
    differences = compare(held, [_shown(user) for user in users])
    standing = {
        (row.kind, row.user_name): row
        for row in PanelDifference.objects.filter(panel=panel, gone_at__isnull=True)
    }
    fresh = []
    for one in differences:
        row = standing.pop((one.kind, one.user_name), None)
        if row is None:
            fresh.append(_new(panel, one, now=now))
        elif (row.ours, row.theirs) != (one.ours, one.theirs):
            PanelDifference.objects.filter(pk=row.pk).update(ours=one.ours, theirs=one.theirs)
    PanelDifference.objects.bulk_create(fresh)
    gone = PanelDifference.objects.filter(pk__in=[row.pk for row in standing.values()])
    gone.update(gone_at=now)
    return PanelComparison.objects.create(
        panel=panel, compared_at=now, ours=len(held), theirs=len(users)
    )


def _held_on(panel: Panel) -> list[Held]:
    waiting = PanelChange.objects.filter(account=OuterRef("pk"), outcome=ChangeOutcome.WAITING)
    accounts = (
        PanelAccount.objects.filter(panel=panel)
        .select_related("service__domain")
        .annotate(is_changing=Exists(waiting))
    )
    return [
        Held(
            key=one.pk,
            user_name=one.user_name,
            domain=one.service.domain.name if one.service.domain else "",
            package=one.package,
            state=one.state,
            is_changing=one.is_changing,
        )
        for one in accounts
    ]


def _shown(user: PanelUser) -> Shown:
    return Shown(
        user_name=user.user_name,
        domain=user.domain,
        package=user.package,
        is_suspended=user.is_suspended,
    )


def _new(panel: Panel, found: Difference, *, now: datetime) -> PanelDifference:
    return PanelDifference(
        panel=panel,
        account_id=found.key,
        kind=found.kind,
        user_name=found.user_name[:60],
        ours=found.ours[:260],
        theirs=found.theirs[:260],
        found_at=now,
    )
