"""The rows that migrations put in an empty database, put back once a test emptied every table."""

from importlib import import_module

from django.apps import apps

FROM_THE_START = (
    ("ledger.Account", "ledger.migrations.0002_chart", "add_chart"),
    ("promises.PolicyVersion", "promises.migrations.0002_first_policy", "add_first_policy"),
    ("tickets.Team", "tickets.migrations.0002_teams", "add_teams"),
)


def put_back() -> None:
    """Add what is missing of the chart of accounts, the first policy and the teams."""
    for model, migration, add in FROM_THE_START:
        if not apps.get_model(model)._default_manager.exists():
            getattr(import_module(f"balie.apps.{migration}"), add)(apps, None)
