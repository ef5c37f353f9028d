"""Move in: take over customers, services, mandates or invoices from a file of another system.

Our own tables are CSV, their columns stand in docs/reference/import.md; --from whmcs and --from
hostfact read what those hand out. Customers come first: what belongs to nobody here is refused.

--dry-run says what would happen and leaves nothing behind. Twice the same file does nothing twice.
Nothing is mailed, promised or billed for what comes in. Exit code 0 when every row that was meant
is here and the totals agree; else 1.
"""

from __future__ import annotations

import argparse
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from balie.config.terminal import CommandFailed, complain, say

if TYPE_CHECKING:
    from balie.apps.office.importing import Report
    from balie.formats.moving.records import Moving, Remark

KINDS = ("customers", "services", "mandates", "invoices")
SHOWN = 20


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """FILE, --kind, --from, --source, --dry-run."""
    parser.add_argument("file", type=Path, metavar="FILE", help="a CSV file, or JSON answers")
    parser.add_argument("--kind", choices=KINDS, required=True, help="what the file holds")
    parser.add_argument(
        "--from", dest="system", choices=("whmcs", "hostfact"), help="the system it comes from"
    )
    parser.add_argument(
        "--source",
        help="a name for where it comes from, so that two systems may use the same numbers;"
        " the system itself, or `csv`, when left out",
    )
    parser.add_argument(
        "--dry-run", action="store_true", help="say what would happen; leave nothing behind"
    )


def run(args: argparse.Namespace) -> int:
    """Import one file and print what came of it, its totals before and after."""
    from balie.apps.office.importing import preview_import, run_import
    from balie.apps.promises.queries import policy_in_force
    from balie.infra import clock
    from balie.infra.audit import SYSTEM

    source = (args.source or args.system or "csv").strip().lower()
    if not (source.replace("-", "").isalnum() and source.isascii() and len(source) <= 20):
        raise CommandFailed("--source is one word of letters, digits and dashes, 20 at most")
    now = clock.now()
    act = preview_import if args.dry_run else run_import
    report = act(
        _read(args.file, kind=args.kind, system=args.system),
        source=source,
        kind=args.kind,
        file_name=args.file.name.encode(errors="surrogateescape").decode(errors="replace"),
        policy=policy_in_force(now=now),
        by=SYSTEM,
        now=now,
    )
    _tell(report, dry_run=args.dry_run)
    return 0 if report.is_whole else 1


def _read(path: Path, *, kind: str, system: str | None) -> Moving:
    """Read the file; CommandFailed when there is nothing in it that can be read."""
    from balie.formats.moving import hostfact, own, whmcs
    from balie.formats.moving.records import BrokenFile
    from balie.formats.moving.tables import LARGEST_FILE

    readers = {None: own.read, "whmcs": whmcs.read, "hostfact": hostfact.read}
    try:
        if path.stat().st_size > LARGEST_FILE:
            raise CommandFailed(f"{path}: larger than {LARGEST_FILE // 1024 // 1024} MB; split it")
        return readers[system](path.read_bytes(), kind=kind)
    except OSError as error:
        raise CommandFailed(f"{path}: cannot be read ({error.strerror})") from error
    except BrokenFile as error:
        raise CommandFailed(f"{path}: {error}; nothing of it was taken over") from error


def _tell(report: Report, *, dry_run: bool) -> None:
    """Print the report: what a person must see on stderr, the rest on stdout."""
    verb = "would be taken over" if dry_run else "taken over"
    say(f"{report.kind} from {report.source}: {report.rows} rows")
    say(f"  {report.new} {verb}, {report.known} known already, {len(report.left_out)} left out")
    _list("left out", report.left_out, speak=say)
    _list("to know", report.warnings, speak=say)
    _list("refused", report.refused, speak=complain)
    _list("changed since", report.changed, speak=complain)
    names = sorted({*report.before, *report.after})
    head = f"totals of {report.source}"
    width = max(map(len, [head, *names]))
    say(f"  {head:<{width}}  {'before':>12}  {'file adds':>12}  {'after':>12}")
    for name in names:
        before, added = report.before.get(name, 0), report.expected.get(name, 0)
        say(f"  {name:<{width}}  {before:>12}  {added:>12}  {report.after.get(name, 0):>12}")
    for difference in report.differences:
        complain(f"  THE TOTALS DO NOT AGREE: {difference}")
    if dry_run:
        say("  dry run: nothing was kept")


def _list(title: str, remarks: Sequence[Remark], *, speak: Callable[[str], None]) -> None:
    """Print at most twenty remarks, and how many there are."""
    if not remarks:
        return
    speak(f"  {title} ({len(remarks)}):")
    for remark in remarks[:SHOWN]:
        speak(f"    {remark}")
    if len(remarks) > SHOWN:
        speak(f"    and {len(remarks) - SHOWN} more")
