"""A desk with any number of tickets, written straight into the tables and valid under each rule."""

import random
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta
from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection
from django.db.models import Model

from balie.apps.customers.models import Contact, Customer, CustomerContact, Employee, User
from balie.apps.mandates.models import Mandate
from balie.apps.promises.models import PolicyVersion, Promise
from balie.apps.services.models import Domain, Product, Service
from balie.apps.tickets.models import Message, Question, Tag, Team, Ticket, TicketTag
from balie.domain.search_words import stems_of

EMPLOYEES = 20
TAGS = 40
OPEN, ANSWERED = 0.02, 0.18
COMMON = (
    "de het een ik mijn site mail domein werkt niet factuur betaling incasso wachtwoord inloggen "
    "verhuizing server traag fout melding certificaat dns hosting pakket upgrade opzeggen rekening "
    "graag hulp dank alvast gisteren vandaag sinds update plugin wordpress webshop bestelling "
    "mailbox doorsturen spam backup herstellen database verbinding storing klant"
).split()
LETTERS = "bdfgklmnprstvz", "aeiou"

random_ = random.Random(20261123)  # noqa: S311 (texts, not secrets)
RARE = [
    "".join(random_.choice(LETTERS[place % 2]) for place in range(8)) + "er" for _ in range(20_000)
]


