"""The open items, found by what a payer may quote: every lookup is one equality on a tidied key."""

import re
import unicodedata
from collections.abc import Iterable, Iterator
from typing import TypeVar

from balie.domain.matching_items import OpenItem
from balie.formats.iban import normalise_iban

Hits = int | list[int]
IndexKey = TypeVar("IndexKey", int, str)

_NUMBER = re.compile(r"([a-z]*)[^a-z0-9]*(20[0-9]{2})[^a-z0-9]*([0-9]{1,12})")
_SEQUENCES = 10**12
_CUSTOMER = re.compile(r"([a-z]*)([0-9]+)")
_NO_DIGIT = re.compile(r"[^0-9]+")
_NO_ALNUM = re.compile(r"[\W_]+")
# Left out of a name: who is called "Jansen BV" here may be "B.V. Jansen" at his bank.
_TITLES = (
    "bv b v nv n vof cv stichting vereniging holding eo en of cj hr dhr mw mevr de heer mevrouw"
)
_LEGAL_FORMS = frozenset(_TITLES.split())


class OpenItemIndex:
    """Positions of open items, and of their customers, by tidied key.

    A customer is what shares a customer number. Raises ValueError when two items have one key.
    """

    def __init__(self, items: Iterable[OpenItem], *, psp_ibans: Iterable[str]) -> None:
        self.items = tuple(items)
        self.customer_of: list[int] = []
        self.positions_of: list[list[int]] = []
        self.psp_ibans = frozenset(normalise_iban(iban) for iban in psp_ibans)
        self.by_reference: dict[str, Hits] = {}
        self.by_number: dict[int, Hits] = {}
        self.by_opaque_number: dict[str, Hits] = {}
        self.by_customer: dict[str, int] = {}
        self.by_domain: dict[str, Hits] = {}
        self.by_iban: dict[str, Hits] = {}
        self.by_name: dict[str, Hits] = {}
        self.by_amount: dict[int, int | None] = {}
        self.years: set[int] = set()
        self.series: set[str] = set()
        self.widths: set[int] = set()
        self.customer_letters: set[str] = set()
        self.top_level_domains: set[str] = set()
        self.has_kenmerken = False
        for position, item in enumerate(self.items):
            self._add(position, item)
        self._check_keys()
        # The longest first, so that FA is not taken for an A with a strange F before it.
        self.series_by_length = sorted(self.series, key=lambda series: (-len(series), series))

    def items_numbered(self, year: int, digits: str, *, series: str | None) -> list[int]:
        """Return the items whose number has this year and these digits of the sequence.

        Leading zeroes may be missing, never be too many. `series` None is any series.
        """
        hits = self.by_number.get(year * _SEQUENCES + int(digits))
        if hits is None:
            return []
        found = []
        for position in positions(hits):
            letters, _, sequence = self.number_parts(position)
            if len(digits) <= len(sequence) and series in {None, letters}:
                found.append(position)
        return found

    def number_parts(self, position: int) -> tuple[str, str, str]:
        """Return series in small letters, year and sequence of the item's number, all as text."""
        parts = _NUMBER.fullmatch(self.items[position].invoice_number.lower())
        return (parts[1], parts[2], parts[3]) if parts else ("", "", "")

    def open_cents(self, chosen: Iterable[int]) -> int:
        """Return what is open on these items together, in cents."""
        return sum(self.items[position].open_cents for position in chosen)

    def customer_number(self, customer: int) -> str:
        """Return the number of a customer as it is written."""
        return self.items[self.positions_of[customer][0]].customer_number

    def items_of_amount(self, customer: int, amount_cents: int) -> list[int]:
        """Return the customer's items on which exactly this amount is open."""
        return [
            position
            for position in self.positions_of[customer]
            if self.items[position].open_cents == amount_cents
        ]

    def customers_named(self, digits: str) -> list[int]:
        """Return the customers whose number has these digits, whatever its letters."""
        found = (self.by_customer.get(letters + digits) for letters in self.customer_letters)
        return [customer for customer in found if customer is not None]

    def _add(self, position: int, item: OpenItem) -> None:
        customer = self._customer(position, item)
        self.customer_of.append(customer)
        self._add_number(position, item.invoice_number)
        if item.payment_reference:
            reference = _NO_ALNUM.sub("", item.payment_reference).lower()
            put(self.by_reference, reference, position)
            self.has_kenmerken = self.has_kenmerken or reference.isdigit()
        amount = item.open_cents
        self.by_amount[amount] = None if amount in self.by_amount else position
        for domain in item.domains:
            tidied = tidy_domain(domain)
            if tidied:
                put(self.by_domain, tidied, customer)
                self.top_level_domains.add(tidied.rpartition(".")[2])
        for iban in item.ibans:
            tidied = normalise_iban(iban)
            if tidied and tidied not in self.psp_ibans:
                put(self.by_iban, tidied, customer)
        name = tidy_name(item.customer_name or "")
        if name:
            put(self.by_name, name, customer)

    def _customer(self, position: int, item: OpenItem) -> int:
        """Return the customer of an item; without a number it is a customer of its own."""
        number = _NO_ALNUM.sub("", item.customer_number).lower()
        known = self.by_customer.get(number)
        if known is not None:
            self.positions_of[known].append(position)
            return known
        self.positions_of.append([position])
        customer = len(self.positions_of) - 1
        if number:
            self.by_customer[number] = customer
            parts = _CUSTOMER.fullmatch(number)
            if parts:
                self.customer_letters.add(parts[1])
        return customer

    def _add_number(self, position: int, number: str) -> None:
        lowered = number.lower()
        parts = _NUMBER.fullmatch(lowered)
        if parts is None:
            digits = _NO_DIGIT.sub("", number)
            if digits:
                put(self.by_opaque_number, digits, position)
            return
        year = int(parts[2])
        put(self.by_number, year * _SEQUENCES + int(parts[3]), position)
        self.years.add(year)
        self.series.add(parts[1])
        self.widths.add(len(parts[3]))

    def _check_keys(self) -> None:
        seen = set()
        for item in self.items:
            if item.key in seen:
                raise ValueError(f"Two open items have the key {item.key!r}; keys must differ.")
            seen.add(item.key)


