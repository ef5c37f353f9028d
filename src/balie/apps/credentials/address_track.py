"""Where a change of address stands, as a line with stops: the same words on every page.

Who cannot sign in and proved nothing sees the line of any open change (guide: safety, A4).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

from balie.apps.credentials.models import AddressChange, AddressStep
from balie.apps.credentials.queries import addresses as queries
from balie.domain.address_change import needs_approval, still_needed, waits_until
from balie.domain.policy import Policy

State = AddressChange.State
Words = str | LazyText

PROVEN_BY: dict[str, LazyText] = {
    "": _("not yet"),
    "second_factor": _("signed in with a second factor"),
    "recovery_code": _("a saved recovery code"),
    "bank": _("a transfer from the account on the mandate"),
    "witnesses": _("what two employees saw"),
}
ENDS: dict[str, tuple[LazyText, LazyText]] = {
    "stopped": (_("Stopped"), _("Somebody we warned stopped it, or you did. Nothing changed.")),
    "reverted": (_("Put back"), _("The old address is on file again.")),
    "refused": (_("Refused"), _("Call us if you want to know why.")),
    "lapsed": (_("Lapsed"), _("There was no proof in time. Nothing changed.")),
    "replaced": (_("Replaced"), _("A later change took its place.")),
}
TAKEN = _("This address has an account already. Sign in with it.")
STEPS: dict[str, LazyText] = {
    "started": _("Started"),
    "warned": _("Old address and contacts warned"),
    "bounced": _("A warning came back as undeliverable"),
    "confirmed": _("Confirmed from the new address"),
    "wrong_code": _("A wrong recovery code"),
    "wrong_account": _("The code came from another bank account"),
    "witnessed": _("An employee wrote down what he saw"),
    "proven": _("Proven"),
    "approved": _("Approved by a second employee"),
    "completed": _("Address changed"),
    "stopped": _("Stopped"),
    "reverted": _("Old address put back"),
    "refused": _("Refused"),
    "lapsed": _("Lapsed"),
    "replaced": _("Replaced by another change"),
    "revived": _("Taken up again by its proof"),
}
STATES: dict[str, LazyText] = {
    "done": _("done"),
    "current": _("now"),
    "next": _("still to come"),
    "failed": _("ended"),
}


@dataclass(frozen=True, kw_only=True)
class Stop:
    """One stop: `state` is done, current, next or failed; `at` when it was, `until` its end."""

    title: Words
    state: str
    at: datetime | None = None
    until: datetime | None = None
    note: Words = ""

    @property
    def state_word(self) -> LazyText:
        """The state in a word, for who does not see shape and colour."""
        return STATES[self.state]


def track_of(
    change: AddressChange, *, policy: Policy, now: datetime, public: bool = False
) -> list[Stop]:
    """Return the stops of a change, the first that is not done as the current one.

    With `public` an unproven change shows as open, whatever happened to it.
    """
    is_open = change.state == State.OPEN or (public and queries.looks_open(change))
    stops = list(_stops(change, policy=policy, now=now, is_open=is_open))
    if is_open:
        return _with_current(stops)
    done = [stop for stop in stops if stop.state == "done"]
    if change.state == State.COMPLETED:
        return done
    title, note = ENDS[change.state]
    taken = change.closed_because == "taken"
    ended = Stop(title=title, state="failed", at=change.closed_at, note=TAKEN if taken else note)
    return [*done, ended]


def _stops(
    change: AddressChange, *, policy: Policy, now: datetime, is_open: bool
) -> Iterator[Stop]:
    figures = policy.address_change
    standing = queries.standing_of(change)
    needs = still_needed(standing, figures, now=now)
    yield Stop(title=_("Started"), state="done", at=change.started_at)
    yield Stop(
        title=_("Confirmed from the new address"),
        state=_done(change.confirmed_at),
        at=change.confirmed_at,
        note="" if change.confirmed_at else _("With the link we mailed there."),
    )
    yield Stop(
        title=_("Proven"),
        state=_done(change.proven_at),
        at=change.proven_at,
        until=None if change.proven_at else change.expires_at,
        note=PROVEN_BY[change.proof] if change.proven_at else "",
    )
    if needs_approval(standing):
        yield Stop(
            title=_("Seen by a second employee"),
            state=_done(change.approved_at),
            at=change.approved_at,
        )
    until = waits_until(standing, figures)
    if until is not None:
        yield Stop(
            title=_("Waited, for safety"),
            state="next" if "waiting" in needs else "done",
            until=until if "waiting" in needs else None,
        )
    yield Stop(title=_("Address changed"), state=_done(change.completed_at), at=change.completed_at)


def _done(moment: datetime | None) -> str:
    return "done" if moment else "next"


def _with_current(stops: list[Stop]) -> list[Stop]:
    first = next((place for place, stop in enumerate(stops) if stop.state == "next"), None)
    if first is None:
        return stops
    stop = stops[first]
    current = Stop(title=stop.title, state="current", at=stop.at, until=stop.until, note=stop.note)
    return [*stops[:first], current, *stops[first + 1 :]]


def history_of(change: AddressChange) -> list[tuple[AddressStep, LazyText]]:
    """Return everything that happened to a change, oldest first, with its words."""
    return [(step, STEPS[step.kind]) for step in change.steps.order_by("pk")]
