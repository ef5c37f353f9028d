"""The steps of a mandate are only ever added."""

from django.db import migrations

from balie.infra.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("mandates", "0001_initial")]

    operations = [*append_only("mandates_mandatechange")]
