"""A financial year as an audit file (XAF), for bookkeeping software and the tax office."""

from collections.abc import Sequence
from datetime import date, datetime
from itertools import groupby

from django.utils.translation import gettext as _

from balie.apps.customers.models import Customer
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.ledger.models import Account, Posting
from balie.apps.office.books.periods import year_of
from balie.domain.policy import Policy
from balie.formats import xaf32
from balie.infra import clock
from balie.infra.templatetags.balie import named

SALES = ("invoice:", "credit-note:")
BANK = ("bank:", "bank-opening:")


def audit_file(*, year: int, policy: Policy, now: datetime) -> bytes:
    """Return the books of a year as XAF 3.2.

    Profit and loss begins at nothing each year: what earlier years left stands in the opening
    balance account, as long as the accountant's closing entry is made elsewhere.
    """
    today = clock.local(now).date()
    period = year_of(year)
    entries = _entries(start=period.start, end=period.end)
    company = policy.company
    return xaf32.write(
        xaf32.AuditFile(
            year=year,
            until=date(year, 12, 31),
            made_on=today,
            software="Balie",
            software_version=xaf32.VERSION,
            company=xaf32.Company(
                name=company.name,
                kvk_number=company.kvk_number,
                vat_number=company.vat_number,
                street=company.street,
                house_number=company.house_number,
                postcode=company.postcode,
                city=company.city,
                country="NL",
            ),
            accounts=[
                xaf32.LedgerAccount(
                    code=account.code,
                    name=named(account),
                    rgs_code=account.rgs_code,
                    is_balance=_is_balance(account),
                )
                for account in Account.objects.order_by("code")
            ],
            debtors=_debtors(entries),
            opening=_opening(period.start),
            journals=_journals(entries),
        )
    )


def _is_balance(account: Account) -> bool:
    """Whether an account is of the balance sheet: RGS begins with B, profit and loss with W."""
    return account.rgs_code.startswith("B")


def _opening(start: date) -> list[xaf32.EntryLine]:
    """Return what stood on the balance accounts before the year, in cents."""
    found = ledger.trial_balance(start=start, end=start)
    amounts = {one.account.code: one.opening_cents for one in found if _is_balance(one.account)}
    result = sum(one.opening_cents for one in found if not _is_balance(one.account))
    amounts[accounts.OPENING] = amounts.get(accounts.OPENING, 0) + result
    return [
        xaf32.EntryLine(account=code, amount_cents=cents)
        for code, cents in sorted(amounts.items())
        if cents
    ]


def _entries(*, start: date, end: date) -> list[xaf32.Entry]:
    """Return the bookings of a period in order, in one query."""
    postings = (
        Posting.objects.filter(entry__booked_on__gte=start, entry__booked_on__lt=end)
        .order_by("entry__booked_on", "entry_id", "pk")
        .values_list(
            "entry_id",
            "entry__key",
            "entry__booked_on",
            "entry__description",
            "account__code",
            "amount_cents",
            "customer__number",
        )
    )
    return [
        xaf32.Entry(
            number=str(pk),
            document=key,
            booked_on=day,
            description=description,
            lines=[
                xaf32.EntryLine(account=account, amount_cents=cents, debtor=number or "")
                for *_rest, account, cents, number in group
            ],
        )
        for (pk, key, day, description), group in groupby(
            postings.iterator(), key=lambda row: row[:4]
        )
    ]


def _journals(entries: Sequence[xaf32.Entry]) -> list[xaf32.Journal]:
    sales = [entry for entry in entries if entry.document.startswith(SALES)]
    bank = [entry for entry in entries if entry.document.startswith(BANK)]
    other = [entry for entry in entries if not entry.document.startswith(SALES + BANK)]
    return [
        xaf32.Journal(code="VRK", name=_("Sales"), kind="S", entries=sales),
        xaf32.Journal(code="BNK", name=_("Bank"), kind="B", entries=bank),
        xaf32.Journal(code="MEM", name=_("Other entries"), kind="M", entries=other),
    ]


def _debtors(entries: Sequence[xaf32.Entry]) -> list[xaf32.Debtor]:
    """Return the customers the entries name; nobody else's data leaves."""
    named = {line.debtor for entry in entries for line in entry.lines if line.debtor}
    return [
        xaf32.Debtor(
            number=customer.number,
            name=customer.name,
            kvk_number=customer.kvk_number,
            vat_number=customer.vat_number,
            city=customer.city,
            postcode=customer.postcode,
            country=customer.country,
        )
        for customer in Customer.objects.order_by("number")
        if customer.number in named
    ]
