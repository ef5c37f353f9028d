"""What the simulated bank remembers, and how that becomes JSON and back.

In every class a field whose name ends in `_on` is a date; amounts are cents.
"""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from datetime import date
from typing import Any, TypeVar

_Row = TypeVar("_Row")
_VERSION = 1


@dataclass(slots=True, kw_only=True)
class Debit:
    """A collection the bank took on; `returning` once its return is planned."""

    end_to_end_id: str
    payment_information_id: str
    amount_cents: int
    mandate_reference: str
    debtor_name: str
    debtor_iban: str
    settles_on: date
    rejected: bool = False
    returning: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Batch:
    """The accepted debits of one block, until they are booked as one credit."""

    message_id: str
    payment_information_id: str
    settles_on: date
    end_to_end_ids: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Intent:
    """What a debtor or his bank will do with a collection that is still to come.

    `target` is an IBAN (its next collection) or an end-to-end id. `rejected` means before
    settlement; the days count only for a return.
    """

    target: str
    reason: str
    rejected: bool
    after_days: int = 0
    processing_days: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Return:
    """A collection that will be taken back."""

    end_to_end_id: str
    reason: str
    due_on: date


@dataclass(frozen=True, slots=True, kw_only=True)
class Transfer:
    """A transfer to our account that is not booked yet."""

    amount_cents: int
    name: str
    iban: str
    text: str
    reference: str
    end_to_end_id: str
    arrives_on: date


@dataclass(slots=True, kw_only=True)
class Books:
    """Everything the bank knows of one account. `closed_on` is the last day with a statement."""

    iban: str
    seed: int
    balance_cents: int
    closed_on: date
    monthly_cost_cents: int
    batch_returns: bool | None
    statements: int = 0
    entries: int = 0
    answers: int = 0
    file_ids: list[str] = field(default_factory=list)
    debits: dict[str, Debit] = field(default_factory=dict)
    batches: list[Batch] = field(default_factory=list)
    intents: list[Intent] = field(default_factory=list)
    returns: list[Return] = field(default_factory=list)
    transfers: list[Transfer] = field(default_factory=list)


def books_to_json(books: Books) -> str:
    """Return the books as JSON; equal books give equal text."""
    written = {**asdict(books), "version": _VERSION}
    written["debits"] = list(written["debits"].values())
    return json.dumps(written, default=_day, ensure_ascii=False)


def books_from_json(text: str) -> Books:
    """Return the books that `books_to_json` wrote; raises ValueError for any other version."""
    written = json.loads(text)
    if written.pop("version", None) != _VERSION:
        raise ValueError("These are no books of this simulated bank; begin a new one.")
    debits = [_row(Debit, row) for row in written.pop("debits")]
    rows = {name: [_row(kind, row) for row in written.pop(name)] for name, kind in _LISTS.items()}
    return _row(
        Books, {**written, **rows, "debits": {debit.end_to_end_id: debit for debit in debits}}
    )


_LISTS: Mapping[str, type[Any]] = {
    "batches": Batch,
    "intents": Intent,
    "returns": Return,
    "transfers": Transfer,
}


def _row(kind: type[_Row], written: Mapping[str, Any]) -> _Row:
    values = {
        key: date.fromisoformat(value) if key.endswith("_on") else value
        for key, value in written.items()
    }
    return kind(**values)


def _day(value: object) -> str:
    if isinstance(value, date):
        return value.isoformat()
    raise TypeError(f"{type(value).__name__} has no place in the books of the bank")
