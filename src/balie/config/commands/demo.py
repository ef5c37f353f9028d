"""Live through a fictional hosting company with its bank and customers, then serve it here.

Everything goes through the real actions. The same seed and date give the same company; it is built
once and taken up the next time. It listens on this machine only.
"""

from __future__ import annotations

import argparse
import os
from datetime import date
from typing import TYPE_CHECKING

from balie.config.terminal import CommandFailed, say

if TYPE_CHECKING:
    from balie.simulator.demo import Plan
    from balie.simulator.world import World

SETTINGS = "balie.config.demo_settings"
LOOPBACK = "127.0.0.1"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--port, --seed, --until, --fresh, --no-serve."""
    parser.add_argument("--port", type=int, default=8000, help="port to serve on (8000)")
    parser.add_argument("--seed", type=int, default=1, help="which company: any number (1)")
    parser.add_argument(
        "--until", type=date.fromisoformat, help="the day to live until, 2026-11-23 (today)"
    )
    parser.add_argument("--fresh", action="store_true", help="make it anew, in place of the old")
    parser.add_argument("--no-serve", action="store_true", help="build it and stop")


def run(args: argparse.Namespace) -> int:
    """Build or take up the company, print its fingerprint, serve it."""
    from django.conf import settings

    from balie.config import running
    from balie.simulator import demo

    # Set by hand to another one, the simulator's middleware and mail folder would be missing.
    if not settings.BALIE_DEMO:
        raise CommandFailed(
            f"the demo runs on its own settings; unset DJANGO_SETTINGS_MODULE "
            f"({os.environ['DJANGO_SETTINGS_MODULE']})"
        )
    settings.BALIE_BASE_URL = f"http://{LOOPBACK}:{args.port}"
    try:
        with running.alone():
            lived = _build(args)
    except demo.NotADemo as refusal:
        raise CommandFailed(str(refusal)) from refusal
    say(f"fingerprint {demo.fingerprint()}")
    if not args.no_serve:
        with running.at_work():
            _serve(lived, port=args.port)
    return 0


def _build(args: argparse.Namespace) -> World:
    from balie.config import database, moving_in
    from balie.infra import clock
    from balie.simulator import demo, world

    moving_in.refuse_unless_ours(left_by_a_demo=world.FILE_NAME)
    if args.fresh:
        demo.forget_files()
        database.empty()
    database.migrate(now=clock.now())
    plan = demo.Plan(seed=args.seed, until=args.until or _until_of_the_one_there() or clock.today())
    return _with_progress(plan)


def _until_of_the_one_there() -> date | None:
    """Without --until, yesterday's demo is taken up as it is rather than refused."""
    from balie.simulator import demo

    named = demo.named_plan()
    return date.fromisoformat(str(named["until"])) if named else None


def _with_progress(plan: Plan) -> World:
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    from balie.config.database import writing_fast
    from balie.simulator import demo

    columns = (TextColumn("{task.description}"), BarColumn(), TimeElapsedColumn())
    with Progress(*columns, transient=False) as shown, writing_fast():
        task = shown.add_task("De Linde Hosting", total=plan.days)

        def advance(done: int, total: int) -> None:
            shown.update(task, completed=done, total=total)

        lived = demo.take_up(plan, progress=advance)
        shown.update(task, completed=plan.days)
    return lived


def _serve(lived: World, *, port: int) -> None:
    from balie.config import serving
    from balie.config.wsgi import application
    from balie.infra import clock

    clock.set_offset(lived.moment - clock.machine())
    say(f"It is {clock.local(lived.moment):%A %d %B %Y, %H:%M} at De Linde Hosting.")
    say(f"Choose whom to be: http://{LOOPBACK}:{port}/demo/")
    serving.serve(application, bind=LOOPBACK, port=port)
