"""Print the rules that a promise went through: its moments, what was answered, the verdict.

The moments are computed anew from the policy version it was made under and compared with what was
stored; the exit code is 1 when they differ.
"""

from __future__ import annotations

import argparse
from typing import TYPE_CHECKING

from balie.config.terminal import CommandFailed, complain, say

if TYPE_CHECKING:
    from balie.apps.promises.models import Promise
    from balie.apps.tickets.queries.explaining import Explained


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """The number."""
    parser.add_argument("number", help="of a promise (17) or of a ticket (V2026-00012)")


def run(args: argparse.Namespace) -> int:
    """Print each promise that is meant."""
    from balie.apps.tickets.queries import explaining
    from balie.infra import clock

    now = clock.now()
    promises = _promises(args.number.strip())
    same = True
    for place, promise in enumerate(promises):
        explained = explaining.explain(promise, now=now)
        if place:
            say("")
        _print(explained)
        same = same and not explained.differences
    return 0 if same else 1


def _promises(number: str) -> list[Promise]:
    from balie.apps.promises.models import Promise
    from balie.apps.tickets.models import Question

    if number.isascii() and number.isdigit():
        found = list(Promise.objects.filter(pk=int(number)).select_related("policy_version"))
        if not found:
            raise CommandFailed(f"there is no promise {number}; a ticket's number finds its own")
        return found
    questions = Question.objects.filter(ticket__number=number.upper()).order_by("pk")
    promises = [one.promise for one in questions.select_related("promise__policy_version")]
    if not promises:
        raise CommandFailed(f"there is no promise or ticket {number!r}")
    return promises


def _print(explained: Explained) -> None:
    say(explained.title)
    width = max(len(rule.name) for rule in explained.rules)
    for rule in explained.rules:
        say(f"  {rule.name:<{width}}  {rule.found}")
    for difference in explained.differences:
        complain(f"  REPLAY DIFFERS  {difference}")
