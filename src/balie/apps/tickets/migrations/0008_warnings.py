"""Who was warned that a promise is about to fall due."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from balie.infra.append_only import append_only


class Migration(migrations.Migration):
    """Follows `0007_asker`."""

    dependencies: ClassVar = [("customers", "0001_initial"), ("tickets", "0007_asker")]
    operations: ClassVar = [
        migrations.AddField(
            model_name="question",
            name="bounces",
            field=models.PositiveSmallIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="PromiseWarning",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("after_bounces", models.PositiveSmallIntegerField(default=0)),
                ("warned_at", models.DateTimeField()),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.employee",
                    ),
                ),
                (
                    "question",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="warnings",
                        to="tickets.question",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("question", "employee", "after_bounces"),
                        name="tickets_warned_once_per_person",
                    )
                ],
            },
        ),
        *append_only("tickets_promisewarning"),
    ]
