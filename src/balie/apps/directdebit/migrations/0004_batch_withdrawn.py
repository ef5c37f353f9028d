"""A file that never left has a state of its own."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("directdebit", "0003_append_only_r_transaction")]

    operations = [
        migrations.AlterField(
            model_name="collectionbatch",
            name="state",
            field=models.CharField(
                choices=[
                    ("frozen", "Frozen"),
                    ("handed_over", "Handed Over"),
                    ("accepted", "Accepted"),
                    ("rejected", "Rejected"),
                    ("booked", "Booked"),
                    ("withdrawn", "Withdrawn"),
                ],
                max_length=12,
            ),
        ),
    ]
