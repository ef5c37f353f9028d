"""The chart of accounts, and the triggers that keep what is booked as it was booked."""

from django.db import migrations
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from balie.apps.ledger.accounts import CHART
from balie.infra.append_only import append_only


def add_chart(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Add the accounts that Balie books on."""
    Account = apps.get_model("ledger", "Account")
    Account.objects.bulk_create(
        Account(code=code, name_nl=name_nl, name_en=name_en, rgs_code=rgs_code)
        for code, name_nl, name_en, rgs_code in CHART
    )


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_initial")]

    operations = [
        migrations.RunPython(add_chart, migrations.RunPython.noop),
        *append_only("ledger_journalentry", "ledger_posting"),
    ]
