"""Taking in camt.053 of 100,000 entries on PostgreSQL: entries per second and memory.

``make bench-import_statements`` starts the PostgreSQL of the tests, bills 1,000 customers, and
takes in a file through the ordinary action (`office.intake.take_in_bank_file`): stored, read,
booked bank <-> suspense and offered to every claimant. Once as 20 statements of 5,000 entries, once
as one of 100,000; 1,000 entries pay an invoice. The floor is COPY of the same rows into equal
tables with their indexes. ``ARGS="--quick"`` is a tenth of it.

Elapsed time counts what else the machine does; processor time is ours and that of the server's
process together, which work in turn. That PostgreSQL does not wait for the disk (fsync is off).
"""

import argparse
import json
import multiprocessing
import os
import resource
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # it runs as a script

from bench.on_postgres import copied_again, effort

ENTRIES = 100_000
INVOICES = 1_000
MANY = 20
IBAN = "NL91ABNA0417164300"
NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
TABLES = (
    "ledger_journalentry",
    "ledger_posting",
    "banking_statemententry",
    "banking_entryslice",
)


def statement_of(number: int, entries: Sequence[str], *, opening: int, closing: int) -> str:
    """One camt.053 statement around its entries; balances in cents."""
    on = date(2026, 10, 1) + timedelta(days=number)
    balances = "".join(
        f"<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp>"
        f'<Amt Ccy="EUR">{cents // 100}.{cents % 100:02d}</Amt><CdtDbtInd>CRDT</CdtDbtInd>'
        f"<Dt><Dt>{on}</Dt></Dt></Bal>"
        for kind, cents in (("OPBD", opening), ("CLBD", closing))
    )
    return (
        f"<Stmt><Id>S{number}</Id><ElctrncSeqNb>{number}</ElctrncSeqNb>"
        f"<CreDtTm>{on}T23:00:00</CreDtTm><Acct><Id><IBAN>{IBAN}</IBAN></Id><Ccy>EUR</Ccy></Acct>"
        f"{balances}{''.join(entries)}</Stmt>"
    )


def entry_of(index: int, *, cents: int, text: str, on: date) -> str:
    """One incoming transfer as a Dutch bank writes it."""
    return (
        f'<Ntry><Amt Ccy="EUR">{cents // 100}.{cents % 100:02d}</Amt>'
        f"<CdtDbtInd>CRDT</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts><BookgDt><Dt>{on}</Dt></BookgDt>"
        f"<ValDt><Dt>{on}</Dt></ValDt><AcctSvcrRef>B{index:012d}</AcctSvcrRef><BkTxCd><Domn>"
        "<Cd>PMNT</Cd><Fmly><Cd>RCDT</Cd><SubFmlyCd>ESCT</SubFmlyCd></Fmly></Domn></BkTxCd>"
        f"<NtryDtls><TxDtls><Refs><EndToEndId>E{index:09d}</EndToEndId></Refs>"
        f"<RltdPties><Dbtr><Pty><Nm>Klant {index}</Nm></Pty></Dbtr><DbtrAcct><Id>"
        "<IBAN>NL39RABO0300065264</IBAN></Id></DbtrAcct></RltdPties>"
        f"<RmtInf><Ustrd>{text}</Ustrd></RmtInf></TxDtls></NtryDtls></Ntry>"
    )


