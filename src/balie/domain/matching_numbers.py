"""Invoice numbers in what a payer wrote: whole ones, lists of them, and what only looks like one.

The rules stand in docs/algorithms/matching.md under the names used here. A number is sure when year
and every digit of the sequence stand there in order; a longer number is nobody's.
"""

import re
from dataclasses import dataclass

from balie.domain.matching_index import OpenItemIndex
from balie.domain.matching_text import NUMBER_MASK, Mention, Scan, is_word

_DIGITS = str.maketrans("oi", "01")
# O and I count as digits between digits, and at the end of a word.
_RUN = r"(?:[0-9oi]*[0-9](?:[oi]+(?![a-z0-9]))?)"
_GAP = r"[\s\-_./:#]{0,3}"
_YEAR = re.compile(r"(?<![0-9])2 ?[0o] ?[0-9oi] ?[0-9oi]")
_BEFORE = re.compile(rf"([a-z]+)({_GAP})\Z")
_SEQUENCE = re.compile(rf"({_GAP})({_RUN})")
_MORE = re.compile(rf"[\s.\-]{{1,3}}({_RUN})")
_LETTERS = re.compile(r"[a-z]+")
_LONE_SUFFIX = re.compile(r"[-_/][a-z](?![a-z0-9])")
_NEXT = re.compile(rf"\s*(?:[/,;+&]|\b(?:en|and)\b)\s*({_RUN})(?![a-z0-9]|[.:\-][0-9])")
_SHORT_WORDS = frozenset({"en", "dd", "nr", "of", "is", "bv", "nv", "te", "op", "in"})
_DATE = re.compile(r"(20[0-9]{2})(0[1-9]|1[0-2])(0[1-9]|[12][0-9]|3[01])")
_YEAR_LIKE = re.compile(r"(?:19|20)[0-9]{2}")
UNIT = re.compile(
    r"\s?(?:x|e|de|ste|st|stuks?|jaar|jaren|jr|mnd|maand(?:en)?|kwartaal|kw|weken|week|dag(?:en)?"
    r"|domein(?:en|naam|namen)?|pakket(?:ten)?|termijn(?:en)?|gb|mb|tb|users?|gebruikers?|uur"
    r"|years?|months?|domains?|%)(?![a-z0-9])"
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    """A year with digits after it: its place, and what speaks for and against it."""

    start: int
    year_end: int
    end: int
    year: int
    digits: str
    joined: tuple[str, int] | None
    gap: str
    series: str | None
    is_foreign: bool
    is_folded: bool


def find_numbers(scan: Scan, index: OpenItemIndex) -> None:
    """Take all invoice numbers and lists of them out of the text, left to right."""
    place = 0
    while (found := _YEAR.search(scan.rest, place)) is not None:
        candidate = _candidate(scan.rest, found, index)
        place = found.end() if candidate is None else _take(scan, candidate, index)


def number_mentions(text: str, index: OpenItemIndex) -> list[Mention]:
    """Return the invoice numbers in a text of its own, such as a reference."""
    scan = Scan(text)
    find_numbers(scan, index)
    return scan.mentions


def is_cut(text: str, end: int) -> bool:
    """Tell whether a fold stands between these digits and more digits."""
    return text[end : end + 1] == "\n" and text[end + 1 : end + 2].isdigit()


def is_glued(text: str, end: int) -> bool:
    """Tell whether one or two letters stick to the end of a number: "00123a" is another's."""
    letters = _LETTERS.match(text, end)
    if letters is None:
        return _LONE_SUFFIX.match(text, end) is not None
    return len(letters[0]) < 3 and letters[0] not in _SHORT_WORDS


def _candidate(text: str, found: re.Match[str], index: OpenItemIndex) -> _Candidate | None:
    after = _SEQUENCE.match(text, found.end())
    if after is None:
        return None
    start, series, is_foreign = _letters_before(text, found.start(), index)
    if len(found[0]) > 4 and series is None:
        return None  # "2 0 12" is a year with blanks only where a series letter says so
    digits, end, joined = _sequence(text, after, index)
    year = int(found[0].replace(" ", "").translate(_DIGITS))
    is_season = series is None and digits == str(year + 1)
    if is_season or int(digits) == 0:
        return None
    return _Candidate(
        start=start,
        year_end=found.end(),
        end=end,
        year=year,
        digits=digits,
        joined=joined,
        gap=after[1],
        series=series,
        is_foreign=is_foreign or is_glued(text, end),
        is_folded=is_cut(text, end),
    )


def _sequence(
    text: str, first: re.Match[str], index: OpenItemIndex
) -> tuple[str, int, tuple[str, int] | None]:
    """Return the digits of a sequence and their end; and those with what follows after a blank.

    Blanks inside count as typed only in a number with its leading zeroes ("00 123"): "123 45" may
    as well be two numbers.
    """
    digits, end = first[2].translate(_DIGITS), first.end()
    if len(digits) in index.widths:
        return digits, end, None
    joined, place = digits, end
    while (more := _MORE.match(text, place)) is not None:
        joined, place = joined + more[1].translate(_DIGITS), more.end()
        if len(joined) in index.widths:
            if digits.startswith("0"):
                return joined, place, None
            return digits, end, (joined, place)
    return digits, end, None


def _letters_before(text: str, start: int, index: OpenItemIndex) -> tuple[int, str | None, bool]:
    """Return where a number begins, its series (None when missing), and if it is another's."""
    before = _BEFORE.search(text, max(0, start - 40), start)
    if before is None:
        # "1-2026-00123": more digits stand before the year, so this is a longer number.
        is_longer = text[max(0, start - 2) : start - 1].isdigit() and text[start - 1] in "-_./\n"
        return start, None, is_longer
    letters, gap = before[1], before[2]
    for series in index.series_by_length:
        if series and letters.endswith(series):
            begin = before.end(1) - len(series)
            if _stands_free(text, begin, letters[: -len(series)], index):
                return begin, series, False
    if is_word(letters) or (len(letters) > 1 and not _is_tight(gap)):
        return start, None, False
    is_abbreviated = text[: before.start(1)].endswith(".") and gap.startswith(".") and len(gap) > 1
    if is_abbreviated:
        return start, None, False  # "t.n.v. 2026-00123"
    return before.start(1), None, True


def _stands_free(text: str, begin: int, rest: str, index: OpenItemIndex) -> bool:
    """Tell whether a series letter begins a number: no digit and no strange letters before it."""
    if rest:
        is_domain_end = rest in index.top_level_domains and text[: begin - len(rest)].endswith(".")
        return is_word(rest) or is_domain_end
    return not (begin and text[begin - 1].isdigit())


def _is_tight(gap: str) -> bool:
    """Tell whether nothing or a dash binds letters to the year: they are part of the number."""
    return gap.strip("-_/") == ""


def _take(scan: Scan, candidate: _Candidate, index: OpenItemIndex) -> int:
    """Note a candidate if it is a number, with the list that follows; return where to go on."""
    items = _items(candidate, index)
    if candidate.joined is not None and candidate.series is not None:
        digits, end = candidate.joined
        others = index.items_numbered(candidate.year, digits, series=candidate.series)
        if others:
            # With nothing open under the short number, only the whole one can be meant.
            is_whole = not (items or candidate.is_foreign) and len(others) == 1
            is_whole = is_whole and not is_glued(scan.rest, end)
            folded = is_cut(scan.rest, end)
            shown = scan.cut(candidate.start, end, NUMBER_MASK)
            scan.mentions.append(
                Mention(
                    "number" if is_whole else "number_like",
                    shown,
                    items=(*items, *others),
                    sure=is_whole and not folded,
                    folded=is_whole and folded,
                )
            )
            return end
    if not items and not _is_whole(candidate, index):
        return candidate.year_end
    if candidate.is_foreign:
        written = "".join(filter(str.isalnum, scan.rest[candidate.start : candidate.end]))
        if written in index.by_customer:
            return candidate.end  # customer K202600, not an invoice of 2026
    shown = scan.cut(candidate.start, candidate.end, NUMBER_MASK)
    scan.mentions.append(_mention(shown, items, candidate, index))
    return _take_list(scan, candidate, items[0] if items else None, index)


def _items(candidate: _Candidate, index: OpenItemIndex) -> list[int]:
    """Return the items a number may name.

    In "hosting 2026 01681" the year may belong to the word before it, the sequence to any year.
    """
    items = index.items_numbered(candidate.year, candidate.digits, series=candidate.series)
    if items and candidate.series is None and re.search(r"\s", candidate.gap):
        for year in sorted(index.years - {candidate.year}):
            items = items + index.items_numbered(year, candidate.digits, series=None)
    return items


def _mention(shown: str, items: list[int], candidate: _Candidate, index: OpenItemIndex) -> Mention:
    """Return what a number names: sure, only folded, or not at all clear."""
    if not items:
        return Mention("nobodys_number", shown, shape=(str(candidate.year), candidate.digits))
    if candidate.is_foreign or len(items) > 1 or not _is_whole(candidate, index):
        return Mention("number_like", shown, items=tuple(items))
    # A short number before a fold is rather the beginning of the whole one.
    is_full = len(candidate.digits) in index.widths
    folded = candidate.is_folded and is_full
    sure = not candidate.is_folded
    return Mention("number", shown, items=tuple(items), sure=sure, folded=folded)


def _is_whole(candidate: _Candidate, index: OpenItemIndex) -> bool:
    """Tell whether this cannot well be anything but an invoice number.

    With its series letter it is. Without, "2026-12" is a month, "20261123" a day, "2026 365" a year
    and a figure.
    """
    digits = candidate.digits
    if candidate.series is not None:
        return True
    widest = max(index.widths, default=5)
    if len(digits) in index.widths:
        return True
    if len(digits) < 3 or len(digits) > widest + 4:
        return False
    if candidate.gap == "":
        return _DATE.fullmatch(f"{candidate.year}{digits}") is None
    has_blank = any(character.isspace() for character in candidate.gap)
    return not has_blank and _YEAR_LIKE.fullmatch(digits) is None


def _take_list(scan: Scan, first: _Candidate, item: int | None, index: OpenItemIndex) -> int:
    """Note the short numbers of a list after a whole one: "F2026-00123/124 en 125"."""
    end, previous = first.end, first.digits
    while (found := _NEXT.match(scan.rest, end)) is not None:
        digits = found[1].translate(_DIGITS)
        is_counted = len(digits) < 4 and UNIT.match(scan.rest, found.end()) is not None
        if len(digits) > max(index.widths, default=5) or is_counted:
            break
        if _SEQUENCE.match(scan.rest, found.end()) and _YEAR_LIKE.fullmatch(digits):
            break
        is_folded = is_cut(scan.rest, found.end())
        mention = _listed(digits, previous, first, item, index, is_folded=is_folded)
        if mention is None:
            break
        scan.cut(found.start(1), found.end(1), NUMBER_MASK)
        scan.mentions.append(mention)
        end, previous = found.end(), digits
    return end


def _listed(
    digits: str,
    previous: str,
    first: _Candidate,
    item: int | None,
    index: OpenItemIndex,
    *,
    is_folded: bool,
) -> Mention | None:
    """Return what a short number of a list names; None when it is no part of the list.

    "00123/46" may be 46 or 146: with fewer digits than the one before it is sure only when one of
    the two is open and is the same customer's.
    """
    plain = _numbered(first, digits, index)
    whole = previous.lstrip("0")
    tail = _numbered(first, whole[: -len(digits)] + digits, index) if digits else []
    is_short = len(digits) < len(whole)
    items = tuple(dict.fromkeys(plain + tail)) if is_short else tuple(plain)
    if not items:
        is_something_else = _YEAR_LIKE.fullmatch(digits) or index.customers_named(digits)
        return None if is_something_else else Mention("nobodys_number", digits)
    is_same_customer = item is not None and all(
        index.customer_of[other] == index.customer_of[item] for other in items
    )
    is_clear = len(items) == 1 and (not is_short or is_same_customer)
    return Mention(
        "number" if is_clear else "number_like",
        digits,
        items=items,
        sure=is_clear and not is_folded,
        folded=is_clear and is_folded,
    )


def _numbered(first: _Candidate, digits: str, index: OpenItemIndex) -> list[int]:
    return index.items_numbered(first.year, digits, series=first.series) if int(digits) else []
