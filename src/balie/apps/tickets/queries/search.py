"""Search at the desk: what messages say, and customers by anything that is nearly right.

Only employees search: a face asks with an employee's `Viewer`, and anybody else finds nothing.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from django.db import connection
from django.db.models import Manager, Q, QuerySet
from rapidfuzz import fuzz, process

from balie.apps.customers.models import Customer, CustomerContact
from balie.apps.customers.viewer import Viewer
from balie.apps.mandates.models import Mandate
from balie.apps.services.models import Domain
from balie.apps.tickets.models import Message, Ticket
from balie.domain.search_words import Piece, excerpt, plain, wanted_stems

LIKENESS = 78
LIKE_AT_MOST = 10
SHORTEST_LIKE = 4
LONGEST_LIKE = 80
LONGEST_IN_TWO = 5
MOST_WORDS = 4
MOST_NAMES = 3000
IBAN_DIGITS = range(4, 11)

# On PostgreSQL a word that few messages hold is looked up, and of one that many hold the last ones
# are found by walking back: the planner, who knows only the commonest words, would walk for both.
FEW = 500
_LOOK_UP = "SELECT message_id FROM tickets_search WHERE words @@ %s::tsquery AND message_id < %s"
_WALK_BACK = f"{_LOOK_UP} ORDER BY message_id DESC LIMIT %s"
_FULL_TEXT = (
    "SELECT rowid FROM tickets_search WHERE tickets_search MATCH %s AND rowid < %s "
    "ORDER BY rowid DESC LIMIT %s"
)
LAST = 2**63 - 1


@dataclass(frozen=True, kw_only=True)
class Hit:
    """A message in which every word was found, and where."""

    message: Message
    excerpt: Sequence[Piece]


@dataclass(frozen=True, kw_only=True)
class Hits:
    """One page of hits, last written first; `before` is the mark of the next page, if any."""

    rows: Sequence[Hit]
    before: int | None


def search_messages(*, viewer: Viewer, wanted: str, before: int | None, size: int) -> Hits:
    """Return the messages that hold every word of `wanted`, stemmed, last one first.

    Two queries, three for a common word, however many messages there are. Nothing that is typed is
    an error.
    """
    groups = wanted_stems(wanted)
    if not groups or not viewer.is_employee:
        return Hits(rows=(), before=None)
    limit = min(before, LAST) if before is not None else LAST
    found = _find(_expression(groups), before=limit, most=size + 1)
    shown = found[:size]
    messages = Message.objects.select_related("ticket__customer").in_bulk(shown)
    return Hits(
        rows=[
            Hit(message=messages[pk], excerpt=excerpt(messages[pk].body, groups))
            for pk in shown
            if pk in messages
        ],
        before=shown[-1] if len(found) > size else None,
    )


def _find(expression: str, *, before: int, most: int) -> list[int]:
    """Return the last messages (ids) that an expression of the engine fits, last one first."""
    with connection.cursor() as cursor:
        if connection.vendor == "sqlite":
            cursor.execute(_FULL_TEXT, [expression, before, most])
            return [row[0] for row in cursor.fetchall()]
        cursor.execute(f"{_LOOK_UP} LIMIT %s", [expression, before, FEW + 1])
        few = [row[0] for row in cursor.fetchall()]
        if len(few) <= FEW:
            return sorted(few, reverse=True)[:most]
        cursor.execute(_WALK_BACK, [expression, before, most])
        return [row[0] for row in cursor.fetchall()]


def unindexed_messages(*, most: int = 100) -> list[int]:
    """Return messages (ids) that the search index lacks; none, unless somebody wrote past us."""
    key = "message_id" if connection.vendor == "postgresql" else "rowid"
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id FROM tickets_message WHERE id NOT IN "  # noqa: S608 (a name of our own)
            f"(SELECT {key} FROM tickets_search) ORDER BY id LIMIT %s",
            [most],
        )
        return [row[0] for row in cursor.fetchall()]


def _expression(groups: Iterable[tuple[str, ...]]) -> str:
    """Write the stems as the engine's own query; a stem is letters and figures alone."""
    either, every, quote = (
        (" | ", " & ", "'")
        if connection.vendor == "postgresql"
        else (
            " OR ",
            " AND ",
            '"',
        )
    )
    return every.join(
        f"({either.join(f'{quote}{stem}{quote}' for stem in group)})" for group in groups
    )


