"""Which VAT applies to whom, and that nobody escapes it by a number alone."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.policy import Policy, Vat
from balie.domain.vat_treatment import (
    EU_COUNTRIES,
    Buyer,
    Category,
    Treatment,
    UnableToTax,
    compact_number,
    is_sound_number,
    rate_of,
    treatment_of,
)

POLICY = Policy()
BELGIAN = "BE0428759497"
BUSINESS = Buyer(is_business=True, country="BE", vat_number=BELGIAN, number_is_checked=True)
COUNTRIES = st.sampled_from([*sorted(EU_COUNTRIES), "GB", "US", "CH", "NO"])
BUYERS = st.builds(
    Buyer,
    is_business=st.booleans(),
    country=COUNTRIES,
    vat_number=st.sampled_from(["", BELGIAN, "EL094259216", "DE136695976", "XX1"]),
    number_is_checked=st.booleans(),
)


@pytest.mark.parametrize(
    ("buyer", "treatment"),
    [
        (replace(BUSINESS, country="NL", vat_number="NL123456782B01"), Treatment.HOME),
        (replace(BUSINESS, is_business=False, vat_number=""), Treatment.HOME),
        (BUSINESS, Treatment.REVERSE_CHARGE),
        (replace(BUSINESS, country="GR", vat_number="EL094259216"), Treatment.REVERSE_CHARGE),
        (replace(BUSINESS, number_is_checked=False), Treatment.HOME),
        (replace(BUSINESS, country="DE"), Treatment.HOME),  # the number of another country
        (replace(BUSINESS, is_business=False), Treatment.HOME),
        (replace(BUSINESS, country="GB", vat_number="GB980780684"), Treatment.OUTSIDE_EU),
        (replace(BUSINESS, country="US", is_business=False), Treatment.OUTSIDE_EU),
    ],
)
def test_buyer_is_treated_by_country_kind_and_number(buyer: Buyer, treatment: Treatment) -> None:
    assert treatment_of(buyer, policy=POLICY) == treatment


def test_consumer_abroad_past_the_threshold_is_not_guessed() -> None:
    policy = replace(POLICY, vat=Vat(eu_consumers="refuse"))
    consumer = replace(BUSINESS, is_business=False)

    with pytest.raises(UnableToTax, match="one-stop shop"):
        treatment_of(consumer, policy=policy)

    assert treatment_of(replace(consumer, country="NL"), policy=policy) == Treatment.HOME


@given(BUYERS)
def test_small_business_charges_nobody(buyer: Buyer) -> None:
    policy = replace(POLICY, vat=Vat(small_business=True))

    treatment = treatment_of(buyer, policy=policy)

    assert treatment == Treatment.SMALL_BUSINESS
    assert {rate_of(each, treatment=treatment, policy=policy) for each in Category} == {Decimal(0)}


@given(BUYERS)
def test_vat_is_reversed_only_for_a_business_elsewhere_with_a_checked_number(buyer: Buyer) -> None:
    if treatment_of(buyer, policy=POLICY) == Treatment.REVERSE_CHARGE:
        assert buyer.is_business
        assert buyer.number_is_checked
        assert buyer.country in EU_COUNTRIES - {"NL"}


@pytest.mark.parametrize(("category", "rate"), [("high", 21), ("low", 9), ("zero", 0)])
def test_rate_at_home_is_that_of_the_product(category: str, rate: int) -> None:
    assert rate_of(category, treatment=Treatment.HOME, policy=POLICY) == rate
    assert rate_of(category, treatment=Treatment.REVERSE_CHARGE, policy=POLICY) == 0


def test_number_is_kept_in_one_notation() -> None:
    assert compact_number(" be 0428.759.497 ") == BELGIAN
    assert is_sound_number(BELGIAN, country="BE")
    assert not is_sound_number("BE0428759498", country="BE")
    assert not is_sound_number(BELGIAN, country="NL")
