"""What was taken over from another system: the raw rows, and its invoices, never changed."""

import django.db.models.deletion
from django.db import migrations, models

import balie.infra.fields
from balie.infra.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("office", "0002_folder_fault"),
        ("customers", "0001_initial"),
        ("ledger", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="ImportedRow",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=20)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("customers", "Customers"),
                            ("services", "Services"),
                            ("mandates", "Mandates"),
                            ("invoices", "Invoices"),
                        ],
                        max_length=10,
                    ),
                ),
                ("key", models.CharField(max_length=60)),
                ("sha256", models.CharField(max_length=64)),
                ("raw", models.JSONField()),
                ("file_name", models.CharField(max_length=255)),
                ("line", models.PositiveIntegerField()),
                ("staged_at", models.DateTimeField()),
                ("committed_at", models.DateTimeField(null=True)),
                ("made_id", models.BigIntegerField(null=True)),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "kind", "key"), name="office_imported_once"
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("committed_at__isnull", True), ("made_id__isnull", True)
                        )
                        | models.Q(("committed_at__isnull", False), ("made_id__isnull", False)),
                        name="office_imported_row_made_something",
                    ),
                ],
            },
        ),
        migrations.CreateModel(
            name="ForeignInvoice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("source", models.CharField(max_length=20)),
                ("key", models.CharField(max_length=60)),
                ("number", models.CharField(db_index=True, max_length=40)),
                ("issued_on", models.DateField()),
                ("due_on", models.DateField(null=True)),
                ("net_cents", balie.infra.fields.CentsField()),
                ("vat_cents", balie.infra.fields.CentsField()),
                ("open_cents", balie.infra.fields.CentsField()),
                ("rates", models.JSONField()),
                ("taken_over_at", models.DateTimeField()),
                (
                    "customer",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.customer",
                    ),
                ),
                (
                    "journal_entry",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="ledger.journalentry",
                    ),
                ),
            ],
            options={
                "constraints": [
                    models.UniqueConstraint(
                        fields=("source", "key"), name="office_foreign_invoice_once"
                    ),
                ],
            },
        ),
        *append_only("office_foreigninvoice"),
    ]
