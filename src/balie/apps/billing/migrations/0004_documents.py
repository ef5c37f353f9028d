"""Partial credit notes, write-offs, how VAT was treated; and what is issued stays as it was."""

import django.db.models.deletion
import django.db.models.expressions
from django.apps.registry import Apps
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor

import balie.infra.fields
from balie.infra.append_only import append_only, frozen


def fill_credit_notes(apps: Apps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Until now a credit note was of a whole invoice: it has the amounts and lines of that one."""
    credit_note = apps.get_model("billing", "CreditNote")
    credited_line = apps.get_model("billing", "CreditNoteLine")
    for note in credit_note.objects.select_related("invoice"):
        note.net_cents, note.vat_cents = note.invoice.net_cents, note.invoice.vat_cents
        note.policy_version_id = note.invoice.policy_version_id
        note.save(update_fields=["net_cents", "vat_cents", "policy_version"])
        for line in note.invoice.lines.order_by("position"):
            credited_line.objects.create(
                credit_note=note,
                position=line.position,
                invoice_line=line,
                period_start=line.period_start,
                period_end=line.period_end,
                net_cents=line.net_cents,
                vat_cents=line.vat_cents,
            )
            line.credited_cents = line.net_cents
            line.save(update_fields=["credited_cents"])
    # PostgreSQL alters no table while keys of changed rows are still to be checked.
    schema_editor.connection.check_constraints()


class Migration(migrations.Migration):
    dependencies = [
        ("billing", "0003_hold_our_fault"),
        ("customers", "0001_initial"),
        ("ledger", "0003_by_hand"),
        ("promises", "0002_first_policy"),
        ("services", "0003_orders"),
    ]

    operations = [
        migrations.CreateModel(
            name="CreditNoteDocument",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("content", models.BinaryField()),
                ("sha256", models.CharField(max_length=64)),
                ("rendered_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="CreditNoteLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                ("period_start", models.DateField()),
                ("period_end", models.DateField()),
                ("net_cents", balie.infra.fields.CentsField()),
                ("vat_cents", balie.infra.fields.CentsField()),
            ],
        ),
        migrations.CreateModel(
            name="VatNumberCheck",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("vat_number", models.CharField(max_length=20)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("valid", "Valid"),
                            ("invalid", "Invalid"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=7,
                    ),
                ),
                ("reference", models.CharField(blank=True, max_length=60)),
                ("holder", models.CharField(blank=True, max_length=200)),
                ("asked_at", models.DateTimeField(db_index=True)),
                ("asked_by", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="WriteOff",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_cents", balie.infra.fields.CentsField()),
                ("reason", models.CharField(max_length=200)),
                ("written_off_at", models.DateTimeField()),
                ("written_off_by", models.CharField(max_length=80)),
            ],
        ),
        migrations.AddField(
            model_name="creditnote",
            name="net_cents",
            field=balie.infra.fields.CentsField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="creditnote",
            name="policy_version",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="promises.policyversion",
            ),
        ),
        migrations.AddField(
            model_name="creditnote",
            name="vat_cents",
            field=balie.infra.fields.CentsField(default=0),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="invoice",
            name="vat_treatment",
            field=models.CharField(default="home", max_length=14),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="credited_cents",
            field=balie.infra.fields.CentsField(default=0),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="stopped_on",
            field=models.DateField(null=True),
        ),
        migrations.AlterField(
            model_name="allocation",
            name="kind",
            field=models.CharField(
                choices=[
                    ("collected", "Collected"),
                    ("returned", "Returned"),
                    ("transferred", "Transferred"),
                    ("credited", "Credited"),
                    ("written_off", "Written Off"),
                    ("repaid", "Repaid"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="creditnote",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credit_notes",
                to="billing.invoice",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("credited_cents__gte", 0), ("credited_cents__lte", models.F("net_cents"))
                ),
                name="billing_line_credited_within_net",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("stopped_on__isnull", True),
                    models.Q(
                        ("stopped_on__gte", models.F("period_start")),
                        ("stopped_on__lt", models.F("period_end")),
                    ),
                    _connector="OR",
                ),
                name="billing_line_stopped_within_period",
            ),
        ),
        migrations.AddField(
            model_name="creditnotedocument",
            name="credit_note",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="document",
                to="billing.creditnote",
            ),
        ),
        migrations.AddField(
            model_name="creditnoteline",
            name="credit_note",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="billing.creditnote",
            ),
        ),
        migrations.AddField(
            model_name="creditnoteline",
            name="invoice_line",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="credits",
                to="billing.invoiceline",
            ),
        ),
        migrations.AddField(
            model_name="vatnumbercheck",
            name="customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="invoice",
            name="vat_check",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="billing.vatnumbercheck",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(("vat_treatment", "home"), ("vat_cents", 0), _connector="OR"),
                name="billing_invoice_without_vat_has_none",
            ),
        ),
        migrations.AddConstraint(
            model_name="invoice",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("vat_treatment", "reverse_charge"), _negated=True),
                    ("vat_check__isnull", False),
                    _connector="OR",
                ),
                name="billing_invoice_reversed_has_check",
            ),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="invoice",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="write_offs",
                to="billing.invoice",
            ),
        ),
        migrations.AddField(
            model_name="writeoff",
            name="journal_entry",
            field=models.OneToOneField(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="ledger.journalentry",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnoteline",
            constraint=models.CheckConstraint(
                condition=models.Q(("net_cents__gte", 0), ("vat_cents__gte", 0)),
                name="billing_credit_note_line_positive",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnoteline",
            constraint=models.UniqueConstraint(
                fields=("credit_note", "position"), name="billing_credit_note_position_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="writeoff",
            constraint=models.CheckConstraint(
                condition=models.Q(("amount_cents__gt", 0)), name="billing_write_off_positive"
            ),
        ),
        migrations.RunPython(fill_credit_notes, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="creditnote",
            name="policy_version",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="promises.policyversion",
            ),
        ),
        migrations.AddConstraint(
            model_name="creditnote",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "total_cents",
                        django.db.models.expressions.CombinedExpression(
                            models.F("net_cents"), "+", models.F("vat_cents")
                        ),
                    )
                ),
                name="billing_credit_note_adds_up",
            ),
        ),
        migrations.AddField(
            model_name="invoiceline",
            name="kind",
            field=models.CharField(
                choices=[("term", "Term"), ("setup", "Setup")], default="term", max_length=5
            ),
        ),
        migrations.RemoveConstraint(
            model_name="invoiceline", name="billing_one_line_per_service_and_period"
        ),
        migrations.AddConstraint(
            model_name="invoiceline",
            constraint=models.UniqueConstraint(
                condition=models.Q(("credited_at__isnull", True)),
                fields=("service", "period_start", "kind"),
                name="billing_one_line_per_service_and_period",
            ),
        ),
        *append_only(
            "billing_allocation",
            "billing_creditnoteline",
            "billing_creditnotedocument",
            "billing_vatnumbercheck",
            "billing_writeoff",
        ),
        frozen("billing_invoice", but=["open_cents"]),
        frozen("billing_invoiceline", but=["credited_cents", "credited_at", "stopped_on"]),
        frozen("billing_creditnote", but=["unallocated_cents"]),
    ]
