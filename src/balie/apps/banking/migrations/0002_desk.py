"""What a person decides about the bank: set aside, place by hand, take off a list.

Also what the bank announces before it books, and refusals that are read in any language.
"""

import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

import balie.infra.fields


def keep_refusals(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Keep what was said of refused files; what is stored already was read to its end."""
    StatementFile = apps.get_model("banking", "StatementFile")
    StatementFile.objects.update(taken_in_at=models.F("received_at"))
    for file in StatementFile.objects.exclude(refusal="").defer("content"):
        refusals = [{"code": "unreadable", "reason": file.refusal}]
        StatementFile.objects.filter(pk=file.pk).update(
            refusals=refusals, refused_at=file.received_at
        )


class Migration(migrations.Migration):
    dependencies = [
        ("banking", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="EntryNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("amount_cents", balie.infra.fields.CentsField()),
                ("booked_on", models.DateField()),
                ("bank_reference", models.CharField(blank=True, max_length=140)),
                ("end_to_end_id", models.CharField(blank=True, max_length=35)),
                ("return_reason", models.CharField(blank=True, max_length=35)),
                ("counterparty_name", models.CharField(blank=True, max_length=140)),
                ("counterparty_iban", models.CharField(blank=True, max_length=34)),
                ("text", models.TextField(blank=True)),
                ("fingerprint", models.CharField(max_length=64)),
                ("occurrence", models.PositiveIntegerField()),
                ("announced_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("seen_by", models.CharField(blank=True, max_length=80)),
                ("seen_because", models.CharField(blank=True, max_length=400)),
            ],
        ),
        migrations.RemoveConstraint(
            model_name="statement",
            name="banking_booked_statement_has_balances",
        ),
        migrations.AddField(
            model_name="sliceclaim",
            name="reason",
            field=models.CharField(blank=True, max_length=400),
        ),
        migrations.AddField(
            model_name="statement",
            name="format",
            field=models.CharField(blank=True, max_length=30),
        ),
        migrations.AddField(
            model_name="statement",
            name="decided_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="statement",
            name="decided_because",
            field=models.CharField(blank=True, max_length=400),
        ),
        migrations.AddField(
            model_name="statement",
            name="decided_by",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="statementfile",
            name="refusals",
            field=models.JSONField(default=list),
        ),
        migrations.AddField(
            model_name="statementfile",
            name="refused_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="statementfile",
            name="seen_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="statementfile",
            name="seen_because",
            field=models.CharField(blank=True, max_length=400),
        ),
        migrations.AddField(
            model_name="statementfile",
            name="seen_by",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="statementfile",
            name="taken_in_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.RunPython(keep_refusals, migrations.RunPython.noop),
        migrations.RemoveField(
            model_name="statementfile",
            name="refusal",
        ),
        migrations.AlterField(
            model_name="sliceclaim",
            name="claimant",
            field=models.CharField(
                choices=[
                    ("return", "Return"),
                    ("collection", "Collection"),
                    ("repayment", "Repayment"),
                    ("proof", "Proof"),
                    ("allocation", "Allocation"),
                    ("costs", "Costs"),
                    ("ledger", "Ledger"),
                ],
                max_length=12,
            ),
        ),
        migrations.AlterField(
            model_name="statement",
            name="state",
            field=models.CharField(
                choices=[("booked", "Booked"), ("held", "Held"), ("aside", "Aside")], max_length=8
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "booked"), _negated=True),
                    models.Q(
                        ("booked_at__isnull", False),
                        ("closing_cents__isnull", False),
                        ("opening_cents__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="banking_booked_statement_has_balances",
            ),
        ),
        migrations.AddConstraint(
            model_name="statement",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state", "aside"), _negated=True),
                    models.Q(
                        ("decided_at__isnull", False),
                        models.Q(("decided_because", ""), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="banking_set_aside_by_somebody_with_a_reason",
            ),
        ),
        migrations.AddField(
            model_name="entrynotice",
            name="bank_account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="banking.bankaccount",
            ),
        ),
        migrations.AddField(
            model_name="entrynotice",
            name="entry",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="notice",
                to="banking.statemententry",
            ),
        ),
        migrations.AddField(
            model_name="entrynotice",
            name="file",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="banking.statementfile",
            ),
        ),
        migrations.AddIndex(
            model_name="entrynotice",
            index=models.Index(fields=["bank_account", "booked_on"], name="banking_notice_day"),
        ),
        migrations.AddConstraint(
            model_name="entrynotice",
            constraint=models.UniqueConstraint(
                fields=("bank_account", "fingerprint", "occurrence"), name="banking_notice_once"
            ),
        ),
    ]
