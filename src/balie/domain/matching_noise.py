"""Figures in a text that name nothing: days, times, amounts, telephone numbers; and what is left.

What is left over is either a number of ours without its letters, or a number that is nobody's. The
rules stand in docs/algorithms/matching.md under the names used here.
"""

import re

from balie.domain.matching_index import OpenItemIndex, positions
from balie.domain.matching_numbers import UNIT
from balie.domain.matching_text import MASK, NUMBER_MASK, Mention, Scan
from balie.formats.iban import is_valid_iban
from balie.formats.references import is_valid_kenmerk, is_valid_rf

_IBAN = re.compile(r"(?<![a-z0-9])[a-z]{2}[0-9]{2}(?: ?[a-z0-9]){11,30}")
_RF = re.compile(r"(?<![a-z0-9])rf ?[0-9]{2}(?:[ .\-]?[a-z0-9])+")
_GROUP_END = re.compile(r"(?<=[a-z0-9])(?![a-z0-9])")
_LONG_DIGITS = re.compile(r"(?<![0-9a-z])[0-9](?:[ .\-]?[0-9]){6,}(?![0-9a-z])")
_DAY = r"(?:0?[1-9]|[12][0-9]|3[01])"
_MONTH = r"(?:0?[1-9]|1[0-2])"
_MONTH_NAME = (
    r"(?:jan(?:uari|uary)?|feb(?:ruari|ruary)?|mrt|maart|mar(?:ch)?|apr(?:il)?|mei|may|jun[ie]?"
    r"|jul[iy]?|aug(?:ustus|ust)?|sept?(?:ember)?|o[kc]t(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
)
_NAMED_DATE = re.compile(
    rf"(?<![0-9a-z]){_DAY}[ .\-]{{0,2}}{_MONTH_NAME}(?:[ .\-']{{1,2}}20[0-9]{{2}})?"
    r"(?![0-9a-z]|[-/.][0-9])"
)
_TIME = re.compile(r"(?<![0-9a-z:])[0-2]?[0-9]:[0-5][0-9](?::[0-5][0-9])?(?![0-9:])")
_DATE = re.compile(
    rf"(?<![0-9a-z])(?:{_DAY}([-/.]){_MONTH}\1(?:20)?[0-9]{{2}}|20[0-9]{{2}}([-/.]){_MONTH}\2{_DAY})"
    r"(?![0-9]|[-/.][0-9])"
    rf"|(?<![0-9a-z]){_DAY} {_MONTH} 20[0-9]{{2}}(?![0-9]|[-/. ]+[0-9])"
)
_FIGURE = (
    r"(?:[0-9]{1,3}(?:\.[0-9]{3}){1,2}(?:,[0-9]{2})?"
    r"|[0-9]{1,4}(?:[.,][0-9]{2}|,-{1,2})?|[0-9]{5,6}[.,][0-9]{2})"
)
_AMOUNT = re.compile(rf"(?:€|\beuro?\b)\s?{_FIGURE}(?![0-9]|[-/.,][0-9])")
_AMOUNT_BEFORE_SIGN = re.compile(rf"(?<![0-9a-z.,/\-])({_FIGURE})\s?(?:€|euro?\b)(?!\s?[0-9])")
_DECIMAL = re.compile(
    r"(?<![0-9a-z.,/\-])([0-9]{1,6}|[0-9]{1,3}(?:\.[0-9]{3})+)[.,]([0-9]{2}|--?)(?![0-9a-z]|[.,/\-][0-9])"
)
_TICKET = re.compile(r"(?<![a-z0-9])t-20[0-9]{2}-[0-9]{5,12}(?![0-9a-z])")
_PHONE = re.compile(
    r"(?<![0-9+])(?:\+31|0031|0)[ .\-]?(?:\(0\) ?)?[1-9](?:[ .\-]?[0-9]){8}(?![0-9]|[.\-][0-9])"
)
# Its digits may begin like a year, so it is masked before numbers are looked for.
_MOBILE = re.compile(r"(?<![0-9a-z+.\-/])06[ \-]?[0-9]{8}(?![0-9]|[.\-/][0-9])")
_PERIOD = re.compile(
    rf"(?<![0-9|]){_MONTH}[-/](?:19|20)[0-9]{{2}}(?![0-9]|[-/.][0-9])"
    rf"|(?<![0-9|])20[0-9]{{2}}[-/.](?:0[1-9]|1[0-2]|[1-4])(?![0-9]|[-/.][0-9])"
    rf"|(?<![0-9|])20[0-9]{{2}} ?[-/] ?20[0-9]{{2}}(?![0-9]|[-/.][0-9])"
)
_DIGITS = re.compile(r"[0-9]+")
_YEAR = re.compile(r"(?:19|20)[0-9]{2}")
_COMPACT_DAY = re.compile(
    r"20[0-9]{2}(?:0[1-9]|1[0-2])(?:0[1-9]|[12][0-9]|3[01])"
    r"|(?:0[1-9]|[12][0-9]|3[01])(?:0[1-9]|1[0-2])20[0-9]{2}"
)
_AFTER_NUMBER = re.compile(r"[|0-9][\s.\-/:,]{0,3}\Z")
_MOST_GROUPS = 8
_LONGEST_RF = 40  # with a blank between all of its 25 characters it would be longer still
_LABELLED = re.compile(r"(?:fact|fakt|fac|inv)[a-z]*[\s.:#\-]{0,3}\Z")


