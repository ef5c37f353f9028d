"""Every invariant of every app is run, catches its planted break, and then money stands still."""

from collections.abc import Callable
from datetime import timedelta
from importlib import import_module
from pathlib import Path

import pytest
from django.apps import apps
from django.db import connection, transaction
from django.db.models import F, Model, QuerySet
from pytest_django import Settings

from balie.apps.banking.models import SliceClaim, Statement, StatementEntry
from balie.apps.billing.models import (
    Allocation,
    Invoice,
    InvoiceDocument,
    InvoiceHold,
    InvoiceLine,
    Payment,
)
from balie.apps.credentials.models import RecoveryLink
from balie.apps.customers.models import Customer, User
from balie.apps.directdebit.models import (
    Collection,
    CollectionBatch,
    CollectionPart,
    CollectionStep,
    RTransaction,
)
from balie.apps.ledger import accounts
from balie.apps.ledger.actions import Line, book
from balie.apps.ledger.models import JournalEntry, Posting
from balie.apps.mandates.models import Mandate, MandateEvidence
from balie.apps.office import actions, queries
from balie.apps.office.importing import invariants as importing
from balie.apps.promises.actions import promise_answer
from balie.apps.promises.models import Miss, Promise
from balie.apps.tickets.models import Message
from balie.infra import append_only, audit_chain, halt, outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.office import honest

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOW = honest.NOW
TODAY = NOW.date()


def plus_one(rows: QuerySet[Model], column: str) -> None:
    """Let a figure be one more than it is."""
    with append_only.lifted():
        rows.update(**{column: F(column) + 1})


def book_on(*lines: Line) -> None:
    book(key="planted", booked_on=TODAY, description="planted", lines=lines, now=NOW)


def entry_of_nothing() -> None:
    JournalEntry.objects.create(key="b", booked_on=TODAY, recorded_at=NOW, description="x")


def customer_of_revenue() -> None:
    with append_only.lifted():
        Posting.objects.filter(account__code=accounts.REVENUE).update(
            customer=Customer.objects.earliest("pk")
        )


def no_trigger() -> None:
    on_table = " ON ledger_posting" if connection.vendor == "postgresql" else ""
    with connection.cursor() as cursor:
        cursor.execute(f"DROP TRIGGER ledger_posting_no_delete{on_table}")


def owed_by_another() -> None:
    first, second = Customer.objects.order_by("pk")[:2]
    book_on(Line(accounts.RECEIVABLE, 1, first), Line(accounts.RECEIVABLE, -1, second))


def credit_of_another_payment() -> None:
    one, other = Payment.objects.filter(unallocated_cents__gt=0)
    Payment.objects.filter(pk=one.pk).update(unallocated_cents=one.unallocated_cents + 1)
    Payment.objects.filter(pk=other.pk).update(unallocated_cents=other.unallocated_cents - 1)


def billed_twice() -> None:
    line = InvoiceLine.objects.filter(service__next_period_start__gt=F("period_end")).earliest("pk")
    InvoiceLine.objects.filter(pk=line.pk).update(period_end=line.period_end + timedelta(days=1))


def number_skipped() -> None:
    last = Invoice.objects.latest("sequence")
    Invoice.objects.filter(pk=last.pk).update(sequence=last.sequence + 1)


def other_document() -> None:
    with append_only.lifted():
        InvoiceDocument.objects.update(content=b"%PDF-other")


def paid_back_more_than_paid() -> None:
    invoice = Invoice.objects.exclude(allocations__kind__in=["collected", "transferred"]).latest(
        "pk"
    )
    for kind in ("written_off", "returned"):
        Allocation.objects.create(
            invoice=invoice,
            kind=kind,
            amount_cents=1,
            event=f"planted {kind}",
            booked_on=TODAY,
            allocated_at=NOW,
            allocated_by="x",
        )


def open_on_another_invoice() -> None:
    paid = Invoice.objects.filter(open_cents=0, pay_by="transfer", credit_notes=None)
    still_open = Invoice.objects.get(
        customer__in=paid.values("customer"), open_cents__gt=0, pay_by="transfer"
    )
    Invoice.objects.filter(pk=still_open.pk).update(open_cents=still_open.open_cents - 1)
    paid.filter(customer=still_open.customer).update(open_cents=1)


def live_although_undone() -> None:
    CollectionPart.objects.filter(collection__state="returned").update(live=True)


def step_too_many() -> None:
    CollectionStep.objects.create(
        collection=Collection.objects.earliest("pk"),
        state="announced",
        reached_at=NOW,
        reached_by="x",
    )


def holds_removed() -> None:
    InvoiceHold.objects.all().delete()


