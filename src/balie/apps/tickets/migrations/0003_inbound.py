"""What came in by e-mail, where it went, and what waits in quarantine."""

from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Follows `0002_teams`."""

    dependencies: ClassVar = [("tickets", "0002_teams")]
    operations: ClassVar = [
        migrations.CreateModel(
            name="MailFolder",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=400, unique=True)),
                ("uid_validity", models.BigIntegerField(default=0)),
                ("settled_uid", models.BigIntegerField(default=0)),
                ("left_behind", models.PositiveIntegerField(default=0)),
                ("reached_at", models.DateTimeField(null=True)),
                ("failing_since", models.DateTimeField(null=True)),
                ("last_error", models.TextField(blank=True)),
            ],
        ),
        migrations.CreateModel(
            name="InboundMail",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content_key", models.CharField(max_length=64, unique=True)),
                ("taken_at", models.DateTimeField()),
                ("stored_at", models.DateTimeField()),
                ("size_bytes", models.BigIntegerField()),
                ("is_whole", models.BooleanField(default=True)),
                ("named", models.CharField(blank=True, db_index=True, max_length=300)),
                ("from_name", models.CharField(blank=True, max_length=140)),
                ("from_address", models.CharField(blank=True, max_length=254)),
                ("subject", models.CharField(blank=True, max_length=200)),
                ("kind", models.CharField(blank=True, max_length=20)),
                ("why", models.TextField(blank=True)),
                ("faults", models.JSONField(default=list)),
                ("parts", models.JSONField(default=list)),
                ("has_html", models.BooleanField(default=False)),
                (
                    "trust",
                    models.CharField(
                        choices=[
                            ("proven", "Proven"),
                            ("unproven", "Unproven"),
                            ("unknown", "Unknown"),
                        ],
                        default="unknown",
                        max_length=10,
                    ),
                ),
                ("hold_back", models.TextField(blank=True)),
                (
                    "place",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("question", "Question"),
                            ("no_question", "No Question"),
                            ("quarantine", "Quarantine"),
                        ],
                        default="waiting",
                        max_length=12,
                    ),
                ),
                ("attempts", models.PositiveSmallIntegerField(default=0)),
                ("placed_at", models.DateTimeField(null=True)),
                ("decided_by", models.CharField(blank=True, max_length=80)),
                ("decided_at", models.DateTimeField(null=True)),
                ("decided_why", models.TextField(blank=True)),
                (
                    "message",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mail",
                        to="tickets.message",
                    ),
                ),
                (
                    "source",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mail",
                        to="tickets.rawsource",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="mails",
                        to="tickets.ticket",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="MailCopy",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("uid_validity", models.BigIntegerField()),
                ("uid", models.BigIntegerField()),
                ("marked_at", models.DateTimeField(null=True)),
                (
                    "mail",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="tickets.inboundmail",
                    ),
                ),
                (
                    "folder",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="copies",
                        to="tickets.mailfolder",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="PerhapsBelongsTo",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "why",
                    models.CharField(
                        choices=[("number", "Number"), ("header", "Header")], max_length=10
                    ),
                ),
                ("noted_at", models.DateTimeField()),
                (
                    "other",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="tickets.ticket",
                    ),
                ),
                (
                    "ticket",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="perhaps_belongs_to",
                        to="tickets.ticket",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="inboundmail",
            index=models.Index(
                condition=models.Q(("place__in", ["waiting", "quarantine"])),
                fields=["id"],
                name="tickets_mail_to_place",
            ),
        ),
        migrations.AddIndex(
            model_name="inboundmail",
            index=models.Index(fields=["place", "-taken_at", "-id"], name="tickets_mail_listed"),
        ),
        migrations.AddIndex(
            model_name="inboundmail",
            index=models.Index(fields=["stored_at"], name="tickets_mail_stored"),
        ),
        migrations.AddConstraint(
            model_name="inboundmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(
                        ("message__isnull", True), ("place", "waiting"), ("placed_at__isnull", True)
                    ),
                    models.Q(
                        ("message__isnull", False),
                        ("place", "question"),
                        ("placed_at__isnull", False),
                    ),
                    models.Q(
                        models.Q(("why", ""), _negated=True),
                        ("message__isnull", True),
                        ("place__in", ["no_question", "quarantine"]),
                        ("placed_at__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="tickets_mail_in_one_place",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundmail",
            constraint=models.CheckConstraint(
                condition=models.Q(("trust__in", ["proven", "unproven", "unknown"])),
                name="tickets_mail_trust_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="inboundmail",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("decided_at__isnull", True), ("decided_by", "")),
                    models.Q(
                        models.Q(("decided_by", ""), _negated=True), ("decided_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="tickets_mail_decided_by_somebody",
            ),
        ),
        migrations.AddIndex(
            model_name="mailcopy",
            index=models.Index(
                condition=models.Q(("marked_at__isnull", True)),
                fields=["folder", "uid_validity"],
                name="tickets_mail_to_mark",
            ),
        ),
        migrations.AddConstraint(
            model_name="mailcopy",
            constraint=models.UniqueConstraint(
                fields=("folder", "uid_validity", "uid"), name="tickets_mail_taken_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="perhapsbelongsto",
            constraint=models.UniqueConstraint(
                fields=("ticket", "other"), name="tickets_perhaps_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="perhapsbelongsto",
            constraint=models.CheckConstraint(
                condition=models.Q(("ticket", models.F("other")), _negated=True),
                name="tickets_perhaps_of_two",
            ),
        ),
    ]
