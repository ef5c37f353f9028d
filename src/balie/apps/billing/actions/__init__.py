"""Writes about invoices: bill, allocate, credit, hold, and place what customers transfer."""

from balie.apps.billing.actions.allocation import (
    UnableToAllocate,
    allocate,
    apply_credit,
    book_credit,
)
from balie.apps.billing.actions.corrections import (
    Part,
    UnableToCredit,
    UnableToWriteOff,
    credit_invoice,
    credit_lines,
    credit_unused,
    write_off,
)
from balie.apps.billing.actions.documents import credit_note_document_of, document_of
from balie.apps.billing.actions.drafting import Draft, Drafts, Stretch
from balie.apps.billing.actions.holds import lift_invoice_hold, place_invoice_hold
from balie.apps.billing.actions.numbers import NumbersWouldGoBack
from balie.apps.billing.actions.run import (
    RunReceipt,
    UnableToBill,
    bill_stretches,
    preview,
    run,
    run_in_chunks,
)
from balie.apps.billing.actions.transfers import (
    MatchReceipt,
    book_transfer,
    match_transfers,
    place_by_hand,
)
from balie.apps.billing.actions.undoing import undo_transfer
from balie.apps.billing.actions.vat_checks import check_due_vat_numbers, check_vat_number

__all__ = [
    "Draft",
    "Drafts",
    "MatchReceipt",
    "NumbersWouldGoBack",
    "Part",
    "RunReceipt",
    "Stretch",
    "UnableToAllocate",
    "UnableToBill",
    "UnableToCredit",
    "UnableToWriteOff",
    "allocate",
    "apply_credit",
    "bill_stretches",
    "book_credit",
    "book_transfer",
    "check_due_vat_numbers",
    "check_vat_number",
    "credit_invoice",
    "credit_lines",
    "credit_note_document_of",
    "credit_unused",
    "document_of",
    "lift_invoice_hold",
    "match_transfers",
    "place_by_hand",
    "place_invoice_hold",
    "preview",
    "run",
    "run_in_chunks",
    "undo_transfer",
    "write_off",
]
