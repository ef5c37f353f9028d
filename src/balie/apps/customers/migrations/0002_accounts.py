"""Tries to sign in, mailed codes, and the last one-time code that was used."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="SignInCodeRequest",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("identifier", models.CharField(max_length=254)),
                ("network", models.CharField(max_length=64)),
                ("language", models.CharField(max_length=2)),
                ("requested_at", models.DateTimeField()),
                ("looked_up_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.AddField(
            model_name="user",
            name="last_code_step",
            field=models.BigIntegerField(default=0),
        ),
        migrations.CreateModel(
            name="SignIn",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("account", models.CharField(max_length=64)),
                ("network", models.CharField(max_length=64)),
                (
                    "way",
                    models.CharField(
                        choices=[
                            ("password", "Password"),
                            ("code", "Code"),
                            ("passkey", "Passkey"),
                            ("link", "Link"),
                            ("second", "Second"),
                        ],
                        max_length=10,
                    ),
                ),
                ("has_succeeded", models.BooleanField(default=False)),
                ("at", models.DateTimeField()),
                (
                    "user",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "indexes": [
                    models.Index(fields=["account", "at"], name="customers_sign_in_account"),
                    models.Index(fields=["network", "at"], name="customers_sign_in_network"),
                    models.Index(fields=["user", "at"], name="customers_sign_in_user"),
                ],
            },
        ),
        migrations.CreateModel(
            name="SignInCode",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("nonce", models.CharField(max_length=64, unique=True)),
                ("is_counted", models.BooleanField()),
                ("issued_at", models.DateTimeField()),
                ("expires_at", models.DateTimeField()),
                ("used_at", models.DateTimeField(null=True)),
                ("voided_at", models.DateTimeField(null=True)),
                (
                    "user",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to=settings.AUTH_USER_MODEL,
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        condition=models.Q(("used_at__isnull", True), ("voided_at__isnull", True)),
                        fields=("user",),
                        name="customers_one_standing_code_per_account",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(("expires_at__gt", models.F("issued_at"))),
                        name="customers_code_expires_after_issue",
                    ),
                ],
            },
        ),
    ]
