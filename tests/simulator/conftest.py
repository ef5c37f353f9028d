"""A new bank for each test."""

from datetime import date

import pytest

from balie.simulator.bank import SimulatedBank
from tests.support.bank_files import OUR_IBAN


@pytest.fixture
def bank() -> SimulatedBank:
    return SimulatedBank.open(
        iban=OUR_IBAN, opened_on=date(2026, 11, 27), opening_cents=100_000, monthly_cost_cents=0
    )
