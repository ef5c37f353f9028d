"""Reads the transfers that were written by hand: `matching_by_hand.txt`."""

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from balie.domain.matching import OpenItem, Transfer
from balie.domain.numbering import InvoiceNumber, payment_reference
from bench.matching_corpus import Sample
from bench.matching_office import Office

_FILE: Final = Path(__file__).parent / "matching_by_hand.txt"
_FIELDS: Final = {
    "name": "counterparty_name",
    "iban": "counterparty_iban",
    "e2e": "end_to_end_id",
    "ref": "structured_reference",
}


@dataclass(frozen=True)
class ByHand:
    """The open invoices, and what was transferred."""

    office: Office
    samples: tuple[Sample, ...]


def by_hand() -> ByHand:
    """Read the file. Raises ValueError with the line that it does not understand."""
    found = Office()
    samples = []
    by_number: dict[str, OpenItem] = {}
    for number, line in enumerate(_FILE.read_text(encoding="utf-8").splitlines(), start=1):
        if not line.strip() or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split("|")]
        try:
            if fields[0] == "open":
                item = _item(fields, key=len(found.items) + 1)
                by_number[item.invoice_number] = item
                found.items.append(item)
                found.by_customer.setdefault(item.customer_number, []).append(item)
            else:
                samples.append(_sample(fields, by_number))
        except (KeyError, IndexError, ValueError) as error:
            raise ValueError(f"{_FILE.name} line {number}: {error!r}: {line}") from error
    return ByHand(found, tuple(samples))


def _item(fields: list[str], *, key: int) -> OpenItem:
    _, number, customer, name, domains, amount, ibans = fields
    return OpenItem(
        key=key,
        invoice_number=number,
        payment_reference=payment_reference(InvoiceNumber.parse(number)),
        customer_number=customer,
        customer_name=name,
        domains=tuple(domains.split()),
        open_cents=_cents(amount),
        ibans=tuple(ibans.split()),
    )


def _sample(fields: list[str], by_number: dict[str, OpenItem]) -> Sample:
    mark, pays, amount, text, *besides = fields
    meant = tuple(
        tuple(by_number[number] for number in way.split()) for way in pays.split(" or ") if way
    )
    cents = sum(item.open_cents for item in meant[0]) if amount == "=" else _cents(amount)
    extra = dict(field.split("=", 1) for field in besides if field)
    return Sample(
        way={"book": "by hand", "show": "by hand, doubtful", "leave": "by hand, not ours"}[mark],
        transfer=Transfer(
            amount_cents=cents,
            text=text.replace("⏎", "\n"),
            **{_FIELDS[name]: value for name, value in extra.items()},
        ),
        meant=tuple(frozenset(item.key for item in items) for items in meant),
        resolvable=mark == "book",
        findable=mark != "leave",
    )


def _cents(amount: str) -> int:
    euros, _, cents = amount.partition(",")
    return int(euros) * 100 + int(cents)
