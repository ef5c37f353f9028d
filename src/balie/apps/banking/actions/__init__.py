"""Writes about the bank: take in a file, book what is in it, take money out of suspense."""

from balie.apps.banking.actions.accounts import UnableToRegisterAccount, register_account
from balie.apps.banking.actions.by_hand import place_on_account, take_back
from balie.apps.banking.actions.claims import AlreadyClaimed, UnableToClaim, claim, undo_claim
from balie.apps.banking.actions.costs import claim_costs
from balie.apps.banking.actions.decisions import (
    UnableToDecide,
    book_correction,
    dismiss_notice,
    dismiss_refusal,
    set_aside,
    take_up_again,
    why_not_correct,
)
from balie.apps.banking.actions.files import (
    StatementOutcome,
    book_file,
    finish_file,
    receive_file,
)

__all__ = [
    "AlreadyClaimed",
    "StatementOutcome",
    "UnableToClaim",
    "UnableToDecide",
    "UnableToRegisterAccount",
    "book_correction",
    "book_file",
    "claim",
    "claim_costs",
    "dismiss_notice",
    "dismiss_refusal",
    "finish_file",
    "place_on_account",
    "receive_file",
    "register_account",
    "set_aside",
    "take_back",
    "take_up_again",
    "undo_claim",
    "why_not_correct",
]
