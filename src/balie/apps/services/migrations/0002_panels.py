import django.db.models.deletion
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps


def name_panels(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make a panel, kept by hand, of every name that accounts were noted under."""
    Panel = apps.get_model("services", "Panel")
    Account = apps.get_model("services", "PanelAccount")
    Customer = apps.get_model("customers", "Customer")
    names = Account.objects.order_by("panel_name").values_list("panel_name", flat=True).distinct()
    added_at = Customer.objects.aggregate(first=models.Min("created_at"))["first"]
    for number, name in enumerate(names, start=1):
        panel = Panel.objects.create(
            code=f"panel-{number}", name=name, kind="by_hand", added_at=added_at
        )
        Account.objects.filter(panel_name=name).update(panel=panel)
    if schema_editor.connection.vendor == "postgresql":
        # The column is altered next, which waits for no check that is still to come.
        schema_editor.execute("SET CONSTRAINTS ALL IMMEDIATE")


class Migration(migrations.Migration):
    dependencies = [
        ("customers", "0001_initial"),
        ("services", "0001_initial"),
    ]

    operations = [
        migrations.CreateModel(
            name="PanelAttempt",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("create", "Create"),
                            ("set_password", "Set Password"),
                            ("suspend", "Suspend"),
                            ("unsuspend", "Unsuspend"),
                            ("delete", "Delete"),
                            ("login_url", "Login Url"),
                        ],
                        max_length=12,
                    ),
                ),
                ("started_at", models.DateTimeField()),
                ("started_by", models.CharField(max_length=80)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("running", "Running"),
                            ("done", "Done"),
                            ("already_exists", "Already Exists"),
                            ("not_found", "Not Found"),
                            ("already_in_state", "Already In State"),
                            ("rejected", "Rejected"),
                            ("auth_failed", "Auth Failed"),
                            ("busy", "Busy"),
                            ("unreachable", "Unreachable"),
                            ("unknown", "Unknown"),
                        ],
                        default="running",
                        max_length=16,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="PanelChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "verb",
                    models.CharField(
                        choices=[
                            ("create", "Create"),
                            ("suspend", "Suspend"),
                            ("unsuspend", "Unsuspend"),
                            ("delete", "Delete"),
                        ],
                        max_length=10,
                    ),
                ),
                ("reason", models.CharField(max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=80)),
                (
                    "outcome",
                    models.CharField(
                        choices=[
                            ("waiting", "Waiting"),
                            ("done", "Done"),
                            ("failed", "Failed"),
                            ("overtaken", "Overtaken"),
                        ],
                        default="waiting",
                        max_length=10,
                    ),
                ),
                ("detail", models.CharField(blank=True, max_length=300)),
                ("ended_at", models.DateTimeField(null=True)),
                ("seen_at", models.DateTimeField(null=True)),
                ("seen_by", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="PanelComparison",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("compared_at", models.DateTimeField()),
                ("ours", models.PositiveIntegerField(default=0)),
                ("theirs", models.PositiveIntegerField(default=0)),
                ("failure", models.CharField(blank=True, max_length=300)),
            ],
        ),
        migrations.CreateModel(
            name="PanelDifference",
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
                            ("missing", "Missing"),
                            ("foreign", "Foreign"),
                            ("suspension", "Suspension"),
                            ("package", "Package"),
                            ("domain", "Domain"),
                        ],
                        max_length=10,
                    ),
                ),
                ("user_name", models.CharField(max_length=60)),
                ("ours", models.CharField(blank=True, max_length=260)),
                ("theirs", models.CharField(blank=True, max_length=260)),
                ("found_at", models.DateTimeField()),
                ("gone_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="PanelHandOver",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("signature_sha256", models.CharField(max_length=64, unique=True)),
                ("arrived_at", models.DateTimeField()),
            ],
        ),
        migrations.AddField(
            model_name="panelaccount",
            name="package",
            field=models.CharField(blank=True, max_length=60),
        ),
        migrations.AddField(
            model_name="panelaccount",
            name="state",
            field=models.CharField(
                choices=[
                    ("ordered", "Ordered"),
                    ("active", "Active"),
                    ("suspended", "Suspended"),
                    ("deleted", "Deleted"),
                ],
                default="active",
                max_length=10,
            ),
        ),
        migrations.CreateModel(
            name="Panel",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("code", models.SlugField(max_length=30, unique=True)),
                ("name", models.CharField(max_length=40, unique=True)),
                (
                    "kind",
                    models.CharField(
                        choices=[
                            ("directadmin", "DirectAdmin"),
                            ("modoboa", "Modoboa"),
                            ("simulated", "Demo"),
                            ("by_hand", "–"),
                        ],
                        max_length=20,
                    ),
                ),
                ("base_address", models.CharField(blank=True, max_length=200)),
                ("user_name", models.CharField(blank=True, max_length=60)),
                ("added_at", models.DateTimeField()),
                ("halted_at", models.DateTimeField(null=True)),
                ("halted_reason", models.CharField(blank=True, max_length=300)),
            ],
            options={
                "constraints": [
                    models.CheckConstraint(
                        condition=models.Q(
                            ("kind__in", ["directadmin", "modoboa", "simulated", "by_hand"])
                        ),
                        name="services_panel_kind_known",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            ("base_address__startswith", "https://"),
                            models.Q(("base_address", ""), ("kind__in", ["simulated", "by_hand"])),
                            _connector="OR",
                        ),
                        name="services_panel_over_tls",
                    ),
                    models.CheckConstraint(
                        condition=models.Q(
                            models.Q(("halted_at__isnull", True), ("halted_reason", "")),
                            models.Q(
                                ("halted_at__isnull", False),
                                models.Q(("halted_reason", ""), _negated=True),
                            ),
                            _connector="OR",
                        ),
                        name="services_panel_halt_has_reason",
                    ),
                ],
            },
        ),
        migrations.RemoveConstraint(model_name="panelaccount", name="services_panel_user_unique"),
        migrations.RenameField(model_name="panelaccount", old_name="panel", new_name="panel_name"),
        migrations.AddField(
            model_name="panelaccount",
            name="panel",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accounts",
                to="services.panel",
            ),
        ),
        migrations.RunPython(name_panels, migrations.RunPython.noop),
        migrations.AlterField(
            model_name="panelaccount",
            name="panel",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="accounts",
                to="services.panel",
            ),
        ),
        migrations.RemoveField(model_name="panelaccount", name="panel_name"),
        migrations.AddConstraint(
            model_name="panelaccount",
            constraint=models.UniqueConstraint(
                fields=("panel", "user_name"), name="services_panel_user_unique"
            ),
        ),
        migrations.AddConstraint(
            model_name="panelaccount",
            constraint=models.CheckConstraint(
                condition=models.Q(("state__in", ["ordered", "active", "suspended", "deleted"])),
                name="services_panel_account_state_known",
            ),
        ),
        migrations.AddField(
            model_name="panelattempt",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attempts",
                to="services.panelaccount",
            ),
        ),
        migrations.AddField(
            model_name="panelchange",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="services.panelaccount",
            ),
        ),
        migrations.AddField(
            model_name="panelattempt",
            name="change",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="attempts",
                to="services.panelchange",
            ),
        ),
        migrations.AddField(
            model_name="panelcomparison",
            name="panel",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="comparisons",
                to="services.panel",
            ),
        ),
        migrations.AddField(
            model_name="paneldifference",
            name="account",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="differences",
                to="services.panelaccount",
            ),
        ),
        migrations.AddField(
            model_name="paneldifference",
            name="panel",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="differences",
                to="services.panel",
            ),
        ),
        migrations.AddField(
            model_name="panelhandover",
            name="account",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="services.panelaccount",
            ),
        ),
        migrations.AddIndex(
            model_name="panelchange",
            index=models.Index(
                condition=models.Q(("outcome", "failed"), ("seen_at__isnull", True)),
                fields=["ended_at"],
                name="services_panel_change_alarms",
            ),
        ),
        migrations.AddConstraint(
            model_name="panelchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("verb__in", ["create", "suspend", "unsuspend", "delete"])),
                name="services_panel_change_verb_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="panelchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("outcome__in", ["waiting", "done", "failed", "overtaken"])),
                name="services_panel_change_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="panelchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("outcome", "waiting")),
                fields=("account",),
                name="services_one_waiting_change_per_account",
            ),
        ),
        migrations.AddConstraint(
            model_name="panelchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("ended_at__isnull", True), ("outcome", "waiting")),
                    models.Q(
                        models.Q(("outcome", "waiting"), _negated=True), ("ended_at__isnull", False)
                    ),
                    _connector="OR",
                ),
                name="services_panel_change_ended_has_moment",
            ),
        ),
        migrations.AddIndex(
            model_name="panelattempt",
            index=models.Index(
                fields=["account", "verb", "started_at"], name="services_panel_attempts"
            ),
        ),
        migrations.AddConstraint(
            model_name="panelattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "verb__in",
                        ["create", "set_password", "suspend", "unsuspend", "delete", "login_url"],
                    )
                ),
                name="services_panel_attempt_verb_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="panelattempt",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    (
                        "outcome__in",
                        [
                            "running",
                            "done",
                            "already_exists",
                            "not_found",
                            "already_in_state",
                            "rejected",
                            "auth_failed",
                            "busy",
                            "unreachable",
                            "unknown",
                        ],
                    )
                ),
                name="services_panel_attempt_outcome_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="panelattempt",
            constraint=models.UniqueConstraint(
                condition=models.Q(
                    ("verb", "create"),
                    models.Q(
                        ("outcome__in", ["auth_failed", "busy", "unreachable"]), _negated=True
                    ),
                ),
                fields=("change",),
                name="services_one_create_per_change",
            ),
        ),
        migrations.AddIndex(
            model_name="panelcomparison",
            index=models.Index(fields=["panel", "-compared_at"], name="services_last_comparison"),
        ),
        migrations.AddConstraint(
            model_name="paneldifference",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("kind__in", ["missing", "foreign", "suspension", "package", "domain"])
                ),
                name="services_panel_difference_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="paneldifference",
            constraint=models.UniqueConstraint(
                condition=models.Q(("gone_at__isnull", True)),
                fields=("panel", "kind", "user_name"),
                name="services_one_standing_difference",
            ),
        ),
    ]
