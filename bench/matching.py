"""Our matcher on transfers as people make them, beside the cores of pretix and Odoo.

``make bench-matching ARGS="--transfers 1000000 --open 100000 --seed 1"``: precision and recall of
unattended booking and of the first proposal, then speed, index and memory at several sizes. The
corpus is told in docs/algorithms/matching.md; 200 more transfers were written by hand. It ends with
1 when anything was booked that was not meant.
"""

import argparse
import resource
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # it runs as a script

from balie.domain.matching import Matcher, Transfer
from balie.domain.matching_items import CERTAIN
from bench.matching_by_hand import by_hand
from bench.matching_corpus import Sample, corpus
from bench.matching_office import PSP_IBAN, Office, office
from bench.matching_peers import Answer, Odoo, Pretix

PORTION = 20_000
SIZES = (10_000, 100_000, 1_000_000)
SPEED_TRANSFERS = 20_000


@dataclass
class Score:
    """What one matcher made of all transfers, counted; the shares are of those that could be."""

    seen: Counter[str] = field(default_factory=Counter)
    wrong: list[Sample] = field(default_factory=list)

    def add(self, sample: Sample, answer: Answer) -> None:
        """Count one transfer."""
        booked, first = frozenset(answer.booked), frozenset(answer.first)
        self.seen["all"] += 1
        self.seen["booked"] += bool(booked)
        self.seen["resolvable"] += sample.resolvable
        self.seen["findable"] += sample.findable
        if booked and booked not in sample.meant:
            self.seen["slip" if sample.slip else "wrong"] += 1
            if not sample.slip:
                self.wrong.append(sample)
        elif booked and sample.resolvable:
            self.seen["resolved"] += 1
        if sample.findable and first in sample.meant:
            self.seen["found"] += 1

    def line(self, name: str) -> str:
        """One row of the table."""
        seen = self.seen
        right = seen["booked"] - seen["wrong"] - seen["slip"]
        return (
            f"| {name} | {seen['booked']:,} | {seen['wrong']:,} | {seen['slip']:,} |"
            f" {_percent(right, seen['booked'])} |"
            f" {_percent(seen['resolved'], seen['resolvable'])} |"
            f" {_percent(seen['found'], seen['findable'])} |"
        )


def _percent(part: int, whole: int) -> str:
    return f"{100 * part / whole:.2f} %" if whole else "none"


def ours(matcher: Matcher) -> Callable[[Transfer], Answer]:
    """Return our matcher in the words of the comparison."""

    def answer(transfer: Transfer) -> Answer:
        match = matcher.match(transfer)
        if not match.proposals:
            return Answer()
        first = tuple(key for key, _ in match.proposals[0].allocations)
        return Answer(booked=first if match.certainty == CERTAIN else (), first=first)

    return answer


def compare(found: Office, samples: Iterable[Sample]) -> dict[str, Score]:
    """Return the scores of the three on the same transfers."""
    matchers = {
        "Balie": ours(Matcher(found.items, psp_ibans=[PSP_IBAN])),
        "pretix": Pretix(found.items).match,
        "Odoo": Odoo(found.items).match,
    }
    scores = {name: Score() for name in matchers}
    for sample in samples:
        for name, match in matchers.items():
            scores[name].add(sample, match(sample.transfer))
    return scores


def show(title: str, scores: dict[str, Score]) -> None:
    """Print a table, and what of ours was wrong."""
    seen = scores["Balie"].seen
    print(
        f"\n{title}: {seen['all']:,} transfers, {seen['resolvable']:,} resolvable,"
        f" {seen['findable']:,} to be found"
    )
    print("| | booked | wrong | slips | precision | resolvable booked | first proposal right |")
    print("|---|---|---|---|---|---|---|")
    for name, score in scores.items():
        print(score.line(name), flush=True)
    for sample in scores["Balie"].wrong[:10]:
        print(f"WRONG {sample}")


def _memory_mb() -> float:
    for line in Path("/proc/self/status").read_text(encoding="ascii").splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def speed(*, open_items: int, seed: int) -> None:
    """Print index time, its memory above the open items themselves, and transfers a second."""
    found = office(open_items=open_items, seed=seed)
    transfers = [each.transfer for each in corpus(found, transfers=SPEED_TRANSFERS, seed=seed)]
    before = _memory_mb()
    started = time.perf_counter()
    matcher = Matcher(found.items, psp_ibans=[PSP_IBAN])
    built = time.perf_counter() - started
    memory = _memory_mb() - before
    started = time.perf_counter()
    for transfer in transfers:
        matcher.match(transfer)
    rate = len(transfers) / (time.perf_counter() - started)
    print(f"| {open_items:,} | {built:.2f} s | {memory:,.0f} MB | {rate:,.0f}/s |", flush=True)


def main() -> int:
    """Compare, then measure each size in a process of its own; 1 when a booking was wrong."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--transfers", type=int, default=PORTION)
    parser.add_argument("--open", type=int, default=100_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.size:
        speed(open_items=asked.size, seed=asked.seed)
        return 0
    hand = by_hand()
    scores = compare(hand.office, hand.samples)
    show("Written by hand", scores)
    failed = bool(scores["Balie"].wrong)
    found = office(open_items=asked.open, seed=asked.seed)
    scores = compare(found, corpus(found, transfers=asked.transfers, seed=asked.seed))
    show(f"Corpus, seed {asked.seed}, {asked.open:,} open", scores)
    failed |= bool(scores["Balie"].wrong)
    print("\n| open | index | memory of it | transfers |\n|---|---|---|---|", flush=True)
    for size in SIZES:
        command = [sys.executable, __file__, "--size", str(size), "--seed", str(asked.seed)]
        subprocess.run(command, check=True)
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
