"""Products say which VAT they bear; the catalogue, orders, and the life of a service."""

import django.db.models.deletion
import django.db.models.expressions
from django.db import migrations, models

import balie.infra.fields


class Migration(migrations.Migration):
    dependencies = [("customers", "0001_initial"), ("services", "0002_panels")]

    operations = [
        migrations.AddField(
            model_name="product",
            name="vat_category",
            field=models.CharField(default="high", max_length=4),
        ),
        migrations.AddConstraint(
            model_name="product",
            constraint=models.CheckConstraint(
                condition=models.Q(("vat_category__in", ["high", "low", "zero"])),
                name="services_product_vat_category_known",
            ),
        ),
        migrations.CreateModel(
            name="Ending",
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
                            ("term_end", "Term End"),
                            ("notice", "Notice"),
                            ("at_once", "At Once"),
                            ("withdrawn", "Withdrawn"),
                        ],
                        max_length=10,
                    ),
                ),
                ("ends_on", models.DateField()),
                ("credit_cents", balie.infra.fields.CentsField(default=0)),
                ("reason", models.CharField(blank=True, max_length=200)),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=80)),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("taken_back_by", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="Move",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("moved_at", models.DateTimeField()),
                ("moved_by", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="OrderLine",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("position", models.PositiveSmallIntegerField()),
                (
                    "term",
                    models.CharField(choices=[("month", "Month"), ("year", "Year")], max_length=5),
                ),
                ("price_cents", balie.infra.fields.CentsField()),
                ("setup_cents", balie.infra.fields.CentsField(default=0)),
                ("domain_name", models.CharField(blank=True, max_length=253)),
            ],
        ),
        migrations.CreateModel(
            name="PlannedChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "kind",
                    models.CharField(choices=[("plan", "Plan"), ("price", "Price")], max_length=5),
                ),
                (
                    "term",
                    models.CharField(choices=[("month", "Month"), ("year", "Year")], max_length=5),
                ),
                ("price_cents", balie.infra.fields.CentsField()),
                ("from_on", models.DateField()),
                ("old_price_cents", balie.infra.fields.CentsField()),
                ("asked_at", models.DateTimeField()),
                ("asked_by", models.CharField(max_length=80)),
                ("applied_at", models.DateTimeField(null=True)),
                ("taken_back_at", models.DateTimeField(null=True)),
                ("taken_back_by", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="PriceChange",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                (
                    "term",
                    models.CharField(choices=[("month", "Month"), ("year", "Year")], max_length=5),
                ),
                ("price_cents", balie.infra.fields.CentsField()),
                ("valid_from", models.DateField()),
                ("made_at", models.DateTimeField()),
                ("made_by", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="ProductOption",
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
            name="RenewalNotice",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("term_start", models.DateField()),
                ("announced_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Suspension",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("fact", models.CharField(max_length=80)),
                ("reason", models.CharField(max_length=200)),
                ("placed_at", models.DateTimeField()),
                ("placed_by", models.CharField(max_length=80)),
                ("lifted_at", models.DateTimeField(null=True)),
                ("lifted_by", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.AddField(
            model_name="order",
            name="agreed_text",
            field=models.TextField(blank=True),
        ),
        migrations.AddField(
            model_name="order",
            name="begin_at_once",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="order",
            name="contact",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.contact",
            ),
        ),
        migrations.AddField(
            model_name="order",
            name="form_key",
            field=models.CharField(max_length=64, null=True, unique=True),
        ),
        migrations.AddField(
            model_name="order",
            name="refused_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="order",
            name="refused_because",
            field=models.CharField(blank=True, max_length=200),
        ),
        migrations.AddField(
            model_name="order",
            name="refused_by",
            field=models.CharField(blank=True, max_length=80),
        ),
        migrations.AddField(
            model_name="product",
            name="includes_domain",
            field=models.BooleanField(default=False),
        ),
        migrations.AddField(
            model_name="product",
            name="is_offered",
            field=models.BooleanField(default=True),
        ),
        migrations.AddField(
            model_name="product",
            name="setup_cents",
            field=balie.infra.fields.CentsField(default=0),
        ),
        migrations.AddField(
            model_name="service",
            name="option_of",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="options",
                to="services.service",
            ),
        ),
        migrations.AddConstraint(
            model_name="order",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("accepted_at__isnull", True), ("refused_at__isnull", True), _connector="OR"
                ),
                name="services_order_accepted_or_refused",
            ),
        ),
        migrations.AddField(
            model_name="ending",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="endings",
                to="services.service",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="from_customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="moves",
                to="services.service",
            ),
        ),
        migrations.AddField(
            model_name="move",
            name="to_customer",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.customer",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="order",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="lines",
                to="services.order",
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="services.product"
            ),
        ),
        migrations.AddField(
            model_name="orderline",
            name="service",
            field=models.OneToOneField(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="order_line",
                to="services.service",
            ),
        ),
        migrations.AddField(
            model_name="plannedchange",
            name="old_product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="services.product"
            ),
        ),
        migrations.AddField(
            model_name="plannedchange",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="services.product"
            ),
        ),
        migrations.AddField(
            model_name="plannedchange",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="changes",
                to="services.service",
            ),
        ),
        migrations.AddField(
            model_name="pricechange",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="price_changes",
                to="services.product",
            ),
        ),
        migrations.AddField(
            model_name="productoption",
            name="option",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="services.product"
            ),
        ),
        migrations.AddField(
            model_name="productoption",
            name="product",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="options",
                to="services.product",
            ),
        ),
        migrations.AddField(
            model_name="renewalnotice",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="services.service"
            ),
        ),
        migrations.AddField(
            model_name="suspension",
            name="service",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="suspensions",
                to="services.service",
            ),
        ),
        migrations.AddConstraint(
            model_name="ending",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["term_end", "notice", "at_once", "withdrawn"])),
                name="services_ending_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="ending",
            constraint=models.UniqueConstraint(
                condition=models.Q(("taken_back_at__isnull", True)),
                fields=("service",),
                name="services_one_standing_ending",
            ),
        ),
        migrations.AddConstraint(
            model_name="ending",
            constraint=models.CheckConstraint(
                condition=models.Q(("credit_cents__gte", 0)),
                name="services_ending_credit_not_negative",
            ),
        ),
        migrations.AddConstraint(
            model_name="move",
            constraint=models.CheckConstraint(
                condition=models.Q(("from_customer", models.F("to_customer")), _negated=True),
                name="services_moved_to_another",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("term__in", ["month", "year"])),
                name="services_order_line_term_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.UniqueConstraint(
                fields=("order", "position"), name="services_order_line_position"
            ),
        ),
        migrations.AddConstraint(
            model_name="orderline",
            constraint=models.CheckConstraint(
                condition=models.Q(("price_cents__gt", 0), ("setup_cents__gte", 0)),
                name="services_order_line_priced",
            ),
        ),
        migrations.AddIndex(
            model_name="plannedchange",
            index=models.Index(
                condition=models.Q(("applied_at__isnull", True), ("taken_back_at__isnull", True)),
                fields=["from_on"],
                name="services_waiting_changes",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("kind__in", ["plan", "price"])),
                name="services_planned_change_kind_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("term__in", ["month", "year"])),
                name="services_planned_change_term_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedchange",
            constraint=models.UniqueConstraint(
                condition=models.Q(("applied_at__isnull", True), ("taken_back_at__isnull", True)),
                fields=("service", "kind"),
                name="services_one_waiting_change_per_kind",
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedchange",
            constraint=models.CheckConstraint(
                condition=models.Q(("price_cents__gt", 0)), name="services_planned_price_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="plannedchange",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("applied_at__isnull", True), ("taken_back_at__isnull", True), _connector="OR"
                ),
                name="services_change_applied_or_taken_back",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("term__in", ["month", "year"])),
                name="services_price_change_term_known",
            ),
        ),
        migrations.AddConstraint(
            model_name="pricechange",
            constraint=models.UniqueConstraint(
                fields=("product", "term", "valid_from"), name="services_one_price_per_day"
            ),
        ),
        migrations.AddConstraint(
            model_name="pricechange",
            constraint=models.CheckConstraint(
                condition=models.Q(("price_cents__gt", 0)), name="services_price_change_positive"
            ),
        ),
        migrations.AddConstraint(
            model_name="productoption",
            constraint=models.UniqueConstraint(
                fields=("product", "option"), name="services_option_once"
            ),
        ),
        migrations.AddConstraint(
            model_name="productoption",
            constraint=models.CheckConstraint(
                condition=models.Q(("product", models.F("option")), _negated=True),
                name="services_no_option_of_itself",
            ),
        ),
        migrations.AddConstraint(
            model_name="renewalnotice",
            constraint=models.UniqueConstraint(
                fields=("service", "term_start"), name="services_one_notice_per_term"
            ),
        ),
        migrations.AddIndex(
            model_name="suspension",
            index=models.Index(
                condition=models.Q(("lifted_at__isnull", True)),
                fields=["fact"],
                name="services_standing_by_fact",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.UniqueConstraint(
                condition=models.Q(("lifted_at__isnull", True)),
                fields=("service", "fact"),
                name="services_one_standing_suspension",
            ),
        ),
        migrations.AddConstraint(
            model_name="suspension",
            constraint=models.CheckConstraint(
                condition=models.Q(("fact", ""), _negated=True), name="services_suspension_has_fact"
            ),
        ),
    ]
