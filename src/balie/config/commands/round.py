"""Do what today's round has not done yet: misses, placing, freezing, billing, announcing.

The schedule does it every morning. By hand it is needed after more than two days of standing still:
then somebody says with --jump-is-right that the clock is right.
"""

from __future__ import annotations

import argparse

from balie.config.terminal import CommandFailed, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--jump-is-right."""
    parser.add_argument(
        "--jump-is-right",
        action="store_true",
        help="the clock is right, although the last round is more than two days back",
    )


def run(args: argparse.Namespace) -> int:
    """Do the round; one line per step that was done now."""
    from balie.apps.office import actions
    from balie.infra import clock, halt
    from balie.infra.audit import SYSTEM

    try:
        steps = actions.daily_round(by=SYSTEM, now=clock.now(), jump_is_right=args.jump_is_right)
    except actions.ClockJumped as jumped:
        raise CommandFailed(str(jumped)) from jumped
    for step in steps:
        say(f"{step.step}: {step.receipt}")
    if not steps:
        say("nothing was left to do today")
    if why := halt.reason():
        say(f"money is halted, its steps wait: {why}")
    return 0
