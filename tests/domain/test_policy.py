"""The policy: the shipped example, what it may hold, and how it travels through files."""

from __future__ import annotations

import json
import tomllib
from dataclasses import FrozenInstanceError, fields, replace
from datetime import date, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from stdnum import iban
from stdnum.eu import at_02
from stdnum.nl import btw

from balie.domain.policy import (
    Answers,
    Billing,
    Collecting,
    Company,
    Credentials,
    Holidays,
    MenuChoice,
    Office,
    Phone,
    Policy,
    Transfers,
    WeekHours,
)
from balie.domain.policy_section import Section

OFFICE_DAY = ((time(9), time(17)),)

WHOLE_FILE = """
[company]
name = "Hostingbedrijf Het Anker B.V."
trade_name = "Het Anker"
street = "Ankerkade"
house_number = "12-a"
postcode = "8999 ZX"
city = "Leeuwarden"
country = "NL"
email = "balie@anker.example"
website = "https://anker.example/klant"
iban = "NL91ABNA0417164300"
bic = "ABNANL2AXXX"
creditor_identifier = "NL69ZZZ123456780000"
vat_number = "NL004495445B01"
kvk_number = "12345678"

[answers]
guarantee_hours = 12
same_day_cutoff = 18:30:00
usual_minutes = 45

[office]
timezone = "Europe/Amsterdam"
[office.hours]
monday = [["08:30", "12:30"], [13:00:00, 17:30:00]]
saturday = [["10:00", "24:00"]]
sunday = []

[holidays]
good_friday = true
liberation_day = "always"
close_early = true
early_closing = "15:00"
extra = [2026-05-15, "2027-05-07"]

[phone]
number = "0800 0123"
hours = { friday = [["09:00", "16:00"]] }
[[phone.menu]]
digit = "5"
label_nl = "Hulp"
label_en = "Help"
team = "support"

[collecting]
refund_days = 57
final_extra_target_days = 8
unauthorised_months = 14
prenotification_days = 5
lead_target_days = 3
mandate_lapse_months = 24
scheme = "CORE"
payment_term_days = 21

[transfers]
processing_min_days = 1
processing_max_days = 4

[credentials]
link_minutes = 30
mails_per_hour = 4
mails_per_day = 11
requests_per_hour = 21
tries_per_hour = 22
mail_seconds = 90
employee_days = 8

[address_change]
open_days = 10
bank_days = 60
factor_days = 5
second_factor_hours = 1
recovery_code_hours = 25
bank_hours = 26
employee_hours = 73
money_hours = 96
alone_days = 8
witness_days = 15
code_tries = 4
starts_per_day = 9

[billing]
vat_rate = 21.5
invoice_series = "FA"
credit_note_series = "CR"

[vat]
low_rate = "6"
rounding = "line"
small_business = true
eu_consumers = "refuse"
number_days = 30

[invoices]
largest_euros = 900
debited = "mail"

[orders]
accept = "at_once"
notice_months = 0
renewal_days = 45
price_days = 60
keep_days = 45
suspend_after_days = 14

[desk]
mail_megabytes = 31
attachment_megabytes = 11
attachments = 9
acknowledgements_per_hour = 2
acknowledgements_per_day = 9
undo_seconds = 11
warn_minutes = 61
statement_by = 09:30:00

[panels]
arrivals = true
arrival_seconds = 61

[privacy]
raw_mail_months = 13
ticket_months = 37
error_months = 7
sign_in_months = 5
session_days = 31
recovery_days = 29
number_days = 28
"""


def test_policy_is_the_example() -> None:
    policy = Policy()

    assert policy.answers == Answers(guarantee_hours=24, same_day_cutoff=time(20), usual_minutes=60)
    assert policy.office.hours.by_weekday == (OFFICE_DAY,) * 5 + ((), ())
    assert policy.office.timezone == "Europe/Amsterdam"
    assert policy.holidays == Holidays(
        good_friday=False,
        liberation_day="lustrum",
        close_early=False,
        early_closing=time(16),
        extra=(),
    )
    assert policy.phone.support_digit == "2"
    assert [choice.digit for choice in policy.phone.menu] == ["1", "2", "3"]
    assert policy.collecting == Collecting(
        refund_days=56,
        final_extra_target_days=7,
        unauthorised_months=13,
        prenotification_days=3,
        lead_target_days=2,
        mandate_lapse_months=36,
        scheme="CORE",
        payment_term_days=14,
    )
    assert policy.transfers == Transfers(processing_min_days=2, processing_max_days=5)
    assert policy.credentials == Credentials(link_minutes=60, mail_seconds=60)
    assert policy.billing == Billing(
        vat_rate=Decimal(21), invoice_series="F", credit_note_series="C"
    )


def test_example_company_has_right_check_digits() -> None:
    company = Policy().company

    assert iban.is_valid(company.iban)
    assert at_02.is_valid(company.creditor_identifier)
    assert btw.is_valid(company.vat_number)
    assert company.kvk_number in company.creditor_identifier
    assert company.email.endswith(".example")


def test_policy_is_frozen_and_hashable() -> None:
    policy = Policy()

    with pytest.raises(FrozenInstanceError):
        policy.answers = Answers()  # type: ignore[misc]
    with pytest.raises(FrozenInstanceError):
        policy.answers.guarantee_hours = 48  # type: ignore[misc]
    assert len({policy, Policy(), Policy(answers=Answers(usual_minutes=30))}) == 2


def test_every_setting_has_a_kind_and_a_documented_table() -> None:
    tables = [type(getattr(Policy(), item.name)) for item in fields(Policy)]

    for table in [Policy, WeekHours, *tables]:
        assert issubclass(table, Section)
        assert list(table.kinds) == [item.name for item in fields(table)]
        assert table.__doc__


