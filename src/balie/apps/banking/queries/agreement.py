"""Whether ledger and bank agree: per account, and what is in suspense (DESIGN invariants 8, 9)."""

from dataclasses import dataclass

from django.db.models import Sum

from balie.apps.banking.models import BankAccount, StatementEntry
from balie.apps.banking.queries.statements import AccountState, account_states
from balie.apps.banking.queries.suspense import suspense_total
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.ledger.models import Posting


@dataclass(frozen=True, kw_only=True)
class Balance:
    """What the books say beside what it must be, in cents; `state` is None for no account."""

    state: AccountState | None
    ledger_cents: int
    expected_cents: int

    @property
    def difference_cents(self) -> int:
        """What the books say too little (positive) or too much; zero when they agree."""
        return self.expected_cents - self.ledger_cents


@dataclass(frozen=True, kw_only=True)
class Agreement:
    """Each bank account, all of them together, and suspense; `stray` is of no account of ours."""

    accounts: tuple[Balance, ...]
    bank: Balance
    suspense: Balance
    stray_cents: int


def agreement() -> Agreement:
    """Return how ledger and bank stand, in a constant number of queries."""
    booked = _booked_per_account()
    states = account_states()
    rows = tuple(
        Balance(
            state=state,
            ledger_cents=booked.get(state.account.pk, 0),
            expected_cents=state.closing_cents,
        )
        for state in states
    )
    in_books = ledger.balance(accounts.BANK)
    return Agreement(
        accounts=rows,
        bank=Balance(
            state=None,
            ledger_cents=in_books,
            expected_cents=sum(state.closing_cents for state in states),
        ),
        suspense=Balance(
            state=None,
            ledger_cents=-ledger.balance(accounts.SUSPENSE),
            expected_cents=suspense_total(),
        ),
        stray_cents=in_books - sum(booked.values()),
    )


def _booked_per_account() -> dict[int, int]:
    """Return what is booked on the bank in the ledger, per account of ours (id), in cents.

    The ledger has one account for all of them; each booking says by its key whose it is.
    """
    on_bank = Posting.objects.filter(account__code=accounts.BANK)
    entries = dict(
        StatementEntry.objects.filter(journal_entry__postings__account__code=accounts.BANK)
        .order_by()
        .values_list("bank_account_id")
        .annotate(sum=Sum("journal_entry__postings__amount_cents"))
    )
    keys = {f"bank-opening:{pk}": pk for pk in BankAccount.objects.values_list("pk", flat=True)}
    openings = on_bank.filter(entry__key__in=keys).values_list("entry__key", "amount_cents")
    for key, cents in openings:
        entries[keys[key]] = entries.get(keys[key], 0) + cents
    return entries
