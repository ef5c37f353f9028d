"""Write the search index anew, for every message; the desk can be worked in meanwhile.

Needed after somebody wrote messages past Balie; `balie verify` tells.
"""

from __future__ import annotations

import argparse

from balie.config.terminal import say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def run(args: argparse.Namespace) -> int:
    """Print how many messages can be searched for."""
    from balie.apps.tickets import actions

    say(f"{actions.reindex()} messages can be searched for")
    return 0
