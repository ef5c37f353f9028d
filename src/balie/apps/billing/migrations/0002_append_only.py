"""What paid what, and the PDF as it was made, are only ever added."""

from django.db import migrations

from balie.infra.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [("billing", "0001_initial")]

    operations = [*append_only("billing_allocation", "billing_invoicedocument")]
