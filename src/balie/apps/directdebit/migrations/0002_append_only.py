"""The steps of a collection are only ever added."""

from django.db import migrations

from balie.infra.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("directdebit", "0001_initial")]

    operations = [*append_only("directdebit_collectionstep")]
