"""Measure how well questions find their label: learn from a CSV file, ask for what was kept apart.

The file is UTF-8 with the header `text,label`. With --test the questions of that file are asked,
without it each fifth of FILE in turn (stratified, always the same fifths). Prints one line:
top1=0.912 top3=0.974 coverage_at_95=0.93 majority=0.27
"""

from __future__ import annotations

import argparse
import csv
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from balie.config.terminal import CommandFailed, complain, say

if TYPE_CHECKING:
    from balie.domain.routing_learning import Example

RUNS_ON_FAULTY_SETTINGS = True  # it reads a file and no setting
HEADER = ["text", "label"]
SHOWN = 5  # labels
LONGEST_TEXT = 10_000_000
FEWEST_ROWS = 2  # to learn from; one question is enough to ask


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE and --test."""
    parser.add_argument("file", type=Path, metavar="FILE", help="examples: CSV, header text,label")
    parser.add_argument(
        "--test",
        type=Path,
        metavar="FILE2",
        help="questions to ask, in the same form; without it FILE is cross-validated",
    )


def run(args: argparse.Namespace) -> int:
    """Learn, ask, and print the figures."""
    from balie.domain import routing_learning as learning

    examples = read(args.file)
    asked = read(args.test, fewest=1) if args.test else examples
    try:
        guesses = (
            learning.guess_all(examples, asked) if args.test else learning.cross_validated(examples)
        )
    except learning.UnableToLearn as error:
        raise CommandFailed(f"{args.file}: {error}") from error
    if not args.test:
        _tell_of_single(args.file, examples)
    majority = learning.majority_of(examples, asked)
    say(learning.figures_of(guesses, majority=majority).line)
    return 0


def _tell_of_single(file: Path, examples: list[Example]) -> None:
    """Name the labels with one example: nothing is left to learn them from when it is asked."""
    counted = Counter(one.label for one in examples)
    single = [label for label, count in sorted(counted.items()) if count == 1]
    if single:
        named = ", ".join(single[:SHOWN]) + (", …" if len(single) > SHOWN else "")
        complain(
            f"{file}: {len(single)} label(s) with one example, counted as wrong: {named}; "
            "give two or more of each"
        )


def read(file: Path, *, fewest: int = FEWEST_ROWS) -> list[Example]:
    """Return the examples of a CSV file. Raises CommandFailed with the line that is wrong."""
    csv.field_size_limit(LONGEST_TEXT)
    try:
        with file.open(encoding="utf-8-sig", newline="") as lines:
            examples = list(_examples(file, csv.reader(lines, strict=True)))
    except OSError as error:
        raise CommandFailed(f"{file}: cannot be read ({error.strerror})") from error
    except UnicodeDecodeError as error:
        raise CommandFailed(
            f"{file}: is not UTF-8 (byte {error.start}); save it as CSV in UTF-8"
        ) from error
    if len(examples) < fewest:
        raise CommandFailed(f"{file}: has {len(examples)} example(s); give {fewest} or more")
    return examples


def _examples(file: Path, rows: Iterator[list[str]]) -> Iterator[Example]:
    from balie.domain.routing_learning import Example

    try:
        header = next(rows, [])
        if [name.strip().lower() for name in header] != HEADER:
            raise CommandFailed(
                f"{file}: line 1: the header is {','.join(header)!r}; it must be 'text,label'"
            )
        for row in rows:
            if not row:
                continue
            line = getattr(rows, "line_num", 0)
            if len(row) != len(HEADER):
                raise CommandFailed(
                    f"{file}: line {line}: has {len(row)} field(s) instead of a text and a label; "
                    "put a text with commas in quotes"
                )
            text, label = (field.strip() for field in row)
            if not (text and label):
                raise CommandFailed(
                    f"{file}: line {line}: the {'text' if label else 'label'} is empty; "
                    "fill it in or remove the line"
                )
            yield Example(text=text, label=label)
    except csv.Error as error:
        raise CommandFailed(f"{file}: line {getattr(rows, 'line_num', 0)}: {error}") from error