def file_of(numbers: Sequence[tuple[str, int]], *, entries: int, statements: int) -> bytes:
    """A file of so many entries; every so many of them pays the next of the invoices."""
    found, opening = [], 0
    step = entries // len(numbers)
    for number in range(statements):
        on = date(2026, 10, 1) + timedelta(days=number)
        lines, closing = [], opening
        for index in range(number * entries // statements, (number + 1) * entries // statements):
            invoice, cents = numbers[index // step] if index % step == 0 else ("", 500 + index % 97)
            text = invoice or f"Bestelling {index:07d} van de webwinkel"
            lines.append(entry_of(index, cents=cents, text=text, on=on))
            closing += cents
        found.append(statement_of(number, lines, opening=opening, closing=closing))
        opening = closing
    return (
        '<?xml version="1.0" encoding="UTF-8"?>'
        '<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>'
        "<GrpHdr><MsgId>M</MsgId><CreDtTm>2026-11-24T02:00:00</CreDtTm></GrpHdr>"
        f"{''.join(found)}</BkToCstmrStmt></Document>"
    ).encode()


def write_file(
    path: str, numbers: Sequence[tuple[str, int]], entries: int, statements: int
) -> None:
    """Write such a file."""
    Path(path).write_bytes(file_of(numbers, entries=entries, statements=statements))


def open_invoices(count: int) -> list[tuple[str, int]]:
    """Bill so many customers; number and amount in cents of each invoice."""
    from balie.apps.billing import actions as billing  # noqa: PLC0415 - after django.setup
    from balie.infra.audit import SYSTEM  # noqa: PLC0415
    from tests.apps.building import new_customer, new_product, new_service  # noqa: PLC0415

    product = new_product()
    for index in range(count):
        new_service(new_customer(with_contact=False), product=product, price_cents=1000 + 7 * index)
    issued = billing.run(today=NOW.date(), by=SYSTEM, now=NOW).issued
    return [(invoice.number, invoice.total_cents) for invoice in issued]


def peak() -> float:
    """The most memory this process had so far, in MB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(*, entries: int, statements: int) -> dict[str, Any]:
    """Set up a database, take the file in and check that everything has its place."""
    os.environ |= {
        "DJANGO_SETTINGS_MODULE": "tests.support.settings",
        "BALIE_TEST_DATABASE": "postgres",
    }
    import django  # noqa: PLC0415

    django.setup()
    from django.conf import settings  # noqa: PLC0415
    from django.core.management import call_command  # noqa: PLC0415

    settings.BALIE_DEMO = True
    call_command("migrate", verbosity=0)
    from balie.apps.banking import queries  # noqa: PLC0415
    from balie.apps.office.intake import take_in_bank_file  # noqa: PLC0415
    from balie.apps.office.queries import verify  # noqa: PLC0415
    from balie.infra.audit import SYSTEM  # noqa: PLC0415
    from tests.apps.building import new_account  # noqa: PLC0415

    invoices = min(INVOICES, entries // 10)
    new_account(iban=IBAN, opening=0)
    with tempfile.NamedTemporaryFile() as file:
        # Made by another process, so that the memory it takes is not counted as ours.
        making = (file.name, open_invoices(invoices), entries, statements)
        maker = multiprocessing.get_context("spawn").Process(target=write_file, args=making)
        maker.start()
        maker.join()
        content = file.read()
    states: list[str] = []

    def take_in() -> None:
        done = take_in_bank_file(name="bank.xml", content=content, by=SYSTEM, now=NOW)
        states[:] = [one.state for one in done]

    before = peak()
    first = effort(take_in)
    after = peak()
    expect(states == ["booked"] * statements, f"booked, not {states}")
    waiting = queries.unclaimed_slices().count()
    expect(waiting == entries - invoices, f"{invoices} claimed; {waiting} wait")
    expect(all(result.holds for result in verify(now=NOW)), "every invariant")
    again = effort(take_in)
    expect(states == ["known"] * statements, f"known, not {states}")
    return {
        "megabytes": len(content) / 1e6,
        "first": first,
        "again": again,
        "before": before,
        "after": after,
        "floor": copied_again(TABLES, with_references=False),
    }


def expect(holds: bool, what: str) -> None:  # noqa: FBT001 - reads as a sentence
    """Stop unless it did what is measured."""
    if not holds:
        raise SystemExit(f"expected: {what}")


def main() -> None:
    """Measure both files, each in a process and a database of its own."""
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--quick", action="store_true", help="a tenth of it")
    arguments.add_argument("--statements", type=int, help=argparse.SUPPRESS)
    given = arguments.parse_args()
    entries = ENTRIES // 10 if given.quick else ENTRIES
    if given.statements:
        print(json.dumps(measure(entries=entries, statements=given.statements)))
        return
    print(f"{entries:,} entries, {min(INVOICES, entries // 10):,} open invoices, PostgreSQL")
    print("            file   first: entries/s    again: entries/s   COPY: entries/s   memory")
    print("statements   MB   elapsed  processor  elapsed  processor         elapsed  peak (before)")
    for statements in (MANY, 1):
        command = [sys.executable, __file__, "--statements", str(statements)]
        done = subprocess.run(
            command + ["--quick"] * given.quick, check=True, capture_output=True, text=True
        )
        found = json.loads(done.stdout.splitlines()[-1])
        rates = [
            entries / seconds for part in ("first", "again", "floor") for seconds in found[part]
        ]
        print(
            f"{statements:>10} {found['megabytes']:>4.0f}  {rates[0]:>8,.0f}  {rates[1]:>9,.0f}"
            f"  {rates[2]:>7,.0f}  {rates[3]:>9,.0f}  {rates[4]:>14,.0f}"
            f"  {found['after']:,.0f} MB ({found['before']:,.0f})",
            flush=True,
        )


if __name__ == "__main__":
    main()
