"""What a payer may have meant: one letter or digit away from a number, customer or domain of ours.

Nothing here ever makes a match certain, and only what fits the amount exactly is proposed.
"""

import re
from collections.abc import Iterable, Iterator

from balie.domain.matching_index import OpenItemIndex, positions
from balie.domain.matching_text import Mention

_DIGITS = "0123456789"
_DOMAIN_CHARACTERS = "abcdefghijklmnopqrstuvwxyz0123456789-."
_LONGEST_NUMBER = 20
_LONGEST_DOMAIN = 40
_MOST_TRIED = 2
_STRANGE_DOMAIN = re.compile(r"(?<![^\s(])([a-z0-9\-]{2,63})[.,]([a-z]{2,10})(?![a-z0-9.\-])")
_DOTLESS_DOMAIN = re.compile(r"(?=(?<![a-z0-9\-.])([a-z0-9\-]{2,63})\s+([a-z]{2,10})(?![a-z0-9]))")


def resembling(
    mentions: Iterable[Mention], text: str, *, amount_cents: int, index: OpenItemIndex
) -> list[Mention]:
    """Return mentions of what the payer may have meant where his text names nobody."""
    found: list[Mention] = []
    seen = list(mentions)
    shapes = [(mention.text, mention.shape) for mention in seen if mention.shape is not None]
    for typed, shape in shapes[:_MOST_TRIED]:
        found.extend(_near_number(typed, shape, amount_cents, index))
    if any(mention.items or mention.customers for mention in seen):
        return found
    domains = [mention.text for mention in seen if mention.kind == "other_domain"]
    for domain in domains[:_MOST_TRIED]:
        if len(domain) <= _LONGEST_DOMAIN:
            near = edits(domain, _DOMAIN_CHARACTERS)
            found.extend(_owners(domain, near, amount_cents, index))
    for strange in list(_STRANGE_DOMAIN.finditer(text.lower()))[:_MOST_TRIED]:
        domain = f"{strange[1]}.{strange[2]}"
        if domain not in domains and len(domain) <= _LONGEST_DOMAIN:
            possible = (domain, *edits(domain, _DOMAIN_CHARACTERS))
            found.extend(_owners(strange[0], possible, amount_cents, index))
    for dotless in _DOTLESS_DOMAIN.finditer(text.lower()):
        domain = f"{dotless[1]}.{dotless[2]}"
        found.extend(_owners(f"{dotless[1]} {dotless[2]}", [domain], amount_cents, index))
    return found


def edits(text: str, alphabet: str) -> Iterator[str]:
    """Return everything at distance one: a character wrong, missing, too many, or two swapped."""
    for place in range(len(text) + 1):
        before, after = text[:place], text[place:]
        yield from (before + character + after for character in alphabet)
        if after:
            yield before + after[1:]
            yield from (before + character + after[1:] for character in alphabet)
        if len(after) > 1:
            yield before + after[1] + after[0] + after[2:]


def _near_number(
    text: str, shape: tuple[str, str], amount_cents: int, index: OpenItemIndex
) -> Iterator[Mention]:
    letters, digits = shape
    if len(digits) > _LONGEST_NUMBER:
        return
    if letters.isdigit():
        yield from _near_invoice(text, letters, digits, amount_cents, index)
        return
    for near in edits(digits, _DIGITS):
        customer = index.by_customer.get(letters + near)
        if customer is not None and index.items_of_amount(customer, amount_cents):
            yield Mention("customer_like", text, customers=(customer,))


def _near_invoice(
    text: str, year: str, digits: str, amount_cents: int, index: OpenItemIndex
) -> Iterator[Mention]:
    """Yield the invoices one digit away; who wrote all digits did not also leave zeroes out."""
    is_short = len(digits) < min(index.widths, default=0)
    years = {str(year) for year in index.years}
    for near in dict.fromkeys(edits(year + digits, _DIGITS)):
        sequence = near[4:]
        is_number = near[:4] in years and sequence.strip("0") != ""
        if not is_number or not (is_short or len(sequence) in index.widths):
            continue
        for item in index.items_numbered(int(near[:4]), sequence, series=None):
            if index.items[item].open_cents == amount_cents:
                yield Mention("number_like", text, items=(item,))


def _owners(
    text: str, domains: Iterable[str], amount_cents: int, index: OpenItemIndex
) -> Iterator[Mention]:
    owned = index.by_domain
    for domain in domains:
        if domain not in owned:
            continue
        for customer in positions(owned[domain]):
            if index.items_of_amount(customer, amount_cents):
                yield Mention("domain_like", text, customers=(customer,))
