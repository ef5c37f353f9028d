"""What the desk does with tickets: merge, tag, save replies, keep drafts, search, list quickly."""

import django.db.models.deletion
import django.db.models.functions.text
from django.db import migrations, models
from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.state import StateApps

from balie.domain.search_words import stems_of

SEARCH_TABLE = {
    "postgresql": (
        "CREATE TABLE tickets_search (message_id bigint PRIMARY KEY, words tsvector NOT NULL)",
        "CREATE INDEX tickets_search_words ON tickets_search USING gin (words)",
    ),
    # Only whether a stem is there: no places, no lengths, which nobody asks for.
    "sqlite": ("CREATE VIRTUAL TABLE tickets_search USING fts5(words, detail=none, columnsize=0)",),
}
PUT = {
    "postgresql": "INSERT INTO tickets_search VALUES (%s, array_to_tsvector(%s::text[]))",
    "sqlite": "INSERT INTO tickets_search (rowid, words) VALUES (%s, %s)",
}
AT_ONCE = 500


def settle_due(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Write on each ticket what waits there."""
    Question = apps.get_model("tickets", "Question")
    Ticket = apps.get_model("tickets", "Ticket")
    waiting = (
        Question.objects.filter(answer__isnull=True, needs_none_at__isnull=True)
        .order_by()
        .values("ticket")
        .annotate(due=models.Min("promise__due_at"), number=models.Count("pk"))
    )
    for row in list(waiting):
        Ticket.objects.filter(pk=row["ticket"]).update(
            due_at=row["due"], open_questions=row["number"]
        )


def make_search_table(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Make the table of stems, and index what was written so far."""
    vendor = schema_editor.connection.vendor
    Message = apps.get_model("tickets", "Message")
    with schema_editor.connection.cursor() as cursor:
        for statement in SEARCH_TABLE[vendor]:
            cursor.execute(statement)
        last = 0
        while found := list(
            Message.objects.filter(pk__gt=last).select_related("ticket").order_by("pk")[:AT_ONCE]
        ):
            last = found[-1].pk
            rows = []
            for one in found:
                words = stems_of(one.ticket.subject, one.author_name, one.body)
                rows.append((one.pk, words if vendor == "postgresql" else " ".join(words)))
            cursor.executemany(PUT[vendor], rows)


def drop_search_table(apps: StateApps, schema_editor: BaseDatabaseSchemaEditor) -> None:
    """Take the table of stems away."""
    with schema_editor.connection.cursor() as cursor:
        cursor.execute("DROP TABLE tickets_search")


class Migration(migrations.Migration):
    """Follows `0004_staffing`."""

    dependencies = [("customers", "0001_initial"), ("tickets", "0004_staffing")]

    operations = [
        migrations.RemoveConstraint(
            model_name="message",
            name="tickets_message_author",
        ),
        migrations.RemoveIndex(
            model_name="ticket",
            name="tickets_open_by_team",
        ),
        migrations.AddField(
            model_name="message",
            name="origin",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="due_at",
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name="ticket",
            name="merged_into",
            field=models.ForeignKey(
                null=True,
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="ticket",
            name="open_questions",
            field=models.PositiveIntegerField(default=0),
        ),
        migrations.AlterField(
            model_name="message",
            name="kind",
            field=models.CharField(
                choices=[
                    ("question", "Question"),
                    ("answer", "Answer"),
                    ("note", "Note"),
                    ("unsent", "Unsent"),
                ],
                max_length=10,
            ),
        ),
        migrations.RunPython(settle_due, migrations.RunPython.noop),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(("due_at__isnull", False)),
                fields=["due_at", "id"],
                name="tickets_waiting",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("closed_at__isnull", True),
                    ("due_at__isnull", True),
                    ("merged_into__isnull", True),
                ),
                fields=["-opened_at", "-id"],
                name="tickets_answered",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(
                condition=models.Q(
                    ("closed_at__isnull", False),
                    ("due_at__isnull", True),
                    ("merged_into__isnull", True),
                ),
                fields=["-closed_at", "-id"],
                name="tickets_closed",
            ),
        ),
        migrations.AddIndex(
            model_name="ticket",
            index=models.Index(fields=["opened_at"], name="tickets_opened"),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("employee__isnull", True), ("kind", "question")),
                    models.Q(
                        ("contact__isnull", True),
                        ("employee__isnull", False),
                        ("kind__in", ["answer", "note", "unsent"]),
                    ),
                    _connector="OR",
                ),
                name="tickets_message_author",
            ),
        ),
        migrations.AddConstraint(
            model_name="message",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("origin__isnull", True),
                    models.Q(("origin", models.F("ticket")), _negated=True),
                    _connector="OR",
                ),
                name="tickets_message_origin_elsewhere",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    models.Q(("due_at__isnull", True), ("open_questions", 0)),
                    models.Q(("due_at__isnull", False), ("open_questions__gt", 0)),
                    _connector="OR",
                ),
                name="tickets_due_while_waiting",
            ),
        ),
        migrations.AddConstraint(
            model_name="ticket",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("merged_into__isnull", True),
                    models.Q(
                        ("open_questions", 0),
                        models.Q(("merged_into", models.F("id")), _negated=True),
                    ),
                    _connector="OR",
                ),
                name="tickets_merged_waits_elsewhere",
            ),
        ),
        migrations.CreateModel(
            name="Draft",
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
                        choices=[("answer", "Answer"), ("note", "Note")], max_length=10
                    ),
                ),
                ("body", models.TextField()),
                ("version", models.PositiveIntegerField(default=1)),
                ("saved_at", models.DateTimeField()),
            ],
        ),
        migrations.CreateModel(
            name="Merge",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("moved", models.JSONField(default=list)),
                ("merged_at", models.DateTimeField()),
                ("merged_by", models.CharField(max_length=80)),
                ("undone_at", models.DateTimeField(null=True)),
                ("undone_by", models.CharField(blank=True, max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="Presence",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("seen_at", models.DateTimeField()),
                ("typed_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="SavedReply",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40)),
                ("body_nl", models.TextField()),
                ("body_en", models.TextField(blank=True)),
                ("changed_at", models.DateTimeField()),
                ("changed_by", models.CharField(max_length=80)),
                ("retired_at", models.DateTimeField(null=True)),
            ],
        ),
        migrations.CreateModel(
            name="Tag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("name", models.CharField(max_length=40, unique=True)),
            ],
        ),
        migrations.CreateModel(
            name="TicketLink",
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
                        choices=[("split", "Split"), ("related", "Related")], max_length=10
                    ),
                ),
                ("linked_at", models.DateTimeField()),
                ("linked_by", models.CharField(max_length=80)),
            ],
        ),
        migrations.CreateModel(
            name="TicketTag",
            fields=[
                (
                    "id",
                    models.BigAutoField(
                        auto_created=True, primary_key=True, serialize=False, verbose_name="ID"
                    ),
                ),
                ("tagged_at", models.DateTimeField()),
                ("tagged_by", models.CharField(max_length=80)),
            ],
        ),
        migrations.AddField(
            model_name="draft",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.employee",
            ),
        ),
        migrations.AddField(
            model_name="draft",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="drafts",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="into",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tickets.ticket"
            ),
        ),
        migrations.AddField(
            model_name="merge",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="merges",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="employee",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="+",
                to="customers.employee",
            ),
        ),
        migrations.AddField(
            model_name="presence",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="presences",
                to="tickets.ticket",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedreply",
            constraint=models.UniqueConstraint(
                condition=models.Q(("retired_at__isnull", True)),
                fields=("name",),
                name="tickets_saved_reply_name",
            ),
        ),
        migrations.AddConstraint(
            model_name="savedreply",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("name", django.db.models.functions.text.Lower("name")),
                    models.Q(("name", ""), _negated=True),
                ),
                name="tickets_saved_reply_lower_case",
            ),
        ),
        migrations.AddConstraint(
            model_name="tag",
            constraint=models.CheckConstraint(
                condition=models.Q(
                    ("name", django.db.models.functions.text.Lower("name")),
                    models.Q(("name", ""), _negated=True),
                ),
                name="tickets_tag_lower_case",
            ),
        ),
        migrations.AddField(
            model_name="ticketlink",
            name="other",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="linked_from",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="ticketlink",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="links",
                to="tickets.ticket",
            ),
        ),
        migrations.AddField(
            model_name="tickettag",
            name="tag",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT, related_name="+", to="tickets.tag"
            ),
        ),
        migrations.AddField(
            model_name="tickettag",
            name="ticket",
            field=models.ForeignKey(
                on_delete=django.db.models.deletion.PROTECT,
                related_name="tags",
                to="tickets.ticket",
            ),
        ),
        migrations.AddConstraint(
            model_name="draft",
            constraint=models.UniqueConstraint(
                fields=("ticket", "employee", "kind"), name="tickets_one_draft"
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.UniqueConstraint(
                condition=models.Q(("undone_at__isnull", True)),
                fields=("ticket",),
                name="tickets_one_standing_merge",
            ),
        ),
        migrations.AddConstraint(
            model_name="merge",
            constraint=models.CheckConstraint(
                condition=models.Q(("ticket", models.F("into")), _negated=True),
                name="tickets_merge_of_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="presence",
            constraint=models.UniqueConstraint(
                fields=("ticket", "employee"), name="tickets_one_presence"
            ),
        ),
        migrations.AddConstraint(
            model_name="ticketlink",
            constraint=models.UniqueConstraint(fields=("ticket", "other"), name="tickets_one_link"),
        ),
        migrations.AddConstraint(
            model_name="ticketlink",
            constraint=models.CheckConstraint(
                condition=models.Q(("ticket", models.F("other")), _negated=True),
                name="tickets_link_of_two",
            ),
        ),
        migrations.AddConstraint(
            model_name="tickettag",
            constraint=models.UniqueConstraint(fields=("ticket", "tag"), name="tickets_tag_once"),
        ),
        migrations.RunPython(make_search_table, drop_search_table),
    ]
