"""The texts of mails, as staff wrote them: only ever added."""

from typing import ClassVar

from django.db import migrations, models
from django.db.models import Q

from balie.infra.append_only import append_only


class Migration(migrations.Migration):
    """Follows `0002_bounces`."""

    dependencies: ClassVar = [("infra", "0002_bounces")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="MailText",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("kind", models.CharField(max_length=60)),
                ("language", models.CharField(max_length=2)),
                ("version", models.PositiveIntegerField()),
                ("subject", models.CharField(blank=True, max_length=150)),
                ("body", models.TextField(blank=True)),
                ("is_shipped", models.BooleanField()),
                ("edited_at", models.DateTimeField()),
                ("edited_by", models.CharField(max_length=80)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=["kind", "language", "version"], name="mail_text_one_per_version"
                    ),
                    models.CheckConstraint(
                        condition=Q(is_shipped=True, subject="", body="")
                        | (Q(is_shipped=False) & ~Q(subject="") & ~Q(body="")),
                        name="mail_text_says_something",
                    ),
                ],
            },
        ),
        *append_only("infra_mailtext"),
    ]
