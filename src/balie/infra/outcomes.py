"""How an attempt of the outbox may end: what a sender returns or raises, and the sum of a round."""

from __future__ import annotations

from dataclasses import dataclass


class TemporarilyRefused(Exception):
    """The other side said "not now"; the row is tried again for up to 48 hours."""


class Unreachable(TemporarilyRefused):
    """The other side could not be reached: the rest of this kind waits for the next round."""


class OutcomeUnknown(Exception):
    """The connection broke after the message went out: it may or may not have arrived."""


class Refused(Exception):
    """The other side said no for good; the row fails and is not tried again."""


@dataclass(frozen=True)
class Delivery:
    """The other side took it; ``reply`` is what it said, for the log."""

    reply: str = ""


@dataclass(frozen=True)
class Refusal:
    """We ourselves no longer want to send the row, and why."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class SendReport:
    """How many rows ended how in one round; ``refused`` counts those that ``may_send`` withdrew."""

    accepted: int = 0
    retried: int = 0
    failed: int = 0
    expired: int = 0
    refused: int = 0

    @property
    def total(self) -> int:
        """How many rows were touched."""
        return self.accepted + self.retried + self.failed + self.expired + self.refused
