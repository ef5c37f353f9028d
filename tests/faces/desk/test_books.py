"""The books at the desk: pages and files for finance, in as many queries for one as for many."""

import io
import os
from collections.abc import Callable
from contextlib import AbstractContextManager

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from lxml import etree
from pytest_django import DjangoAssertNumQueries

from balie.apps.billing import actions as billing
from balie.apps.ledger.models import Posting
from balie.faces.desk.ledger_views import PAGES
from balie.formats import xaf32
from balie.infra.audit import SYSTEM
from tests.apps.building import (
    NOW,
    TODAY,
    new_account,
    new_customer,
    new_invoice,
    new_service,
)
from tests.faces.desk.building import new_employee, text_of
from tests.faces.desk.test_browser import at_the_desk
from tests.support.browser import Visit
from tests.support.looks import in_every_look

OpenVisit = Callable[..., AbstractContextManager[Visit]]
BOOKS = "/balie/boekhouding/"
ADDRESSES = [BOOKS, *(f"{BOOKS}{slug}/" for slug in PAGES)]


@pytest.mark.django_db
def test_overview_says_that_all_is_right(finance: Client) -> None:
    invoice = new_invoice()

    said = text_of(finance.get(BOOKS))

    assert "Continuïteitsrapport Alles klopt" in said
    assert f"Facturen F2026 {invoice.number} {invoice.number} 1 € 12,10 0 klopt" in said


@pytest.mark.django_db
def test_overview_says_what_is_not_right(finance: Client) -> None:
    new_invoice()
    posting = Posting.objects.filter(account__code="8000").get()
    Posting.objects.create(entry=posting.entry, account=posting.account, amount_cents=5)

    said = text_of(finance.get(BOOKS))

    assert "Continuïteitsrapport Er klopt iets niet" in said


@pytest.mark.django_db
@pytest.mark.parametrize("slug", [*PAGES])
def test_report_is_shown_and_given_as_files(finance: Client, slug: str) -> None:
    new_invoice()

    page = finance.get(f"{BOOKS}{slug}/?periode=2026-Q4")
    table = finance.get(f"{BOOKS}{slug}/csv/?periode=2026-Q4")
    book = finance.get(f"{BOOKS}{slug}/xlsx/?periode=2026-Q4")

    sheet = page.context["sheet"]
    lines = table.content.decode("utf-8-sig").splitlines()
    written = openpyxl.load_workbook(io.BytesIO(book.content)).worksheets[0]
    assert page.status_code == 200
    assert len(lines) == written.max_row == len(sheet.rows) + 1
    assert table["Content-Disposition"] == f'attachment; filename="{slug}-2026-Q4.csv"'


@pytest.mark.django_db
def test_audit_file_of_a_year_is_given(finance: Client) -> None:
    new_invoice()

    answer = finance.get(f"{BOOKS}xaf/2026/")

    root = etree.fromstring(answer.content)
    assert root.tag == f"{{{xaf32.NAMESPACE}}}auditfile"
    assert answer["Content-Disposition"] == 'attachment; filename="balie-2026-xaf-3.2.xaf"'


@pytest.mark.django_db
@pytest.mark.parametrize(
    "address", ["kas/", "btw/?periode=maart", "btw/pdf/", "xaf/1999/", "xaf/2027/"]
)
def test_what_is_no_report_is_not_found(finance: Client, address: str) -> None:
    assert finance.get(f"{BOOKS}{address}").status_code == 404


@pytest.mark.django_db
def test_books_are_for_finance(agent: Client) -> None:
    addresses = [*ADDRESSES, f"{BOOKS}btw/csv/", f"{BOOKS}xaf/2026/"]

    assert {agent.get(address).status_code for address in addresses} == {404}
    assert "Boekhouding" not in text_of(agent.get("/balie/"))


@pytest.mark.django_db
@pytest.mark.parametrize("address", ADDRESSES)
def test_page_asks_as_much_for_many_as_for_one(
    finance: Client, address: str, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    new_account(opening=0)
    new_invoice()
    finance.get(address)
    with CaptureQueriesContext(connection) as one:
        finance.get(address)
    for _ in range(3):
        new_invoice()

    with django_assert_num_queries(len(one)):
        finance.get(address)


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.usefixtures("committed")
@in_every_look
def test_books_are_accessible_and_fit(
    visit: OpenVisit, *, width: int, dark: bool, language: str
) -> None:
    new_account(opening=0)
    new_invoice()
    new_service(new_customer(), term="year", price_cents=12000)
    billing.run(today=TODAY, by=SYSTEM, now=NOW)

    with at_the_desk(visit, new_employee("finance"), width=width, dark=dark) as visitor:
        site = visitor.page.evaluate("location.origin")
        visitor.page.context.add_cookies(
            [{"name": "balie-language", "value": language, "url": site}]
        )
        for address in ADDRESSES:
            visitor.page.goto(address)
            if shots := os.environ.get("PICTURES"):
                name = f"{address.strip('/').replace('/', '-')}-{width}-{dark}-{language}.png"
                visitor.page.screenshot(path=f"{shots}/{name}", full_page=True)
            visitor.assert_accessible()
            visitor.assert_fits()
