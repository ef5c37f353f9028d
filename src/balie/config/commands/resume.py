"""Let money and mail go again after a restore, or after an invariant was broken and mended.

After a restore, look first at what was collected and mailed since the backup: what is queued here
may have been sent already. `--withdraw-queued` drops every mail that was queued before the halt.
"""

from __future__ import annotations

import argparse
from datetime import datetime

from balie.config.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--reason, --only, --withdraw-queued."""
    parser.add_argument("--reason", required=True, help="what was found; kept with the resume")
    parser.add_argument("--only", choices=["money", "outgoing"], help="resume just this one")
    parser.add_argument(
        "--withdraw-queued",
        action="store_true",
        help="do not send what was queued before outgoing was halted",
    )


def run(args: argparse.Namespace) -> int:
    """Resume what is halted, saying so when nothing is; then place what came in meanwhile."""
    from balie.infra import clock, halt, outbox
    from balie.infra.audit import SYSTEM
    from balie.infra.models import HaltEvent

    now = clock.now()
    for what in [args.only] if args.only else [halt.MONEY, halt.OUTGOING]:
        why = halt.reason(what=what)
        if why is None:
            say(f"{what}: was not halted")
            continue
        if what == halt.OUTGOING and args.withdraw_queued:
            halted = HaltEvent.objects.filter(what=what, halted=True).latest("id")
            count = outbox.withdraw_queued(before=halted.at, reason=args.reason, now=now)
            say(f"{what}: {count} queued row(s) withdrawn")
        halt.resume(reason=args.reason, now=now, by=SYSTEM, what=what)
        say(f"{what}: resumed (was halted: {why})")
    if halt.reason(what=halt.MONEY) is None:
        place_what_waited(now=now)
    return 0


def place_what_waited(*, now: datetime) -> None:
    """Let who may claim take out of suspense what was booked while money stood still."""
    from balie.apps.banking import queries as banking
    from balie.apps.office import intake
    from balie.infra.audit import SYSTEM

    waited = banking.unclaimed_slices().count()
    if not waited:
        return
    intake.claim_all(by=SYSTEM, now=now)
    left = banking.unclaimed_slices().count()
    say(f"money: {waited - left} payment(s) that waited placed, {left} still to be placed")
