"""Which batch a notice of the bank speaks of."""

from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("banking", "0002_desk")]

    operations = [
        migrations.AddField(
            model_name="entrynotice",
            name="payment_information_id",
            field=models.CharField(blank=True, max_length=35),
        ),
    ]
