"""Reads about the bank, by what they are about."""

from balie.apps.banking.queries.agreement import Agreement, Balance, agreement
from balie.apps.banking.queries.calendar import (
    StripDay,
    calendar_strip,
    calendar_strips,
    imported_through,
    is_stale,
    sequence,
    stale_since,
)
from balie.apps.banking.queries.differences import Comparison, Difference, Told, compare, namesakes
from balie.apps.banking.queries.statements import (
    AccountState,
    account_states,
    files_at_work,
    files_taken_in,
    held_statement,
    held_statements,
    last_statement,
    open_notices,
    refused_files,
    set_aside,
    why_held,
)
from balie.apps.banking.queries.suspense import (
    NOT_BY_HAND,
    accounts_by_hand,
    in_portions,
    placed_by_hand,
    suspense_total,
    unclaimed_slices,
)

__all__ = [
    "NOT_BY_HAND",
    "AccountState",
    "Agreement",
    "Balance",
    "Comparison",
    "Difference",
    "StripDay",
    "Told",
    "account_states",
    "accounts_by_hand",
    "agreement",
    "calendar_strip",
    "calendar_strips",
    "compare",
    "files_at_work",
    "files_taken_in",
    "held_statement",
    "held_statements",
    "imported_through",
    "in_portions",
    "is_stale",
    "last_statement",
    "namesakes",
    "open_notices",
    "placed_by_hand",
    "refused_files",
    "sequence",
    "set_aside",
    "stale_since",
    "suspense_total",
    "unclaimed_slices",
    "why_held",
]
