"""Gapless numbers: a number is taken in the transaction that uses it and returned by its rollback.

The row of the series is the judge: a guarded UPDATE adds one and holds the row until the caller
commits, so two transactions never see the same number and none is skipped.
"""

from __future__ import annotations

from django.db import IntegrityError, connection, transaction
from django.db.models import F

from balie.infra.models import Sequence


class UnableToNumber(Exception):
    """A number was asked for outside a transaction: a crash after it would leave a gap."""


def next_number(series: str, *, start: int = 1) -> int:
    """The next number of ``series``; the first is ``start``. Must run inside an atomic block."""
    return next_numbers(series, count=1, start=start)


def next_numbers(series: str, *, count: int, start: int = 1) -> int:
    """Take the next ``count`` numbers of ``series``, at least one, and return the first of them."""
    if not connection.in_atomic_block:
        raise UnableToNumber(f"{series}: take a number inside the transaction that uses it")
    row = Sequence.objects.filter(series=series)
    if not row.update(last_number=F("last_number") + count):
        try:
            with transaction.atomic():
                Sequence.objects.create(series=series, last_number=start + count - 1)
                return start
        except IntegrityError:
            # Another transaction opened the series between our two statements.
            row.update(last_number=F("last_number") + count)
    return row.values_list("last_number", flat=True).get() - count + 1


def skip(series: str, *, by: int) -> None:
    """Leave out the next ``by`` numbers of ``series``, which may have been given out elsewhere."""
    with transaction.atomic():
        row = Sequence.objects.filter(series=series)
        if not row.update(last_number=F("last_number") + by):
            Sequence.objects.create(series=series, last_number=by)
