"""Feeds the statement readers with files that nobody would send, until one of them errs.

``make fuzz-statements ARGS="--inputs 1000000 --seed 1 --processes 2"``. It starts from our own
fixtures and breaks them (`broken_statements`), guided by what the readers answer: a file that gets
an answer not seen before joins those that are broken further. An error is any exception but
UnreadableStatement, more than SECONDS of processor time, or a statement with a field that is not of
its type. The same seed gives the same inputs; those that fail are left in a folder that it names.
"""

import argparse
import json
import random
import re
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from types import FrameType
from typing import Final

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # it runs as a script

from balie.formats.errors import UnreadableStatement
from balie.formats.statements import Statement, Transaction, read_statements_from
from bench.broken_statements import broken, seeds

SECONDS: Final = 2
MAX_POOL = 4_000
STEP = 20_000

_NUMBERS = frozenset(
    "amount_cents charges_cents opening_cents closing_cents batch_transactions".split()
)
_DAYS = frozenset("booked_on value_date opening_on closing_on".split())
_TUPLES = frozenset("entries pending transactions".split())
_NEVER_NONE = frozenset(
    "account currency format amount_cents charges_cents booked_on reversal".split()
)
_NOTHING = frozenset({"", "NOTPROVIDED", "NONREF"})
_VARYING = re.compile(r"[0-9]+|'[^']*'|<[^>]*>|\bin [A-Z]{3}\b|(?<=says ).*|(?<=type ).*")


class NotSound(Exception):
    """A reader gave something that no reader may give; the message says what."""


class TooSlow(BaseException):
    """A reader took more than SECONDS; no `except Exception` may swallow it."""


def check(found: list[Statement]) -> None:
    """Raise NotSound unless every field of every statement is of its type."""
    if not found:
        raise NotSound("neither a statement nor a refusal")
    for statement in found:
        _check_fields(statement)
        for entry in (*statement.entries, *statement.pending):
            _check_fields(entry)
            for payment in entry.transactions:
                _check_fields(payment)
        if not isinstance(statement.difference_cents, int | None):
            raise NotSound("the difference is no whole number of cents")


def _check_fields(read: Statement | Transaction) -> None:
    for name in read.__dataclass_fields__:
        value = getattr(read, name)
        if not (_is_sound(name, value) if value is not None else name not in _NEVER_NONE):
            raise NotSound(f"{type(read).__name__}.{name} is {value!r}")


def _is_sound(name: str, value: object) -> bool:
    if name in _NUMBERS:
        return type(value) is int and abs(value) < 10**24
    if name in _DAYS:
        return type(value) is date
    if name in _TUPLES:
        return type(value) is tuple
    if name == "reversal":
        return type(value) is bool
    return type(value) is str and value.strip().upper() not in _NOTHING


def answer_to(data: bytes) -> str:
    """What the readers make of `data`, in few words: the kind of refusal, or what was filled."""
    try:
        found = list(read_statements_from(data, "fuzz"))
    except UnreadableStatement as refusal:
        return f"{_VARYING.sub('', refusal.reason)[:80]} {(refusal.path or '')[-30:]}"
    check(found)
    filled = {
        name
        for statement in found
        for entry in (*statement.entries, *statement.pending)
        for name in entry.__dataclass_fields__
        if getattr(entry, name)
    }
    return f"read {found[0].format} {len(found)} {' '.join(sorted(filled))}"


@dataclass
class Run:
    """What it draws from, and what it saw."""

    draw: random.Random
    good: list[bytes]  # files that were read
    odd: list[bytes] = field(default_factory=list)  # files that were refused, each for its reason
    answers: set[str] = field(default_factory=set)
    read: int = 0
    slowest: float = 0.0
    failures: list[tuple[str, bytes]] = field(default_factory=list)

    def try_one(self) -> None:
        """Break one file and hand it to the readers."""
        pool = self.odd if self.odd and self.draw.random() < 0.2 else self.good
        data = broken(self.draw.choice(pool), self.draw.choice(self.good), self.draw)
        started = time.process_time()
        try:
            signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS)
            answer = answer_to(data)
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        except (Exception, TooSlow) as error:  # noqa: BLE001 - that is what it looks for
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
            self.failures.append((f"{type(error).__name__}: {error}", data))
            return
        self.slowest = max(self.slowest, time.process_time() - started)
        self._learn(data, answer)

    def _learn(self, data: bytes, answer: str) -> None:
        was_read = answer.startswith("read ")
        self.read += was_read
        pool = self.good if was_read else self.odd
        if answer not in self.answers and len(pool) < MAX_POOL and not data.startswith(b"PK"):
            pool.append(data)
        self.answers.add(answer)


def _stop(signal_number: int, frame: FrameType | None) -> None:
    raise TooSlow(f"more than {SECONDS} s")


def fuzz(*, inputs: int, seed: int, report: Callable[[int], None] = lambda _: None) -> Run:
    """Try so many inputs; the result says what failed."""
    run = Run(draw=random.Random(seed), good=seeds())  # noqa: S311 - repeatable, not secret
    before = signal.signal(signal.SIGVTALRM, _stop)
    try:
        for number in range(1, inputs + 1):
            run.try_one()
            if number % STEP == 0:
                report(number)
    finally:
        signal.signal(signal.SIGVTALRM, before)
    return run


def work(*, inputs: int, seed: int) -> None:
    """One process: fuzz, keep what failed, and print what was seen as JSON."""

    def report(number: int) -> None:
        print(f"seed {seed}: {number:,} inputs", file=sys.stderr, flush=True)

    run = fuzz(inputs=inputs, seed=seed, report=report)
    if run.failures:
        folder = Path(tempfile.mkdtemp(prefix="balie-fuzz-"))
        for number, (error, data) in enumerate(run.failures[:100]):
            path = folder / f"{number:03}"
            path.write_bytes(data)
            print(f"{path}: {error}", file=sys.stderr)
    seen = {"read": run.read, "failures": len(run.failures), "slowest": run.slowest}
    print(json.dumps(seen | {"answers": sorted(run.answers)}))


def main() -> int:
    """Spread the inputs over processes and tell what they saw; 1 when anything failed."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--inputs", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--processes", type=int, default=1)
    parser.add_argument("--work", action="store_true", help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.work:
        work(inputs=asked.inputs, seed=asked.seed)
        return 0
    started = time.monotonic()
    share = -(-asked.inputs // asked.processes)
    command = [sys.executable, __file__, "--work", "--inputs", str(share), "--seed"]
    workers = [
        subprocess.Popen([*command, str(asked.seed + number)], stdout=subprocess.PIPE, text=True)
        for number in range(asked.processes)
    ]
    seen = [json.loads(worker.communicate()[0]) for worker in workers]
    failures = sum(each["failures"] for each in seen)
    read = sum(each["read"] for each in seen)
    answers: set[str] = set().union(*(each["answers"] for each in seen))
    print(
        f"{share * len(seen):,} inputs from seed {asked.seed} in"
        f" {time.monotonic() - started:,.0f} s: {read:,} were read and the others refused, with"
        f" {len(answers):,} different answers; the slowest took"
        f" {max(each['slowest'] for each in seen):.3f} s; {failures} failures"
    )
    return 1 if failures else 0


if __name__ == "__main__":
    sys.exit(main())
