"""The reason table equals docs/algorithms/reasons.md, and the customer reads neutral sentences."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.reasons import REASONS, Reason, reason_for

DOC = Path(__file__).parents[2] / "docs" / "algorithms" / "reasons.md"
# What a co-reader of the mail must not learn, in both languages.
PRIVATE_WORDS = (
    "saldo", "tekort", "onvoldoende", "overleden", "beslag", "fraude", "insufficient", "funds",
    "balance", "deceased", "sequestration", "fraud",
)  # fmt: skip


def _documented() -> dict[str, tuple[str, ...]]:
    rows: dict[str, tuple[str, ...]] = {}
    for line in DOC.read_text(encoding="utf-8").splitlines():
        cells = tuple(cell.strip() for cell in line.strip("|").split("|"))
        if len(cells) == 6 and len(cells[0]) == 4 and cells[0].isupper():
            rows[cells[0]] = cells
    return rows


def _besides(reason: Reason) -> str:
    flags = {
        "silence": reason.silence,
        "suspend when repeated": reason.suspend_when_repeated,
    }
    return ", ".join(name for name, is_set in flags.items() if is_set)


def test_reasons_table_equals_the_documented_one() -> None:
    coded = {
        code: (
            code,
            reason.meaning,
            reason.mandate,
            reason.action,
            "yes" if reason.mail else "no",
            _besides(reason),
        )
        for code, reason in REASONS.items()
    }

    assert coded == _documented()
    assert len(coded) == 42


@pytest.mark.parametrize("reason", REASONS.values(), ids=lambda reason: reason.code)
def test_sentence_is_neutral_in_both_languages(reason: Reason) -> None:
    assert reason.customer_nl != reason.customer_en
    for sentence in (reason.customer_nl, reason.customer_en):
        assert sentence.endswith(".")
        assert reason.code not in sentence
        assert [word for word in PRIVATE_WORDS if word in sentence.lower()] == []


def test_sentence_of_insufficient_funds_reads_like_no_reason() -> None:
    assert reason_for("AM04").customer_nl == reason_for("MS03").customer_nl


def test_sentence_speaks_the_language_of_the_customer() -> None:
    assert reason_for("AM04").sentence("nl") == "De bank heeft de incasso niet uitgevoerd."
    assert reason_for("AM04").sentence("en") == "The bank did not carry out the direct debit."


def test_mail_asks_to_transfer_except_when_the_fault_is_ours_or_nobody_can() -> None:
    collections = [
        reason for reason in REASONS.values() if not reason.meaning.startswith("repayment")
    ]

    without_mail = {reason.code for reason in collections if not reason.mail}

    faults = {reason.code for reason in collections if reason.action == "fix"}
    assert without_mail == faults | {"MD07"}


def test_reason_for_reads_any_case_and_blanks() -> None:
    assert reason_for(" am04 ") == REASONS["AM04"]


@pytest.mark.parametrize("code", [None, "", "  "])
def test_reason_for_no_code_goes_to_an_employee(code: str | None) -> None:
    assert reason_for(code) == REASONS["NARR"]


@given(st.text(max_size=40))
def test_reason_for_never_fails_and_never_acts_on_what_it_does_not_know(code: str) -> None:
    reason = reason_for(code)

    if reason.code not in REASONS:
        assert reason.code == code.strip().upper()
        assert (reason.mandate, reason.action, reason.mail) == ("keep", "human", True)
