"""What must always hold of the bank (DESIGN section 7: 8 and 9)."""

from collections.abc import Callable, Iterable
from datetime import datetime

from django.db.models import Case, Exists, F, OuterRef, Q, Sum, Value, When
from django.db.models.functions import Coalesce

from balie.apps.banking import queries
from balie.apps.banking.models import (
    BankAccount,
    EntrySlice,
    SliceClaim,
    Statement,
    StatementEntry,
)
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.ledger.models import Posting
from balie.infra.invariants import Result, Violation


def statements_add_up(*, now: datetime) -> Result:
    """8: of each booked statement opening + entries = closing."""
    name = "8 statements add up"
    booked = Statement.objects.filter(state=Statement.State.BOOKED)
    wrong = (
        booked.annotate(moved=Coalesce(Sum("entries__amount_cents"), 0))
        .exclude(closing_cents=F("opening_cents") + F("moved"))
        .values_list("pk", "opening_cents", "moved", "closing_cents")
    )
    return _result(
        name,
        booked.count(),
        (
            (f"statement {pk}", f"{opening} and entries of {moved} cents are not {closing}")
            for pk, opening, moved, closing in wrong
        ),
    )


def statements_form_a_chain(*, now: datetime) -> Result:
    """8: each booked statement opens where the one before closed, from the opening balance on."""
    name = "8 statements form one chain per account"
    booked = Statement.objects.filter(state=Statement.State.BOOKED)
    first = Q(previous__isnull=True)
    wrong = booked.filter(
        (first & ~Q(opening_cents=F("bank_account__opening_cents")))
        | (~first & ~Q(opening_cents=F("previous__closing_cents")))
        | (~first & ~Q(previous__bank_account=F("bank_account")))
        | (~first & ~Q(previous__state=Statement.State.BOOKED))
    ).values_list("pk", "opening_cents")
    ends = dict.fromkeys(BankAccount.objects.values_list("pk", flat=True), 0)
    for account_id in booked.filter(next__isnull=True).values_list("bank_account_id", flat=True):
        ends[account_id] += 1
    broken = [(f"statement {pk}", f"does not follow with {opening} cents") for pk, opening in wrong]
    broken += [
        (f"bank account {pk}", f"its statements end in {count} places")
        for pk, count in ends.items()
        if count > 1
    ]
    return _result(name, booked.count(), broken)


def statements_tell_once(*, now: datetime) -> Result:
    """8: no day is booked twice in other words, which the balances do not show when it cancels out.

    Suspect are two statements of one account whose last day, balances, and days and amounts of all
    entries are the same.
    """
    name = "8 no statement is booked twice in other words"
    cancels = Statement.objects.filter(
        state=Statement.State.BOOKED, opening_cents=F("closing_cents"), entries__isnull=False
    ).distinct()
    told: dict[tuple[object, ...], list[int]] = {}
    for row in cancels.values_list("pk", "bank_account_id", "closed_on", "closing_cents"):
        told.setdefault(row[1:], []).append(row[0])
    broken = []
    for suspects in told.values():
        seen: dict[tuple[object, ...], int] = {}
        for pk in sorted(suspects if len(suspects) > 1 else []):
            entries = StatementEntry.objects.filter(statement=pk)
            said = tuple(sorted(entries.values_list("booked_on", "amount_cents")))
            if said in seen:
                broken.append((f"statement {pk}", f"tells the same as statement {seen[said]}"))
            seen.setdefault(said, pk)
    return _result(name, Statement.objects.filter(state=Statement.State.BOOKED).count(), broken)


def ledger_is_bank(*, now: datetime) -> Result:
    """8: the bank in the ledger is what the last statements close with, account by account."""
    name = "8 ledger bank account = last closing"
    found = queries.agreement()
    rows = [
        (f"bank account {balance.state.account.pk}", balance)
        for balance in found.accounts
        if balance.state is not None
    ]
    broken = [
        (subject, f"the ledger says {balance.ledger_cents}, the bank {balance.expected_cents}")
        for subject, balance in [*rows, ("account 1100", found.bank)]
        if balance.difference_cents
    ]
    return _result(name, len(rows), broken)


