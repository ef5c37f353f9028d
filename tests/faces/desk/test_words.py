"""Every code that the apps can hold has its word and shape at the desk, in both languages."""

from typing import get_args

import pytest
from django.db.models import TextChoices
from django.utils import translation

from balie.apps.banking.models import Statement
from balie.apps.billing.models import Allocation, InvoiceHold
from balie.apps.customers.models import Customer, CustomerContact, Hold
from balie.apps.directdebit.models import Collection, CollectionBatch, Dispute, RTransaction
from balie.apps.mandates.models import Mandate
from balie.apps.office.actions import ROUND
from balie.apps.office.models import RoundStep
from balie.apps.tickets.models import Ticket
from balie.domain.reasons import REASONS, Action
from balie.faces.desk import night, words
from balie.infra.templatetags.balie import STATES
from tests.apps.building import TODAY, new_customer


@pytest.mark.parametrize(
    ("kind", "states"),
    [
        ("collection", Collection.State),
        ("batch", CollectionBatch.State),
        ("mandate", Mandate.Status),
    ],
)
def test_every_state_has_a_badge(kind: str, states: type[TextChoices]) -> None:
    assert set(words.BADGES[kind]) == set(states.values)


@pytest.mark.parametrize(
    ("kind", "codes"),
    [
        ("channel", Ticket.Channel),
        ("role", CustomerContact.Role),
        ("kind", Customer.Kind),
        ("blocks", Hold.Blocks),
        ("hold", InvoiceHold.Kind),
        ("allocation", Allocation.Kind),
        ("r_transaction", RTransaction.Kind),
        ("outcome", Dispute.Outcome),
    ],
)
def test_every_code_has_a_word(kind: str, codes: type[TextChoices]) -> None:
    assert set(words.NAMES[kind]) == set(codes.values)


def test_every_day_of_the_strip_has_a_word() -> None:
    shown = set(Statement.State.values) - {Statement.State.ASIDE}

    assert shown < set(words.NAMES["day"])


def test_shapes_are_those_of_the_house() -> None:
    shapes = {shape for kind in words.BADGES.values() for shape, _word in kind.values()}

    assert shapes <= set(STATES)


def test_every_reason_of_the_bank_has_a_word_and_a_next_step() -> None:
    assert set(words.REASONS) == set(REASONS)
    assert set(words.WHAT_NOW) == set(get_args(Action))


@pytest.mark.parametrize("code", sorted(REASONS))
def test_reason_is_said_in_dutch_and_english(code: str) -> None:
    with translation.override("en"):
        english = words.reason_words(code)
    with translation.override("nl"):
        dutch = words.reason_words(code)

    assert english == f"{code}: {REASONS[code].meaning}"
    assert dutch.startswith(f"{code}: ")
    assert dutch != english


def test_unknown_reason_says_that_it_is_unknown() -> None:
    with translation.override("nl"):
        assert words.reason_words("ZZ99") == "ZZ99: een code die niet in onze tabel staat"
        assert words.reason_words("") == "NARR: alleen in tekst uitgelegd"
        assert words.what_now("ZZ99") == "Lees wat de bank zegt en beslis."


def test_every_step_of_the_round_is_told() -> None:
    assert {"verify", *(step.name for step in ROUND)} == set(night.COUNTS)


@pytest.mark.django_db
def test_night_groups_who_was_left_out_by_why() -> None:
    new_customer()
    older = RoundStep(day=TODAY.replace(day=1), step="bill", receipt={"invoices": ["F"]})
    bill = RoundStep(
        day=TODAY, step="bill", receipt={"invoices": [], "parked": [["K10001", "no address"]]}
    )
    announce = RoundStep(
        day=TODAY,
        step="announce",
        receipt={
            "announced": ["C1", "C2"],
            "left_out": [
                ["K10001", "F2026-00001", "customer_held"],
                ["K10002", "F2026-00002", "hold_dispute"],
                ["K10003", "F2026-00003", "hold_dispute"],
            ],
        },
    )

    found = night.last_night([announce, bill, older])

    assert found is not None
    billed, announced = found.steps[:2]
    assert found.day == TODAY
    assert (billed.name, billed.count, billed.reasons[0].reason) == ("bill", 0, "no address")
    assert (announced.count, [one.reason for one in announced.reasons]) == (
        2,
        ["hold_dispute", "customer_held"],
    )
    assert [one.invoice_number for one in announced.reasons[0].skipped] == [
        "F2026-00002",
        "F2026-00003",
    ]
    assert [one.reason for one in night.left_out_of(found)] == ["hold_dispute", "customer_held"]


def test_house_without_a_round_has_no_night() -> None:
    assert night.last_night([]) is None
    assert night.left_out_of(None) == []
