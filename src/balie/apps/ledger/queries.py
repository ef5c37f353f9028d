"""Balances: of an account, of a customer, of all."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Q, Sum

from balie.apps.customers.models import Customer
from balie.apps.ledger import accounts
from balie.apps.ledger.models import Account, Posting


def balance(account_code: str) -> int:
    """Return the balance of an account in cents; debit positive."""
    return (
        Posting.objects.filter(account__code=account_code).aggregate(sum=Sum("amount_cents"))["sum"]
        or 0
    )


def receivable_of(customer: Customer) -> int:
    """Return what the books say a customer owes, in cents; negative when we owe him."""
    return receivables().get(customer.pk, 0)


def receivables() -> dict[int, int]:
    """Return what each customer owes by the books, in cents, in one query."""
    rows = (
        Posting.objects.filter(account__code=accounts.RECEIVABLE, customer__isnull=False)
        .values_list("customer_id")
        .annotate(sum=Sum("amount_cents"))
    )
    return {customer_id: amount for customer_id, amount in rows if customer_id is not None}


@dataclass(frozen=True, kw_only=True)
class Turnover:
    """An account over a period, in cents: before it, what moved, and after it."""

    account: Account
    opening_cents: int
    debit_cents: int
    credit_cents: int

    @property
    def closing_cents(self) -> int:
        """The balance at the end; debit positive."""
        return self.opening_cents + self.debit_cents - self.credit_cents


def trial_balance(*, start: date, end: date) -> list[Turnover]:
    """Return every account from `start` up to, not including, `end`, in two queries."""
    inside = Q(entry__booked_on__gte=start)
    rows = (
        Posting.objects.filter(entry__booked_on__lt=end)
        .order_by()
        .values_list("account_id")
        .annotate(
            opening=Sum("amount_cents", filter=~inside, default=0),
            debit=Sum("amount_cents", filter=inside & Q(amount_cents__gt=0), default=0),
            credit=Sum("amount_cents", filter=inside & Q(amount_cents__lt=0), default=0),
        )
    )
    found = {account: (opening, debit, credit) for account, opening, debit, credit in rows}
    return [
        Turnover(
            account=account,
            opening_cents=found.get(account.pk, (0, 0, 0))[0],
            debit_cents=found.get(account.pk, (0, 0, 0))[1],
            credit_cents=-found.get(account.pk, (0, 0, 0))[2],
        )
        for account in Account.objects.order_by("code")
    ]


def taken_over() -> dict[int, int]:
    """Return what each customer still owes of invoices taken over, in cents, in one query."""
    rows = (
        Posting.objects.filter(account__code=accounts.TAKEN_OVER, customer__isnull=False)
        .values_list("customer_id")
        .annotate(sum=Sum("amount_cents"))
    )
    return {pk: cents for pk, cents in rows if pk is not None and cents}
