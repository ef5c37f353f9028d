"""Transfers as people really make them, with what each of them was meant to pay.

Written from what payers do, not from what the matcher reads; docs/algorithms/matching.md, "The
corpus", says with which shares and why. The same seed gives the same transfers.
"""

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from balie.domain.matching import OpenItem, Transfer
from bench.matching_office import PSP_IBAN, Office, iban
from bench.matching_writing import (
    as_customer_number,
    as_domain,
    as_list,
    as_number,
    as_reference,
    folded,
    mistyped,
    words_around,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """A transfer and its meaning.

    `meant` holds the sets of keys that are right, best first; empty when it pays nothing that is
    open. `resolvable`: what is written says so beyond doubt by the rules of the house, so that it
    should be booked unattended. `findable`: it holds enough to propose the right one. `slip`: the
    payer wrote, whole and by mistake, the number of another open invoice of exactly this amount, or
    the domain of another customer.
    """

    way: str
    transfer: Transfer
    meant: tuple[frozenset[int | str], ...] = ()
    resolvable: bool = False
    findable: bool = True
    slip: bool = False


@dataclass(slots=True)
class Writer:
    """Somebody at his bank's payment form, with an invoice before him."""

    office: Office
    draw: random.Random
    numbers: dict[str, OpenItem]
    domains: frozenset[str]

    def item(self) -> OpenItem:
        """Any open invoice."""
        return self.draw.choice(self.office.items)

    def siblings(self, item: OpenItem) -> list[OpenItem]:
        """All open invoices of its customer."""
        return self.office.by_customer[item.customer_number]

    def same_amount(self, item: OpenItem) -> list[OpenItem]:
        """Those of its customer on which exactly as much is open."""
        return [each for each in self.siblings(item) if each.open_cents == item.open_cents]

    def with_several(self) -> list[OpenItem]:
        """Two to five open invoices of one customer."""
        while True:
            found = self.siblings(self.item())
            if len(found) > 1:
                return found[: self.draw.randint(2, 5)]

    def transfer(self, item: OpenItem, text: str, cents: int, **besides: str | None) -> Transfer:
        """The customer's own bank sends it; his name as his bank knows it."""
        name = item.customer_name or ""
        known = item.ibans[0] if item.ibans and self.draw.random() < 0.8 else iban(self.draw)
        form = self.draw.random()
        if form < 0.2:
            name = name.upper()
        elif form < 0.3:
            name = "Hr " + name
        elif form < 0.45:
            name = " ".join(reversed(name.split()))
        if self.draw.random() < 0.02:
            known = PSP_IBAN
        fields: dict[str, str | None] = {
            "counterparty_name": name,
            "counterparty_iban": known,
            "end_to_end_id": self._end_to_end(),
        }
        return Transfer(amount_cents=cents, text=text, **{**fields, **besides})

    def _end_to_end(self) -> str | None:
        form = self.draw.random()
        if form < 0.7:
            return None
        if form < 0.85:
            return "NOTPROVIDED"
        if form < 0.93:
            return f"{self.draw.randrange(10**9, 10**15)}"
        run = f"{self.draw.choice('ABCDEF')}{self.draw.randrange(10**6):06d}"
        return f"{run}-{self.draw.randrange(99)}"


Way = Callable[[Writer], Sample]


def keys(*items: OpenItem) -> tuple[frozenset[int | str], ...]:
    """The one meaning: exactly these."""
    return (frozenset(item.key for item in items),)


def _number(writer: Writer) -> Sample:
    item = writer.item()
    text = words_around(as_number(item.invoice_number, writer.draw), item, writer.draw)
    made = writer.transfer(item, text, item.open_cents)
    return Sample(way="number", transfer=made, meant=keys(item), resolvable=True)


def _number_and_domain(writer: Writer) -> Sample:
    item = writer.item()
    parts = [as_number(item.invoice_number, writer.draw), as_domain(item, writer.draw)]
    writer.draw.shuffle(parts)
    text = words_around(
        writer.draw.choice((" ", ", ", " - ", " / ")).join(parts), item, writer.draw
    )
    made = writer.transfer(item, text, item.open_cents)
    return Sample(way="number and domain", transfer=made, meant=keys(item), resolvable=True)


def _one_of_customer(writer: Writer, way: str, written: str, item: OpenItem) -> Sample:
    same = writer.same_amount(item)
    text = words_around(written, item, writer.draw)
    made = writer.transfer(item, text, item.open_cents)
    meant = tuple(frozenset([each.key]) for each in same)
    return Sample(way=way, transfer=made, meant=meant, resolvable=len(same) == 1)


def _domain(writer: Writer) -> Sample:
    item = writer.item()
    return _one_of_customer(writer, "domain", as_domain(item, writer.draw), item)


def _customer(writer: Writer) -> Sample:
    item = writer.item()
    return _one_of_customer(writer, "customer number", as_customer_number(item, writer.draw), item)


def _reference(writer: Writer) -> Sample:
    item = writer.item()
    reference = item.payment_reference or ""
    if writer.draw.random() < 0.5:
        made = writer.transfer(item, "", item.open_cents, structured_reference=reference)
    else:
        text = words_around(as_reference(reference, writer.draw), item, writer.draw, calm=True)
        made = writer.transfer(item, text, item.open_cents)
    return Sample(way="reference", transfer=made, meant=keys(item), resolvable=True)


def _several(writer: Writer) -> Sample:
    items = writer.with_several()
    text = words_around(as_list([item.invoice_number for item in items], writer.draw), items[0],
                        writer.draw, calm=True)  # fmt: skip
    made = writer.transfer(items[0], text, sum(item.open_cents for item in items))
    return Sample(way="several invoices", transfer=made, meant=keys(*items), resolvable=True)


def _somebody_else_pays(writer: Writer) -> Sample:
    item, other = writer.item(), writer.item()
    text = words_around(as_number(item.invoice_number, writer.draw), item, writer.draw)
    made = writer.transfer(item, text, item.open_cents)
    account = other.ibans[0] if other.ibans else iban(writer.draw)
    made = replace(made, counterparty_name=other.customer_name, counterparty_iban=account)
    return Sample(way="somebody else pays", transfer=made, meant=keys(item), resolvable=True)


def _by_program(writer: Writer) -> Sample:
    item = writer.item()
    made = writer.transfer(item, "", item.open_cents, end_to_end_id=item.invoice_number)
    return Sample(way="end-to-end id", transfer=made, meant=keys(item), resolvable=True)


def _wrong_amount(writer: Writer) -> Sample:
    item = writer.item()
    cents = item.open_cents
    wrong = writer.draw.choice(
        (cents - 1, cents + 1, round(cents, -2), round(cents / 1.21), cents // 2, cents * 2, 1,
         cents - 500, cents + 121, int(f"{cents}"[::-1]))
    )  # fmt: skip
    if wrong <= 0 or wrong == cents:
        wrong = cents + 9
    text = words_around(as_number(item.invoice_number, writer.draw), item, writer.draw)
    made = writer.transfer(item, text, wrong)
    return Sample(way="wrong amount", transfer=made, meant=keys(item))


def _one_named_all_paid(writer: Writer) -> Sample:
    items = writer.siblings(writer.with_several()[0])
    text = words_around(as_number(items[0].invoice_number, writer.draw), items[0], writer.draw)
    made = writer.transfer(items[0], text, sum(item.open_cents for item in items))
    return Sample(way="one named, all paid", transfer=made, meant=keys(*items))


def _typing_error(writer: Writer) -> Sample:
    item = writer.item()
    if writer.draw.random() < 0.7:
        number = mistyped(item.invoice_number[5:].lstrip("-"), "0123456789", writer.draw)
        typed = f"F{item.invoice_number[1:5]}-{number}"
        slip, findable = _hits(writer, typed, item)
        text = words_around(typed, item, writer.draw, calm=True)
    else:
        domain = writer.draw.choice(item.domains)
        typed = mistyped(domain.partition(".")[0], "abcdefghijklmnopqrstuvwxyz", writer.draw)
        typed = f"{typed}.{domain.partition('.')[2]}"
        text = words_around(typed, item, writer.draw, calm=True)
        slip = typed in writer.domains and typed not in item.domains
        findable = not slip
    made = writer.transfer(item, text, item.open_cents)
    meant = tuple(frozenset([each.key]) for each in writer.same_amount(item))
    return Sample(way="typing error", transfer=made, meant=meant, slip=slip, findable=findable)


def _hits(writer: Writer, typed: str, item: OpenItem) -> tuple[bool, bool]:
    """Whether a mistyped number is another open invoice of this amount, and if it misleads."""
    sequence = typed[6:]
    exact = f"F{typed[1:5]}-{int(sequence):05d}" if int(sequence or 0) else ""
    other = writer.numbers.get(exact)
    if other is None or other is item:
        return False, True
    return other.open_cents == item.open_cents, False


def _bare_sequence(writer: Writer) -> Sample:
    item = writer.item()
    sequence = item.invoice_number[6:]
    if writer.draw.random() < 0.4:
        sequence = sequence.lstrip("0")
    text = writer.draw.choice(("{}", "factuur {}", "fact. {}", "nr {}", "hosting {}")).format(
        sequence
    )
    made = writer.transfer(item, text, item.open_cents)
    return Sample(way="bare sequence", transfer=made, meant=keys(item), findable=len(sequence) > 2)


def _says_nothing(writer: Writer) -> Sample:
    item = writer.item()
    text = writer.draw.choice(
        ("", "hosting", "Hosting 2026", "betaling", "factuur", "website", "domein 1 jaar", "dank u",
         "maandbedrag november", "abonnement Q4", "zie factuur")
    )  # fmt: skip
    made = writer.transfer(item, text, item.open_cents)
    known = made.counterparty_iban in item.ibans
    meant = tuple(frozenset([each.key]) for each in writer.same_amount(item))
    return Sample(way="says nothing", transfer=made, meant=meant, findable=known)


def _own_numbers_beside(writer: Writer) -> Sample:
    item = writer.item()
    number = as_number(item.invoice_number, writer.draw)
    figure = writer.draw.randrange(1000, 10 ** writer.draw.randint(4, 8))
    beside = writer.draw.choice(
        ("boekstuk {}", "crediteur {}", "onze ref {}", "{}", "deb {}", "PO{}")
    )
    text = writer.draw.choice(("{0} {1}", "{1} {0}", "{0} / {1}")).format(
        number, beside.format(figure)
    )
    made = writer.transfer(item, text, item.open_cents)
    return Sample(way="own numbers beside", transfer=made, meant=keys(item))


def _already_paid(writer: Writer) -> Sample:
    number = writer.draw.choice(writer.office.closed_numbers)
    item = writer.item()
    text = words_around(as_number(number, writer.draw), item, writer.draw, calm=True)
    made = replace(
        writer.transfer(item, text, item.open_cents),
        counterparty_iban=iban(writer.draw), counterparty_name="P. Elders",
    )  # fmt: skip
    return Sample(way="already paid", transfer=made, findable=False)


def _nothing_of_ours(writer: Writer) -> Sample:
    item, draw = writer.item(), writer.draw
    digits = draw.randrange(10**5, 10**10)
    text = draw.choice(
        (f"creditnota {digits}", f"retour borg polis {digits}", "teruggaaf omzetbelasting",
         f"uitkering schade dossier {digits}", f"factuur {digits}", "rente 3e kwartaal",
         f"{draw.choice(writer.office.idle_domains)} hosting",
         f"inv {draw.randrange(2020, 2027)}{digits}",
         f"A{draw.randrange(2020, 2027)}-{draw.randrange(10**5):05d}")
    )  # fmt: skip
    made = Transfer(
        amount_cents=item.open_cents, counterparty_name="Elders Verzekeringen N.V.",
        counterparty_iban=iban(draw), text=text,
    )  # fmt: skip
    return Sample(way="nothing of ours", transfer=made, findable=False)


WAYS: Final[tuple[tuple[int, Way], ...]] = (
    (360, _number),
    (110, _number_and_domain),
    (140, _domain),
    (40, _customer),
    (110, _reference),
    (50, _several),
    (25, _somebody_else_pays),
    (15, _by_program),
    (25, _wrong_amount),
    (10, _one_named_all_paid),
    (25, _typing_error),
    (20, _bare_sequence),
    (25, _says_nothing),
    (20, _own_numbers_beside),
    (15, _already_paid),
    (10, _nothing_of_ours),
)


def corpus(office: Office, *, transfers: int, seed: int) -> Iterator[Sample]:
    """Yield so many transfers to this office."""
    draw = random.Random(f"corpus {seed}")  # noqa: S311 - repeatable, not secret
    writer = Writer(
        office,
        draw,
        {item.invoice_number: item for item in office.items},
        frozenset(domain for item in office.items for domain in item.domains),
    )
    shares, ways = zip(*WAYS, strict=True)
    for way in draw.choices(ways, weights=shares, k=transfers):
        sample = way(writer)
        text, is_cut = folded(sample.transfer.text, draw)
        if text != sample.transfer.text:
            made = replace(sample.transfer, text=text)
            # What the bank cut off at its end, nobody reads any more.
            whole = sample.resolvable and not is_cut
            sample = replace(
                sample, transfer=made, resolvable=whole, findable=sample.findable and not is_cut
            )
        yield sample
