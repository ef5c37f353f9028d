"""Check every invariant over the whole database: one line each, exit code 1 when one is broken.

A broken invariant also halts the money jobs, until `balie resume`. With --head-file the audit trail
is held against links of its chain that were kept elsewhere: only they show its end was rewritten.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from balie.config.terminal import complain, say

SHOWN = 5


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--no-halt, --head-file."""
    parser.add_argument(
        "--no-halt", action="store_true", help="only look; do not halt money when one is broken"
    )
    parser.add_argument(
        "--head-file", help="a file with links of `balie audit-head` that was kept elsewhere"
    )


def run(args: argparse.Namespace) -> int:
    """Print one line per invariant with how much was checked."""
    from balie.apps.office import actions, queries
    from balie.infra import audit_chain, clock
    from balie.infra.audit import SYSTEM

    now = clock.now()
    kept = []
    if args.head_file is not None:
        try:
            text = Path(args.head_file).read_text()
            kept = [audit_chain.kept_heads_stand(text)]
        except (OSError, UnicodeError, audit_chain.NoHeadKept) as error:
            complain(f"{args.head_file}: {error}")
            return 2
    results = [*queries.verify(now=now), *kept]
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
