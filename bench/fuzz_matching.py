"""Transfers that nobody would send: whatever the text, one sound answer, and soon.

Takes the transfers that were written by hand and breaks them: characters turned, cut, repeated,
laid over each other, signs of other scripts put in. What is read must be sound: no more placed than
came in or is open, and a certain answer pays exactly and rests on something that stands there. The
readers of references are fed with the same.

    make fuzz-matching ARGS="--inputs 1000000 --seed 1"
"""

import argparse
import random
import sys
import time
import unicodedata
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # it runs as a script

from balie.domain.matching import Match, Matcher, OpenItem, Transfer
from balie.domain.matching_index import tidy_domain, tidy_name
from balie.domain.matching_items import CERTAIN, LIKELY, NONE
from balie.domain.matching_text import readings
from balie.formats.references import is_valid_kenmerk, is_valid_rf, rf_reference
from bench.matching_by_hand import by_hand

SECONDS = 0.5
LONGEST = 6_000
WORDS = (
    "F2026-|2026|00123|/124|/46| en |RF|RF40F202600123|5000056789012345|K10009|klant |voorbeeld.nl"
    "|www.|.nl|xn--|xn--bcher-kva.example|\n|\n\n|\r\n| \n|\t|\0|~|||€ |121,00|,-|06-12345678"
    "|NL20INGB0001234567|NL|T-2026-00044|23-11-2026|27 mei|2 jaar|O|I|l|\u0130|\u017f|\u212a|\u00df"
    "|\u0660\u0661|\uff12\uff10\uff12\uff16|\u200b|\u202e|\u00ad|\ud800|\U0001d7d8|\u2460|\u00b2"
    "|e\u0301|\u1e9e|\ufb01|%|{|}|{text}|%s|<b>|'|\"|;--|\\|0000000000|9999999999999999|-|.|@|:|//"
).split("|")  # an empty word is one too


class NotSound(Exception):
    """The matcher gave something that it may not give; the message says what."""


@dataclass
class Run:
    """What was seen, and what failed with which input."""

    answers: Counter[str] = field(default_factory=Counter)
    slowest: float = 0.0
    failures: list[tuple[str, Transfer]] = field(default_factory=list)


def fuzz(*, inputs: int, seed: int) -> Run:
    """Try so many transfers, the same for a same seed."""
    hand = by_hand()
    matcher = Matcher(hand.office.items)
    items = {item.key: item for item in hand.office.items}
    run = Run()
    draw = random.Random(seed)  # noqa: S311 - repeatable, not secret
    seeds = [sample.transfer for sample in hand.samples]
    for transfer in _broken(seeds, inputs=inputs, draw=draw):
        started = time.process_time()
        try:
            match = matcher.match(transfer)
            check(match, transfer, items)
            _check_readers(transfer.text[:200])
        except Exception as error:  # noqa: BLE001 - that is what it looks for
            run.failures.append((f"{type(error).__name__}: {error}", transfer))
            continue
        took = time.process_time() - started
        run.slowest = max(run.slowest, took)
        run.answers[match.certainty] += 1
        if took > SECONDS:
            run.failures.append((f"took {took:.2f} s", transfer))
    return run


def _broken(seeds: list[Transfer], *, inputs: int, draw: random.Random) -> Iterator[Transfer]:
    for _ in range(inputs):
        seed, other = draw.choice(seeds), draw.choice(seeds)
        text = seed.text
        for _ in range(draw.choice((0, 1, 1, 2, 3, 5, 12))):
            text = _break(text, other.text, draw)
        yield Transfer(
            amount_cents=draw.choice((seed.amount_cents, seed.amount_cents, other.amount_cents)),
            counterparty_name=_perhaps(other.counterparty_name, text, draw),
            counterparty_iban=_perhaps(other.counterparty_iban, text, draw),
            end_to_end_id=_perhaps(seed.end_to_end_id, text, draw),
            structured_reference=_perhaps(seed.structured_reference, text, draw),
            text=text[:LONGEST],
        )


def _perhaps(value: str | None, text: str, draw: random.Random) -> str | None:
    form = draw.random()
    if form < 0.1:
        return text[: draw.choice((0, 4, 18, 35, 400))]
    return _break(value or "", text[:10], draw) if form < 0.2 else value


def _break(text: str, other: str, draw: random.Random) -> str:
    at, to = sorted((draw.randrange(len(text) + 1), draw.randrange(len(text) + 1)))
    turned = chr(draw.randrange(draw.choice((127, 0x3000, 0x11000))))
    return draw.choice(
        (
            text[:at] + draw.choice(WORDS) + text[at:],
            text[:at] + draw.choice(WORDS) + text[to:],
            text[:at] + text[at:to] * draw.choice((2, 2, 3, 60)) + text[to:],
            text[:at] + other[: draw.randrange(len(other) + 1)] + text[at:],
            text[:at] + "\n" + text[at:],
            text[:at] + turned + text[at + 1 :],
            text[:at] + text[to:],
        )
    )[: 2 * LONGEST]


