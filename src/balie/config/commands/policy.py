"""Check a policy file (TOML), or let it take effect for what is promised from then on.

What was promised under an earlier version stays under it.
"""

from __future__ import annotations

import argparse
import tomllib
from datetime import datetime
from pathlib import Path
from typing import Any

from balie.config.terminal import CommandFailed, complain, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """One of ``check FILE`` and ``apply FILE [--from MOMENT]``."""
    what = parser.add_subparsers(dest="what", required=True, metavar="check|apply")
    check = what.add_parser("check", help="name every fault of the file")
    apply = what.add_parser("apply", help="store it as the next version")
    for each in (check, apply):
        each.add_argument("file", type=Path, help="the policy, a TOML file")
    apply.add_argument(
        "--from",
        dest="takes_effect_at",
        metavar="MOMENT",
        help="when it takes effect, as 2027-01-01 or 2027-01-01T09:00 (now), Amsterdam time",
    )


def run(args: argparse.Namespace) -> int:
    """Check the file; with ``apply`` also store it."""
    from balie.domain.policy import InvalidPolicy, Policy

    mapping = read(args.file)
    try:
        policy = Policy.from_mapping(mapping)
    except InvalidPolicy as invalid:
        for fault in invalid.faults:
            complain(f"{args.file}: {fault.path} {fault.problem}; {fault.remedy}")
        complain(f"{args.file}: {len(invalid.faults)} fault(s); nothing was changed")
        return 1
    for path in policy.example_settings:
        complain(f"{args.file}: {path} is still the example's; Balie will not bill or mail with it")
    if args.what == "check":
        say(f"{args.file}: no faults")
        return 0
    return apply_file(mapping, takes_effect_at=args.takes_effect_at)


def apply_file(mapping: dict[str, Any], *, takes_effect_at: str | None) -> int:
    """Store the mapping as the next version and say from when it counts."""
    from balie.apps.promises import actions
    from balie.config import database
    from balie.infra import clock
    from balie.infra.audit import SYSTEM

    database.refuse_demo()
    try:
        version = actions.apply_policy(
            mapping=mapping,
            takes_effect_at=moment(takes_effect_at) if takes_effect_at else None,
            by=SYSTEM,
            now=clock.now(),
        )
    except actions.UnableToApplyPolicy as error:
        raise CommandFailed(str(error)) from error
    effect = clock.local(version.takes_effect_at)
    say(f"Policy version {version.number} takes effect {effect:%Y-%m-%d %H:%M} (Amsterdam).")
    return 0


def read(file: Path) -> dict[str, Any]:
    """The tables of a TOML file, or CommandFailed with the place of what is wrong."""
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except OSError as error:
        raise CommandFailed(f"{file}: cannot be read ({error.strerror})") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise CommandFailed(f"{file}: is not a TOML file: {error}") from error


def moment(text: str) -> datetime:
    """An ISO date or moment; without a zone it is Amsterdam time."""
    from balie.infra import clock

    try:
        given = datetime.fromisoformat(text)
    except ValueError:
        raise CommandFailed(f"{text!r} is not a moment like 2027-01-01T09:00") from None
    return given if given.tzinfo else given.replace(tzinfo=clock.AMSTERDAM)
