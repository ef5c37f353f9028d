"""A held statement beside what is booked: entry by entry what is new, gone or changed."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

from balie.apps.banking.models import EntrySlice, Statement, StatementEntry
from balie.apps.banking.reading import StatementReader
from balie.apps.banking.recognise import fingerprint
from balie.formats import bank_statement


@dataclass(frozen=True, kw_only=True)
class Told:
    """One entry as an employee compares it; `booked` is the row when it is one of ours."""

    amount_cents: int
    booked_on: date
    fingerprint: str
    bank_reference: str
    name: str
    iban: str
    end_to_end_id: str
    text: str
    booked: StatementEntry | None = None
    read: bank_statement.Entry | None = None


@dataclass(frozen=True, kw_only=True)
class Difference:
    """An entry that only we have (`theirs` is None), only the bank has, or both tell otherwise."""

    ours: Told | None
    theirs: Told | None

    @property
    def kind(self) -> str:
        """`added`, `removed`, `amount` (another amount) or `words` (the same money)."""
        if self.ours is None or self.theirs is None:
            return "added" if self.ours is None else "removed"
        return "words" if self.ours.amount_cents == self.theirs.amount_cents else "amount"

    @property
    def cents(self) -> int:
        """What the bank account holds more by it, in cents."""
        theirs = self.theirs.amount_cents if self.theirs else 0
        return theirs - (self.ours.amount_cents if self.ours else 0)


@dataclass(frozen=True, kw_only=True)
class Comparison:
    """A statement as the bank tells it now, beside the booked ones of that number and day."""

    booked: Sequence[Statement]
    same: int
    differences: Sequence[Difference]
    read: bank_statement.Statement = field(repr=False)


# What tells that two entries are meant to be one, from the surest to the least.
_KEYS: tuple[Callable[[Told], tuple[object, ...] | None], ...] = (
    lambda told: (told.fingerprint,),
    lambda told: (told.bank_reference,) if told.bank_reference else None,
    lambda told: (told.end_to_end_id, told.amount_cents) if told.end_to_end_id else None,
    lambda told: (told.iban, told.amount_cents, told.booked_on) if told.iban else None,
    lambda told: (told.iban, told.booked_on, told.text) if told.iban and told.text else None,
    lambda told: (told.amount_cents, told.booked_on),
)


def compare(statement: Statement) -> Comparison:
    """Return what a held statement says otherwise than what is booked under its number and day."""
    read = StatementReader().read(statement)
    booked = namesakes(statement)
    ours = _booked(booked)
    theirs = [_as_read(entry) for entry in read.entries if entry.amount_cents]
    pairs = _pairs(ours, theirs)
    same = [
        (left, right)
        for left, right in pairs.items()
        if ours[left].fingerprint == theirs[right].fingerprint
    ]
    paired = set(pairs.values())
    differences = [
        Difference(ours=ours[left], theirs=theirs[right])
        for left, right in sorted(pairs.items())
        if (left, right) not in same
    ]
    differences += [
        Difference(ours=one, theirs=None) for index, one in enumerate(ours) if index not in pairs
    ]
    differences += [
        Difference(ours=None, theirs=one) for index, one in enumerate(theirs) if index not in paired
    ]
    return Comparison(booked=booked, same=len(same), differences=differences, read=read)


def namesakes(statement: Statement) -> list[Statement]:
    """Return the booked statements with the number and last day of a held one, in their order."""
    if not statement.number.strip("0/ "):
        return []
    return list(
        Statement.objects.filter(
            bank_account=statement.bank_account_id,
            state=Statement.State.BOOKED,
            number=statement.number,
            closed_on=statement.closed_on,
        ).order_by("pk")
    )


def _pairs(ours: Sequence[Told], theirs: Sequence[Told]) -> dict[int, int]:
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for key_of in _KEYS:
        waiting: dict[tuple[object, ...], list[int]] = {}
        for index, one in enumerate(theirs):
            key = key_of(one)
            if key is not None and index not in taken:
                waiting.setdefault(key, []).append(index)
        for index, one in enumerate(ours):
            key = key_of(one)
            if index not in pairs and key is not None and waiting.get(key):
                pairs[index] = waiting[key].pop(0)
                taken.add(pairs[index])
    return pairs


def _booked(statements: Iterable[Statement]) -> list[Told]:
    entries = list(
        StatementEntry.objects.filter(statement__in=list(statements)).order_by(
            "statement_id", "position"
        )
    )
    first = EntrySlice.objects.filter(
        entry__statement__in=list(statements), position=0
    ).select_related("entry")
    slices = {piece.entry_id: piece for piece in first}
    return [
        Told(
            amount_cents=entry.amount_cents,
            booked_on=entry.booked_on,
            fingerprint=entry.fingerprint,
            bank_reference=entry.bank_reference,
            name=slices[entry.pk].counterparty_name,
            iban=slices[entry.pk].counterparty_iban,
            end_to_end_id=slices[entry.pk].end_to_end_id,
            text=slices[entry.pk].text,
            booked=entry,
        )
        for entry in entries
    ]


def _as_read(entry: bank_statement.Entry) -> Told:
    said = entry.transactions[0] if entry.transactions else entry
    return Told(
        amount_cents=entry.amount_cents,
        booked_on=entry.booked_on,
        fingerprint=fingerprint(entry),
        bank_reference=entry.bank_reference or "",
        name=said.counterparty_name or "",
        iban=said.counterparty_iban or "",
        end_to_end_id=said.end_to_end_id or "",
        text=said.text or "",
        read=entry,
    )
