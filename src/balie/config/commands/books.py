"""Write a report of the books, as CSV or XLSX for people and as XAF for bookkeeping software.

Reports: trial-balance, open-items, deferred-revenue, vat-return, icp, journal, continuity, audit
(the year as XAF 3.2). --period is a year or a quarter: 2026 or 2026-Q4. Without --out the report
is printed as CSV. Exit code 1 when a continuity report finds something amiss.
"""

from __future__ import annotations

import argparse
from pathlib import Path

from balie.config.terminal import CommandFailed, say

REPORTS = (
    "trial-balance",
    "open-items",
    "deferred-revenue",
    "vat-return",
    "icp",
    "journal",
    "continuity",
    "audit",
)


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """REPORT, --period, --out, --language."""
    parser.add_argument("report", choices=REPORTS, metavar="REPORT", help=", ".join(REPORTS))
    parser.add_argument("--period", help="2026 or 2026-Q4; this quarter when left out")
    parser.add_argument(
        "--out", type=Path, help="a file to write: its name ends in .csv, .xlsx or .xaf"
    )
    parser.add_argument("--language", choices=("nl", "en"), default="nl", help="of the headings")


def run(args: argparse.Namespace) -> int:
    """Make the report and write or print it."""
    from django.utils import translation

    from balie.apps.office.books import continuity
    from balie.apps.office.books.periods import NoSuchPeriod, parse_period, quarter_with
    from balie.apps.office.books.reports import REPORTS as TABLES
    from balie.formats.sheets import to_csv, to_xlsx
    from balie.infra import clock

    now = clock.now()
    try:
        asked = args.period or quarter_with(clock.local(now).date()).name
        period = parse_period(asked)
    except NoSuchPeriod as error:
        raise CommandFailed(f"--period: {error}") from error
    ending = args.out.suffix.lower() if args.out else ".csv"
    with translation.override(args.language):
        if args.report == "audit":
            return _write_audit(args.out, year=period.start.year)
        if ending not in {".csv", ".xlsx"}:
            raise CommandFailed("--out: a report is written as .csv or .xlsx")
        make = TABLES.get(args.report)
        sheet = make(period) if make else continuity.continuity(now=now)
    content = to_csv(sheet) if ending == ".csv" else to_xlsx(sheet)
    if args.out:
        _write(args.out, content)
    else:
        say(content.decode("utf-8-sig").replace("\r\n", "\n").rstrip("\n"))
    return 0 if args.report != "continuity" or continuity.holds(sheet) else 1


def _write_audit(out: Path | None, *, year: int) -> int:
    from balie.apps.office.books.auditing import audit_file
    from balie.apps.promises.queries import policy_in_force
    from balie.infra import clock

    if out is None or out.suffix.lower() not in {".xaf", ".xml"}:
        raise CommandFailed("--out: the audit file is written to a file that ends in .xaf")
    now = clock.now()
    _write(out, audit_file(year=year, policy=policy_in_force(now=now), now=now))
    return 0


def _write(out: Path, content: bytes) -> None:
    try:
        out.write_bytes(content)
    except OSError as error:
        raise CommandFailed(f"{out}: cannot be written ({error.strerror})") from error
    say(f"{out}: {len(content)} bytes")
