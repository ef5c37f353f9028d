"""What every test of the apps may ask for."""

import pytest
from pytest_django import Settings


@pytest.fixture(autouse=True)
def _example_company_may_bill(settings: Settings) -> None:
    """The tests are about the shipped company; that it may not bill in earnest has its own test."""
    settings.BALIE_DEMO = True


@pytest.fixture
def committed(transactional_db: None) -> None:
    """A database in which commits are real."""
