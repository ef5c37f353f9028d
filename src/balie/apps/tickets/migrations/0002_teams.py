"""The three teams of a hosting company; assignments are only ever added."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from balie.infra.append_only import append_only

TEAMS = (
    ("support", "Support", "Support"),
    ("sales", "Verkoop", "Sales"),
    ("administration", "Administratie", "Administration"),
)


def add_teams(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the teams."""
    Team = apps.get_model("tickets", "Team")
    Team.objects.bulk_create(
        Team(code=code, name_nl=name_nl, name_en=name_en) for code, name_nl, name_en in TEAMS
    )


class Migration(migrations.Migration):
    dependencies = [("tickets", "0001_initial")]

    operations = [
        migrations.RunPython(add_teams, migrations.RunPython.noop),
        *append_only("tickets_assignment"),
    ]
