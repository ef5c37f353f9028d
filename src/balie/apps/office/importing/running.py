"""The import of one file: staged, taken over customer by customer, and checked by its totals."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from django.db import transaction
from django.db.models import QuerySet

from balie.apps.office.importing.making import MAKERS, Batch, UnableToImport
from balie.apps.office.importing.report import Report
from balie.apps.office.importing.staging import stage
from balie.apps.office.importing.totals import totals_in, totals_of
from balie.apps.office.models import ImportedRow
from balie.domain.policy import Policy
from balie.formats.moving.records import Moving, Record, Remark
from balie.infra.audit import Actor


@dataclass
class _Done:
    """What was taken over in this run, and what was refused."""

    records: list[Record] = field(default_factory=list)
    refused: list[Remark] = field(default_factory=list)


def run_import(
    moving: Moving,
    *,
    source: str,
    kind: str,
    file_name: str,
    policy: Policy,
    by: Actor,
    now: datetime,
) -> Report:
    """Take over what a file says and is not here yet; a customer's rows stand or fall together.

    Killed anywhere and run again it ends the same: each row is claimed in the transaction that
    makes something of it.
    """
    batch = Batch(source=source, kind=kind, policy=policy, by=by, now=now)
    before = totals_of(source=source)
    staged = stage(moving.records, source=source, kind=kind, file_name=file_name, now=now)
    done = _Done()
    for customer_key, records in _per_customer(staged.fresh).items():
        _take_over(customer_key, records, batch=batch, done=done)
    return Report(
        source=source,
        kind=kind,
        rows=moving.rows,
        new=len(done.records),
        known=len(moving.records) - len(done.records) - len(done.refused),
        changed=staged.changed,
        refused=sorted([*moving.faults, *done.refused], key=lambda remark: remark.line),
        left_out=moving.left_out,
        warnings=moving.warnings,
        before=before,
        after=totals_of(source=source),
        expected=totals_in(done.records, kind=kind),
    )


def preview_import(
    moving: Moving,
    *,
    source: str,
    kind: str,
    file_name: str,
    policy: Policy,
    by: Actor,
    now: datetime,
) -> Report:
    """Say what an import would do, by doing it and undoing all of it."""
    with transaction.atomic():
        report = run_import(
            moving,
            source=source,
            kind=kind,
            file_name=file_name,
            policy=policy,
            by=by,
            now=now,
        )
        transaction.set_rollback(True)
    return report


def _per_customer(records: Sequence[Record]) -> dict[str, list[Record]]:
    found: dict[str, list[Record]] = defaultdict(list)
    for record in records:
        found[record.customer_key].append(record)
    return found


def _take_over(customer_key: str, records: list[Record], *, batch: Batch, done: _Done) -> None:
    """Take over the rows of one customer in one transaction; what is wrong with any stops all."""
    try:
        with transaction.atomic():
            mine = [record for record in records if _claim(record, batch=batch)]
            made = MAKERS[batch.kind](customer_key, mine, batch) if mine else {}
            for key, pk in made.items():
                _row(key, batch=batch).update(made_id=pk, committed_at=batch.now)
    except UnableToImport as error:
        done.refused += [
            Remark(line=record.line, column=error.column, text=str(error))
            if record.key == error.key or not error.key
            else Remark(
                line=record.line,
                text=f"waits for line {error.line} of the same customer: {error}",
            )
            for record in records
        ]
    else:
        done.records += mine


def _claim(record: Record, *, batch: Batch) -> bool:
    """Take a staged row for this transaction; whoever comes second waits here and finds it gone.

    The UPDATE changes nothing yet: it holds the row until the transaction ends.
    """
    waiting = _row(record.key, batch=batch).filter(committed_at__isnull=True)
    return waiting.update(staged_at=batch.now) == 1


def _row(key: str, *, batch: Batch) -> QuerySet[ImportedRow]:
    return ImportedRow.objects.filter(source=batch.source, kind=batch.kind, key=key)
