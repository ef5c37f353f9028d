"""What Balie asks of a control panel, and everything that may come of it.

A verb returns its own result or exactly one of the outcomes below; it raises nothing for what the
other side or the network does. No outcome holds a password, and none may be logged with the answer
it was read from: panels repeat what was sent to them.

``Unreachable`` means that surely nothing was asked. Whatever was lost after that is
``OutcomeUnknown``: a state that a ``get`` resolves, never a second ``create``.
"""

from dataclasses import dataclass, field
from typing import Protocol

SECONDS = 10  # a call that a person waits for ends after this, whatever the other side does


@dataclass(frozen=True, kw_only=True)
class PanelUser:
    """An account as the panel describes it; what a panel does not tell is empty or None."""

    user_name: str
    domain: str = ""
    email: str = ""
    package: str = ""
    is_suspended: bool | None = None


@dataclass(frozen=True, kw_only=True)
class NewAccount:
    """What an account is made from; ``domain`` in punycode."""

    user_name: str
    domain: str
    email: str
    package: str


@dataclass(frozen=True)
class Done:
    """The panel did it."""


@dataclass(frozen=True)
class Listed:
    """Every account of ours on the panel."""

    users: tuple[PanelUser, ...]


@dataclass(frozen=True)
class LoginUrl:
    """A link that opens a session on the panel, once. It is a secret: not shown by ``repr``."""

    url: str = field(repr=False)


@dataclass(frozen=True)
class AlreadyExists:
    """A create found the name taken; whose it is, a ``get`` tells."""

    reason: str = ""


@dataclass(frozen=True)
class NotFound:
    """The panel has no such account."""

    reason: str = ""


@dataclass(frozen=True)
class AlreadyInState:
    """It was so already, which is as good as done."""

    reason: str = ""


@dataclass(frozen=True)
class Rejected:
    """The panel said no, and will say so again."""

    reason: str


@dataclass(frozen=True)
class AuthFailed:
    """The panel does not let us in. Nothing more is asked of it until a person has looked."""

    reason: str = ""


@dataclass(frozen=True)
class Busy:
    """Not now: another operation runs there, or we ask too much."""

    reason: str = ""


@dataclass(frozen=True)
class RateLimited(Busy):
    """We ask too much."""


@dataclass(frozen=True)
class Unreachable:
    """Surely nothing was asked: no connection, or a certificate that we do not trust."""

    reason: str


@dataclass(frozen=True)
class OutcomeUnknown:
    """It was asked, and what came of it is not known."""

    reason: str


Failure = (
    AlreadyExists
    | NotFound
    | AlreadyInState
    | Rejected
    | AuthFailed
    | Busy
    | Unreachable
    | OutcomeUnknown
)


class ControlPanel(Protocol):
    """The nine verbs. An implementation keeps no state between two calls."""

    def create(self, account: NewAccount, *, password: str) -> Done | Failure:
        """Make an account. Never repeated on an unknown outcome."""
        ...

    def set_password(self, user_name: str, *, password: str) -> Done | Failure:
        """Set the password of an account."""
        ...

    def suspend(self, user_name: str) -> Done | Failure:
        """Close an account and keep what is in it."""
        ...

    def unsuspend(self, user_name: str) -> Done | Failure:
        """Open a closed account again."""
        ...

    def delete(self, user_name: str) -> Done | Failure:
        """Remove an account with what is in it."""
        ...

    def get(self, user_name: str) -> PanelUser | Failure:
        """Describe an account, or NotFound."""
        ...

    def list(self) -> Listed | Failure:
        """Describe every account, or none: a part of a list would read as accounts missing."""
        ...

    def login_url(self, user_name: str) -> LoginUrl | Failure:
        """Open a session for an account and return the link to it, for one use."""
        ...

    def ping(self) -> Done | Failure:
        """Ask something cheap that needs our login."""
        ...
