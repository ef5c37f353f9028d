"""The fuzzer of the readers: a short run finds nothing, and it finds what is planted."""

import time
from typing import Any

import pytest

from balie.formats import camt053, mt940_text
from bench.fuzz_statements import fuzz

INPUTS = 500


def test_broken_files_give_statements_or_one_refusal() -> None:
    run = fuzz(inputs=INPUTS, seed=20261123)

    assert run.failures == []
    assert run.read >= INPUTS // 10
    assert len(run.answers) >= INPUTS // 10
    assert run.slowest < 1


def test_same_seed_tries_the_same_inputs() -> None:
    first, second, other = (fuzz(inputs=60, seed=seed) for seed in (1, 1, 2))

    assert (first.good, first.odd, first.read) == (second.good, second.odd, second.read)
    assert first.odd != other.odd


def plant_exception(*args: Any, **kwargs: Any) -> None:
    raise KeyError("planted")


def plant_empty_text(texts: Any) -> str:
    return ""


def plant_delay(*args: Any, **kwargs: Any) -> bool:
    end = time.process_time() + 1
    while time.process_time() < end:
        pass
    return False


@pytest.mark.parametrize(
    ("where", "name", "broken", "error"),
    [
        (camt053, "iban_of", plant_exception, "KeyError: 'planted'"),
        (camt053, "iban_of", plant_empty_text, "NotSound: Statement.iban is ''"),
        (mt940_text, "filled", plant_empty_text, "NotSound: Entry."),
        (camt053, "is_booked", plant_delay, "TooSlow: more than 0.1 s"),
    ],
    ids=["exception", "camt", "mt940", "delay"],
)
def test_fuzzer_finds_what_is_planted(
    where: Any, name: str, broken: Any, error: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(where, name, broken)
    monkeypatch.setattr("bench.fuzz_statements.SECONDS", 0.1)

    run = fuzz(inputs=100, seed=1)

    assert any(failure.startswith(error) for failure, _ in run.failures)
