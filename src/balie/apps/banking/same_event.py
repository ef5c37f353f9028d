"""When two messages of the bank speak of one event, entry by entry."""

from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

Key = tuple[object, ...]

# How far the days of two messages about one event may lie apart: an evening, a weekend.
DAYS_APART = timedelta(days=4)


@dataclass(frozen=True, kw_only=True)
class Event:
    """What a notice and an entry have in common, by which one event is known in both."""

    amount_cents: int
    booked_on: date
    bank_reference: str
    end_to_end_id: str
    return_reason: str
    counterparty_iban: str
    payment_information_id: str
    fingerprint: str


# From the surest to the least: the bank's own reference; the payer's with what came back (guide:
# bank 2.4, rule 5); the batch; all of the content; who, how much and when. An EndToEndId alone is
# not unique.
KEYS: tuple[Callable[[Event], Key | None], ...] = (
    lambda event: (event.bank_reference, event.amount_cents) if event.bank_reference else None,
    lambda event: (*_by_payer(event), event.booked_on) if event.end_to_end_id else None,
    lambda event: (
        (event.payment_information_id, event.amount_cents, event.booked_on)
        if event.payment_information_id
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

    Two that contradict each other in a reference both have are two events, however alike. At last
    the day may differ by `DAYS_APART` where the payer's reference leaves no doubt: one such event
    on either side. Takes time in proportion to the events, however alike they are.
    """
    pairs: dict[int, int] = {}
    taken: set[int] = set()
    for key_of in KEYS:
        waiting: dict[Key, _Waiting] = {}
        for index, event in enumerate(right):
            if index not in taken and (key := key_of(event)) is not None:
                waiting.setdefault(key, _Waiting(taken)).add(index, event)
        for index, event in enumerate(left):
            key = key_of(event)
            if index in pairs or key is None or key not in waiting:
                continue
            found = waiting[key].first_for(event)
            if found is not None:
                pairs[index] = found
                taken.add(found)
    return pairs | dict(_on_another_day(left, right, pairs=pairs, taken=taken))


@dataclass(frozen=True)
class _Waiting:
    """The events of one key, found by the references that do not contradict another event's."""

    taken: set[int]
    places: dict[Key, deque[int]] = field(default_factory=dict)

    def add(self, index: int, event: Event) -> None:
        for bank in (event.bank_reference, None):
            for payer in (event.end_to_end_id, None):
                self.places.setdefault((bank, payer), deque()).append(index)

    def first_for(self, event: Event) -> int | None:
        """Return the first that waits and does not contradict `event`."""
        # Who has a reference fits the same one or none; who has none fits any (None).
        banks = [event.bank_reference, ""] if event.bank_reference else [None]
        payers = [event.end_to_end_id, ""] if event.end_to_end_id else [None]
        heads = [self._head((bank, payer)) for bank in banks for payer in payers]
        return min((head for head in heads if head is not None), default=None)

    def _head(self, place: Key) -> int | None:
        queue = self.places.get(place, deque())
        while queue and queue[0] in self.taken:
            queue.popleft()
        return queue[0] if queue else None


def _by_payer(event: Event) -> Key:
    return (event.end_to_end_id, event.return_reason, event.amount_cents)


def _on_another_day(
    left: Sequence[Event], right: Sequence[Event], *, pairs: dict[int, int], taken: set[int]
) -> Iterator[tuple[int, int]]:
    """Yield what the payer's reference makes one event although the days differ a little."""
    of_right = _alone(right, but=taken)
    for key, index in _alone(left, but=set(pairs)).items():
        found = of_right.get(key)
        if found is None:
            continue
        one, other = left[index], right[found]
        known = one.bank_reference and other.bank_reference
        if known and one.bank_reference != other.bank_reference:
            continue
        if abs(one.booked_on - other.booked_on) <= DAYS_APART:
            yield index, found


def _alone(events: Sequence[Event], *, but: set[int]) -> dict[Key, int]:
    """Return the events that no other has the payer's reference of, by that reference."""
    met: dict[Key, list[int]] = {}
    for index, event in enumerate(events):
        if index not in but and event.end_to_end_id:
            met.setdefault(_by_payer(event), []).append(index)
    return {key: found[0] for key, found in met.items() if len(found) == 1}
