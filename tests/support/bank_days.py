"""Close days at the simulated bank and read what it says of them."""

import io
from datetime import date

from balie.formats.bank_statement import Entry, Statement
from balie.formats.camt053 import read_camt
from balie.simulator.bank import SimulatedBank
from tests.support.bank_schemas import schema_faults


def closed(bank: SimulatedBank, last: date) -> dict[date, Statement]:
    """Close every day up to and including `last`; the statements by day, each checked on schema."""
    statements = {}
    for ordinal in range(bank.closed_on.toordinal() + 1, last.toordinal() + 1):
        day = date.fromordinal(ordinal)
        data = bank.close_day(day)
        if data is not None:
            assert schema_faults(data, name="camt.053.001.08") == []
            (statements[day],) = read_camt(io.BytesIO(data))
    return statements


def entries(bank: SimulatedBank, last: date) -> dict[date, list[Entry]]:
    """The entries of each day on which something was booked."""
    return {
        day: list(statement.entries)
        for day, statement in closed(bank, last).items()
        if statement.entries
    }
