"""Domain names and customer numbers in what a payer wrote, and what only looks like one.

The rules stand in docs/algorithms/matching.md under the names used here.
"""

import re

from balie.domain.matching_index import OpenItemIndex, positions, tidy_domain
from balie.domain.matching_numbers import is_cut, is_glued
from balie.domain.matching_text import MASK, NUMBER_MASK, Mention, Scan, is_word

# Beginning only at the beginning of a label keeps long texts fast.
_START = r"(?<![^\W_])(?<!-)"
_LABEL = r"(?:[^\W_]|-)+"
_DOMAIN = re.compile(rf"{_START}{_LABEL}(?:\.{_LABEL})+")
_BROKEN_DOMAIN = re.compile(rf"{_START}{_LABEL}(?:\s*\.\s*{_LABEL})+")
_DOT = re.compile(r"(\s*)\.(\s*)")
_BLANK_AT_DOT = re.compile(r"\s\.|\.\s")
_KNOWN_ENDS = (
    "nl com net org be de eu info biz nu frl amsterdam shop online site app dev io co uk fr me tv"
)
_TOP_LEVEL = frozenset(_KNOWN_ENDS.split())
_MANY_DIGITS = re.compile(r"[0-9]{4}")
_MOST_LABELS = 5
# Before a domain with a dot between these are no part of it: "nr.voorbeeld.nl".
_ABBREVIATIONS = frozenset("www nr no fact fac betr omschr inv ref rek".split())
_WORD_BEFORE = re.compile(r"([^\s]*)\s*\Z")
_CUSTOMER = re.compile(r"(?<![a-z])([a-z]+)[\s.\-:#]{0,3}([0-9]+)")
_NUMBER_OF_CUSTOMER = (
    "klant klantnr klantno klantnummer klantcode klantid customer debiteur debiteurnr"
    " debiteurnummer debiteurennr debiteurennummer relatie relatienr relatienummer"
)
_CUSTOMER_WORDS = frozenset(_NUMBER_OF_CUSTOMER.split())


def find_domains(scan: Scan, index: OpenItemIndex) -> None:
    """Take the exact domains of customers out of the text, www and case aside."""
    if "." not in scan.rest:
        return
    for found in _DOMAIN.finditer(scan.rest):
        # What stands before a fold may be a number that is still to be taken out.
        if not _is_after_fold(scan.rest, found.start()):
            _take_domain(scan, found.start(), found.end(), found[0], index)


def find_remaining_domains(scan: Scan, index: OpenItemIndex) -> None:
    """Take what is left of domains: with a blank at a dot, longer ones, those of nobody here.

    A domain of nobody is masked: its digits are no number.
    """
    if "." not in scan.rest:
        return
    if _BLANK_AT_DOT.search(scan.rest):
        for found in _BROKEN_DOMAIN.finditer(scan.rest):
            _take_broken_domain(scan, found, index)
    for found in _DOMAIN.finditer(scan.rest):
        _take_longer_domain(scan, found, index)


def find_customers(scan: Scan, index: OpenItemIndex) -> None:
    """Take customer numbers out of the text, with their letters or after the word for one."""
    for found in _CUSTOMER.finditer(scan.rest):
        letters, digits = found[1], found[2]
        start, customer = _customer(scan.rest, found, index)
        if customer is None:
            if letters in index.customer_letters and len(digits) > 2:
                shown = scan.cut(found.start(), found.end(), NUMBER_MASK)
                scan.mentions.append(Mention("nobodys_number", shown, shape=(letters, digits)))
            continue
        is_folded, is_part = is_cut(scan.rest, found.end()), is_glued(scan.rest, found.end())
        shown = scan.cut(start, found.end(), NUMBER_MASK)
        scan.mentions.append(
            Mention(
                "customer_like" if is_part else "customer",
                shown,
                customers=(customer,),
                sure=not (is_folded or is_part),
                folded=is_folded and not is_part,
            )
        )


