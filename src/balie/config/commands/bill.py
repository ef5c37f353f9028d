"""Make the invoices that are due and not made yet. Running it again makes none twice."""

from __future__ import annotations

import argparse

from balie.config import days
from balie.config.terminal import CommandFailed, complain, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--on, --jump-is-right."""
    days.add_arguments(parser, on="the day to bill for (today)")


def run(args: argparse.Namespace) -> int:
    """Bill, and say what was parked with why."""
    from balie.apps.billing import actions
    from balie.domain.money import format_euro
    from balie.infra import clock, halt
    from balie.infra.audit import SYSTEM

    now = clock.now()
    today = days.day_of(args, now=now)
    try:
        receipt = actions.run(today=today, by=SYSTEM, now=now)
    except (actions.UnableToBill, actions.NumbersWouldGoBack, halt.Halted) as error:
        raise CommandFailed(f"nothing was billed: {error}") from error
    total = sum(invoice.total_cents for invoice in receipt.issued)
    say(f"{len(receipt.issued)} invoices, {format_euro(total)}")
    for customer, reason in receipt.parked:
        complain(f"{customer.number}: {reason}")
    return 1 if receipt.parked else 0
