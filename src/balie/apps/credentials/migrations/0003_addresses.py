"""An address on file that is to change, and everything that was done about it."""

import django.db.models.deletion
from django.conf import settings
from django.db import migrations, models

from balie.infra.append_only import append_only


class Migration(migrations.Migration):
    dependencies = [
        ("banking", "0002_desk"),
        ("credentials", "0002_recovery"),
        ("customers", "0003_hold_new_iban"),
        migrations.swappable_dependency(settings.AUTH_USER_MODEL),
    ]

    operations = [
        migrations.CreateModel(
            name="AddressChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "channel",
                    models.CharField(
                        choices=[
                            ("portal", "Portal"),
                            ("public", "Public"),
                            ("phone", "Phone"),
                            ("ticket", "Ticket"),
                        ],
                        max_length=8,
                    ),
                ),
                ("identifier", models.CharField(blank=True, max_length=254)),
                ("network", models.CharField(blank=True, max_length=64)),
                ("old_email", models.EmailField(blank=True, max_length=254)),
                ("new_email", models.EmailField(max_length=254)),
                ("language", models.CharField(max_length=2)),
                (
                    "state",
                    models.CharField(
                        choices=[
                            ("open", "Open"),
                            ("completed", "Completed"),
                            ("stopped", "Stopped"),
                            ("reverted", "Reverted"),
                            ("refused", "Refused"),
                            ("lapsed", "Lapsed"),
                            ("replaced", "Replaced"),
                        ],
                        default="open",
                        max_length=10,
                    ),
                ),
                ("nonce", models.CharField(max_length=64, unique=True)),
                ("secret_sha256", models.CharField(max_length=64, unique=True)),
                ("bank_code", models.CharField(max_length=24, unique=True)),
                ("started_at", models.DateTimeField()),
                ("started_by", models.CharField(max_length=80)),
                ("looked_up_at", models.DateTimeField(null=True)),
                ("expires_at", models.DateTimeField()),
                ("confirmed_at", models.DateTimeField(null=True)),
                (
                    "proof",
                    models.CharField(
                        blank=True,
                        choices=[
                            ("second_factor", "Second Factor"),
                            ("recovery_code", "Recovery Code"),
                            ("bank", "Bank"),
                            ("witnesses", "Witnesses"),
                        ],
                        max_length=16,
                    ),
                ),
                ("proven_at", models.DateTimeField(null=True)),
                ("wrong_codes", models.PositiveSmallIntegerField(default=0)),
                ("touched_at", models.DateTimeField(null=True)),
                ("works_alone", models.BooleanField(default=False)),
                ("approved_at", models.DateTimeField(null=True)),
                ("completed_at", models.DateTimeField(null=True)),
                ("stoppable_until", models.DateTimeField(null=True)),
                ("closed_at", models.DateTimeField(null=True)),
                ("closed_by", models.CharField(blank=True, max_length=80)),
                ("closed_because", models.CharField(blank=True, max_length=400)),
                (
                    "approved_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.employee",
                    ),
                ),
                (
                    "touched_by",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.employee",
                    ),
                ),
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
        ),
        migrations.CreateModel(
            name="AddressNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("is_old_address", models.BooleanField()),
                ("nonce", models.CharField(max_length=64, unique=True)),
                ("secret_sha256", models.CharField(max_length=64, unique=True)),
                ("bounced_at", models.DateTimeField(null=True)),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="notices",
                        to="credentials.addresschange",
                    ),
                ),
                (
                    "contact",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.contact",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AddressStep",
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
                        choices=[
                            ("started", "Started"),
                            ("warned", "Warned"),
                            ("bounced", "Bounced"),
                            ("confirmed", "Confirmed"),
                            ("wrong_code", "Wrong Code"),
                            ("wrong_account", "Wrong Account"),
                            ("witnessed", "Witnessed"),
                            ("proven", "Proven"),
                            ("approved", "Approved"),
                            ("completed", "Completed"),
                            ("stopped", "Stopped"),
                            ("reverted", "Reverted"),
                            ("refused", "Refused"),
                            ("lapsed", "Lapsed"),
                            ("replaced", "Replaced"),
                            ("revived", "Revived"),
                        ],
                        max_length=14,
                    ),
                ),
                ("at", models.DateTimeField()),
                ("by", models.CharField(max_length=80)),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="steps",
                        to="credentials.addresschange",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AddressTransfer",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verdict",
                    models.CharField(
                        choices=[
                            ("proven", "Proven"),
                            ("more", "More"),
                            ("wrong_account", "Wrong Account"),
                            ("out_of_time", "Out Of Time"),
                            ("closed", "Closed"),
                            ("unknown", "Unknown"),
                        ],
                        max_length=14,
                    ),
                ),
                ("judged_at", models.DateTimeField()),
                ("seen_at", models.DateTimeField(null=True)),
                ("seen_by", models.CharField(blank=True, max_length=80)),
                (
                    "change",
                    models.ForeignKey(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="transfers",
                        to="credentials.addresschange",
                    ),
                ),
                (
                    "claim",
                    models.OneToOneField(
                        null=True,
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="banking.sliceclaim",
                    ),
                ),
                (
                    "slice",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="banking.entryslice",
                    ),
                ),
            ],
        ),
        migrations.CreateModel(
            name="AddressWitness",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("text", models.TextField()),
                ("at", models.DateTimeField()),
                (
                    "change",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="witnesses",
                        to="credentials.addresschange",
                    ),
                ),
                (
                    "employee",
                    models.ForeignKey(
                        on_delete=django.db.models.deletion.PROTECT,
                        related_name="+",
                        to="customers.employee",
                    ),
                ),
            ],
        ),
        migrations.AddIndex(
            model_name="addresschange",
            index=models.Index(fields=["network", "started_at"], name="credentials_address_from"),
        ),
        migrations.AddIndex(
            model_name="addresschange",
            index=models.Index(fields=["user", "started_at"], name="credentials_address_of_user"),
        ),
        migrations.AddConstraint(
            model_name="addresschange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("state", "open")),
                fields=("user",),
                name="credentials_one_open_address_change",
            ),
        ),
        migrations.AddConstraint(
            model_name="addresschange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["completed", "reverted"]), _negated=True),
                    models.Q(
                        ("completed_at__isnull", False),
                        ("confirmed_at__isnull", False),
                        ("proof__in", ["second_factor", "recovery_code", "bank", "witnesses"]),
                        ("proven_at__isnull", False),
                        ("stoppable_until__gte", models.F("completed_at")),
                        ("user__isnull", False),
                    ),
                    _connector="OR",
                ),
                name="credentials_address_changed_with_proof",
            ),
        ),
        migrations.AddConstraint(
            model_name="addresschange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("approved_by__isnull", True),
                    ("touched_by__isnull", True),
                    models.Q(("approved_by", models.F("touched_by")), _negated=True),
                    _connector="OR",
                ),
                name="credentials_address_approved_by_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="addresschange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("state__in", ["completed", "reverted"]), _negated=True),
                    ("touched_by__isnull", True),
                    ("works_alone", True),
                    ("proof", "witnesses"),
                    ("approved_by__isnull", False),
                    _connector="OR",
                ),
                name="credentials_touched_address_approved",
            ),
        ),
        migrations.AddConstraint(
            model_name="addresschange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("proof", ""), ("proven_at__isnull", True)),
                    models.Q(models.Q(("proof", ""), _negated=True), ("proven_at__isnull", False)),
                    _connector="OR",
                ),
                name="credentials_address_proof_has_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="addresschange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("state__in", ["open", "completed"]),
                    ("closed_at__isnull", False),
                    _connector="OR",
                ),
                name="credentials_address_closed_at_a_moment",
            ),
        ),
        migrations.AddConstraint(
            model_name="addressnotice",
            constraint=models.UniqueConstraint(
                fields=("change", "contact"), name="credentials_one_notice_per_contact"
            ),
        ),
        migrations.AddConstraint(
            model_name="addresstransfer",
            constraint=models.UniqueConstraint(
                condition=models.Q(("verdict", "proven")),
                fields=("change",),
                name="credentials_one_bank_proof_per_change",
            ),
        ),
        migrations.AddConstraint(
            model_name="addresstransfer",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("claim__isnull", False), ("verdict__in", ["proven", "more"])),
                    models.Q(
                        ("claim__isnull", True),
                        ("verdict__in", ["wrong_account", "out_of_time", "closed", "unknown"]),
                    ),
                    _connector="OR",
                ),
                name="credentials_proving_transfer_is_booked",
            ),
        ),
        migrations.AddConstraint(
            model_name="addresswitness",
            constraint=models.UniqueConstraint(
                fields=("change", "employee"), name="credentials_one_word_per_witness"
            ),
        ),
        migrations.AddConstraint(
            model_name="addresswitness",
            constraint=models.CheckConstraint(
                condition=models.Q(("text", ""), _negated=True),
                name="credentials_witness_says_something",
            ),
        ),
        *append_only("credentials_addressstep", "credentials_addresswitness"),
    ]