def tickets_numbered(*, viewer: Viewer, wanted: str, most: int) -> list[Ticket]:
    """Return tickets whose number ends in the figures that were typed: `12` or `2026-00012`."""
    figures = wanted.strip().rpartition("-")[2]
    if not viewer.is_employee or not (figures.isascii() and figures.isdecimal()):
        return []
    sequence = f"-{int(figures):05d}" if len(figures) < 12 else "-"
    numbers = [f"T-{year}{sequence}" for year in _years_of_tickets()]
    found = Ticket.objects.filter(number__in=numbers).select_related("customer")
    return list(found.order_by("-opened_at")[:most])


def _years_of_tickets() -> range:
    """Return the years in which tickets were opened: by the first and the last one."""
    opened = Ticket.objects.order_by("opened_at").values_list("opened_at", flat=True)
    first, last = opened.first(), opened.last()
    return range(first.year, last.year + 2) if first and last else range(0)


def customers_by_iban(*, viewer: Viewer, wanted: str) -> QuerySet[Customer]:
    """Return who pays from an account whose number ends in four to ten figures."""
    figures = "".join(wanted.split())
    if not viewer.is_employee or len(figures) not in IBAN_DIGITS or not figures.isdecimal():
        return Customer.objects.none()
    mandated = Mandate.objects.filter(iban__endswith=figures).values("customer")
    return Customer.objects.filter(pk__in=mandated)


def customers_like(*, viewer: Viewer, wanted: str) -> list[Customer]:
    """Return customers whose name, contact, address or domain is nearly what was typed, best first.

    Three queries of names and one of customers, whatever is found. A word of three letters is like
    too many others, and figures are right or wrong.
    """
    sought = plain(wanted.strip())[:LONGEST_LIKE]
    if not viewer.is_employee or len(sought) < SHORTEST_LIKE or not sought.strip("0123456789 -+."):
        return []
    scorer = fuzz.token_sort_ratio if " " in sought else fuzz.QRatio
    likeness: dict[int, float] = {}
    for owners, names in _nearly_named(_pieces(sought)):
        best = process.extract(
            sought, names, scorer=scorer, score_cutoff=LIKENESS, limit=LIKE_AT_MOST
        )
        for _name, score, index in best:
            likeness[owners[index]] = max(score, likeness.get(owners[index], 0))
    ranked = sorted(likeness, key=lambda pk: (-likeness[pk], pk))[:LIKE_AT_MOST]
    found = Customer.objects.in_bulk(ranked)
    return [found[pk] for pk in ranked]


def _pieces(sought: str) -> list[str]:
    """Return each word in equal parts: whoever makes two slips leaves one of three parts whole.

    A short word has two parts, for a part of one letter is in every name.
    """
    words = [word for word in sought.split() if len(word) >= SHORTEST_LIKE] or [sought]
    pieces = []
    for word in words[:MOST_WORDS]:
        parts = 3 if len(word) > LONGEST_IN_TWO else 2
        cuts = [len(word) * part // parts for part in range(parts + 1)]
        pieces += [word[start:end] for start, end in pairwise(cuts)]
    return list(dict.fromkeys(pieces))


def _nearly_named(pieces: Sequence[str]) -> Iterable[tuple[list[int], list[str]]]:
    """Yield what holds a piece of what is looked for, whole and word by word, and whose it is."""
    named: tuple[tuple[Manager[Any], str, tuple[str, ...]], ...] = (
        (Customer.objects, "pk", ("name",)),
        (Domain.objects, "customer_id", ("name",)),
        (CustomerContact.objects, "customer_id", ("contact__name", "contact__user__email")),
    )
    any_piece = "|".join(map(re.escape, pieces))
    for rows, owner, columns in named:
        holding = Q()
        for column in columns:
            holding |= Q(**{f"{column}__iregex": any_piece})
        owners: list[int] = []
        names: list[str] = []
        for pk, *texts in rows.filter(holding).order_by().values_list(owner, *columns)[:MOST_NAMES]:
            for whole in map(plain, texts):
                for part in {whole, whole.partition(".")[0], *whole.split()}:
                    if len(part) >= SHORTEST_LIKE:
                        owners.append(pk)
                        names.append(part)
        yield owners, names