def test_bounds_are_themselves_allowed() -> None:
    assert Company(name="x" * 70).name == "x" * 70
    assert Answers(guarantee_hours=1, usual_minutes=1).guarantee_hours == 1
    assert Answers(guarantee_hours=720, usual_minutes=1440).usual_minutes == 1440
    assert Billing(vat_rate=Decimal(0)).vat_rate == 0
    assert Billing(vat_rate=Decimal(100)).vat_rate == 100
    assert Transfers(processing_min_days=5).processing_max_days == 5
    assert Answers(same_day_cutoff=time(23, 59)).same_day_cutoff == time(23, 59)


# --- whose policy it is --------------------------------------------------------------------------
def test_is_example_until_the_whole_identity_is_changed() -> None:
    policy = Policy.from_mapping(tomllib.loads(WHOLE_FILE))

    assert Policy().example_settings == (
        "company.name",
        "company.email",
        "company.iban",
        "company.creditor_identifier",
        "company.vat_number",
        "company.kvk_number",
    )
    assert Policy().is_example
    assert policy.example_settings == ()
    assert not policy.is_example


@pytest.mark.parametrize("name", ["name", "iban", "creditor_identifier", "kvk_number"])
def test_is_example_while_one_setting_is_still_the_examples(name: str) -> None:
    own = Policy.from_mapping(tomllib.loads(WHOLE_FILE)).company
    company = replace(own, **{name: getattr(Company(), name)})

    policy = Policy(company=company)

    assert policy.example_settings == (f"company.{name}",)
    assert policy.is_example


# --- files ---------------------------------------------------------------------------------------
def test_from_mapping_reads_a_whole_file() -> None:
    policy = Policy.from_mapping(tomllib.loads(WHOLE_FILE))

    assert policy.company.iban == "NL91ABNA0417164300"
    assert policy.answers == Answers(
        guarantee_hours=12, same_day_cutoff=time(18, 30), usual_minutes=45
    )
    assert policy.office.hours.monday == (
        (time(8, 30), time(12, 30)),
        (time(13), time(17, 30)),
    )
    assert policy.office.hours.saturday == ((time(10), time(0)),)
    assert policy.holidays.extra == (date(2026, 5, 15), date(2027, 5, 7))
    assert policy.holidays.good_friday is True
    assert policy.phone.menu == (MenuChoice("5", "Hulp", "Help", "support"),)
    assert policy.phone.support_digit == "5"
    assert policy.billing.vat_rate == Decimal("21.5")
    assert policy.collecting.refund_days == 57


def test_whole_file_changes_every_setting_it_can() -> None:
    example, policy = Policy(), Policy.from_mapping(tomllib.loads(WHOLE_FILE))
    same = [
        f"{table}.{name}"
        for table, settings in policy.to_mapping().items()
        for name, value in settings.items()
        if value == example.to_mapping()[table][name]
    ]

    assert same == ["company.city", "company.country", "office.timezone", "collecting.scheme"]


def test_from_mapping_keeps_the_example_for_what_a_file_leaves_out() -> None:
    policy = Policy.from_mapping({"office": {"hours": {"friday": []}}})

    assert policy == Policy(office=Office(hours=WeekHours(friday=())))
    assert policy.office.hours.monday == OFFICE_DAY
    assert Policy.from_mapping({}) == Policy()


def test_to_mapping_round_trips_through_json() -> None:
    policy = Policy.from_mapping(tomllib.loads(WHOLE_FILE))

    stored = json.dumps(policy.to_mapping())

    assert Policy.from_mapping(json.loads(stored)) == policy
    assert Policy.from_mapping(Policy().to_mapping()) == Policy()


def test_to_mapping_speaks_the_notation_of_a_file() -> None:
    written = Policy.from_mapping(tomllib.loads(WHOLE_FILE)).to_mapping()

    assert written["answers"]["same_day_cutoff"] == "18:30"
    assert written["office"]["hours"]["saturday"] == [["10:00", "24:00"]]
    assert written["holidays"]["extra"] == ["2026-05-15", "2027-05-07"]
    assert written["billing"]["vat_rate"] == "21.5"
    assert written["phone"]["menu"] == [
        {"digit": "5", "label_nl": "Hulp", "label_en": "Help", "team": "support"}
    ]


minutes = st.integers(min_value=0, max_value=1439).map(lambda at: time(at // 60, at % 60))
blocks = st.sets(minutes, max_size=6).map(
    lambda marks: tuple(zip(sorted(marks)[::2], sorted(marks)[1::2], strict=False))
)
weeks = st.builds(
    WeekHours,
    monday=blocks,
    tuesday=blocks,
    wednesday=blocks,
    thursday=blocks,
    friday=blocks,
    saturday=blocks,
    sunday=blocks,
)


@given(
    policy=st.builds(
        Policy,
        answers=st.builds(
            Answers,
            guarantee_hours=st.integers(24, 720),
            same_day_cutoff=minutes.filter(bool).filter(lambda at: at != time(0)),
            usual_minutes=st.integers(1, 1440),
        ),
        office=st.builds(Office, hours=weeks),
        phone=st.builds(Phone, hours=weeks),
        holidays=st.builds(
            Holidays,
            good_friday=st.booleans(),
            liberation_day=st.sampled_from(["lustrum", "always", "never"]),
            extra=st.lists(st.dates(), unique=True, max_size=5).map(tuple),
        ),
        billing=st.builds(Billing, vat_rate=st.decimals(1, 100, places=2)),
    )
)
def test_to_mapping_round_trips_any_policy(policy: Policy) -> None:
    assert Policy.from_mapping(json.loads(json.dumps(policy.to_mapping()))) == policy
