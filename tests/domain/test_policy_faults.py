"""A policy that cannot be used says everything that is wrong: where, what, and what to do."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from datetime import UTC, date, time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.policy import (
    Answers,
    Billing,
    Fault,
    Holidays,
    InvalidPolicy,
    Office,
    Phone,
    Policy,
    WeekHours,
)

CASES = Path(__file__).with_name("policy_faults.txt")


def _faults(mapping: Any) -> list[Fault]:
    with pytest.raises(InvalidPolicy) as caught:
        Policy.from_mapping(mapping)
    return list(caught.value.faults)


def _cases() -> Iterator[tuple[str, str]]:
    """Yield the lines of TOML and the fault of every case in policy_faults.txt."""
    lines: list[str] = []
    for line in CASES.read_text(encoding="utf-8").splitlines():
        if line.startswith(">"):
            yield "\n".join(lines), line.removeprefix("> ")
            lines = []
        elif line and not line.startswith("#"):
            lines.append(line)


@pytest.mark.parametrize(("toml", "fault"), list(_cases()))
def test_from_mapping_tells_the_fault(toml: str, fault: str) -> None:
    assert [str(found) for found in _faults(tomllib.loads(toml))] == [fault]


def test_every_kind_of_setting_has_a_case() -> None:
    tables = {toml.partition(".")[0].partition(" ")[0] for toml, _ in _cases()}

    assert tables >= set(Policy.kinds)


@pytest.mark.parametrize(
    ("name", "raw"),
    [
        ("iban", "NL02 ABNA 0123 4567 89"),
        ("iban", "nl02abna0123456789"),
        ("bic", "ABNA"),
        ("creditor_identifier", "NL96ZZZ012345670000"),
        ("creditor_identifier", "NL95 ZZZ 01234567 0000"),
        ("vat_number", "NL123456789B01"),
        ("vat_number", "123456782B01"),
        ("kvk_number", "1234567"),
        ("kvk_number", "1234567٣"),
        ("country", "nl"),
        ("email", "helpdesk"),
        ("email", "helpdesk@localhost"),
        ("email", "a@b.example\nBcc: c@d.example"),
        ("email", "De Linde <helpdesk@delinde.example>"),
        ("website", "http://www.delinde.example"),
        ("website", "https://delinde"),
        ("website", 'https://delinde.example/"onclick'),
        ("postcode", ""),
        ("city", 8999),
    ],
)
def test_company_refuses(name: str, raw: object) -> None:
    assert [found.path for found in _faults({"company": {name: raw}})] == [f"company.{name}"]


def test_from_mapping_tells_all_faults_at_once() -> None:
    faults = _faults(
        {
            "companies": {},
            "company": {"iban": "NL00", "kvk_number": 1, "colour": "red"},
            "answers": {"guarantee_hours": 0, "same_day_cutoff": "late", "usual_minutes": 1500},
            "office": {"timezone": "", "hours": {"monday": [["1", "2"], ["3"]], "someday": []}},
            "phone": {"menu": [{}, {}]},
            "collecting": {"refund_days": -1, "unauthorised_months": 1, "scheme": "COR1"},
            "transfers": {"processing_min_days": 9, "processing_max_days": 3},
        }
    )

    assert [found.path for found in faults] == [
        "companies",
        "company.colour",
        "company.iban",
        "company.kvk_number",
        "answers.guarantee_hours",
        "answers.same_day_cutoff",
        "answers.usual_minutes",
        "office.timezone",
        "office.hours.someday",
        "office.hours.monday[0]",
        "office.hours.monday[0]",
        "office.hours.monday[1]",
        "phone.menu[0]",
        "phone.menu[1]",
        "collecting.refund_days",
        "collecting.scheme",
        "transfers.processing_min_days",
    ]
    assert all(found.problem and found.remedy for found in faults)


def test_invalid_policy_reads_one_fault_a_line() -> None:
    with pytest.raises(InvalidPolicy) as caught:
        Policy.from_mapping({"answers": 1, "office": 2})

    assert str(caught.value).splitlines() == [str(fault) for fault in caught.value.faults]
    assert isinstance(caught.value, ValueError)


@pytest.mark.parametrize("raw", [None, [], "answers", 3])
def test_from_mapping_of_no_table_is_refused(raw: object) -> None:
    assert [found.path for found in _faults(raw)] == ["policy"]


@pytest.mark.parametrize(
    ("make", "path"),
    [
        (lambda: Answers(guarantee_hours=-1), "answers.guarantee_hours"),
        (lambda: Answers(same_day_cutoff=time(20, tzinfo=UTC)), "answers.same_day_cutoff"),
        (lambda: Answers(same_day_cutoff="20:00"), "answers.same_day_cutoff"),  # type: ignore[arg-type]
        (lambda: WeekHours(monday=[(time(9), time(17))]), "weekhours.monday"),  # type: ignore[arg-type]
        (lambda: WeekHours(monday=((time(9),),)), "weekhours.monday[0]"),  # type: ignore[arg-type]
        (lambda: WeekHours(monday=((time(9), time(9)),)), "weekhours.monday[0]"),
        (lambda: Office(hours=((),) * 7), "office.hours"),  # type: ignore[arg-type]
        (lambda: Holidays(extra=[date(2026, 1, 2)]), "holidays.extra"),  # type: ignore[arg-type]
        (lambda: Holidays(liberation_day=True), "holidays.liberation_day"),  # type: ignore[arg-type]
        (lambda: Phone(menu=[]), "phone.menu"),  # type: ignore[arg-type]
        (lambda: Phone(menu=(("2", "a", "b", "support"),)), "phone.menu[0]"),  # type: ignore[arg-type]
        (lambda: Billing(vat_rate=21), "billing.vat_rate"),  # type: ignore[arg-type]
        (lambda: Billing(vat_rate=Decimal("21.001")), "billing.vat_rate"),
        (lambda: Billing(vat_rate=Decimal("Infinity")), "billing.vat_rate"),
        (lambda: Policy(answers=None), "policy.answers"),  # type: ignore[arg-type]
    ],
)
def test_section_made_in_python_is_judged_the_same(make: Any, path: str) -> None:
    with pytest.raises(InvalidPolicy) as caught:
        make()

    assert [found.path for found in caught.value.faults] == [path]


# Whatever a TOML or JSON file can hold.
raw_values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(max_size=12)
    | st.dates()
    | st.times()
    | st.datetimes(),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3)
    ),
    max_leaves=6,
)
settings_of_all_tables = st.sampled_from(
    [f"{table}.{name}" for table, settings in Policy().to_mapping().items() for name in settings]
    + [f"office.hours.{name}" for name in WeekHours.kinds]
    + list(Policy.kinds)
)


def _nested(path: str, value: object) -> object:
    """Return the mapping that holds the value at the dotted path."""
    for name in reversed(path.split(".")):
        value = {name: value}
    return value


@given(setting=settings_of_all_tables, raw=raw_values)
def test_from_mapping_of_anything_is_a_policy_or_its_faults(setting: str, raw: object) -> None:
    mapping: Any = _nested(setting, raw)
    try:
        policy = Policy.from_mapping(mapping)
    except InvalidPolicy as invalid:
        paths = [fault.path.partition(".")[0] for fault in invalid.faults]
    else:
        assert Policy.from_mapping(policy.to_mapping()) == policy
        return
    assert set(paths) == {setting.partition(".")[0]}