def other_bytes() -> None:
    batch = CollectionBatch.objects.get()
    batch.content = bytes(batch.content) + b"\n"
    batch.save()


def statements_of_other_entries() -> None:
    second = Statement.objects.get(number__endswith="2")
    Statement.objects.filter(pk=second.pk).update(closing_cents=F("closing_cents") + 1)
    Statement.objects.filter(previous=second).update(opening_cents=F("opening_cents") + 1)


def statement_from_elsewhere() -> None:
    Statement.objects.filter(number__endswith="2").update(
        opening_cents=F("opening_cents") + 1, closing_cents=F("closing_cents") + 1
    )


def bank_of_less() -> None:
    book_on(Line(accounts.BANK, -1), Line(accounts.BANK_COSTS, 1))


def swapped(model: type[StatementEntry] | type[SliceClaim]) -> None:
    """Let two rows of different amounts point to each other's booking."""
    first, last = model._default_manager.earliest("pk"), model._default_manager.latest("pk")
    spare = JournalEntry.objects.create(key="s", booked_on=TODAY, recorded_at=NOW, description="")
    mine, other = first.journal_entry, last.journal_entry
    for row, entry in ((last, spare), (first, other), (last, mine)):
        model._default_manager.filter(pk=row.pk).update(journal_entry=entry)
    with append_only.lifted():
        spare.delete()


def suspense_of_more() -> None:
    book_on(Line(accounts.SUSPENSE, 1), Line(accounts.BANK_COSTS, -1))


def settled_by_nothing() -> None:
    Collection.objects.filter(state="settled").update(claim=None)


def announced_too_late() -> None:
    OutboxRow.objects.filter(kind="debit-announced").update(accepted_at=NOW)


def mandate_of_another_state() -> None:
    Mandate.objects.filter(status="revoked").update(status="lapsed")


def other_words() -> None:
    with append_only.lifted():
        MandateEvidence.objects.update(text="iets anders")


def asked_twice() -> None:
    row = OutboxRow.objects.get(kind="collection-failed")
    with transaction.atomic():
        outbox.put(
            kind=row.kind, event="again", recipient=("customer", 1), payload=row.payload, now=NOW
        )


def never_queued(kind: str) -> None:
    OutboxRow.objects.filter(kind=kind).earliest("pk").delete()


def lives_too_long() -> None:
    RecoveryLink.objects.update(expires_at=NOW + timedelta(hours=25))


def address_by_hand() -> None:
    accounts_of_contacts = User.objects.filter(contact__isnull=False)
    accounts_of_contacts.update(email_changed_at=NOW + timedelta(minutes=1))


def due_later() -> None:
    Promise.objects.filter(kind="answer", kept_at=None).update(due_at=F("due_at") + timedelta(1))


def missed_when_noticed() -> None:
    Miss.objects.update(missed_at=F("noticed_at"))


def promise_of_nobody() -> None:
    promise_answer(asked_at=NOW, now=NOW)


def kept_by_what_was_not_delivered() -> None:
    Message.objects.filter(kind="answer").update(delivered_at=None)


def written_past_the_trail() -> None:
    AuditEvent.objects.create(
        event="hold.lifted", at=NOW, by_kind="system", subject_kind="hold", subject_id=1
    )


BREAKS: dict[str, Callable[[], object]] = {
    "1 journal entries sum to zero": entry_of_nothing,
    "1 receivables carry their customer": customer_of_revenue,
    "1 postings are insert-only": no_trigger,
    "2 receivable = open invoices - credit": owed_by_another,
    "2 credit = what is left of payments and credit notes": credit_of_another_payment,
    "3 one invoice line per service and day": billed_twice,
    "3 lines make up their invoice": lambda: plus_one(
        InvoiceLine.objects.all(),
        "net_cents",
    ),
    "4 document numbers without gaps": number_skipped,
    "4 documents are as made": other_document,
    "5 paid between nothing and the amount": paid_back_more_than_paid,
    "5 open = amount - allocations": open_on_another_invoice,
    "5 one live collection per invoice": live_although_undone,
    "5 parts sum to their collection": lambda: plus_one(
        CollectionPart.objects.all(),
        "amount_cents",
    ),
    "5 state of a collection = its last step": step_too_many,
    "5 what came back is held": holds_removed,
    "6 files are as frozen": other_bytes,
    "7 returned at most what was collected": lambda: plus_one(
        RTransaction.objects.all(),
        "amount_cents",
    ),
    "7 days until a debit is final": lambda: Collection.objects.update(final_on=TODAY),
    "8 statements add up": statements_of_other_entries,
    "8 statements form one chain per account": statement_from_elsewhere,
    "8 ledger bank account = last closing": bank_of_less,
    "9 each bank entry is booked and sliced whole": lambda: swapped(StatementEntry),
    "9 each claim takes its slice out of suspense": lambda: swapped(SliceClaim),
    "9 suspense = what nobody claimed": suspense_of_more,
    "9 settled collections rest on a bank entry": settled_by_nothing,
    "10 mandate and pre-notification": announced_too_late,
    "10 status of a mandate = its last change": mandate_of_another_state,
    "10 evidence of a mandate is as given": other_words,
    "11 one announcement, one request to transfer": asked_twice,
    "11 each file and each request to transfer is queued": lambda: never_queued("bank-file"),
    "11 one mail per answer": lambda: never_queued("answer"),
    "12 one valid secret per account, hashed": lives_too_long,
    "12 an address changes by proof alone": address_by_hand,
    "15 due moment = policy at the asking": due_later,
    "15 every miss has a record": missed_when_noticed,
    "15 each question has one promise": promise_of_nobody,
    "15 only a delivered answer keeps a promise": kept_by_what_was_not_delivered,
    "16 the audit trail is whole": written_past_the_trail,
}

