"""Take one mail in from the mail server, which hands it over on standard input.

Exit codes are those a mail server knows (sysexits.h): 0 when the mail is stored, for ever; 75 when
it could not be stored now, so that the mail server keeps it and tries again; 65 when it is larger
than can be stored at all, so that the sender gets it back. Postfix: `balie unix - n n - - pipe
flags=q user=balie argv=...`; docs/install.md says more.
"""

from __future__ import annotations

import argparse
import logging
import sys

from balie.config.terminal import complain

RUNS_ON_FAULTY_SETTINGS = True
EXIT_WHEN_FAILED = 75  # EX_TEMPFAIL: any other number but 0 would make the mail bounce
EXIT_TOO_LARGE = 65  # EX_DATAERR
MOST_BYTES = 250_000_000

log = logging.getLogger(__name__)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """None: what it needs to know stands in the mail."""


def run(args: argparse.Namespace) -> int:
    """Store what stands on standard input and say whether it is stored."""
    from django.conf import settings

    for fault in settings.BALIE_SETTINGS_FAULTS:
        complain(f"balie: {fault}")
    if settings.BALIE_SETTINGS_FAULTS:
        return EXIT_WHEN_FAILED
    raw = sys.stdin.buffer.read(MOST_BYTES + 1)
    if len(raw) > MOST_BYTES:
        complain(f"balie: this mail is larger than {MOST_BYTES // 1_000_000} MB; it was not stored")
        return EXIT_TOO_LARGE
    try:
        return store(raw)
    except Exception as error:
        # Whatever it was, the mail is not stored: the mail server keeps it and comes again.
        log.exception("mail not stored")
        complain(f"balie: the mail was not stored, try again: {type(error).__name__}: {error}")
        return EXIT_WHEN_FAILED


def store(raw: bytes) -> int:
    """Store a mail that was taken at this moment; it is read by the worker of `balie serve`."""
    from balie.apps.tickets.actions.inbound import take_in
    from balie.infra import clock

    now = clock.now()
    take_in(raw=raw, taken_at=now, now=now)
    return 0
