"""Bring the database to this version of Balie. Running it again changes nothing."""

from __future__ import annotations

import argparse

from balie.config.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--check."""
    parser.add_argument(
        "--check", action="store_true", help="only say what is pending; exit 1 when anything is"
    )


def run(args: argparse.Namespace) -> int:
    """Apply or list the pending migrations."""
    from balie.config import database
    from balie.infra import clock

    if args.check:
        pending = database.pending_migrations()
        for name in pending:
            say(name)
        return 1 if pending else 0
    applied = database.migrate(now=clock.now())
    for name in applied:
        say(name)
    say(f"The database is up to date ({len(applied)} migration(s) applied).")
    return 0
