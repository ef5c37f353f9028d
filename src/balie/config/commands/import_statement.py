"""Book bank statements: camt.053 and MT940 files, or the ZIP a bank hands out.

A status report (pain.002), the answer of the bank to a file of ours, is taken in as well. A
camt.052 or camt.054 is noted: what it announces is booked by the statement of the day.

Prints one line per statement that says what it did. What does not add up is held and books itself
once what is missing arrives; twice the same file does nothing twice. Exit code 0 when all
statements are booked, noted, set aside by somebody, or were known; else 1.
"""

from __future__ import annotations

import argparse
import stat
from pathlib import Path

from balie.config.terminal import complain, say

DONE = frozenset({"booked", "known", "noticed", "aside"})
TOLD = DONE | {"doubt"}  # a doubt waits in the work list; the file itself is booked


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE... and --new-account."""
    parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="a bank file")
    parser.add_argument(
        "--new-account",
        action="store_true",
        help="register an account that is not ours yet, with the opening balance of the file",
    )


def run(args: argparse.Namespace) -> int:
    """Take in each file in the order given; a broken one does not stop the others."""
    from django.utils import translation

    with translation.override("en"):
        done = [_take_in(path, new_account=args.new_account) for path in args.files]
    return 0 if all(done) else 1


def _take_in(path: Path, *, new_account: bool) -> bool:
    """Book one file and say so; whether everything in it is booked now."""
    from balie.apps.office.intake import LARGEST_FILE, take_in_bank_file
    from balie.infra import clock, halt
    from balie.infra.audit import SYSTEM

    # A file may be called anything; the database and a terminal only take text.
    shown = str(path).encode(errors="surrogateescape").decode(errors="replace")
    try:
        found = path.stat()
        if not stat.S_ISREG(found.st_mode):
            complain(f"{shown}: is not a file; nothing of it was booked")
            return False
        if found.st_size > LARGEST_FILE:
            megabytes = LARGEST_FILE // 1024 // 1024
            complain(
                f"{shown}: is larger than {megabytes} MB, nothing of it was booked;"
                " fetch shorter periods from the bank"
            )
            return False
        content = path.read_bytes()
    except OSError as error:
        complain(f"{shown}: cannot be read ({error.strerror}); nothing of it was booked")
        return False
    outcomes = take_in_bank_file(
        name=Path(shown).name,
        content=content,
        by=SYSTEM,
        now=clock.now(),
        register_unknown=new_account,
    )
    for outcome in outcomes:
        line = f"{shown}: {outcome}" if outcome.account else str(outcome)
        # Not every terminal shows a no-break space as a space.
        (say if outcome.state in DONE else complain)(line.replace("\u00a0", " "))
    if (why := halt.reason()) is not None:
        complain(f"money is halted ({why}): what came in waits in suspense until `balie resume`")
    return all(outcome.state in TOLD for outcome in outcomes)
