"""Web server and workers in one process, started and stopped together.

The server hands requests to a few threads; two more run jobs and one sends the outbox. A stop
(SIGTERM, SIGINT) lets requests and the job at hand finish; what it cannot finish in time is taken
up by the next process, as after a crash.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler

from balie.config.terminal import CommandFailed, say
from balie.infra import jobs, outbox

log = logging.getLogger(__name__)

SECONDS_TO_FINISH = 45
MOST_BYTES_IN = 53_000_000  # more than the desk takes of a bank file: it says so in words itself

Loop = Callable[[threading.Event], None]
# Two for jobs: a link for a lost login does not wait until the round of the day is done.
WORKERS: tuple[Loop, ...] = (jobs.work, jobs.work, outbox.work)


def serve(
    application: WSGIHandler,
    *,
    bind: str,
    port: int,
    threads: int = 8,
    loops: tuple[Loop, ...] = WORKERS,
) -> None:
    """Serve until a signal says stop; CommandFailed when the port cannot be had."""
    import waitress

    options: dict[str, Any] = {"clear_untrusted_proxy_headers": True}
    if settings.BALIE_TRUSTED_PROXY:
        options["trusted_proxy"] = settings.BALIE_TRUSTED_PROXY
        options["trusted_proxy_headers"] = {"x-forwarded-for", "x-forwarded-proto"}
    try:
        server = waitress.create_server(
            application,
            host=bind,
            port=port,
            threads=threads,
            ident="",
            max_request_body_size=MOST_BYTES_IN,
            **options,
        )
    except OSError as error:
        raise CommandFailed(
            f"cannot listen on {bind}:{port} ({error.strerror}); choose another with --port"
        ) from error
    with working(loops), stopping_on_signals(_leave):
        say(f"Balie is open at http://{bind}:{port}/ (stop with Ctrl-C)")
        server.run()  # returns when _leave is raised in it, after the requests at hand
    server.close()
    say("Balie is closed.")


def work(*, threads: int) -> None:
    """Run jobs in ``threads`` threads and send the outbox in one more, until a signal says stop."""
    stop = threading.Event()
    with (
        working((*[jobs.work] * threads, outbox.work)),
        stopping_on_signals(lambda number, frame: stop.set()),
    ):
        say(f"Balie works with {threads} thread(s) (stop with Ctrl-C)")
        stop.wait()
    say("Balie has stopped working.")


@contextmanager
def working(loops: tuple[Loop, ...]) -> Iterator[None]:
    """Run the loops in threads for as long as the block lasts, then let each finish."""
    stop = threading.Event()
    threads = [
        threading.Thread(target=loop, args=(stop,), name=loop.__module__, daemon=True)
        for loop in loops
    ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        stop.set()
        deadline = time.monotonic() + SECONDS_TO_FINISH
        for thread in threads:
            thread.join(timeout=max(0.0, deadline - time.monotonic()))
            if thread.is_alive():
                log.warning("left unfinished, to be taken up later", extra={"of": thread.name})


@contextmanager
def stopping_on_signals(
    handler: Callable[[int, FrameType | None], object],
) -> Iterator[None]:
    """Let SIGTERM and SIGINT call ``handler``; a second one ends the process at once."""

    def once(number: int, frame: FrameType | None) -> None:
        for each in (signal.SIGTERM, signal.SIGINT):
            signal.signal(each, signal.SIG_DFL)
        handler(number, frame)

    before = {each: signal.signal(each, once) for each in (signal.SIGTERM, signal.SIGINT)}
    try:
        yield
    finally:
        for each, former in before.items():
            signal.signal(each, former)


def _leave(number: int, frame: FrameType | None) -> None:
    raise SystemExit(0)
