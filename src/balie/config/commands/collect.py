"""Announce what is open to customers with a mandate, and freeze what the bank must have by now."""

from __future__ import annotations

import argparse

from balie.config import days
from balie.config.terminal import CommandFailed, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--on, --jump-is-right."""
    days.add_arguments(parser, on="the day to collect for (today)")


def run(args: argparse.Namespace) -> int:
    """Freeze, then announce; print what was left out with why."""
    from balie.apps.directdebit import actions
    from balie.apps.directdebit.left_out import words_for
    from balie.domain.money import format_euro
    from balie.infra import clock, halt
    from balie.infra.audit import SYSTEM

    now = clock.now()
    today = days.day_of(args, now=now)
    try:
        frozen = actions.freeze_due(today=today, by=SYSTEM, now=now)
        announced = actions.announce(today=today, by=SYSTEM, now=now)
    except halt.Halted as halted:
        raise CommandFailed(f"nothing was collected, money is halted: {halted}") from halted
    for batch in frozen.batches:
        say(
            f"{batch.message_id}: {batch.count} debits, {format_euro(batch.total_cents)}, "
            f"on {batch.collection_date}, sha256 {batch.sha256}"
        )
    say(f"{len(announced.announced)} announced")
    for item in [*frozen.left_out, *announced.left_out]:
        say(f"left out: {item.customer_number} {item.invoice_number}: {words_for(item.reason)}")
    return 0