def check(match: Match, transfer: Transfer, items: dict[int | str, OpenItem]) -> None:
    """Raise NotSound unless the answer holds what the matcher promises."""
    if match.certainty not in {CERTAIN, LIKELY, NONE}:
        raise NotSound(f"certainty {match.certainty!r}")
    if (match.certainty == NONE) != (not match.proposals):
        raise NotSound("proposals and certainty disagree")
    for proposal in match.proposals:
        keys = [key for key, _ in proposal.allocations]
        if not keys or len(set(keys)) != len(keys):
            raise NotSound(f"allocations to {keys}")
        if any(not 0 < cents <= items[key].open_cents for key, cents in proposal.allocations):
            raise NotSound("more placed on an invoice than is open on it")
        if sum(cents for _, cents in proposal.allocations) > transfer.amount_cents:
            raise NotSound("more placed than came in")
        for reason in (*proposal.evidence, *match.doubts):
            if not (reason.sentence("nl").strip() and reason.sentence("en").strip()):
                raise NotSound("evidence without words")
    if match.certainty == CERTAIN:
        _check_certain(match, transfer, items)


def _check_certain(match: Match, transfer: Transfer, items: dict[int | str, OpenItem]) -> None:
    if len(match.proposals) != 1 or match.doubts:
        raise NotSound("certain, and yet doubts or more than one proposal")
    placed = match.proposals[0].allocations
    paid = [items[key] for key, _ in placed]
    is_whole = all(cents == items[key].open_cents for key, cents in placed)
    if not is_whole or sum(item.open_cents for item in paid) != transfer.amount_cents:
        raise NotSound("certain, and yet the amount is not exact")
    written = " ".join(
        (transfer.text, transfer.structured_reference or "", transfer.end_to_end_id or "")
    )
    plain = _plain(written)
    for item in paid:
        # Of a list only the last digits need to stand there.
        is_listed = len(paid) > 1 and item.invoice_number[-1] in plain
        if not is_listed and not any(stands in plain for stands in _names(item)):
            raise NotSound(f"certain of {item.invoice_number}, and nothing names it")


def _names(item: OpenItem) -> Iterator[str]:
    year, sequence = item.invoice_number[1:5], item.invoice_number[6:]
    for zeroes in range(len(sequence) - len(sequence.lstrip("0")) + 1):
        yield year + sequence[zeroes:]
    yield _plain(item.payment_reference or item.invoice_number)
    yield _plain(item.customer_number[1:])
    for domain in item.domains:
        yield _plain(domain)
        yield _plain(tidy_domain(domain))


def _plain(text: str) -> str:
    """Letters and figures alone, O and I as figures, one form of what has more than one."""
    digits = "".join(
        str(unicodedata.decimal(character)) if character.isdecimal() else character
        for character in unicodedata.normalize("NFKC", text).lower()
    )
    kept = "".join(filter(str.isalnum, digits)).translate(str.maketrans("oi", "01"))
    return unicodedata.normalize("NFC", kept)


def _check_readers(text: str) -> None:
    """The readers of references, domains, names and folds: a bool, a text, never an exception."""
    for answer in (is_valid_rf(text), is_valid_kenmerk(text)):
        if type(answer) is not bool:
            raise NotSound("a check that is neither right nor wrong")
    if not readings(text) or any("\r\n" in reading for reading in readings(text)):
        raise NotSound("no reading of a text")
    tidied = tidy_domain(text)
    is_one_word = not any(character.isspace() for character in text) and "www" not in text.lower()
    if is_one_word and tidy_domain(tidied) != tidied:
        raise NotSound(f"a domain that is not tidy: {tidied!r}")
    if type(tidy_name(text)) is not str:
        raise NotSound("a name that is no text")
    try:
        reference = rf_reference(text)
    except ValueError:
        return
    if not is_valid_rf(reference):
        raise NotSound(f"{reference} does not hold its own check digits")


def main() -> int:
    """Fuzz and tell what was seen; 1 when anything failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    started = time.monotonic()
    run = fuzz(inputs=asked.inputs, seed=asked.seed)
    seen = ", ".join(f"{count:,} {certainty}" for certainty, count in run.answers.most_common())
    for error, transfer in run.failures[:20]:
        print(f"{error}: {transfer}")
    print(
        f"{asked.inputs:,} inputs from seed {asked.seed} in {time.monotonic() - started:,.0f} s:"
        f" {seen}; the slowest took {run.slowest:.3f} s; {len(run.failures)} failures"
    )
    return 1 if run.failures else 0


if __name__ == "__main__":
    sys.exit(main())
