"""Name everything that is wrong with the set-up, all at once. Exit 1 when anything is."""

from __future__ import annotations

import argparse

from balie.config.terminal import say

RUNS_ON_FAULTY_SETTINGS = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--no-mail."""
    parser.add_argument(
        "--no-mail", action="store_true", help="do not call the mail server and the mailbox"
    )


def run(args: argparse.Namespace) -> int:
    """Print one line per subject, with its faults under it."""
    from balie.config import checking
    from balie.infra import clock

    subjects = dict(checking.SUBJECTS)
    if args.no_mail:
        del subjects["mail server"], subjects["mailbox"]
    faults = 0
    for subject, look in subjects.items():
        found = checking.look_at(look, now=clock.now())
        faults += len(found)
        say(f"{'FAULT' if found else 'ok':<6} {subject}")
        for fault in found:
            say(f"       - {fault}")
    say(f"{faults} fault(s)" if faults else "Nothing is wrong.")
    return 1 if faults else 0
