"""The chain of seals over the audit trail; events that were there before wait for their seal."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models
from django.db.models import Q

from balie.infra.append_only import append_only


class Migration(migrations.Migration):
    """Follows `0003_mail_texts`."""

    dependencies: ClassVar = [("infra", "0003_mail_texts")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="UnsealedEvent",
            fields=[
                (
                    "event",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        primary_key=True,
                        related_name="+",
                        serialize=False,
                        to="infra.auditevent",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Seal",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("number", models.BigIntegerField(unique=True)),
                ("previous_sha256", models.CharField(max_length=64, unique=True)),
                ("sealed_at", models.DateTimeField()),
                ("events", models.PositiveIntegerField()),
                ("members", models.TextField()),
                ("sha256", models.CharField(max_length=64, unique=True)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(condition=Q(number__gte=1), name="seal_number_counts"),
                    models.CheckConstraint(
                        condition=Q(events__gte=1), name="seal_covers_something"
                    ),
                ],
            },
        ),
        migrations.AddIndex(
            model_name="auditevent",
            index=models.Index(fields=["by_kind", "by_id", "id"], name="audit_by"),
        ),
        migrations.RunSQL(
            "INSERT INTO infra_unsealedevent (event_id) SELECT id FROM infra_auditevent",
            migrations.RunSQL.noop,
        ),
        *append_only("infra_auditevent", "infra_seal"),
    ]