def positions(hits: Hits | None) -> list[int]:
    """Return what an index entry holds, as a list."""
    if hits is None:
        return []
    return [hits] if isinstance(hits, int) else hits


def put(index: dict[IndexKey, Hits], key: IndexKey, value: int) -> None:
    """Add a value to an index entry; a lone value takes no list."""
    hits = index.get(key)
    if hits is None:
        index[key] = value
    elif isinstance(hits, int):
        if hits != value:
            index[key] = [hits, value]
    elif hits[-1] != value:
        hits.append(value)


def tidy_domain(domain: str) -> str:
    """Return a domain in small letters without www and dots at the ends, other scripts as punycode.

    The empty string when there is no dot in it.
    """
    lowered = domain.strip().strip(".").lower().removeprefix("www.")
    if "." not in lowered:
        return ""
    if lowered.isascii():
        return lowered
    return ".".join(_ascii_label(label) for label in lowered.split("."))


def tidy_name(name: str) -> str:
    """Return the words of a name without accents, titles and legal forms, in alphabetical order."""
    plain = unicodedata.normalize("NFKD", name.lower()).encode("ascii", "ignore").decode()
    return " ".join(sorted(_significant_words(plain)))


def _significant_words(plain: str) -> Iterator[str]:
    return (word for word in _NO_ALNUM.split(plain) if word and word not in _LEGAL_FORMS)


def _ascii_label(label: str) -> str:
    if label.isascii():
        return label
    plain = unicodedata.normalize("NFKC", label).lower()
    return plain if plain.isascii() else "xn--" + plain.encode("punycode").decode("ascii")
