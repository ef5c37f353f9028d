"""What a file of another system says of customers, services, mandates and invoices.

A record is checked by itself: whether it fits what is here already is not known on this floor.
Amounts are cents, dates days; `raw` is what stood in the file, without any password.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date


class BrokenFile(ValueError):
    """A file of which nothing can be read; the message says what, where and what to do."""


@dataclass(frozen=True, kw_only=True)
class Remark:
    """Something about one row. `column` is empty when it is about the row as a whole."""

    line: int
    column: str = ""
    text: str

    def __str__(self) -> str:
        place = f"line {self.line}" + (f", column {self.column}" if self.column else "")
        return f"{place}: {self.text}"


@dataclass(frozen=True, kw_only=True)
class Record:
    """One thing of the other system: its key there, whose it is, and where it stood."""

    key: str
    customer_key: str
    line: int
    raw: Mapping[str, object]


@dataclass(frozen=True, kw_only=True)
class CustomerRecord(Record):
    """Somebody who pays. Without an e-mail address he has no contact yet."""

    name: str
    kind: str
    street: str
    house_number: str
    postcode: str
    city: str
    country: str
    vat_number: str
    kvk_number: str
    language: str
    contact_name: str
    email: str
    phone: str


@dataclass(frozen=True, kw_only=True)
class ServiceRecord(Record):
    """What a customer has: billed next on `next_period_start`, never for a day before."""

    product_code: str
    product_name: str
    domain: str
    term: str
    price_cents: int
    started_on: date
    next_period_start: date
    panel: str
    user_name: str


@dataclass(frozen=True, kw_only=True)
class MandateRecord(Record):
    """A signed mandate. `needs_amendment`: the first debit must name what it was before."""

    reference: str
    debtor_name: str
    iban: str
    signed_on: date
    scheme: str
    last_collected_on: date | None
    needs_amendment: bool
    evidence: str


@dataclass(frozen=True, kw_only=True)
class RateAmount:
    """Net and VAT of one rate on an invoice, in cents; the rate in basis points (2100)."""

    basis_points: int
    net_cents: int
    vat_cents: int


@dataclass(frozen=True, kw_only=True)
class InvoiceRecord(Record):
    """An invoice as the other system issued it; negative amounts make it a credit note."""

    number: str
    issued_on: date
    due_on: date | None
    rates: tuple[RateAmount, ...]
    open_cents: int

    @property
    def net_cents(self) -> int:
        """The amount without VAT."""
        return sum(rate.net_cents for rate in self.rates)

    @property
    def vat_cents(self) -> int:
        """The VAT."""
        return sum(rate.vat_cents for rate in self.rates)

    @property
    def total_cents(self) -> int:
        """The amount with VAT."""
        return self.net_cents + self.vat_cents


@dataclass(frozen=True, kw_only=True)
class Moving:
    """Everything one file says: records, rows that cannot be used, rows that are not meant."""

    rows: int
    records: Sequence[Record] = field(default=())
    faults: Sequence[Remark] = field(default=())
    left_out: Sequence[Remark] = field(default=())
    warnings: Sequence[Remark] = field(default=())
