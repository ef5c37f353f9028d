"""Let money and mail stand still until `balie resume`: when something looks wrong.

Nothing is billed, collected, repaid or reminded; nothing leaves through the outbox. Pages go on.
"""

from __future__ import annotations

import argparse

from balie.config.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--reason, --only."""
    parser.add_argument("--reason", required=True, help="why; the desk sees it")
    parser.add_argument("--only", choices=["money", "outgoing"], help="halt just this one")


def run(args: argparse.Namespace) -> int:
    """Halt and say so."""
    from balie.infra import clock, halt
    from balie.infra.audit import SYSTEM

    now = clock.now()
    for what in [args.only] if args.only else [halt.MONEY, halt.OUTGOING]:
        halt.halt(reason=args.reason, now=now, by=SYSTEM, what=what)
        say(f"{what}: halted")
    return 0
