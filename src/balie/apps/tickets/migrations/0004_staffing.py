"""Skills, rosters, rules, and what was suggested for a ticket."""

import datetime as dt
from typing import ClassVar

import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Follows `0003_inbound`."""

    dependencies: ClassVar = [("customers", "0001_initial"), ("tickets", "0003_inbound")]

    operations: ClassVar = [
        migrations.CreateModel(
            name="EmployeeSkill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="RosterException",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("period_start", models.DateField()),
                ("period_end", models.DateField()),
                ("starts", models.TimeField(null=True)),
                ("ends", models.TimeField(null=True)),
                ("reason", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="RoutingModel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("version", models.PositiveIntegerField(unique=True)),
                ("trained_at", models.DateTimeField()),
                ("examples", models.PositiveIntegerField()),
                ("figures", models.JSONField(default=dict)),
                ("sha256", models.CharField(max_length=64)),
                ("content", models.BinaryField()),
            ],
        ),
        migrations.CreateModel(
            name="RoutingRule",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveIntegerField()),
                ("words", models.CharField(blank=True, max_length=400)),
                ("sender_domain", models.CharField(blank=True, max_length=253)),
                ("topic", models.CharField(blank=True, max_length=20)),
                ("is_on", models.BooleanField(default=True)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=80)),
            ],
            options={
                "ordering": ["position", "pk"],
            },
        ),
        migrations.CreateModel(
            name="Shift",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(
                        choices=[("office", "Office"), ("duty", "Duty")],
                        default="office",
                        max_length=6,
                    ),
                ),
                ("weekday", models.PositiveSmallIntegerField()),
                ("starts", models.TimeField()),
                ("ends", models.TimeField()),
                ("period_start", models.DateField()),
                ("period_end", models.DateField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Skill",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=30, unique=True)),
                ("name_nl", models.CharField(max_length=60)),
                ("name_en", models.CharField(max_length=60)),
            ],
        ),
        migrations.CreateModel(
            name="Suggestion",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("certainty", models.PositiveSmallIntegerField(null=True)),
                ("evidence", models.JSONField(default=dict)),
                ("suggested_at", models.DateTimeField(db_index=True)),
                ("accepted_at", models.DateTimeField(null=True)),
                ("accepted_by", models.CharField(blank=True, max_length=80)),
                ("overruled_at", models.DateTimeField(null=True)),
                ("overruled_by", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="TeamMember",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_lead", models.BooleanField(default=False)),
            ],
        ),
        migrations.AddField(
            model_name="employeeskill",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.employee",
            ),
        ),
        migrations.AddField(
            model_name="rosterexception",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.employee",
            ),
        ),
        migrations.AddField(
            model_name="routingrule",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tickets.team",
            ),
        ),
        migrations.AddField(
            model_name="shift",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.employee",
            ),
        ),
        migrations.AddField(
            model_name="routingrule",
            name="skill",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tickets.skill",
            ),
        ),
        migrations.AddField(
            model_name="employeeskill",
            name="skill",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="people",
                to="tickets.skill",
            ),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="employee",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.employee",
            ),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="model",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suggestions",
                to="tickets.routingmodel",
            ),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="skill",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tickets.skill",
            ),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="team",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tickets.team",
            ),
        ),
        migrations.AddField(
            model_name="suggestion",
            name="ticket",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suggestion",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="teammember",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.employee",
            ),
        ),
        migrations.AddField(
            model_name="teammember",
            name="team",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="members",
                to="tickets.team",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterexception",
            constraint=models.CheckConstraint(
                condition=models.Q(("period_end__gt", models.F("period_start"))),
                name="tickets_exception_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="rosterexception",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ends__isnull", True), ("starts__isnull", True)),
                    models.Q(("ends__isnull", False), ("starts__isnull", False)),
                    _connector="OR",
                ),
                name="tickets_exception_whole_block",
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(("weekday__lte", 6)), name="tickets_shift_weekday_known"
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("ends__gt", models.F("starts")), ("ends", dt.time(0, 0)), _connector="OR"
                ),
                name="tickets_shift_ends_after_start",
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("period_end__isnull", True),
                    ("period_end__gte", models.F("period_start")),
                    _connector="OR",
                ),
                name="tickets_shift_period",
            ),
        ),
        migrations.AddConstraint(
            model_name="shift",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["office", "duty"])),
                name="tickets_shift_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="routingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("sender_domain", ""), ("topic", ""), ("words", ""), _negated=True
                ),
                name="tickets_rule_looks",
            ),
        ),
        migrations.AddConstraint(
            model_name="routingrule",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("team__isnull", False), ("skill__isnull", False), _connector="OR"
                ),
                name="tickets_rule_says",
            ),
        ),
        migrations.AddConstraint(
            model_name="employeeskill",
            constraint=models.UniqueConstraint(
                fields=("employee", "skill"), name="tickets_skill_once_per_employee"
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_at__isnull", True), ("overruled_at__isnull", True), _connector="OR"
                ),
                name="tickets_suggestion_one_verdict",
            ),
        ),
        migrations.AddConstraint(
            model_name="suggestion",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("team__isnull", False),
                    models.Q(
                        ("accepted_at__isnull", True),
                        ("employee__isnull", True),
                        ("overruled_at__isnull", True),
                    ),
                    _connector="OR",
                ),
                name="tickets_suggestion_unknown",
            ),
        ),
        migrations.AddConstraint(
            model_name="teammember",
            constraint=models.UniqueConstraint(
                fields=("team", "employee"), name="tickets_member_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="teammember",
            constraint=models.UniqueConstraint(
                condition=models.Q(("is_lead", True)),
                fields=("team",),
                name="tickets_one_lead_per_team",
            ),
        ),
    ]
