"""Check every invariant over the whole database: one line each, exit code 1 when one is broken.

A broken invariant also halts the money jobs, until `balie resume`.
"""

from __future__ import annotations

import argparse

from balie.config.terminal import complain, say

SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--no-halt."""
    parser.add_argument(
        "--no-halt", action="store_true", help="only look; do not halt money when one is broken"
    )


def run(args: argparse.Namespace) -> int:
    """Print one line per invariant with how much was checked."""
    from balie.apps.office import actions, queries
    from balie.infra import clock
    from balie.infra.audit import SYSTEM

    now = clock.now()
    results = queries.verify(now=now)
    width = max(len(result.name) for result in results)
    for result in results:
        verdict = "ok" if result.holds else f"BROKEN {len(result.violations)}"
        say(f"{result.name:<{width}}  {result.checked:>7}  {verdict}")
        for violation in result.violations[:SHOWN]:
            complain(f"    {violation.subject}: {violation.detail}")
    broken = [result for result in results if not result.holds]
    if broken and not args.no_halt:
        actions.halt_for(broken, by=SYSTEM, now=now)
        complain("money is halted until `balie resume`")
    return 1 if broken else 0