def fill(*, tickets: int, messages: int, now: datetime) -> None:
    """Write customers (a tenth of the tickets), tickets, messages, promises and what finds them."""
    customers = max(10, tickets // 10)
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":  # the rows are right; looking each up takes minutes
            cursor.execute("SET LOCAL session_replication_role = replica")
            cursor.execute("DROP INDEX tickets_search_words")
    _people(customers, now=now)
    each = max(1, messages // tickets)
    writers: dict[type[Model], list[dict[str, Any]]] = {}
    search: list[tuple[int, list[str]]] = []
    serial = 0
    for number in range(1, tickets + 1):
        serial = _ticket(writers, search, number, serial, each, customers=customers, now=now)
        if number % 2_000 == 0 or number == tickets:
            for model in (Ticket, Promise, Message, Question):
                load(model, writers.pop(model))
            _index(search)
            search.clear()
    load(Tag, [{"id": pk, "name": f"label-{pk}"} for pk in range(1, TAGS + 1)])
    load(
        TicketTag,
        (
            {"ticket_id": pk, "tag_id": pk % TAGS + 1, "tagged_at": now, "tagged_by": "system"}
            for pk in range(1, tickets + 1, 5)
        ),
    )
    _settle()


def _people(customers: int, *, now: datetime) -> None:
    numbers = range(1, customers + EMPLOYEES + 1)
    load(
        User,
        (
            {"id": pk, "email": f"p{pk}@klant.example", "email_changed_at": now, "created_at": now}
            for pk in numbers
        ),
    )
    load(
        Employee,
        (
            {"id": pk, "user_id": customers + pk, "name": f"Medewerker {pk}", "role": "finance"}
            for pk in range(1, EMPLOYEES + 1)
        ),
    )
    product = Product.objects.create(
        code="web", name_nl="Webhosting", name_en="Web hosting", monthly_cents=1000
    )
    ours = range(1, customers + 1)
    load(Contact, ({"id": pk, "user_id": pk, "name": f"{_name(pk)} {pk}"} for pk in ours))
    load(
        Customer,
        (
            {
                "id": pk,
                "number": f"K{10000 + pk}",
                "name": f"Bedrijf {_name(pk)} {pk}",
                "kind": "business",
                "street": "Dijk",
                "house_number": "1",
                "city": "Leeuwarden",
                "postcode": "8911 AA",
                "created_at": now,
            }
            for pk in ours
        ),
    )
    load(
        CustomerContact,
        ({"customer_id": pk, "contact_id": pk, "role": "owner", "since_at": now} for pk in ours),
    )
    load(Domain, ({"customer_id": pk, "name": f"{_name(pk)}{pk}.example"} for pk in ours))
    load(
        Service,
        (
            {
                "customer_id": pk,
                "product_id": product.pk,
                "term": "month",
                "price_cents": 1000,
                "started_on": now.date(),
                "next_period_start": now.date(),
                "anchor_day": 1,
            }
            for pk in ours
        ),
    )
    load(Mandate, ({"customer_id": pk, **_mandate(pk, now)} for pk in ours if pk % 2))


def _mandate(pk: int, now: datetime) -> dict[str, Any]:
    return {
        "mandate_reference": f"M{pk}",
        "iban": f"NL00BANK{pk:010d}",
        "debtor_name": _name(pk),
        "status": "active",
        "signed_on": now.date(),
        "given_at": now,
    }


def _name(pk: int) -> str:
    return RARE[pk % len(RARE)].capitalize()


def _ticket(
    writers: dict[type[Model], list[dict[str, Any]]],
    search: list[tuple[int, list[str]]],
    number: int,
    serial: int,
    each: int,
    *,
    customers: int,
    now: datetime,
) -> int:
    """Add one ticket with `each` messages, question and answer in turn; return the last id."""
    fate = random_.random()
    is_open = fate < OPEN
    age = timedelta(hours=random_.uniform(0, 30) if is_open else random_.uniform(24, 17_000))
    opened = now - age
    customer = number % customers + 1
    subject, words = random_.choice(_subjects())
    rows = {model: writers.setdefault(model, []) for model in (Ticket, Promise, Message, Question)}
    due = None
    for place in range(each):
        serial += 1
        at = opened + age * place / each
        text, stems = random_.choice(_texts())
        asks = place % 2 == 0
        waits = is_open and place >= each - 2
        employee = number % EMPLOYEES + 1
        rows[Message].append(
            {
                "id": serial,
                "ticket_id": number,
                "body": text,
                "written_at": at,
                "kind": "question" if asks else "note" if waits else "answer",
                "author_name": _name(customer),
                "employee_id": None if asks else employee,
                "contact_id": customer if asks else None,
                "delivered_at": None if asks or waits else at,
            }
        )
        search.append((serial, sorted(words | stems)))
        if asks:
            answered = not waits and place + 1 < each
            ended = not answered and not is_open
            until = at + timedelta(hours=24)
            rows[Promise].append(
                {
                    "id": serial,
                    "kind": "answer",
                    "policy_version_id": _version(),
                    "made_at": at,
                    "due_at": until,
                    "guaranteed_by": until,
                    "kept_at": at + timedelta(hours=2) if answered else None,
                    "withdrawn_at": at if ended else None,
                }
            )
            rows[Question].append(
                {
                    "message_id": serial,
                    "ticket_id": number,
                    "promise_id": serial,
                    "answer_id": serial + 1 if answered else None,
                    "needs_none_at": at if ended else None,
                }
            )
            if not answered and not ended:
                due = min(due or until, until)
    waiting = sum(
        1
        for row in rows[Question][-(each + 1) // 2 :]
        if row["ticket_id"] == number and not row["answer_id"] and not row["needs_none_at"]
    )
    rows[Ticket].append(
        {
            "id": number,
            "number": f"T-{opened.year}-{number:05d}",
            "subject": subject,
            "channel": "portal",
            "customer_id": customer,
            "contact_id": customer,
            "asker_name": _name(customer),
            "asker_email": f"p{customer}@klant.example",
            "asker_confirmed": True,
            "team_id": _teams()[number % 3],
            "opened_at": opened,
            "assignee_id": employee if number % 4 else None,
            "due_at": due,
            "open_questions": waiting,
            "closed_by": "",
            "closed_at": opened + age if fate > OPEN + ANSWERED else None,
        }
    )
    return serial


def _text(words: int) -> str:
    """Mostly what everybody writes, and now and then a word that few use."""
    chosen = [
        random_.choice(COMMON) if random_.random() < 0.8 else random_.choice(RARE)
        for _ in range(words)
    ]
    return " ".join(chosen).capitalize() + "."


@cache
def _texts() -> list[tuple[str, frozenset[str]]]:
    """A stock of messages with their stems, large enough that a rare word is in few of them."""
    return [(text, frozenset(stems_of(text))) for text in (_text(30) for _ in range(20_000))]


@cache
def _subjects() -> list[tuple[str, frozenset[str]]]:
    return [(text, frozenset(stems_of(text))) for text in (_text(6) for _ in range(2_000))]


def _version() -> int:
    if not _cache:
        _cache["version"] = PolicyVersion.objects.values_list("pk", flat=True).earliest("pk")
        _cache["teams"] = list(Team.objects.order_by("pk").values_list("pk", flat=True))
    version: int = _cache["version"]
    return version


def _teams() -> list[int]:
    _version()
    teams: list[int] = _cache["teams"]
    return teams


_cache: dict[str, Any] = {}


def load(model: type[Model], rows: Iterable[dict[str, Any]]) -> None:
    """Write rows with what they leave out as Django would: COPY, or one statement many times."""
    rows = list(rows)
    if not rows:
        return
    fields = [field for field in model._meta.concrete_fields if field.attname in rows[0]]
    absent = [
        field
        for field in model._meta.concrete_fields
        if field.attname not in rows[0] and not field.primary_key
    ]
    rest = [field.get_db_prep_save(_default(field), connection) for field in absent]
    # What psycopg writes by itself needs no field of Django's.
    ready = connection.vendor == "postgresql"
    values: Iterator[list[Any]] = (
        [
            row[field.attname] if ready else field.get_db_prep_save(row[field.attname], connection)
            for field in fields
        ]
        + rest
        for row in rows
    )
    columns = [str(field.column) for field in [*fields, *absent]]
    write(model._meta.db_table, columns, values)


def _default(field: Any) -> Any:
    return None if field.null and not field.has_default() else field.get_default()


def write(table: str, columns: list[str], rows: Iterable[list[Any]]) -> None:
    """Write raw rows into a table of ours."""
    names = ", ".join(map(connection.ops.quote_name, columns))
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            with cursor.copy(f"COPY {table} ({names}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
            return
        marks = ", ".join(["%s"] * len(columns))
        cursor.executemany(f"INSERT INTO {table} ({names}) VALUES ({marks})", list(rows))  # noqa: S608


def _index(search: list[tuple[int, list[str]]]) -> None:
    if connection.vendor == "postgresql":
        rows = ([pk, " ".join(f"'{stem}'" for stem in stems)] for pk, stems in search)
        write("tickets_search", ["message_id", "words"], rows)
    else:
        write("tickets_search", ["rowid", "words"], ([pk, " ".join(s)] for pk, s in search))


def _settle() -> None:
    """Let ids go on after ours, and make the index that was put off."""
    models = [model for model in apps.get_models() if model._meta.managed]
    with connection.cursor() as cursor:
        for model in models:
            table = connection.ops.quote_name(model._meta.db_table)
            if connection.vendor == "postgresql" and model._meta.pk.get_internal_type() in {
                "BigAutoField",
                "AutoField",
            }:
                cursor.execute(
                    f"SELECT setval(pg_get_serial_sequence('{table}', 'id'), "  # noqa: S608
                    f"(SELECT COALESCE(MAX(id), 0) + 1 FROM {table}))"
                )
        if connection.vendor == "postgresql":
            cursor.execute("CREATE INDEX tickets_search_words ON tickets_search USING gin (words)")
        else:
            cursor.execute("ANALYZE")
