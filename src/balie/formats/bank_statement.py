"""What a bank statement says, the same for every format (camt.052, .053, .054 and MT940).

Amounts are integer cents with the sign of the account: plus came in, minus went out. A text that
the bank left out, or filled with `NOTPROVIDED` or `NONREF`, is None.
"""

from dataclasses import dataclass, field, fields, make_dataclass
from datetime import date
from typing import Any, Literal, Self, cast

# A hundred thousand of these still add up in 64 bits; no account holds more.
MOST_CENTS = 99_999_999_999_99
_NOTHING = frozenset({"", "NOTPROVIDED", "NONREF"})
_LONGEST_NOTHING = max(map(len, _NOTHING))


@dataclass(frozen=True, slots=True, kw_only=True)
class Transaction:
    """One payment inside an entry; it holds no `transactions` of its own.

    `charges_cents` is what the bank kept for itself within the amount: a return of 50.00 that is
    booked as -53.00 has charges of 300. `structured_reference` is an RF reference or a
    betalingskenmerk. `text` keeps the line folds of the source as newlines, because a fold may
    stand in the middle of a word. `return_started_by` tells a refusal or refund (the party) from a
    return or reject (a bank). `bank_transaction_code` is `PMNT/IDDT/UPDD` or the type in an MT940
    line (`N245`); `proprietary_code` is the bank's own code beside it.
    """

    amount_cents: int
    booked_on: date
    value_date: date | None = None
    bank_reference: str | None = None
    counterparty_name: str | None = None
    counterparty_iban: str | None = None
    end_to_end_id: str | None = None
    mandate_reference: str | None = None
    batch_message_id: str | None = None
    batch_payment_information_id: str | None = None
    batch_transactions: int | None = None
    structured_reference: str | None = None
    text: str | None = None
    return_reason: str | None = None
    return_started_by: Literal["party", "bank"] | None = None
    return_text: str | None = None
    charges_cents: int = 0
    bank_transaction_code: str | None = None
    proprietary_code: str | None = None
    reversal: bool = False
    transactions: tuple["Transaction", ...] = ()

    @classmethod
    def of(cls, said: dict[str, Any]) -> Self:
        """The same as `cls(**said)`, for the readers: a quarter of its price.

        A frozen dataclass sets each of its fields through `object.__setattr__`. The twin sets them
        plainly, and then becomes what it is the twin of: their slots are the same.
        """
        made = _TWIN(**said)
        made.__class__ = cls
        return cast(Self, made)


_TWIN: Any = make_dataclass(
    "_TWIN",
    [(each.name, Any, field(default=each.default)) for each in fields(Transaction)],
    slots=True,
    kw_only=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry(Transaction):
    """One line of a statement.

    With one payment in it the entry says all that the payment says; with more, what differs per
    payment stands only in `transactions`. Empty when the bank gives no details (a batch total).
    """


@dataclass(frozen=True, slots=True, kw_only=True)
class Statement:
    """One statement of one account, as the bank wrote it; nobody has checked yet that it adds up.

    `account` is the account as written, `iban` the same when it is an IBAN. `number` is the bank's
    sequence number with the page when there is one, `statement_id` its identification. Opening and
    closing are None when the bank gave no such balance (a camt.054 never does). `pending` entries
    may not be booked. `format` names the message: `camt.053.001.08`, `MT940`.
    """

    format: str
    account: str
    iban: str | None = None
    statement_id: str | None = None
    number: str | None = None
    currency: str
    opening_cents: int | None = None
    opening_on: date | None = None
    closing_cents: int | None = None
    closing_on: date | None = None
    entries: tuple[Entry, ...] = ()
    pending: tuple[Entry, ...] = ()

    @property
    def difference_cents(self) -> int | None:
        """Closing minus (opening plus entries), in cents; None when a balance is missing."""
        if self.opening_cents is None or self.closing_cents is None:
            return None
        booked = sum(entry.amount_cents for entry in self.entries)
        return self.closing_cents - self.opening_cents - booked

    @property
    def adds_up(self) -> bool:
        """Whether opening plus entries is closing; False also when a balance is missing."""
        return self.difference_cents == 0


def filled(text: str | None) -> str | None:
    """Return `text` without surrounding blanks; None for what a bank writes when it has nothing."""
    if text is None:
        return None
    text = text.strip()
    return None if len(text) <= _LONGEST_NOTHING and text.upper() in _NOTHING else text
