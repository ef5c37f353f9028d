"""The money track: where an invoice is on its way from made to paid for good, in plain words.

A face puts the steps together from what its queries say; what each step is called stands here, so
that portal and desk tell the same story. The picture is a list, read from first to last.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

TITLES: Mapping[str, LazyText] = {
    "invoiced": _("Invoice made"),
    "announced": _("Debit announced"),
    "sent": _("Handed to the bank"),
    "collected": _("Debited"),
    "refundable": _("You can charge it back"),
    "final": _("Final"),
    "failed": _("The debit failed"),
    "returned": _("Charged back"),
    "transfer": _("We ask you to transfer it yourself"),
    "on_its_way": _("Your transfer is on its way"),
    "paid": _("Paid"),
    "credited": _("Credited"),
}
STATE_WORDS: Mapping[str, LazyText] = {
    "done": _("done"),
    "current": _("now"),
    "next": _("still to come"),
    "failed": _("failed"),
}


class NoSuchStep(LookupError):
    """A step of a money track with a key or state that has no words."""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One stop on the track: a key of `TITLES`, a state of `STATE_WORDS`, and when.

    `on` is the day it happened or is expected, `until` the last day it lasts (charging back).
    `note` is one sentence under it: what happens next, or why it failed, in plain words.
    """

    key: str
    state: str
    on: date | None = None
    until: date | None = None
    note: str = ""

    def __post_init__(self) -> None:
        if self.key not in TITLES or self.state not in STATE_WORDS:
            raise NoSuchStep(f"a step {self.key!r} in state {self.state!r} has no words")

    @property
    def title(self) -> LazyText:
        """What the step is called, in the reader's language."""
        return TITLES[self.key]

    @property
    def state_word(self) -> LazyText:
        """The state in a word, for who does not see shape and colour."""
        return STATE_WORDS[self.state]
