"""A mail of a stranger that an employee lets the customer see."""

from typing import ClassVar

from django.db import migrations, models


class Migration(migrations.Migration):
    """Follows `0008_warnings`."""

    dependencies: ClassVar = [("tickets", "0008_warnings")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="inboundmail", name="shown_at", field=models.DateTimeField(null=True)
        ),
        migrations.AddField(
            model_name="inboundmail",
            name="shown_by",
            field=models.CharField(blank=True, max_length=80),
        ),
    ]
