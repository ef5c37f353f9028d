"""Keep the search index: the stems of each message, written with the message itself.

One table per engine, read in `queries.search`: on PostgreSQL a tsvector under a GIN index, on
SQLite FTS5. Both hold the stems that `domain.search_words` makes; the database knows no language.
"""

from collections.abc import Iterable, Sequence

from django.db import connection, transaction

from balie.apps.tickets.models import Message
from balie.domain.search_words import stems_of

AT_ONCE = 500
_PUT = {
    "postgresql": (
        "INSERT INTO tickets_search (message_id, words) VALUES (%s, array_to_tsvector(%s::text[])) "
        "ON CONFLICT (message_id) DO UPDATE SET words = EXCLUDED.words"
    ),
    "sqlite": "INSERT INTO tickets_search (rowid, words) VALUES (%s, %s)",
}


def index_messages(messages: Sequence[Message]) -> None:
    """Let messages be found by their words, their author and their ticket's subject."""
    rows: list[tuple[int, list[str] | str]] = []
    for message in messages:
        found = stems_of(message.ticket.subject, message.author_name, message.body)
        rows.append((message.pk, found if connection.vendor == "postgresql" else " ".join(found)))
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.executemany(
                "DELETE FROM tickets_search WHERE rowid = %s", [(pk,) for pk, _ in rows]
            )
        cursor.executemany(_PUT[connection.vendor], rows)


@transaction.atomic
def reindex() -> int:
    """Write the index anew for every message; returns how many. Nobody searches in vain meanwhile.

    On PostgreSQL the old rows stand until ours are committed; SQLite has one writer anyway.
    """
    with connection.cursor() as cursor:
        cursor.execute("DELETE FROM tickets_search")
    count = 0
    for messages in _in_parts():
        index_messages(messages)
        count += len(messages)
    return count


def _in_parts() -> Iterable[list[Message]]:
    last = 0
    while True:
        found = Message.objects.filter(pk__gt=last).select_related("ticket").order_by("pk")
        messages = list(found[:AT_ONCE])
        if not messages:
            return
        yield messages
        last = messages[-1].pk
