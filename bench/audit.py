"""Sealing and verifying a million events of the audit trail: seconds, events per second, memory.

``make bench-audit`` fills a SQLite file of its own with events as actions write them, seals what
waits (`audit_chain.seal_waiting`) and recomputes the whole chain (`audit_chain.trail_is_whole`).
``ARGS="--events 100000"`` takes less.
"""

import argparse
import os
import resource
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # it runs as a script

EVENTS = 1_000_000
AT_ONCE = 5_000
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def fill(count: int) -> None:
    """Write events, each with its row that it waits."""
    from balie.infra.models import AuditEvent, UnsealedEvent  # noqa: PLC0415

    for start in range(0, count, AT_ONCE):
        events = AuditEvent.objects.bulk_create(
            AuditEvent(
                event="invoice.issued",
                at=NOW + timedelta(seconds=number),
                by_kind="employee",
                by_id=number % 20,
                by_name="Marit",
                subject_kind="invoice",
                subject_id=number,
                data={"number": f"F2026-{number:06d}", "total_cents": 1210},
            )
            for number in range(start, min(start + AT_ONCE, count))
        )
        UnsealedEvent.objects.bulk_create(UnsealedEvent(event=one) for one in events)


def main() -> None:
    """Fill, seal, verify; a line each."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--events", type=int, default=EVENTS)
    count = parser.parse_args().events
    with tempfile.TemporaryDirectory() as home:
        os.environ |= {"BALIE_HOME": home, "DJANGO_SETTINGS_MODULE": "balie.config.settings"}
        import django  # noqa: PLC0415
        from django.core.management import call_command  # noqa: PLC0415

        django.setup()
        call_command("migrate", verbosity=0)
        from balie.infra import audit_chain  # noqa: PLC0415

        fill(count)
        began, worked = time.perf_counter(), time.process_time()
        sealed = audit_chain.seal_waiting(now=NOW)
        _say("sealed", sealed, began, worked)
        began, worked = time.perf_counter(), time.process_time()
        result = audit_chain.trail_is_whole(now=NOW)
        _say("verified", result.checked, began, worked)
        assert result.holds, result.violations[:3]


def _say(what: str, count: int, began: float, worked: float) -> None:
    seconds, processor = time.perf_counter() - began, time.process_time() - worked
    memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(
        f"{what} {count} events in {seconds:.1f} s, processor {processor:.1f} s, "
        f"{count / processor:.0f} per second of it; at most {memory:.0f} MB so far"
    )


if __name__ == "__main__":
    main()
