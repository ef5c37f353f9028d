"""Verify: every app's invariants, run together; what the night did; what the folder holds back."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext as _

from balie.apps.banking import invariants as banking
from balie.apps.billing import invariants as billing
from balie.apps.credentials import invariants as credentials
from balie.apps.directdebit import invariants as directdebit
from balie.apps.ledger import invariants as ledger
from balie.apps.mandates import invariants as mandates
from balie.apps.office.importing import invariants as importing
from balie.apps.office.models import FolderFault, RoundStep
from balie.apps.promises import invariants as promises
from balie.apps.tickets import invariants as tickets
from balie.infra import audit_chain
from balie.infra.invariants import Result

INVARIANTS: tuple[Callable[..., Result], ...] = (
    *ledger.INVARIANTS,
    *billing.INVARIANTS,
    *banking.INVARIANTS,
    *mandates.INVARIANTS,
    *directdebit.INVARIANTS,
    *credentials.INVARIANTS,
    *promises.INVARIANTS,
    *tickets.INVARIANTS,
    *importing.INVARIANTS,
    audit_chain.trail_is_whole,
)


def verify(*, now: datetime) -> list[Result]:
    """Run every invariant over the whole database; one result each, in the order of the design."""
    results = [check(now=now) for check in INVARIANTS]
    return sorted(results, key=lambda result: int(result.name.split()[0]))


def round_of(*, day: date) -> list[RoundStep]:
    """Return what the round of a day did, step by step."""
    return list(RoundStep.objects.filter(day=day).order_by("pk"))


def last_rounds(*, count: int) -> list[RoundStep]:
    """Return the last steps, newest first."""
    return list(RoundStep.objects.order_by("-pk")[:count])


@dataclass(frozen=True, kw_only=True)
class FolderAlarm:
    """Something in the watched folder that needs a person, in the language in force."""

    name: str
    sentence: str
    since_at: datetime


def folder_alarms() -> list[FolderAlarm]:
    """Return what in the watched folder cannot be taken up, oldest first."""
    sentences = {
        "folder": _(
            "The folder for bank files cannot be used (%(reason)s). Nothing is taken in from it"
            " until it can."
        ),
        "too_large": _(
            "This file is larger than %(megabytes)s MB. Fetch shorter periods from the bank."
        ),
        "passed_over": _(
            "This has stood in the folder for a day and is not taken in: it is a link, a folder, or"
            " its name says that it is unfinished. Give the file its own name, or take it away."
        ),
        "unreadable": _("This file cannot be opened (%(reason)s). Look at its permissions."),
        "failed": _("This file cannot be taken in (%(reason)s). It is tried again every minute."),
    }
    return [
        FolderAlarm(
            name=fault.name,
            sentence=sentences[fault.code] % fault.values,
            since_at=fault.since_at,
        )
        for fault in FolderFault.objects.order_by("since_at", "pk")
    ]
