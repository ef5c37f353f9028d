"""A row of the outbox knows that it came back."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q


class Migration(migrations.Migration):
    """Follows `0001_initial`."""

    dependencies: ClassVar = [("infra", "0001_initial")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="outboxrow",
            name="bounced_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="outboxrow",
            name="bounce_reason",
            field=models.TextField(blank=True, default=""),
            preserve_default=False,
        ),
        migrations.AddIndex(
            model_name="outboxrow",
            index=models.Index(
                condition=Q(bounced_at__isnull=False),
                fields=["kind", "bounced_at"],
                name="outbox_bounced",
            ),
        ),
    ]
