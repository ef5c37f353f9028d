"""A transfer that was booked can be taken back."""

from django.db import migrations, models

from balie.infra.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("banking", "0003_batches"),
        ("billing", "0004_documents"),
        ("customers", "0005_reserved"),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name="allocation",
            name="billing_transferred_has_payment",
        ),
        migrations.AddField(
            model_name="payment",
            name="undone_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="payment",
            name="undone_by",
            field=models.CharField(blank=True, max_length=80),
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
                    ("undone", "Undone"),
                ],
                max_length=12,
            ),
        ),
        migrations.AddConstraint(
            model_name="allocation",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("payment__isnull", False),
                    models.Q(("kind__in", ["transferred", "undone"]), _negated=True),
                    _connector="OR",
                ),
                name="billing_transferred_has_payment",
            ),
        ),
        migrations.AddConstraint(
            model_name="payment",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("undone_at__isnull", True), ("unallocated_cents", 0), _connector="OR"
                ),
                name="billing_undone_payment_is_no_credit",
            ),
        ),
        *append_only("billing_allocation"),
    ]
