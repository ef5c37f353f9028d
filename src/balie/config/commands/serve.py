"""Serve the public page, the portal and the desk; jobs and mail are done in the same process.

On SQLite the database is brought to this version first; on PostgreSQL that is `balie migrate`.
"""

from __future__ import annotations

import argparse
from urllib.parse import urlsplit

from balie.config.terminal import CommandFailed, say


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--bind, --port, --threads, --no-worker."""
    parser.add_argument("--bind", default="127.0.0.1", help="address to listen on (127.0.0.1)")
    parser.add_argument("--port", type=int, help="port to listen on (that of BALIE_BASE_URL)")
    parser.add_argument("--threads", type=int, default=8, help="requests at the same time (8)")
    parser.add_argument(
        "--no-worker", action="store_true", help="leave jobs and mail to `balie work`"
    )


def run(args: argparse.Namespace) -> int:
    """Serve until stopped."""
    from balie.config import running, serving
    from balie.config.wsgi import application

    refuse_open_demo(args.bind)
    with running.at_work():
        make_ready()
        port = args.port or default_port()
        loops = () if args.no_worker else serving.WORKERS
        serving.serve(application, bind=args.bind, port=port, threads=args.threads, loops=loops)
    return 0


def refuse_open_demo(bind: str) -> None:
    """CommandFailed when the demo, where anybody may be anybody, would be open to others."""
    from django.conf import settings

    from balie.infra.loopback import is_loopback

    if settings.BALIE_DEMO and not is_loopback(bind):
        raise CommandFailed(
            f"the demo lets anybody sign in as anybody, so it listens on this machine only; "
            f"leave out --bind {bind}"
        )


def default_port() -> int:
    """The port of BALIE_BASE_URL when it names one, else 8000."""
    from django.conf import settings

    return urlsplit(settings.BALIE_BASE_URL).port or 8000


def make_ready() -> None:
    """Migrate SQLite; on PostgreSQL, where others may be serving, ask for `balie migrate`."""
    from django.db import connection

    from balie.config import database
    from balie.infra import clock

    database.refuse_demo()
    newer = database.unknown_migrations()
    if newer:
        raise CommandFailed(
            f"the database is of a newer version ({newer[-1]}); install that version of Balie"
        )
    pending = database.pending_migrations()
    if pending and connection.vendor != "sqlite":
        raise CommandFailed(
            f"the database lacks {len(pending)} migration(s); run `balie migrate` first"
        )
    if connection.vendor == "sqlite":
        database.migrate(now=clock.now())
        if pending:
            say(f"The database has been brought to this version ({len(pending)} migrations).")
