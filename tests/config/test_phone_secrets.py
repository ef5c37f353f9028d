"""The secrets of telephone exchanges: two per source while one changes, and none that is weak."""

import pytest

from balie.config.environment import Environment

OLD, NEW, THIRD = "o" * 32, "n" * 32, "d" * 32


def test_source_may_have_two_secrets_while_one_changes() -> None:
    environment = Environment({"X": f"voys={NEW} kantoor={OLD}  voys={OLD}"})

    assert environment.secrets_by_name("X") == {"voys": (NEW, OLD), "kantoor": (OLD,)}
    assert environment.faults == []


def test_no_secret_is_no_source() -> None:
    assert Environment({}).secrets_by_name("X") == {}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ("voys=kort", "X: is not source=secret with blanks between, secrets of 32 or more"),
        ("voys", "X: is not source=secret with blanks between, secrets of 32 or more"),
        (f"Voys={OLD}", "X: is not source=secret with blanks between, secrets of 32 or more"),
        (f"v={OLD} v={NEW} v={THIRD}", "X: gives v more than two secrets; drop the oldest"),
    ],
)
def test_fault_is_named_without_the_secret(given: str, words: str) -> None:
    environment = Environment({"X": given})

    environment.secrets_by_name("X")

    assert environment.faults == [words]
