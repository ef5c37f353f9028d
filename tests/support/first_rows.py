"""The rows that migrations put in an empty database, put back once a test emptied every table."""

from importlib import import_module

from django.apps import apps

FROM_THE_START = (
    ("articles.Article", "articles.migrations.0002_shipped", "add_shipped"),
    ("ledger.Account", "ledger.migrations.0002_chart", "add_chart"),
    ("promises.PolicyVersion", "promises.migrations.0002_first_policy", "add_first_policy"),
    ("tickets.Team", "tickets.migrations.0002_teams", "add_teams"),
)


def put_back() -> None:
    """Add what is missing of articles, chart of accounts, first policy and teams."""
    for model, migration, add in FROM_THE_START:
        if not apps.get_model(model)._default_manager.exists():
            getattr(import_module(f"balie.apps.{migration}"), add)(apps, None)
