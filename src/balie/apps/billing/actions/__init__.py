"""Writes about invoices: bill, allocate, credit, hold, and place what customers transfer."""

from balie.apps.billing.actions.allocation import (
    UnableToAllocate,
    allocate,
    apply_credit,
    book_credit,
)
from balie.apps.billing.actions.corrections import UnableToCredit, credit_invoice
from balie.apps.billing.actions.documents import document_of
from balie.apps.billing.actions.holds import lift_invoice_hold, place_invoice_hold
from balie.apps.billing.actions.numbers import NumbersWouldGoBack
from balie.apps.billing.actions.run import RunReceipt, UnableToBill, run
from balie.apps.billing.actions.transfers import (
    MatchReceipt,
    book_transfer,
    match_transfers,
    place_by_hand,
)

__all__ = [
    "MatchReceipt",
    "NumbersWouldGoBack",
    "RunReceipt",
    "UnableToAllocate",
    "UnableToBill",
    "UnableToCredit",
    "allocate",
    "apply_credit",
    "book_credit",
    "book_transfer",
    "credit_invoice",
    "document_of",
    "lift_invoice_hold",
    "match_transfers",
    "place_by_hand",
    "place_invoice_hold",
    "run",
]
