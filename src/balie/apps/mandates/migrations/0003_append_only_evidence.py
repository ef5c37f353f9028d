"""What shows that a mandate was given is only ever added."""

from django.db import migrations

from balie.infra.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("mandates", "0002_append_only")]

    operations = [*append_only("mandates_mandateevidence")]
