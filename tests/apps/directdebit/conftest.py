"""Every test of direct debit drops its files in a folder of its own."""

from pathlib import Path

import pytest
from pytest_django import Settings

from balie.simulator.bank import SimulatedBank
from tests.apps.directdebit.collecting import new_bank


@pytest.fixture(autouse=True)
def _home(settings: Settings, tmp_path: Path) -> None:
    settings.BALIE_HOME = tmp_path


@pytest.fixture
def bank(db: None) -> SimulatedBank:
    """Our bank."""
    return new_bank()
