"""Raw rows first: as they stand in the file, under their key at the source, with their hash."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from balie.apps.office.models import ImportedRow
from balie.formats.moving.records import Record, Remark

CHUNK = 500


@dataclass(frozen=True, kw_only=True)
class Staged:
    """What is to be taken over yet, what was before, and what differs from what was."""

    fresh: Sequence[Record]
    known: int
    changed: Sequence[Remark]


def stage(
    records: Sequence[Record], *, source: str, kind: str, file_name: str, now: datetime
) -> Staged:
    """Store what is not taken over yet. A row that was taken over and differs now is only named."""
    fresh: list[Record] = []
    changed: list[Remark] = []
    for start in range(0, len(records), CHUNK):
        chunk = records[start : start + CHUNK]
        done = _done([record.key for record in chunk], source=source, kind=kind)
        waiting = [record for record in chunk if record.key not in done]
        fresh += waiting
        changed += [
            Remark(
                line=record.line,
                text=f"{record.key} was taken over before and differs now; change it at the desk",
            )
            for record in chunk
            if record.key in done and done[record.key] != sha256_of(record)
        ]
        _store(waiting, source=source, kind=kind, file_name=file_name, now=now)
    return Staged(fresh=fresh, known=len(records) - len(fresh), changed=changed)


def sha256_of(record: Record) -> str:
    """Return the hash of a row as it stood in the file."""
    text = json.dumps(record.raw, sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _done(keys: Sequence[str], *, source: str, kind: str) -> dict[str, str]:
    rows = ImportedRow.objects.filter(
        source=source, kind=kind, key__in=keys, committed_at__isnull=False
    )
    return dict(rows.values_list("key", "sha256"))


@transaction.atomic
def _store(
    records: Sequence[Record], *, source: str, kind: str, file_name: str, now: datetime
) -> None:
    """Store rows that wait; one that waited already is there as it stands in the file now."""
    meant = {
        record.key: ImportedRow(
            source=source,
            kind=kind,
            key=record.key,
            sha256=sha256_of(record),
            raw=record.raw,
            file_name=file_name[:255],
            line=record.line,
            staged_at=now,
        )
        for record in records
    }
    waiting = ImportedRow.objects.filter(
        source=source, kind=kind, key__in=meant, committed_at__isnull=True
    )
    for row in waiting:
        new = meant.pop(row.key)
        if row.sha256 != new.sha256:
            waiting.filter(pk=row.pk).update(
                sha256=new.sha256, raw=new.raw, file_name=new.file_name, line=new.line
            )
    # Another import may store the same row at this moment: the one that is there stands.
    ImportedRow.objects.bulk_create(meant.values(), ignore_conflicts=True)