def entries_are_booked(*, now: datetime) -> Result:
    """9: each bank entry is booked bank <-> suspense for its amount, and its slices make it up."""
    name = "9 each bank entry is booked and sliced whole"
    unsliced = (
        StatementEntry.objects.annotate(sliced=Coalesce(Sum("slices__amount_cents"), 0))
        .exclude(sliced=F("amount_cents"))
        .values_list("pk", "amount_cents", "sliced")
    )
    unbooked = (
        StatementEntry.objects.annotate(
            bank=_booked_on(accounts.BANK), suspense=_booked_on(accounts.SUSPENSE)
        )
        .exclude(bank=F("amount_cents"), suspense=-F("amount_cents"))
        .values_list("pk", "amount_cents", "bank", "suspense")
    )
    broken = [
        (f"entry {pk}", f"{cents} cents, its slices come to {sliced}")
        for pk, cents, sliced in unsliced
    ]
    broken += [
        (f"entry {pk}", f"{cents} cents, booked on bank {bank}, on suspense {suspense}")
        for pk, cents, bank, suspense in unbooked
    ]
    return _result(name, StatementEntry.objects.count(), broken)


def claims_take_their_slice(*, now: datetime) -> Result:
    """9: each claim takes exactly its slice out of suspense; an undone one has put it back."""
    name = "9 each claim takes its slice out of suspense"
    wrong = (
        SliceClaim.objects.annotate(taken=_booked_on(accounts.SUSPENSE))
        .exclude(taken=F("slice__amount_cents"))
        .values_list("pk", "taken")
    )
    unclaimed = Posting.objects.filter(
        account__code=accounts.SUSPENSE, entry__key__startswith="claim-undone:"
    ).count()
    undone = SliceClaim.objects.filter(undone_at__isnull=False).count()
    broken = [(f"claim {pk}", f"takes {cents} cents") for pk, cents in wrong]
    if unclaimed != undone:
        broken.append(("claims", f"{undone} are undone, {unclaimed} counter entries are booked"))
    return _result(name, SliceClaim.objects.count(), broken)


def _booked_on(account_code: str) -> Coalesce:
    """Return what the row's journal entry books on an account, in cents.

    A sum over a join, grouped by the row: asked row by row SQLite walks the whole account.
    """
    cents = Case(
        When(
            journal_entry__postings__account__code=account_code,
            then=F("journal_entry__postings__amount_cents"),
        ),
        default=Value(0),
    )
    return Coalesce(Sum(cents), 0)


def suspense_is_unclaimed(*, now: datetime) -> Result:
    """9: what stands in suspense is what nobody claimed."""
    name = "9 suspense = what nobody claimed"
    waiting, in_books = queries.suspense_total(), -ledger.balance(accounts.SUSPENSE)
    standing = SliceClaim.objects.filter(slice=OuterRef("pk"), undone_at__isnull=True)
    checked = EntrySlice.objects.filter(~Exists(standing)).count()
    broken = (
        [("account 1190", f"the ledger says {in_books}, the slices {waiting} cents")]
        if in_books != waiting
        else []
    )
    return _result(name, checked, broken)


def _result(name: str, checked: int, broken: Iterable[tuple[str, str]]) -> Result:
    return Result(
        name=name,
        checked=checked,
        violations=tuple(
            Violation(invariant=name, subject=subject, detail=detail) for subject, detail in broken
        ),
    )


INVARIANTS: tuple[Callable[..., Result], ...] = (
    statements_add_up,
    statements_form_a_chain,
    statements_tell_once,
    ledger_is_bank,
    entries_are_booked,
    claims_take_their_slice,
    suspense_is_unclaimed,
)