# The whole house is not needed to break these: their planted breaks stand in the tests of their
# apps, which hold that every invariant has one.
BROKEN_IN_THEIR_APP = {
    "2 opening balance = open invoices taken over",
    "3 credit notes fit their invoice",
    "8 no statement is booked twice in other words",
    "14 each inbound mail is in exactly one place",
    "15 a ticket is due with its questions",
    "15 a merged ticket goes on in another one",
    "15 every message can be found",
}


# What is issued is not changed by whoever has the code: a break of it needs the database itself.
ISSUED = ("billing_invoice", "billing_invoiceline", "billing_creditnote")


@pytest.fixture(autouse=True)
def _lived(settings: Settings, tmp_path: Path) -> None:
    settings.BALIE_HOME = tmp_path
    honest.live()


class Undone(Exception):
    """Takes back what a test planted."""


def broken_by(plant: Callable[[], object]) -> list[str]:
    """Which invariants a planted break breaks; afterwards it never was."""
    found: list[str] = []
    try:
        with transaction.atomic():
            connection.check_constraints()  # no trigger is dropped while keys wait for their check
            with append_only.lifted(*ISSUED):
                plant()
            found = [result.name for result in queries.verify(now=NOW) if not result.holds]
            raise Undone
    except Undone:
        return found


def test_everything_holds_after_honest_work_and_there_was_something_to_look_at() -> None:
    results = queries.verify(now=NOW)

    assert [result.violations for result in results if not result.holds] == []
    assert [result.name for result in results if not result.checked] == [
        # Nothing was taken over, nothing waits in suspense, nobody moved or mailed, none merged.
        "2 opening balance = open invoices taken over",
        "9 suspense = what nobody claimed",
        "12 an address changes by proof alone",
        "14 each inbound mail is in exactly one place",
        "15 a merged ticket goes on in another one",
    ]


def test_each_planted_break_breaks_its_own_invariant_and_no_other() -> None:
    found = {name: broken_by(plant) for name, plant in BREAKS.items()}

    # A promise that is due later is also not what its ticket says.
    assert found.pop("15 due moment = policy at the asking") == [
        "15 due moment = policy at the asking",
        "15 a ticket is due with its questions",
    ]
    assert found == {name: [name] for name in found}
    assert len(found) == len(BREAKS) - 1


def test_every_invariant_has_its_planted_break() -> None:
    names = [result.name for result in queries.verify(now=NOW)]

    assert sorted(names) == sorted([*BREAKS, *BROKEN_IN_THEIR_APP])
    assert [int(name.split()[0]) for name in names] == sorted(int(n.split()[0]) for n in names)


def test_every_app_with_invariants_is_verified() -> None:
    listed = [audit_chain.trail_is_whole, *importing.INVARIANTS]
    for config in apps.get_app_configs():
        if config.name.startswith("balie.apps.") and config.name != "balie.apps.office":
            folder = Path(config.path)
            if (folder / "invariants.py").exists():
                listed += import_module(f"{config.name}.invariants").INVARIANTS

    assert set(queries.INVARIANTS) == set(listed)
    assert len(queries.INVARIANTS) == len(listed)


@pytest.mark.parametrize("name", ["2 receivable = open invoices - credit", "6 files are as frozen"])
def test_broken_invariant_makes_money_stand_still(name: str) -> None:
    BREAKS[name]()

    step = actions.nightly_verify(by=SYSTEM, now=NOW)

    assert step is not None
    assert step.receipt["broken"] == [name]
    assert halt.reason() == f"broken: {name}"
    done = [one.step for one in actions.daily_round(by=SYSTEM, now=NOW, jump_is_right=True)]
    assert done == ["note_misses"]
