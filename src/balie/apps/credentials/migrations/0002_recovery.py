import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("credentials", "0001_initial"),
        ("services", "0002_panels"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.AddField(
            model_name="recoveryrequest",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to=settings.AUTH_USER_MODEL,
            ),
        ),
        migrations.AddField(
            model_name="recoveryrequest",
            name="network",
            field=models.CharField(default="", max_length=64),
        ),
        migrations.AddField(
            model_name="recoveryrequest",
            name="started_by",
            field=models.CharField(blank=True, default="", max_length=80),
        ),
        migrations.AddIndex(
            model_name="recoveryrequest",
            index=models.Index(fields=["network", "requested_at"], name="credentials_asked_from"),
        ),
        migrations.AddConstraint(
            model_name="recoveryrequest",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("account__isnull", True), ("started_by", "")),
                    models.Q(
                        ("account__isnull", False),
                        models.Q(("started_by", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="credentials_started_for_an_account",
            ),
        ),
        migrations.CreateModel(
            name="RecoveryMiss",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("network", models.CharField(max_length=64)),
                ("tried_at", models.DateTimeField()),
            ],
            options={
                "indexes": [
                    models.Index(fields=["network", "tried_at"], name="credentials_missed_from")
                ],
            },
        ),
        migrations.CreateModel(
            name="PanelPassword",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("chosen_at", models.DateTimeField()),
                (
                    "account",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="services.panelaccount",
                    ),
                ),
                (
                    "link",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="panel_passwords",
                        to="credentials.recoverylink",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("link", "account"), name="credentials_panel_login_once_per_link"
                    )
                ],
            },
        ),
    ]
