"""User names on control panels: what is fit, and that one can always be made."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain import panel_names


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("bakker1", ""),
        ("abc", ""),
        ("abcdefghij", ""),
        ("ab", "length"),
        ("abcdefghijk", "length"),
        ("1bakker", "form"),
        ("Bakker", "form"),
        ("de-boer", "form"),
        ("café", "form"),
        ("", "form"),
        ("root", "reserved"),
        ("tester", "reserved"),
    ],
)
def test_name_is_fit_or_has_its_fault(name: str, fault: str) -> None:
    assert panel_names.fault_of(name) == fault


@pytest.mark.parametrize(
    ("domain", "taken", "name"),
    [
        ("jansen-bakkerij.nl", (), "jansenbakk"),
        ("jansen-bakkerij.nl", ("jansenbakk",), "jansenbak2"),
        ("www.ab.nl", (), "siteab"),
        ("123.nl", (), "site"),
        ("123.nl", ("site",), "site2"),
        ("testlab.nl", (), "wtestlab"),
        ("mail.nl", (), "mail2"),
    ],
)
def test_name_comes_from_the_domain(domain: str, taken: tuple[str, ...], name: str) -> None:
    assert panel_names.suggest(domain, taken=taken) == name


@given(st.text(max_size=80), st.integers(min_value=0, max_value=40))
def test_name_that_is_made_is_fit_and_free(domain: str, others: int) -> None:
    taken: set[str] = set()
    for _ in range(others):
        taken.add(panel_names.suggest(domain, taken=taken))

    name = panel_names.suggest(domain, taken=taken)

    assert panel_names.fault_of(name) == ""
    assert name not in taken
