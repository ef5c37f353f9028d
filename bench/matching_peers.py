"""The matching cores of pretix and Odoo, written anew from what they do, beside ours.

What each does was read in its public source (pretix 2026.8, Odoo 15 to 17 with the OCA model of
18.0) and is told in docs/algorithms/matching.md. Only the part that decides what a text names is
here, without their databases; both look numbers up in a dictionary, which is faster than they do.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from balie.domain.matching import OpenItem, Transfer
from balie.domain.matching_index import tidy_name

Keys = tuple[int | str, ...]


@dataclass(frozen=True, slots=True)
class Answer:
    """What a peer books by itself, and what it would show first."""

    booked: Keys = ()
    first: Keys = ()


class Pretix:
    """A prefix with a code after it, in the text with and without blanks; any amount books.

    A code is tried as it stands, with look-alikes made digits, cut to the length of a code, and as
    an invoice number without its zeroes. Several only when the amount is their sum.
    """

    _LOOKALIKES = str.maketrans("ZASGBOI", "2456801")

    def __init__(self, items: Iterable[OpenItem]) -> None:
        self._by_code: dict[tuple[str, str], OpenItem] = {}
        lengths = set()
        for item in items:
            prefix, _, code = item.invoice_number.partition("-")
            self._by_code[prefix, code] = item
            lengths.add(len(code))
        prefixes = sorted({prefix for prefix, _ in self._by_code}, key=len, reverse=True)
        self._shortest, self._longest = min(lengths, default=5), max(lengths, default=5)
        self._pattern = re.compile(
            rf"({'|'.join(map(re.escape, prefixes)) or 'F2026'})[ \-_]*"
            rf"([A-Z0-9]{{{self._shortest},{self._longest + 1}}})"
        )

    def match(self, transfer: Transfer) -> Answer:
        """Return what it books: it knows no proposal."""
        text = f"{transfer.text} {transfer.structured_reference or ''}".upper()
        one, other = self._found(text.replace("\n", " ")), self._found(re.sub(r"\s+", "", text))
        found = other if len(other) > len(one) else one
        keys = tuple(item.key for item in found)
        total = sum(item.open_cents for item in found)
        if len(found) == 1 or (found and total == transfer.amount_cents):
            return Answer(booked=keys, first=keys)
        return Answer(first=keys)

    def _found(self, text: str) -> list[OpenItem]:
        found: dict[str, OpenItem] = {}
        for hit in self._pattern.finditer(text):
            prefix, code = hit[1], hit[2]
            plain = code.translate(self._LOOKALIKES)
            cut = (code[:length] for length in range(self._longest, self._shortest - 1, -1))
            for tried in (code, plain, *cut):
                item = self._by_code.get((prefix, tried))
                if item is not None:
                    found.setdefault(item.invoice_number, item)
                    break
        return list(found.values())


class Odoo:
    """Words of four figures or more, compared by their figures; else the partner's invoices.

    The partner is who has the account, or the name, alone. A word that hits nothing leaves nothing.
    """

    def __init__(self, items: Iterable[OpenItem]) -> None:
        self._by_digits: dict[str, list[OpenItem]] = {}
        self._of_customer: dict[str, list[OpenItem]] = {}
        self._by_iban: dict[str, set[str]] = {}
        self._by_name: dict[str, set[str]] = {}
        for item in items:
            for known in {item.invoice_number, item.payment_reference or item.invoice_number}:
                self._by_digits.setdefault(re.sub(r"\D", "", known), []).append(item)
            self._of_customer.setdefault(item.customer_number, []).append(item)
            for iban in item.ibans:
                self._by_iban.setdefault(iban, set()).add(item.customer_number)
            self._by_name.setdefault(tidy_name(item.customer_name or ""), set()).add(
                item.customer_number
            )

    def match(self, transfer: Transfer) -> Answer:
        """Return what a rule that books by itself takes, filled up greedily, oldest first."""
        words = f"{transfer.text} {transfer.structured_reference or ''}".split()
        tokens = [digits for word in words if len(digits := re.sub(r"\D", "", word)) >= 4]
        partner = self._partner(transfer)
        hits: dict[int | str, OpenItem] = {}
        for token in tokens:
            found = self._by_digits.get(token, [])
            hits.update((item.key, item) for item in found)
        if hits:
            keys = _filled(hits.values(), transfer.amount_cents)
            return Answer(booked=keys, first=keys)
        if tokens or partner is None:
            return Answer()
        open_items = self._of_customer[partner]
        exact = [item.key for item in open_items if item.open_cents == transfer.amount_cents]
        return Answer(first=tuple(exact[:1]) or _filled(open_items, transfer.amount_cents))

    def _partner(self, transfer: Transfer) -> str | None:
        name = tidy_name(transfer.counterparty_name or "")
        for known in (
            self._by_iban.get(transfer.counterparty_iban or ""),
            self._by_name.get(name),
        ):
            if known is not None and len(known) == 1:
                return next(iter(known))
        return None


def _filled(items: Iterable[OpenItem], amount_cents: int) -> Keys:
    keys = []
    for item in items:
        if amount_cents <= 0:
            break
        keys.append(item.key)
        amount_cents -= item.open_cents
    return tuple(keys)
