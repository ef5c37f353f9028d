"""The billing run at 10,000 and 100,000 services: invoices per second, memory, PDFs per second.

``make bench-billing`` starts the PostgreSQL of the tests and fills it with customers of one service
each. Another process bills them through the ordinary action, in chunks: invoice, line, booking with
its postings, trail, outbox row and next date of every service. The floor is COPY of the same
invoices, lines, bookings, postings and outbox rows into equal tables with their indexes, checks and
foreign keys, in the same run. Then it renders invoices. ``ARGS="--quick"`` is 2,000 services,
``ARGS="--profile"`` shows where the time goes.

Elapsed time counts what else the machine does; processor time is ours and that of the server's
process together. That PostgreSQL does not wait for the disk (fsync is off).
"""

import argparse
import cProfile
import json
import os
import platform
import pstats
import resource
import subprocess
import sys
import time
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "src")]  # it runs as a script

from bench.on_postgres import Effort, copied_again, effort  # noqa: E402 (the root is not on the path before)

SIZES = (10_000, 100_000)
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TODAY = date(2026, 11, 23)
PDFS = 200
TABLES = (
    "ledger_journalentry",
    "ledger_posting",
    "billing_invoice",
    "billing_invoiceline",
    "infra_outboxrow",
)


def main() -> int:
    """Fill and measure each size in processes of their own."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="2,000 services")
    parser.add_argument("--profile", action="store_true", help="show where the time goes")
    parser.add_argument("--step", choices=("fill", "measure"), help=argparse.SUPPRESS)
    parser.add_argument("--services", type=int, default=0, help=argparse.SUPPRESS)
    args = parser.parse_args()
    if args.step:
        set_up()
        return fill(args.services) if args.step == "fill" else measure(args)
    print(f"{platform.machine()}, {os.cpu_count()} cores, Python {platform.python_version()}")
    print(
        " services   invoices/s          µs per service       COPY µs   ratio       memory  PDF/s"
    )
    print("          elapsed  processor  elapsed  processor  elapsed  proc.  el.   proc.   peak MB")
    for size in [2_000] if args.quick else SIZES:
        show(size, found_for(size, profile=args.profile))
    return 0


def found_for(size: int, *, profile: bool) -> dict[str, Any]:
    """Start a server, fill it, and measure in another process."""
    from tests.support.postgres import start_postgres  # noqa: PLC0415

    settings = {
        "DJANGO_SETTINGS_MODULE": "tests.support.settings",
        "BALIE_TEST_DATABASE": "postgres",
        "BALIE_TEST_POSTGRES_URL": start_postgres(),
    }
    out = ""
    for step in ("fill", "measure"):
        command = [sys.executable, __file__, "--step", step, "--services", str(size)]
        command += ["--profile"] * profile
        done = subprocess.run(
            command, env={**os.environ, **settings}, check=True, stdout=subprocess.PIPE, text=True
        )
        out = done.stdout
    *before, last = out.splitlines()
    if profile:
        print("\n".join(before))
    found: dict[str, Any] = json.loads(last)
    return found


def show(size: int, found: dict[str, Any]) -> None:
    """Print one row of the table."""
    run, floor = Effort(*found["run"]), Effort(*found["floor"])
    micro = [seconds * 1e6 / size for seconds in (*run, *floor)]
    print(
        f"{size:>9,} {size / run.elapsed:>8,.0f} {size / run.processor:>10,.0f}"
        f" {micro[0]:>8.0f} {micro[1]:>10.0f} {micro[2]:>8.0f} {micro[3]:>6.0f}"
        f" {micro[0] / micro[2]:>5.1f} {micro[1] / micro[3]:>6.1f}"
        f" {found['peak']:>9.0f} {found['pdfs']:>6.0f}",
        flush=True,
    )


def set_up() -> None:
    """Make Django ready for the database that the environment names."""
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415

    settings.BALIE_DEMO = True


def fill(count: int) -> int:
    """Put so many customers with one service each into an empty database."""
    from django.core.management import call_command  # noqa: PLC0415

    call_command("migrate", verbosity=0)
    from balie.apps.customers.models import Customer  # noqa: PLC0415
    from balie.apps.services.models import Service  # noqa: PLC0415
    from tests.apps.building import new_product  # noqa: PLC0415

    product = new_product()
    customers = Customer.objects.bulk_create(
        (
            Customer(
                number=f"K{100000 + index}",
                name=f"Klant {index}",
                kind="business",
                street="Nieuwestad",
                house_number=str(index),
                postcode="8911 CJ",
                city="Leeuwarden",
                created_at=NOW,
            )
            for index in range(count)
        ),
        batch_size=5_000,
    )
    Service.objects.bulk_create(
        (
            Service(
                customer=customer,
                product=product,
                term="month",
                price_cents=1000 + index % 97,
                started_on=TODAY,
                anchor_day=TODAY.day,
                next_period_start=TODAY,
            )
            for index, customer in enumerate(customers)
        ),
        batch_size=5_000,
    )
    analyse()
    return 0


def analyse() -> None:
    """Let the server know its tables, as autovacuum does within a minute."""
    from django.db import connection  # noqa: PLC0415

    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")


def measure(args: argparse.Namespace) -> int:
    """Bill everything, check it, COPY the same rows, render some; print what it took as JSON."""
    from balie.apps.billing import actions  # noqa: PLC0415
    from balie.apps.billing.models import Invoice  # noqa: PLC0415
    from balie.infra.audit import SYSTEM  # noqa: PLC0415
    from balie.infra.models import OutboxRow  # noqa: PLC0415

    def bill() -> None:
        for receipt in actions.run_in_chunks(today=TODAY, by=SYSTEM, now=NOW):
            expect(not receipt.parked, "nobody parked")

    profiler = cProfile.Profile() if args.profile else None
    run = effort(lambda: profiler.runcall(bill) if profiler else bill())
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    if profiler:
        pstats.Stats(profiler).sort_stats("tottime").print_stats(25)
        pstats.Stats(profiler).sort_stats("cumulative").print_stats(40)
    expect(Invoice.objects.count() == args.services, "one invoice per service")
    expect(OutboxRow.objects.count() == args.services, "one outbox row per invoice")
    found = {
        "run": run,
        "peak": peak,
        "floor": copied_again(TABLES, with_references=True),
        "pdfs": pdfs_per_second(),
    }
    print(json.dumps(found))
    return 0


def expect(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    """Stop unless it did what is measured."""
    if not holds:
        raise SystemExit(f"expected: {what}")


def pdfs_per_second() -> float:
    """How many invoices become a PDF per second of processor time, warm, data included."""
    from balie.apps.billing import invoice_pdf  # noqa: PLC0415
    from balie.apps.billing.models import Invoice  # noqa: PLC0415
    from balie.apps.promises.queries import policy_of  # noqa: PLC0415

    invoices = list(Invoice.objects.order_by("pk")[: PDFS + 10])
    policy = policy_of(invoices[0].policy_version)
    for invoice in invoices[:10]:
        invoice_pdf.render(invoice, policy=policy)
    began = time.process_time()
    for invoice in invoices[10:]:
        invoice_pdf.render(invoice, policy=policy)
    return PDFS / (time.process_time() - began)


if __name__ == "__main__":
    raise SystemExit(main())
