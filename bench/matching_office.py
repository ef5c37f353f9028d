"""A hosting office with open invoices, for `matching_corpus`: made up, the same for a same seed.

Numbers are handed out in order, eight years' worth of a tenth are still open: so a typing error
usually hits an invoice that was paid long ago. Prices come from a short list, as at every hoster:
many customers owe exactly the same amount.
"""

import random
from dataclasses import dataclass, field
from typing import Final

from balie.domain.matching import OpenItem
from balie.domain.numbering import InvoiceNumber, payment_reference
from balie.formats.references import kenmerk16

PSP_IBAN: Final = "NL02ABNA0123456789"
# Of ten invoices handed out so many are still open.
OPEN_OF_TEN: Final = 3

_SYLLABLES: Final = (
    "ba be bo da de di do fa fe ga ge ha he jo ka ke ki ko la le li lo ma me mi mo na ne no pa pe"
    " ra re ri ro sa se so ta te ti to va ve vi vo wa we wi za ze zo bri dra fle gro kla kra pla"
    " ster stra tro vlie zwa"
).split()
_TRADES: Final = (
    "bakkerij slagerij garage kapsalon fysio advies administratie tuinen bouw dakwerken schilders"
    " loodgieter makelaar yoga sport reizen koffie fietsen bloemen webshop studio media coaching"
    " muziek transport installatie interieur tandarts keukens kozijnen"
).split()
_FIRST: Final = (
    "Jan Piet Kees Anna Maria Els Fatima Mohammed Sanne Lotte Bram Daan Emma Julia Noor Ruud Wim"
    " Ilse Yusuf Sara"
).split()
_FORMS: Final = ("", "", "", " B.V.", " BV", " V.O.F.", " VOF")
_ENDS: Final = ("nl",) * 14 + ("com", "com", "eu", "be", "org", "net", "shop", "frl")
_UMLAUTS: Final = str.maketrans({"o": "ö", "u": "ü", "e": "é"})
_PRICES: Final = (495, 750, 995, 1250, 1495, 1995, 2495, 2995, 3995, 4995, 7500, 9995)
_EXTRAS: Final = (0, 0, 0, 350, 600, 749, 899, 1298, 1798, 2697, 4495, 8990)


@dataclass
class Office:
    """What is open, whose it is, and the numbers of invoices that were paid long ago."""

    items: list[OpenItem] = field(default_factory=list)
    by_customer: dict[str, list[OpenItem]] = field(default_factory=dict)
    closed_numbers: list[str] = field(default_factory=list)
    idle_domains: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class _Customer:
    number: str
    name: str
    domains: tuple[str, ...]
    ibans: tuple[str, ...]


def office(*, open_items: int, seed: int) -> Office:
    """Return an office with so many open invoices, on average 1.4 of a customer who owes."""
    draw = random.Random(f"office {seed}")  # noqa: S311 - repeatable, not secret
    found = Office()
    taken: set[str] = set()
    owing = [
        _customer(10001 + place * 3 + draw.randrange(3), draw, taken)
        for place in range(max(1, int(open_items / 1.4)))
    ]
    sequence, year, last = 0, 2025, _handed_out(open_items) // 3
    while len(found.items) < open_items:
        sequence += 1
        if year == 2025 and sequence > last:
            year, sequence = 2026, 1
        number = InvoiceNumber(series="F", year=year, sequence=sequence)
        if draw.randrange(10) >= OPEN_OF_TEN:
            if len(found.closed_numbers) < 50_000:
                found.closed_numbers.append(str(number))
            continue
        customer = draw.choice(owing)
        item = _item(len(found.items) + 1, number, customer, draw)
        found.items.append(item)
        found.by_customer.setdefault(customer.number, []).append(item)
    found.idle_domains = [_domain(draw, taken) for _ in range(2_000)]
    return found


def _handed_out(open_items: int) -> int:
    return open_items * 10 // OPEN_OF_TEN


def _item(key: int, number: InvoiceNumber, customer: _Customer, draw: random.Random) -> OpenItem:
    net = (draw.choice(_PRICES) + draw.choice(_EXTRAS)) * draw.choice((1, 1, 1, 2, 3, 12))
    reference = payment_reference(number)
    if draw.random() < 0.2:
        reference = kenmerk16(f"{number.year}{number.sequence:08d}")
    return OpenItem(
        key=key,
        invoice_number=str(number),
        payment_reference=reference,
        customer_number=customer.number,
        customer_name=customer.name,
        domains=customer.domains,
        open_cents=net * 121 // 100,
        ibans=customer.ibans,
    )


def _customer(number: int, draw: random.Random, taken: set[str]) -> _Customer:
    surname = _word(draw, 2, 3).capitalize()
    if draw.random() < 0.5:
        name = f"{draw.choice(_FIRST)} {draw.choice(('', '', 'de ', 'van der '))}{surname}"
    else:
        name = f"{draw.choice(_TRADES).capitalize()} {surname}{draw.choice(_FORMS)}"
    ibans = (iban(draw),) if draw.random() < 0.8 else ()
    domains = tuple(_domain(draw, taken) for _ in range(draw.choice((1, 1, 1, 1, 2, 2, 3, 6))))
    return _Customer(f"K{number}", name, domains, ibans)


def _domain(draw: random.Random, taken: set[str]) -> str:
    while True:
        form = draw.random()
        label = _word(draw, 2, 4)
        if form < 0.35:
            label = f"{draw.choice(_TRADES)}{label}"
        elif form < 0.5:
            label = f"{draw.choice(_TRADES)}-{label}"
        elif form < 0.54:
            label = f"{label}{draw.choice(('24', '2000', '4u', '365', '1'))}"
        elif form < 0.56:
            label = label.translate(_UMLAUTS)
        domain = f"{label}.{draw.choice(_ENDS)}"
        if domain not in taken:
            taken.add(domain)
            return domain


def _word(draw: random.Random, fewest: int, most: int) -> str:
    return "".join(draw.choice(_SYLLABLES) for _ in range(draw.randint(fewest, most)))


def iban(draw: random.Random) -> str:
    """Return a Dutch account number with right check digits."""
    bank = draw.choice(("ABNA", "INGB", "RABO", "KNAB", "BUNQ", "TRIO"))
    account = f"{bank}{draw.randrange(10**10):010d}"
    digits = "".join(str(int(character, 36)) for character in f"{account}NL00")
    return f"NL{98 - int(digits) % 97:02d}{account}"
