"""Print the last link of the chain over the audit trail, to keep in another place.

Given a link that was kept before, say whether it is still part of the chain: exit code 1 when not.
After a restore the links made since the backup are gone, and rightly so.
"""

from __future__ import annotations

import argparse

from balie.config.terminal import complain, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """KEPT, a link printed before."""
    parser.add_argument("kept", nargs="?", help="a link printed before, as 17:ab12…")


def run(args: argparse.Namespace) -> int:
    """Seal what waits and print the head, or look whether a head kept before still stands."""
    from balie.infra import audit_chain, clock

    if args.kept is not None:
        if audit_chain.stands(args.kept):
            say("this link is part of the chain")
            return 0
        complain("this link is NOT part of the chain: the audit trail was cut off or replaced")
        return 1
    audit_chain.seal_waiting(now=clock.now())
    head = audit_chain.head()
    say(str(head) if head else "nothing was recorded yet")
    return 0
