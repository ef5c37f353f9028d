"""When two messages of the bank speak of one event, entry by entry."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

Key = tuple[object, ...]


@dataclass(frozen=True, kw_only=True)
class Event:
    """What a notice and an entry have in common, by which one event is known in both."""

    amount_cents: int
    booked_on: date
    bank_reference: str
    end_to_end_id: str
    return_reason: str
    counterparty_iban: str
    fingerprint: str


# From the surest to the least: the bank's own reference; the payer's with what came back (guide:
# bank 2.4, rule 5); all of the content; who, how much and when. An EndToEndId alone is not unique.
KEYS: tuple[Callable[[Event], Key | None], ...] = (
    lambda event: (event.bank_reference, event.amount_cents) if event.bank_reference else None,
    lambda event: (
        (event.end_to_end_id, event.return_reason, event.amount_cents, event.booked_on)
        if event.end_to_end_id
        else None
    ),
    lambda event: (event.fingerprint,),
    lambda event: (
        (event.counterparty_iban, event.amount_cents, event.booked_on)
        if event.counterparty_iban
        else None
    ),
)


def same_events(left: Sequence[Event], right: Sequence[Event]) -> dict[int, int]:
    """Pair what is one event, each at most once: index on the left to index on the right.

    Two that contradict each other in a reference both have are two events, however alike.
    """
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for key_of in KEYS:
        waiting: dict[Key, list[int]] = {}
        for index, event in enumerate(right):
            if index not in taken and (key := key_of(event)) is not None:
                waiting.setdefault(key, []).append(index)
        for index, event in enumerate(left):
            key = key_of(event)
            if index in pairs or key is None:
                continue
            fits = [one for one in waiting.get(key, []) if not _contradict(event, right[one])]
            if fits:
                pairs[index] = fits[0]
                taken.add(fits[0])
                waiting[key].remove(fits[0])
    return pairs


def _contradict(one: Event, other: Event) -> bool:
    if one.bank_reference and other.bank_reference:
        return one.bank_reference != other.bank_reference
    both = bool(one.end_to_end_id and other.end_to_end_id)
    return both and one.end_to_end_id != other.end_to_end_id
