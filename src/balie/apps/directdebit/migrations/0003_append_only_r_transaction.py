"""What came back, and why, is only ever added."""

from django.db import migrations

from balie.infra.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("directdebit", "0002_append_only")]

    operations = [*append_only("directdebit_rtransaction")]
