"""Balances: of an account, of a customer, of all."""

from django.db.models import Sum

from balie.apps.customers.models import Customer
from balie.apps.ledger import accounts
from balie.apps.ledger.models import Posting


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
