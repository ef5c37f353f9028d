"""What is one event in two messages: as the plain rule says, and fast however alike they are."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import timedelta

from hypothesis import given
from hypothesis import strategies as some

from balie.apps.banking.same_event import DAYS_APART, KEYS, Event, same_events
from tests.apps.building import TODAY

EVENT = Event(
    amount_cents=500,
    booked_on=TODAY,
    bank_reference="",
    end_to_end_id="E1",
    return_reason="",
    counterparty_iban="",
    payment_information_id="",
    fingerprint="told",
)
BOOKED = replace(EVENT, fingerprint="booked")
FEW = some.sampled_from(["", "A", "B"])
EVENTS = some.lists(
    some.builds(
        Event,
        amount_cents=some.sampled_from([100, 200]),
        booked_on=some.just(TODAY),
        bank_reference=FEW,
        end_to_end_id=FEW,
        return_reason=some.sampled_from(["", "MD06"]),
        counterparty_iban=FEW,
        payment_information_id=FEW,
        fingerprint=some.sampled_from(["x", "y"]),
    ),
    max_size=8,
)


def contradict(one: Event, other: Event) -> bool:
    pairs = (
        (one.bank_reference, other.bank_reference),
        (one.end_to_end_id, other.end_to_end_id),
    )
    return any(left and right and left != right for left, right in pairs)


def plainly(left: Sequence[Event], right: Sequence[Event]) -> dict[int, int]:
    """The rule as one would say it: key by key, the first on the right that fits."""
    pairs: dict[int, int] = {}
    for key_of in KEYS:
        for index, event in enumerate(left):
            key = key_of(event)
            if index in pairs or key is None:
                continue
            for found, other in enumerate(right):
                fits = key_of(other) == key and not contradict(event, other)
                if fits and found not in pairs.values():
                    pairs[index] = found
                    break
    return pairs


@given(EVENTS, EVENTS)
def test_pairs_are_those_of_the_plain_rule(left: list[Event], right: list[Event]) -> None:
    assert same_events(left, right) == plainly(left, right)


def test_a_few_days_later_it_is_the_same_event_and_longer_after_another() -> None:
    last = replace(BOOKED, booked_on=TODAY + DAYS_APART)
    later = replace(BOOKED, booked_on=TODAY + DAYS_APART + timedelta(days=1))

    assert same_events([EVENT], [last]) == {0: 0}
    assert same_events([EVENT], [later]) == {}


def test_on_another_day_two_that_fit_are_a_doubt_and_another_reference_is_another_event() -> None:
    there = replace(BOOKED, booked_on=TODAY + timedelta(days=1))
    named = replace(EVENT, bank_reference="R1")

    assert same_events([EVENT], [there, there]) == {}
    assert same_events([EVENT, EVENT], [there]) == {}
    assert same_events([named], [replace(there, bank_reference="R2")]) == {}
    assert same_events([named], [there]) == {0: 0}
