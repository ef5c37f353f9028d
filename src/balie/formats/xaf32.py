"""XML Auditfile Financieel 3.2: the books as Dutch bookkeeping software exchanges them.

The tax office takes 3.2 until the end of 2026 and 4.0 after that, of which no schema is public yet:
`AuditFile` says nothing of a version, so that a writer of 4.0 takes its place beside this one.
Elements in the order of the schema (namespace http://www.auditfiles.nl/XAF/3.2).
"""

import io
from collections.abc import Iterable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from lxml import etree

VERSION = "3.2"
NAMESPACE = "http://www.auditfiles.nl/XAF/3.2"
MONTHS = 12


@dataclass(frozen=True, kw_only=True)
class Company:
    """Whose books they are."""

    name: str
    kvk_number: str
    vat_number: str
    street: str
    house_number: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, kw_only=True)
class LedgerAccount:
    """An account; `is_balance` tells a balance account from one of profit and loss."""

    code: str
    name: str
    rgs_code: str
    is_balance: bool


@dataclass(frozen=True, kw_only=True)
class Debtor:
    """A customer in the subledger."""

    number: str
    name: str
    kvk_number: str
    vat_number: str
    city: str
    postcode: str
    country: str


@dataclass(frozen=True, kw_only=True)
class EntryLine:
    """One line: debit positive, in cents."""

    account: str
    amount_cents: int
    debtor: str = ""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One booking with its lines."""

    number: str
    document: str
    booked_on: date
    description: str
    lines: Sequence[EntryLine]


@dataclass(frozen=True, kw_only=True)
class Journal:
    """A daybook: S sales, B bank, M memorandum."""

    code: str
    name: str
    kind: Literal["S", "B", "M"]
    entries: Sequence[Entry]


@dataclass(frozen=True, kw_only=True)
class AuditFile:
    """A financial year, from the first of January on."""

    year: int
    until: date
    made_on: date
    software: str
    software_version: str
    company: Company
    accounts: Sequence[LedgerAccount]
    debtors: Sequence[Debtor]
    opening: Sequence[EntryLine]
    journals: Sequence[Journal]


def write(audit: AuditFile) -> bytes:
    """Return the file, written as it goes: its size does not count in memory twice."""
    content = io.BytesIO()
    with etree.xmlfile(content, encoding="UTF-8") as file:
        file.write_declaration()
        paper = _Paper(file)
        with paper.inside("auditfile", nsmap={None: NAMESPACE}):
            _header(paper, audit)
            with paper.inside("company"):
                _company(paper, audit.company)
                _debtors(paper, audit.debtors)
                _accounts(paper, audit.accounts)
                _periods(paper, audit)
                _opening(paper, audit)
                _transactions(paper, audit)
    return content.getvalue()


class _Paper:
    """Writes elements of the namespace; an empty text is left out."""

    def __init__(self, file: Any) -> None:
        self.file = file

    def inside(self, name: str, **options: Any) -> AbstractContextManager[Any]:
        return self.file.element(f"{{{NAMESPACE}}}{name}", **options)  # type: ignore[no-any-return]

    def put(self, name: str, text: object, *, longest: int = 999) -> None:
        shown = "".join(letter for letter in str(text) if letter >= " ")[:longest]
        if shown:
            with self.inside(name):
                self.file.write(shown)


def _header(paper: _Paper, audit: AuditFile) -> None:
    with paper.inside("header"):
        paper.put("fiscalYear", audit.year)
        paper.put("startDate", date(audit.year, 1, 1))
        paper.put("endDate", audit.until)
        paper.put("curCode", "EUR")
        paper.put("dateCreated", audit.made_on)
        paper.put("softwareDesc", audit.software, longest=50)
        paper.put("softwareVersion", audit.software_version, longest=20)


def _company(paper: _Paper, company: Company) -> None:
    paper.put("companyIdent", company.kvk_number, longest=35)
    paper.put("companyName", company.name)
    paper.put("taxRegistrationCountry", company.country)
    paper.put("taxRegIdent", company.vat_number or "-", longest=30)
    with paper.inside("streetAddress"):
        paper.put("streetname", company.street)
        paper.put("number", company.house_number, longest=15)
        paper.put("city", company.city, longest=50)
        paper.put("postalCode", company.postcode, longest=10)
        paper.put("country", company.country)


def _debtors(paper: _Paper, debtors: Sequence[Debtor]) -> None:
    with paper.inside("customersSuppliers"):
        for debtor in debtors:
            with paper.inside("customerSupplier"):
                paper.put("custSupID", debtor.number, longest=35)
                paper.put("custSupName", debtor.name, longest=50)
                paper.put("commerceNr", debtor.kvk_number)
                paper.put("taxRegIdent", debtor.vat_number, longest=30)
                paper.put("custSupTp", "C")
                with paper.inside("streetAddress"):
                    paper.put("city", debtor.city, longest=50)
                    paper.put("postalCode", debtor.postcode, longest=10)
                    paper.put("country", debtor.country)


def _accounts(paper: _Paper, accounts: Sequence[LedgerAccount]) -> None:
    with paper.inside("generalLedger"):
        for account in accounts:
            with paper.inside("ledgerAccount"):
                paper.put("accID", account.code, longest=35)
                paper.put("accDesc", account.name)
                paper.put("accTp", "B" if account.is_balance else "P")
                paper.put("leadCode", account.rgs_code)
                paper.put("leadReference", "RGS")


def _periods(paper: _Paper, audit: AuditFile) -> None:
    with paper.inside("periods"):
        for month in range(1, MONTHS + 1):
            first = date(audit.year, month, 1)
            last = date(audit.year, 12, 31) if month == MONTHS else _day_before(first)
            with paper.inside("period"):
                paper.put("periodNumber", month)
                paper.put("startDatePeriod", first)
                paper.put("endDatePeriod", last)


def _day_before(first: date) -> date:
    """Return the last day of the month that begins on `first`."""
    return date.fromordinal(first.replace(month=first.month + 1).toordinal() - 1)


def _opening(paper: _Paper, audit: AuditFile) -> None:
    with paper.inside("openingBalance"):
        paper.put("opBalDate", date(audit.year, 1, 1))
        _counted(paper, audit.opening)
        for number, line in enumerate(audit.opening, start=1):
            with paper.inside("obLine"):
                paper.put("nr", number)
                paper.put("accID", line.account)
                _amount(paper, line.amount_cents)


def _transactions(paper: _Paper, audit: AuditFile) -> None:
    with paper.inside("transactions"):
        _counted(
            paper,
            [line for book in audit.journals for entry in book.entries for line in entry.lines],
        )
        for journal in audit.journals:
            with paper.inside("journal"):
                paper.put("jrnID", journal.code, longest=35)
                paper.put("desc", journal.name)
                paper.put("jrnTp", journal.kind)
                for entry in journal.entries:
                    _entry(paper, entry)


def _entry(paper: _Paper, entry: Entry) -> None:
    with paper.inside("transaction"):
        paper.put("nr", entry.number, longest=35)
        paper.put("desc", entry.description)
        paper.put("periodNumber", entry.booked_on.month)
        paper.put("trDt", entry.booked_on)
        for number, line in enumerate(entry.lines, start=1):
            with paper.inside("trLine"):
                paper.put("nr", number)
                paper.put("accID", line.account)
                paper.put("docRef", entry.document)
                paper.put("effDate", entry.booked_on)
                paper.put("desc", entry.description)
                _amount(paper, line.amount_cents)
                paper.put("custSupID", line.debtor, longest=35)


def _counted(paper: _Paper, lines: Iterable[EntryLine]) -> None:
    amounts = [line.amount_cents for line in lines]
    paper.put("linesCount", len(amounts))
    paper.put("totalDebit", _euros(sum(amount for amount in amounts if amount > 0)))
    paper.put("totalCredit", _euros(-sum(amount for amount in amounts if amount < 0)))


def _amount(paper: _Paper, cents: int) -> None:
    paper.put("amnt", _euros(abs(cents)))
    paper.put("amntTp", "D" if cents > 0 else "C")


def _euros(cents: int) -> str:
    return f"{cents // 100}.{cents % 100:02d}"
