"""What the matcher is asked (open invoices, a transfer) and what it answers (proposals).

Money is in cents. Everything is frozen and built by keyword, so that a question can be kept beside
its answer.
"""

from dataclasses import dataclass

from balie.domain.matching_evidence import Evidence

Key = int | str
Certainty = str

CERTAIN = "certain"
LIKELY = "likely"
NONE = "none"

_SAYS_NOTHING = frozenset({"", "NOTPROVIDED"})


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenItem:
    """An invoice on which something is still open, and what its customer is known by.

    `domains` and `ibans` are those of the customer. `payment_reference` has no spaces. Raises
    ValueError when nothing is open.
    """

    key: Key
    invoice_number: str
    payment_reference: str | None = None
    customer_number: str
    customer_name: str | None = None
    domains: tuple[str, ...] = ()
    open_cents: int
    ibans: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.open_cents <= 0:
            raise ValueError(
                f"Invoice {self.invoice_number} has {self.open_cents} cents open;"
                " only invoices with an open amount can be matched."
            )


@dataclass(frozen=True, kw_only=True, slots=True)
class Transfer:
    """Money that came in. `text` holds a line feed where the bank folded it.

    An empty string or NOTPROVIDED in a field that may be None is None. Raises ValueError when
    nothing came in.
    """

    amount_cents: int
    counterparty_name: str | None = None
    counterparty_iban: str | None = None
    end_to_end_id: str | None = None
    structured_reference: str | None = None
    text: str = ""

    def __post_init__(self) -> None:
        if self.amount_cents <= 0:
            raise ValueError(
                f"A transfer of {self.amount_cents} cents brought nothing in;"
                " only money that came in can be matched."
            )
        for name in (
            "counterparty_name",
            "counterparty_iban",
            "end_to_end_id",
            "structured_reference",
        ):
            value = getattr(self, name)
            if value is not None and value.strip().upper() in _SAYS_NOTHING:
                object.__setattr__(self, name, None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Proposal:
    """One way to place the money: cents per open item, and why.

    The allocations never exceed the transfer nor what is open; what is left is the customer's
    credit.
    """

    allocations: tuple[tuple[Key, int], ...]
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Match:
    """The answer for one transfer, best proposal first.

    `certainty` is "certain" (one proposal, may be booked unattended), "likely" (an employee
    decides) or "none" (no proposal). `doubts` say why it is not certain.
    """

    certainty: Certainty
    proposals: tuple[Proposal, ...]
    doubts: tuple[Evidence, ...] = ()
