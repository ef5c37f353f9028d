"""Say which questions nobody can answer in time under this policy, roster and holidays.

Every quarter of an hour of a year is tried; what is said of duty would keep all of them.
"""

from __future__ import annotations

import argparse
from datetime import date
from typing import TYPE_CHECKING

from balie.config.terminal import say

if TYPE_CHECKING:
    from balie.domain.feasibility import Feasibility

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
PATTERNS = 12
EARLIEST, LATEST = 2000, 2200


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--year, --roster."""
    parser.add_argument("--year", type=_year, help="the year to try (this one)")
    parser.add_argument(
        "--roster",
        choices=("desk", "office"),
        default="desk",
        help="who is at work: the roster of the desk, or the office hours of the policy",
    )


def _year(text: str) -> int:
    if text.isascii() and text.isdigit() and EARLIEST <= int(text) <= LATEST:
        return int(text)
    raise argparse.ArgumentTypeError(f"{text!r} is no year from {EARLIEST} to {LATEST}")


def run(args: argparse.Namespace) -> int:
    """Print shares, stretches and what would help."""
    from balie.apps.promises.queries import policy_in_force
    from balie.apps.tickets import queries
    from balie.domain.feasibility import feasibility, office_roster, year_to_try
    from balie.infra import clock

    now = clock.now()
    policy = policy_in_force(now=now)
    year = args.year or clock.local(now).year
    roster = queries.roster() if args.roster == "desk" else office_roster(policy)
    tried = "the roster of the desk" if args.roster == "desk" else "the office hours of the policy"
    if args.roster == "desk" and not roster.shifts:
        roster = office_roster(policy)
        tried = "the office hours of the policy (the desk has no roster yet)"
    first, end = year_to_try(year, roster=roster)
    if first > date(year, 1, 1):
        tried += f", which begins on {first}"
    found = feasibility(policy=policy, roster=roster, period_start=first, period_end=end)
    for line in _report(found, year=year, tried=tried):
        say(line)
    return 0


def _report(found: Feasibility, *, year: int, tried: str) -> list[str]:
    lines = [
        f"{year}, {tried}: {found.moments} asking moments, one each quarter of an hour",
        f"only the guarantee, no promise for the same day: {100 * found.only_guarantee_share:.1f}%",
        f"nobody at work before the due moment: {100 * found.unkeepable_share:.1f}%",
    ]
    if not found.unkeepable:
        return [*lines, "every question can be answered in time"]
    lines.append("asked in these stretches:")
    lines += [
        f"  {DAYS[one.weekday]} {one.starts:%H:%M} to {DAYS[one.until_weekday]} {one.ends:%H:%M},"
        f" {one.times} times"
        for one in found.patterns[:PATTERNS]
    ]
    rest = sum(one.times for one in found.patterns[PATTERNS:])
    if rest:
        lines.append(f"  and {rest} others")
    lines.append("an hour of duty at these moments would keep them:")
    lines += [
        f"  every {DAYS[one.weekday]} {one.hour:02}:00-{one.hour + 1:02}:00, holidays included"
        for one in found.weekly
    ]
    lines += [f"  on {one.day} {one.hour:02}:00-{one.hour + 1:02}:00" for one in found.days]
    if found.left:
        lines.append(
            f"{found.left} moments would be left: what is due before an hour of the day can help"
        )
    return lines
