"""How people write what they pay: invoice numbers, lists, domains, references, and words around.

And what a bank does to it on the way: folds it at 27, 32, 35 or 65 characters, sometimes losing the
blank that stood there, and cuts it off at 140.
"""

import random
from collections.abc import Sequence

from balie.domain.matching import OpenItem
from bench.matching_office import iban


def as_number(number: str, draw: random.Random) -> str:
    """Return an invoice number as one of many would write it: mostly as it is printed."""
    letter, year, sequence = number[0], number[1:5], number[6:]
    ways = (
        (55, number),
        (11, number.lower()),
        (6, number.replace("-", "")),
        (5, f"{letter}{year} {sequence}"),
        (5, f"{year}-{sequence}"),
        (3, f"{year}{sequence}"),
        (3, f"{letter}{year}{draw.choice('/._')}{sequence}"),
        (3, f"{letter}{year}-{sequence.lstrip('0')}"),
        (2, f"{letter} {year} - {sequence}"),
        (2, f"{letter}-{year}-{sequence}"),
        (2, number.replace("0", draw.choice("Oo"))),
        (1, number.replace("1", "I")),
        (1, f"{letter}{year[:2]} {year[2:]} {sequence[:2]} {sequence[2:]}"),
        (1, number.replace("-", "\u2013")),
    )
    return _drawn(ways, draw)


def _drawn(ways: Sequence[tuple[int, str]], draw: random.Random) -> str:
    shares, texts = zip(*ways, strict=True)
    return str(draw.choices(texts, weights=shares)[0])


def as_list(numbers: Sequence[str], draw: random.Random) -> str:
    """Return several invoice numbers as people list them."""
    joint = draw.choice((" ", ", ", " en ", " + ", " / ", "/", "; ", " & ", ","))
    same_year = len({number[:6] for number in numbers}) == 1
    form = draw.random()
    if form < 0.6 or not same_year:
        if draw.random() < 0.3:
            return ", ".join(numbers[:-1]) + " en " + numbers[-1]
        return joint.join(numbers)
    rest = [number[6:] for number in numbers[1:]]
    if joint == " ":
        joint = "/"
    if form < 0.85:
        return joint.join((numbers[0], *rest))
    # Only the last digits, as on paper: F2026-00123/124.
    same_start = len({(len(number), number[:-3]) for number in numbers}) == 1
    ends = [number[-3:] for number in numbers[1:]] if same_start else rest
    return joint.join((numbers[0], *ends))


def as_domain(item: OpenItem, draw: random.Random) -> str:
    """Return one of the customer's domains as people write them."""
    domain = draw.choice(item.domains)
    label, _, end = domain.rpartition(".")
    script = domain if domain.isascii() else f"xn--{label.encode('punycode').decode()}.{end}"
    ways = (
        (60, domain),
        (15, f"www.{domain}"),
        (7, domain.capitalize()),
        (5, domain.upper()),
        (4, f"https://{draw.choice(('', 'www.'))}{domain}/"),
        (3, domain.replace(".", draw.choice((" .", ". ", " . ")))),
        (3, script),
        (3, f"{domain}."),
    )
    return _drawn(ways, draw)


def as_customer_number(item: OpenItem, draw: random.Random) -> str:
    """Return the customer number as people write it."""
    number = item.customer_number
    return draw.choice(
        (number, number, number.lower(), f"klantnummer {number}", f"klantnr. {number}",
         f"klant {number[1:]}", f"debiteurnr {number[1:]}", f"klantnr: {number[1:]}",
         f"K {number[1:]}", f"relatienummer {number}")
    )  # fmt: skip


def as_reference(reference: str, draw: random.Random) -> str:
    """Return an RF reference or betalingskenmerk as people copy it."""
    form = draw.random()
    if form < 0.4:
        return reference
    if form < 0.8:
        return " ".join(reference[at : at + 4] for at in range(0, len(reference), 4))
    if form < 0.9:
        return reference.lower()
    return f"betalingskenmerk {reference}"


def words_around(written: str, item: OpenItem, draw: random.Random, *, calm: bool = False) -> str:
    """Return it with the words that people put around it; `calm` without figures of their own."""
    form = draw.random()
    if form < 0.35:
        return written
    before = draw.choice(
        ("factuur ", "Factuur: ", "fact. ", "factuurnr ", "Factuurnummer: ", "betaling factuur ",
         "inzake ", "betreft ", "hosting ", "webhosting ", "invoice ", "voldaan: ", "omschr: ",
         "Betreft factuur ", "Rekening ", "uw factuur ", "betaling ", "kenmerk ", "t.n.v. ",
         "nota ", "re: ", "ivm hosting ")
    )  # fmt: skip
    if form < 0.75:
        return before + written
    if calm or form < 0.85:
        after = draw.choice(
            (" bedankt", " mvg", f" {item.customer_name}", " hosting", " domeinnaam", " spoed",
             " (website)", ", met dank", " verlenging", " jaarlijks", ".")
        )  # fmt: skip
    else:
        day, month = draw.randint(1, 28), draw.randint(1, 12)
        euros = f"{item.open_cents // 100},{item.open_cents % 100:02d}"
        after = draw.choice(
            (f" d.d. {day:02d}-{month:02d}-2026", f" dd {day}-{month}-2026",
             f" {day}/{month}/2026",
             f" periode {month:02d}-2026", " hosting 2026", " 2026/2027", f" eur {euros}",
             f" € {euros}", f" tel 06-{draw.randrange(10**8):08d}",
             f" {draw.randint(1, 12)} maanden",
             " 1 jaar", f" {draw.randint(2, 5)} domeinen", f" Q{draw.randint(1, 4)}",
             f" week {draw.randint(1, 52)}", f" termijn {draw.randint(1, 4)}", f" {iban(draw)}",
             f" {day} {draw.choice(('jan', 'mrt', 'mei', 'okt', 'november'))} 2026")
        )  # fmt: skip
    glued = draw.choice((("", written), ("(", f"{written})"), ("#", written), ("nr.", written)))
    return draw.choice((before, "", "".join(glued[:1]))) + glued[1] + after


def mistyped(text: str, alphabet: str, draw: random.Random) -> str:
    """Return a text with one slip of the fingers: wrong, missing, doubled or swapped."""
    while True:
        place = draw.randrange(len(text))
        form = draw.randrange(4)
        if form == 0:
            slipped = text[:place] + draw.choice(alphabet) + text[place + 1 :]
        elif form == 1:
            slipped = text[:place] + text[place + 1 :]
        elif form == 2:
            slipped = text[:place] + text[place] + text[place:]
        else:
            slipped = text[:place] + text[place : place + 2][::-1] + text[place + 2 :]
        if slipped not in {text, ""}:
            return slipped


def folded(text: str, draw: random.Random) -> tuple[str, bool]:
    """Return a text as the bank's file holds it, and whether its end was cut off."""
    is_cut = len(text) > 140
    text = text[:140]
    form = draw.random()
    if form < 0.6:
        return text, is_cut
    width = draw.choice((27, 32, 35, 35, 65))
    lines = [text[at : at + width] for at in range(0, len(text), width)]
    if form < 0.75:
        lines = [line.rstrip() for line in lines]
    elif form < 0.85:
        lines = [line.strip() for line in lines]
    if form > 0.97 and len(lines) > 1:
        # A bank's own form with one line, and no word about the rest.
        return lines[0], True
    return "\n".join(lines), is_cut
