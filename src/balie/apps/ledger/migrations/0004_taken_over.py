"""The account on which invoices taken over stand, and whatever else the chart got since."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from balie.apps.ledger.accounts import CHART


def complete_chart(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add what the chart got since; a new database has all of it already."""
    Account = apps.get_model("ledger", "Account")
    for code, name_nl, name_en, rgs_code in CHART:
        Account.objects.get_or_create(
            code=code, defaults={"name_nl": name_nl, "name_en": name_en, "rgs_code": rgs_code}
        )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0003_by_hand")]

    operations = [migrations.RunPython(complete_chart, migrations.RunPython.noop)]
