"""The books: each report adds up, reads in a constant number of queries, and says what is wrong."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import translation
from lxml import etree

from balie.apps.billing import actions as billing
from balie.apps.ledger.models import Posting
from balie.apps.office.books import continuity
from balie.apps.office.books.auditing import audit_file
from balie.apps.office.books.periods import (
    NoSuchPeriod,
    parse_period,
    quarter_of,
    quarter_with,
    year_of,
)
from balie.apps.office.books.reports import REPORTS, open_items, trial_balance
from balie.apps.promises.queries import policy_in_force
from balie.config.cli import main
from balie.formats import xaf32
from balie.formats.sheets import Cell, Sheet
from balie.infra.audit import SYSTEM
from tests.apps.building import (
    NOW,
    TODAY,
    Entry,
    camt,
    new_account,
    new_customer,
    new_invoice,
    new_service,
    take_in,
)
from tests.formats.test_xaf32 import disorder

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

QUARTER = quarter_with(TODAY)


def row(sheet: Sheet, first: Cell, place: int = 0) -> Sequence[Cell]:
    (found,) = [row for row in sheet.rows if row[place] == first]
    return found


def cents_of(cell: Cell) -> int:
    """An amount; an empty cell is nothing."""
    return cell if isinstance(cell, int) else 0


def a_year() -> None:
    """A customer with a year of hosting of € 120,00 from 23 November 2026, invoiced that day."""
    customer = new_customer()
    new_service(customer, term="year", price_cents=12000, started_on=TODAY)
    billing.run(today=TODAY, by=SYSTEM, now=NOW)


@pytest.fixture(autouse=True)
def _in_english() -> object:
    with translation.override("en"):
        yield


def test_trial_balance_adds_up_and_names_rgs_codes() -> None:
    new_invoice(cents=1000)

    sheet = trial_balance(QUARTER)
    later = trial_balance(year_of(2027))

    assert row(sheet, "8000")[2:] == ["WOmzNopOlh", 0, 0, 1000, -1000]
    assert row(sheet, "1300")[3:] == [0, 1210, 0, 1210]
    assert row(sheet, "Together", 1)[3:] == [0, 1210, 1210, 0]
    assert row(later, "1300")[3:] == [1210, 0, 0, 1210]


def test_open_items_are_what_the_ledger_says() -> None:
    first, second = new_invoice(cents=1000), new_invoice(cents=2000)
    billing.credit_invoice(invoice=second, reason="fout", by=SYSTEM, now=NOW)

    sheet = open_items(QUARTER)

    assert [one[2] for one in sheet.rows[:-2]] == [first.number]
    assert [one[6] for one in sheet.rows[-2:]] == [1210, 1210]


def test_year_is_deferred_by_its_days() -> None:
    a_year()

    sheet = REPORTS["deferred-revenue"](year_of(2026))

    months = {str(one[0]): one[1] for one in sheet.rows}
    # 39 of 365 days are in 2026: € 12,82; January has 31.
    assert months["Together"] == 12000 - 1282
    assert months["2027-01"] == 1019
    assert list(months)[-2] == "2027-11"
    assert sum(cents_of(one[1]) for one in sheet.rows[:-1]) == 12000 - 1282


def test_vat_return_is_what_is_posted() -> None:
    new_invoice(cents=1000)
    new_invoice(cents=2000)

    sheet = REPORTS["vat-return"](QUARTER)
    before = REPORTS["vat-return"](quarter_of(2026, 3))

    assert row(sheet, "1a")[2:] == [3000, 630]
    assert row(sheet, "5a")[3] == 630
    assert row(sheet, "Difference", 1)[3] == 0
    assert row(before, "5a")[3] == 0


def test_credited_invoice_leaves_the_vat_return() -> None:
    invoice = new_invoice(cents=1000)
    billing.credit_invoice(invoice=invoice, reason="fout", by=SYSTEM, now=NOW)

    sheet = REPORTS["vat-return"](QUARTER)

    assert row(sheet, "1a")[2:] == [0, 0]
    assert row(sheet, "Difference", 1)[3] == 0


def test_icp_without_business_abroad_is_empty() -> None:
    new_invoice(cents=1000)

    assert [list(one) for one in REPORTS["icp"](QUARTER).rows] == [[None, "Together", 0]]


def test_journal_holds_every_posting_once() -> None:
    new_invoice(cents=1000)

    sheet = REPORTS["journal"](QUARTER)

    assert len(sheet.rows) == Posting.objects.count() == 3
    assert sum(cents_of(one[7]) for one in sheet.rows) == 1210
    assert sum(cents_of(one[8]) for one in sheet.rows) == 1210


@pytest.mark.parametrize("name", [*REPORTS])
def test_report_asks_as_much_for_many_as_for_one(name: str) -> None:
    a_year()
    REPORTS[name](year_of(2026))
    with CaptureQueriesContext(
        connection,
    ) as one:
        REPORTS[name](year_of(2026))
    for _ in range(3):
        a_year()

    with CaptureQueriesContext(connection) as many:
        sheet = REPORTS[name](year_of(2026))

    assert len(many) == len(one)
    assert all(len(cells) == len(sheet.columns) for cells in sheet.rows)


def test_continuity_of_books_that_are_right() -> None:
    invoice = new_invoice(cents=1000)
    new_account(opening=0)
    take_in(camt(Entry(cents=1210), opening=0))

    sheet = continuity.continuity(now=NOW)

    assert continuity.holds(sheet)
    assert row(sheet, f"Invoices {invoice.series}{invoice.year}")[1:5] == [
        invoice.number,
        invoice.number,
        1,
        1210,
    ]
    assert row(sheet, "Bank, all accounts")[4:] == [1210, 0, "right"]


def test_continuity_names_a_booking_that_does_not_balance() -> None:
    new_invoice(cents=1000)
    posting = Posting.objects.filter(account__code="8000").get()
    Posting.objects.create(entry=posting.entry, account=posting.account, amount_cents=5)

    sheet = continuity.continuity(now=NOW)

    assert not continuity.holds(sheet)
    assert row(sheet, "Each entry balances")[5:] == [1, "NOT RIGHT"]


def test_audit_file_of_a_year_balances_and_opens_with_the_year_before() -> None:
    a_year()
    policy = policy_in_force(now=NOW)

    this = etree.fromstring(audit_file(year=2026, policy=policy, now=NOW))
    following = etree.fromstring(audit_file(year=2027, policy=policy, now=NOW))

    space = {"x": xaf32.NAMESPACE}
    assert disorder(this) == disorder(following) == []
    assert this.findtext(".//x:transactions/x:totalDebit", "", space) == "145.20"
    assert [one.text for one in this.findall(".//x:journal/x:jrnID", space)] == [
        "VRK",
        "BNK",
        "MEM",
    ]
    opening = following.findall(".//x:obLine", space)
    assert [
        (
            line.findtext("x:accID", "", space),
            line.findtext("x:amnt", "", space),
            line.findtext("x:amntTp", "", space),
        )
        for line in opening
    ] == [("0800", "120.00", "C"), ("1300", "145.20", "D"), ("1600", "25.20", "C")]


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("2026", date(2026, 1, 1), date(2027, 1, 1)),
        ("2026-q4", date(2026, 10, 1), date(2027, 1, 1)),
        ("2026-Q1", date(2026, 1, 1), date(2026, 4, 1)),
    ],
)
def test_period_is_read(text: str, start: date, end: date) -> None:
    period = parse_period(text)

    assert (period.start, period.end) == (start, end)


@pytest.mark.parametrize("text", ["", "26", "2026-", "2026-Q5", "2026-Q", "2026-11", "x"])
def test_what_is_no_period_is_refused(text: str) -> None:
    with pytest.raises(NoSuchPeriod):
        parse_period(text)


def test_command_writes_each_kind_of_file(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_invoice(cents=1000)

    printed = main(["books", "trial-balance", "--period", "2026-Q4", "--language", "en"])
    table = capsys.readouterr().out
    codes = [
        main(["books", "journal", "--period", "2026", "--out", str(tmp_path / "j.xlsx")]),
        main(["books", "audit", "--period", "2026", "--out", str(tmp_path / "2026.xaf")]),
        main(["books", "continuity"]),
        main(["books", "audit", "--period", "2026"]),
        main(["books", "icp", "--period", "maart"]),
    ]

    assert printed == 0
    assert "8000;Hosting revenue;WOmzNopOlh;0,00;0,00;10,00;-10,00" in table
    assert codes == [0, 0, 0, 1, 1]
    assert (tmp_path / "j.xlsx").read_bytes().startswith(b"PK")
    assert b"auditfiles.nl/XAF/3.2" in (tmp_path / "2026.xaf").read_bytes()
