"""A debit that failed by our own fault is held until an employee has mended it."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("billing", "0002_append_only")]

    operations = [
        migrations.AlterField(
            model_name="invoicehold",
            name="kind",
            field=models.CharField(
                choices=[
                    ("dispute", "Dispute"),
                    ("arrangement", "Arrangement"),
                    ("transfer_asked", "Transfer Asked"),
                    ("transfer_promised", "Transfer Promised"),
                    ("our_fault", "Our Fault"),
                ],
                max_length=20,
            ),
        ),
    ]
