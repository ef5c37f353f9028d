"""Statements as they stand in the files they came in; they are stored once, as received."""

from collections.abc import Iterator

from balie.apps.banking.models import Statement, StatementFile
from balie.formats import bank_statement
from balie.formats.statements import read_statements_from

ADVANCE_NOTICES = ("camt.052", "camt.054")


def is_advance_notice(read: bank_statement.Statement) -> bool:
    """Tell whether a message only announces entries: intraday reports (052), notifications (054).

    A camt.053 or an MT940 closes a period; its balances prove it whole.
    """
    return read.format.startswith(ADVANCE_NOTICES)


class StatementReader:
    """Reads statements again from their files; one file and one statement are in memory."""

    def __init__(self) -> None:
        self._file_id: int | None = None
        self._coming: Iterator[tuple[int, bank_statement.Statement]] = iter(())
        self._position = -1

    def read(self, row: Statement) -> bank_statement.Statement:
        """Return what the bank wrote; going forward in one file reads it once."""
        if self._file_id != row.file_id or row.position <= self._position:
            file = StatementFile.objects.get(pk=row.file_id)
            self._coming = enumerate(read_statements_from(bytes(file.content), file.name))
            self._file_id = row.file_id
        for position, read in self._coming:
            self._position = position
            if position == row.position:
                return read
        raise LookupError(f"file {row.file_id} holds no statement {row.position}")
