"""The shipped example policy is version 1, so that there always is one in force."""

from datetime import UTC, datetime

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from balie.domain.policy import Policy
from balie.infra.append_only import append_only

BEFORE_EVERYTHING = datetime(2000, 1, 1, tzinfo=UTC)


def add_first_policy(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Store the shipped policy as version 1."""
    PolicyVersion = apps.get_model("promises", "PolicyVersion")
    PolicyVersion.objects.create(
        number=1,
        content=Policy().to_mapping(),
        takes_effect_at=BEFORE_EVERYTHING,
        stored_at=BEFORE_EVERYTHING,
        stored_by="Balie",
    )


class Migration(migrations.Migration):
    dependencies = [("promises", "0001_initial")]

    operations = [
        migrations.RunPython(add_first_policy, migrations.RunPython.noop),
        *append_only("promises_policyversion"),
    ]
