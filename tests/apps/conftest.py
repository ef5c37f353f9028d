"""What every test of the apps may ask for."""

from importlib import import_module

import pytest
from django.apps import apps
from pytest_django import Settings

from balie.apps.ledger.models import Account
from balie.apps.promises.models import PolicyVersion
from balie.apps.tickets.models import Team


@pytest.fixture(autouse=True)
def _example_company_may_bill(settings: Settings) -> None:
    """The tests are about the shipped company; that it may not bill in earnest has its own test."""
    settings.BALIE_DEMO = True


@pytest.fixture
def committed(transactional_db: None) -> None:
    """A database in which commits are real, with the rows that the migrations put there.

    Such a test is cleaned up by emptying every table, those rows too; here they are put back.
    """
    for model, migration, put_back in (
        (Account, "ledger.migrations.0002_chart", "add_chart"),
        (PolicyVersion, "promises.migrations.0002_first_policy", "add_first_policy"),
        (Team, "tickets.migrations.0002_teams", "add_teams"),
    ):
        if not model._default_manager.exists():
            getattr(import_module(f"balie.apps.{migration}"), put_back)(apps, None)
