"""Do the work behind the desk: run jobs and send mail, beside `balie serve` and other workers."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--threads."""
    parser.add_argument("--threads", type=int, default=2, help="jobs at the same time (2)")


def run(args: argparse.Namespace) -> int:
    """Work until stopped."""
    from balie.config import running, serving
    from balie.config.commands.serve import make_ready

    with running.at_work():
        make_ready()
        serving.work(threads=max(1, args.threads))
    return 0
