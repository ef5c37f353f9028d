"""The day a money command works for: today, or one of the two days before it."""

from __future__ import annotations

import argparse
from datetime import date, datetime

from balie.config.terminal import CommandFailed


def add_arguments(parser: argparse.ArgumentParser, *, on: str) -> None:
    """--on with what it says of itself, --jump-is-right."""
    parser.add_argument("--on", type=date.fromisoformat, metavar="YYYY-MM-DD", help=on)
    parser.add_argument(
        "--jump-is-right",
        action="store_true",
        help="the clock is right, although the last round is more than two days back",
    )


def day_of(args: argparse.Namespace, *, now: datetime) -> date:
    """The day that is asked for; CommandFailed for one to come, long past, or a clock that jumped.

    A wrong day cannot be taken back: invoices are dated on it, and debits of it withdrawn or sent.
    """
    from balie.apps.office import actions
    from balie.infra import clock

    today = clock.local(now).date()
    day: date = args.on or today
    if not today - actions.LONGEST_JUMP <= day <= today:
        raise CommandFailed(
            f"--on {day} is not one of the last days: name {today} (today) or one of the "
            f"{actions.LONGEST_JUMP.days} days before it"
        )
    if not args.jump_is_right:
        try:
            actions.refuse_jump(today)
        except actions.ClockJumped as jumped:
            raise CommandFailed(str(jumped)) from jumped
    return day