def _customer(text: str, found: re.Match[str], index: OpenItemIndex) -> tuple[int, int | None]:
    """Return where a customer number begins and whose it is, if anybody's."""
    letters, digits = found[1], found[2]
    is_after_digit = found.start() > 0 and text[found.start() - 1].isdigit()
    for own in index.customer_letters - {""}:
        begin = found.end(1) - len(own)
        rest = letters[: len(letters) - len(own)]
        if letters.endswith(own) and (is_word(rest) or (not rest and not is_after_digit)):
            customer = index.by_customer.get(own + digits)
            if customer is not None:
                return begin, customer
    if letters in _CUSTOMER_WORDS:
        customers = index.customers_named(digits)
        if len(customers) == 1:
            return found.start(2), customers[0]
    return found.start(), None


def _take_domain(scan: Scan, start: int, end: int, typed: str, index: OpenItemIndex) -> None:
    """Note a whole domain that is a customer's; leave anything else where it stands."""
    domain = tidy_domain(typed.strip("-"))
    customers = _owners(domain, index)
    if not customers:
        return
    if _is_after_fold(scan.rest, start):
        kind, sure, folded = "domain", False, True
    elif start and scan.rest[start - 1] == "@":
        kind, sure, folded = "domain_like", False, False
    else:
        kind, sure, folded = "domain", True, False
    scan.cut(start, end, MASK)
    scan.mentions.append(Mention(kind, domain, customers=customers, sure=sure, folded=folded))


def _is_after_fold(text: str, start: int) -> bool:
    """Tell whether a fold may have cut the beginning off a domain: "online⏎voorbeeld.nl".

    Not when a common word or a number stands before it: "hosting⏎voorbeeld.nl".
    """
    if not start or text[start - 1] != "\n":
        return False
    before = _WORD_BEFORE.search(text, max(0, start - 30), start)
    word = before[1] if before else ""
    is_own_word = is_word(word.rstrip(".,:;#")) or word == "www."
    return (word[-1:].isalnum() or word[-1:] in {"-", "."}) and not (is_own_word or word.isdigit())


def _take_broken_domain(scan: Scan, found: re.Match[str], index: OpenItemIndex) -> None:
    """Note a domain with blanks at its dots.

    It begins and ends where a blank or the text does; else it is a part of a longer one.
    """
    pieces = _DOT.split(found[0])
    labels = pieces[::3]
    is_blank = [
        bool(before or after) for before, after in zip(pieces[1::3], pieces[2::3], strict=True)
    ]
    for first in range(len(labels) - 1):
        starts_free = first == 0 or is_blank[first - 1] or labels[first - 1] in _ABBREVIATIONS
        for last in range(min(len(labels), first + _MOST_LABELS), first + 1, -1):
            ends_free = last == len(labels) or is_blank[last - 1]
            if not (starts_free and ends_free and any(is_blank[first : last - 1])):
                continue
            domain = tidy_domain(".".join(labels[first:last]))
            customers = _owners(domain, index)
            if customers:
                scan.cut(found.start(), found.end(), MASK)
                scan.mentions.append(Mention("domain", domain, customers=customers, sure=True))
                return


def _take_longer_domain(scan: Scan, found: re.Match[str], index: OpenItemIndex) -> None:
    """Note an exact domain, or a longer one with a customer's domain at its end; mask the rest."""
    start, end, typed = found.start(), found.end(), found[0]
    _take_domain(scan, start, end, typed, index)
    if scan.rest[start] == MASK:
        return
    labels = tidy_domain(typed.strip("-")).split(".")
    for first in range(1, len(labels) - 1):
        customers = _owners(".".join(labels[first:]), index)
        if customers:
            scan.cut(start, end, MASK)
            if _ABBREVIATIONS.issuperset(labels[:first]) and not _is_after_fold(scan.rest, start):
                domain = ".".join(labels[first:])
                scan.mentions.append(Mention("domain", domain, customers=customers, sure=True))
            else:
                scan.mentions.append(Mention("domain_like", typed, customers=customers))
            return
    if labels[-1] in _TOP_LEVEL or labels[-1] in index.top_level_domains:
        scan.cut(start, end, MASK)
        is_number = _MANY_DIGITS.search(typed) or any(map(str.isdigit, labels))
        kind = "nobodys_number" if is_number else "other_domain"
        scan.mentions.append(Mention(kind, ".".join(labels)))


def _owners(domain: str, index: OpenItemIndex) -> tuple[int, ...]:
    return tuple(dict.fromkeys(positions(index.by_domain.get(domain))))
