"""Confirmed addresses, alarms about broken promises, and satisfaction."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models

from balie.infra.append_only import append_only


class Migration(migrations.Migration):
    """Follows `0006_calls`."""

    dependencies: ClassVar = [
        ("customers", "0001_initial"),
        ("tickets", "0006_calls"),
    ]
    operations: ClassVar = [
        migrations.CreateModel(
            name="AskerConfirmation",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.CharField(max_length=48)),
                ("secret_sha256", models.CharField(max_length=64, unique=True)),
                ("issued_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                (
                    "ticket",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="confirmation",
                        to="tickets.ticket",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="BrokenPromise",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("asker_told", models.BooleanField()),
                ("raised_at", models.DateTimeField()),
                (
                    "lead",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.employee",
                    ),
                ),
                (
                    "question",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="alarm",
                        to="tickets.question",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="Satisfaction",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_happy", models.BooleanField()),
                ("remark", models.TextField(blank=True)),
                ("given_at", models.DateTimeField(db_index=True)),
                (
                    "message",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="satisfaction",
                        to="tickets.message",
                    ),
                ),
            ],
        ),
        *append_only("tickets_satisfaction", "tickets_brokenpromise"),
    ]
