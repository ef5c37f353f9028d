"""Writes about the bank: take in a file, book what is in it, take money out of suspense."""

from balie.apps.banking.actions.accounts import UnableToRegisterAccount, register_account
from balie.apps.banking.actions.claims import AlreadyClaimed, UnableToClaim, claim, undo_claim
from balie.apps.banking.actions.costs import claim_costs
from balie.apps.banking.actions.files import StatementOutcome, book_file, receive_file

__all__ = [
    "AlreadyClaimed",
    "StatementOutcome",
    "UnableToClaim",
    "UnableToRegisterAccount",
    "book_file",
    "claim",
    "claim_costs",
    "receive_file",
    "register_account",
    "undo_claim",
]
