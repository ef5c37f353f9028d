"""Writes about collections: announce, freeze, hand over, settle, take back, dispute."""

from balie.apps.directdebit.actions.announcing import AnnounceReceipt, LeftOut, announce
from balie.apps.directdebit.actions.bank_answers import ClaimReceipt, claim_slices
from balie.apps.directdebit.actions.batches import (
    FreezeReceipt,
    freeze_due,
    withdraw,
)
from balie.apps.directdebit.actions.disputes import UnableToDispute, close_dispute, open_dispute
from balie.apps.directdebit.actions.handing_over import note_handed_over, take_back_unsent
from balie.apps.directdebit.actions.status_reports import StatusOutcome, take_in_status

__all__ = [
    "AnnounceReceipt",
    "ClaimReceipt",
    "FreezeReceipt",
    "LeftOut",
    "StatusOutcome",
    "UnableToDispute",
    "announce",
    "claim_slices",
    "close_dispute",
    "freeze_due",
    "note_handed_over",
    "open_dispute",
    "take_back_unsent",
    "take_in_status",
    "withdraw",
]