def find_references(scan: Scan, index: OpenItemIndex) -> None:
    """Take RF references and betalingskenmerken out of the text, and IBANs that would look so."""
    for found in _RF.finditer(scan.rest):
        _take_rf(scan, found, index)
    for found in _IBAN.finditer(scan.rest):
        _mask_iban(scan, found)
    if index.has_kenmerken:
        for found in _LONG_DIGITS.finditer(scan.rest):
            _take_kenmerk(scan, found, index)


def reference_mention(reference: str, index: OpenItemIndex) -> Mention | None:
    """Return what a reference names; None when it is no RF or betalingskenmerk at all."""
    compact = re.sub(r"[\s.\-]", "", reference).lower()
    is_checked = is_valid_rf(compact) or (len(compact) > 7 and is_valid_kenmerk(compact))
    items = tuple(positions(index.by_reference.get(compact)))
    if items:
        is_sure = is_checked and len(items) == 1
        return Mention("reference", compact.upper(), items=items, sure=is_sure)
    return Mention("nobodys_number", compact.upper()) if is_checked else None


def mask_figures(scan: Scan, *, amount_cents: int) -> None:
    """Mask amounts of money, days, times and tickets: they are no numbers of anybody."""
    scan.mask_all(_AMOUNT)
    for found in _AMOUNT_BEFORE_SIGN.finditer(scan.rest):
        # Behind a number whole euros may belong to it: "F2026-21 3375 €".
        is_free = "," in found[1] or not _is_after_number(scan.rest, found.start())
        if is_free or found[1] == str(amount_cents // 100):
            scan.cut(found.start(), found.end(), MASK)
    scan.mask_all(_TIME)
    scan.mask_all(_DATE)
    scan.mask_all(_NAMED_DATE)
    scan.mask_all(_TICKET)
    scan.mask_all(_MOBILE)
    for found in _DECIMAL.finditer(scan.rest):
        cents = int(found[1].replace(".", "")) * 100 + int(found[2].strip("-") or 0)
        if cents == amount_cents:
            scan.cut(found.start(), found.end(), MASK)


def find_leftovers(scan: Scan, index: OpenItemIndex) -> None:
    """Name every number that is still there: bare ones of ours, harmless ones, nobody's."""
    if _DIGITS.search(scan.rest) is None:
        return
    scan.mask_all(_PERIOD)
    scan.mask_all(_PHONE)
    for found in _DIGITS.finditer(scan.rest):
        mention = _small(scan, found, index) if len(found[0]) < 3 else _leftover(scan, found, index)
        if mention is not None:
            scan.mentions.append(mention)


def _small(scan: Scan, found: re.Match[str], index: OpenItemIndex) -> Mention | None:
    """Return what one or two digits may mean: right after a number they may belong to it."""
    if UNIT.match(scan.rest, found.end()):
        return None
    if _is_after_number(scan.rest, found.start()):
        return Mention("nobodys_number", found[0])
    items = _bare_items(found[0], index)
    return Mention("small", found[0], items=items) if items else None


def _is_after_number(text: str, start: int) -> bool:
    """Tell whether only signs and blanks stand between these digits and a number before them."""
    return _AFTER_NUMBER.search(text, max(0, start - 4), start) is not None


def _leftover(scan: Scan, found: re.Match[str], index: OpenItemIndex) -> Mention | None:
    """Return what three or more digits may mean; None when they name nothing."""
    digits = found[0]
    is_labelled = _LABELLED.search(scan.rest, max(0, found.start() - 24), found.start())
    is_year = _YEAR.fullmatch(digits) is not None
    if is_year and not is_labelled:
        return None
    items = _bare_items(digits, index)
    customers = () if is_labelled else tuple(index.customers_named(digits))
    if "" in index.customer_letters and len(digits) > 3 and customers and not items:
        return Mention("customer", digits, customers=customers, sure=len(customers) == 1)
    if items or customers:
        return Mention("bare", digits, items=items, customers=customers)
    is_counted = len(digits) == 3 and UNIT.match(scan.rest, found.end()) is not None
    is_counted = is_counted and not _is_after_number(scan.rest, found.start())
    if is_year or is_counted or _COMPACT_DAY.fullmatch(digits):
        return None
    return Mention("nobodys_number", digits)


def _bare_items(digits: str, index: OpenItemIndex) -> tuple[int, ...]:
    """Return the open items of which these digits are the sequence, or an opaque number."""
    found = positions(index.by_opaque_number.get(digits))
    if int(digits):
        for year in index.years:
            found = found + index.items_numbered(year, digits, series=None)
    return tuple(found)


def _take_rf(scan: Scan, found: re.Match[str], index: OpenItemIndex) -> None:
    """Note the longest stretch of blank-separated groups that is an RF reference.

    With words behind it ("RF40F202600123 dank u") one in 97 has right check digits by chance: then
    the shorter one that is ours counts. Digits behind it may belong to it, so they do not yield.
    """
    typed = found[0]
    ends = [end.end() for end in _GROUP_END.finditer(typed) if end.end() >= 5][:_MOST_GROUPS]
    chosen: tuple[int, Mention] | None = None
    for end in reversed(ends):
        mention = reference_mention(typed[:end], index) if end <= _LONGEST_RF else None
        if mention is None:
            continue
        if chosen is None or (mention.sure and _DIGITS.search(typed, end, chosen[0]) is None):
            chosen = (end, mention)
        if chosen[1].items:
            break
    if chosen is not None:
        scan.cut(found.start(), found.start() + chosen[0], NUMBER_MASK)
        scan.mentions.append(chosen[1])
        return
    # Wrong check digits: what stands inside may still be our number, but names it no more.
    shown = scan.cut(found.start(), found.start() + 4, MASK)
    scan.mentions.append(Mention("nobodys_number", shown))


def _mask_iban(scan: Scan, found: re.Match[str]) -> None:
    typed = found[0]
    compact = ""
    for place, character in enumerate(typed):
        if character == " ":
            continue
        compact += character
        following = typed[place + 1 : place + 2]
        if len(compact) < 15 or following.isdigit():
            continue
        if _has_iban_checksum(compact) and is_valid_iban(compact):
            scan.cut(found.start(), found.start() + place + 1, MASK)
            return


def _has_iban_checksum(compact: str) -> bool:
    """Do the cheap half of the check: most lengths fall off here."""
    rotated = compact[4:] + compact[:4]
    return int("".join(str(int(character, 36)) for character in rotated)) % 97 == 1


def _take_kenmerk(scan: Scan, found: re.Match[str], index: OpenItemIndex) -> None:
    """Note each stretch of groups of digits that is a betalingskenmerk of ours."""
    groups = list(_DIGITS.finditer(found[0]))
    first = 0
    while first < len(groups):
        for last in range(min(len(groups), first + _MOST_GROUPS), first, -1):
            start, end = groups[first].start(), groups[last - 1].end()
            compact = "".join(group[0] for group in groups[first:last])
            if compact in index.by_reference:
                mention = reference_mention(compact, index)
                scan.cut(found.start() + start, found.start() + end, MASK)
                if mention is not None:
                    scan.mentions.append(mention)
                first = last - 1
                break
        first += 1
