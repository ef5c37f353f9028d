"""Make the invoices that are due and not made yet. Running it again makes none twice.

With --preview it only says what it would make and why. An invoice over the amount of the policy
waits until somebody has looked at it and names its customer with --approve.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING

from balie.config import days
from balie.config.terminal import CommandFailed, complain, say

if TYPE_CHECKING:
    from balie.apps.billing.actions import Draft

NO_DEBIT = {
    "none": "no mandate",
    "not_active": "the mandate does not stand",
    "signed_later": "the mandate is dated later",
    "iban": "the account number of the mandate is wrong",
    "outside_eea": "the account is outside the EEA",
    "name": "the name on the mandate cannot be written in a bank file",
    "lapsed": "the mandate was not used for too long",
}
TREATMENTS = {
    "home": "our VAT",
    "reverse_charge": "VAT reverse charged, number checked",
    "outside_eu": "outside the EU, no VAT",
    "small_business": "small-business scheme, no VAT",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """--on, --jump-is-right, --preview, --approve."""
    days.add_arguments(parser, on="the day to bill for (today)")
    parser.add_argument(
        "--preview", action="store_true", help="make nothing; say what would be made and why"
    )
    parser.add_argument(
        "--approve",
        action="append",
        default=[],
        metavar="CUSTOMER",
        help="bill this customer although the invoice is larger than the policy allows",
    )


def run(args: argparse.Namespace) -> int:
    """Bill or preview, and say who was parked with why."""
    from balie.apps.billing import actions
    from balie.infra import clock, halt

    now = clock.now()
    today = days.day_of(args, now=now)
    try:
        if args.preview:
            return _preview(today, now, approved=args.approve)
        return _bill(today, now, approved=args.approve)
    except (actions.UnableToBill, actions.NumbersWouldGoBack, halt.Halted) as error:
        raise CommandFailed(f"nothing was billed: {error}") from error


def _bill(today: date, now: datetime, *, approved: Sequence[str]) -> int:
    from balie.apps.billing import actions
    from balie.domain.money import format_euro
    from balie.infra.audit import SYSTEM

    count = total = parked = 0
    for receipt in actions.run_in_chunks(today=today, by=SYSTEM, now=now, approved=approved):
        count += len(receipt.issued)
        total += sum(invoice.total_cents for invoice in receipt.issued)
        parked += len(receipt.parked)
        for customer, reason in receipt.parked:
            complain(f"{customer.number}: {reason}")
    say(f"{count} invoices, {format_euro(total)}")
    return 1 if parked else 0


def _preview(today: date, now: datetime, *, approved: Sequence[str]) -> int:
    from balie.apps.billing import actions
    from balie.domain.money import format_euro

    count = total = parked = 0
    for drafts in actions.preview(today=today, now=now, approved=approved):
        for draft in drafts.made:
            count += 1
            total += draft.totals.gross_cents
            for line in _lines_of(draft):
                say(line)
        for customer, error in drafts.parked:
            parked += 1
            complain(f"{customer.number} would be parked: {error}")
    say(f"would make {count} invoices, {format_euro(total)}; {parked} customers parked")
    return 1 if parked else 0


def _lines_of(draft: Draft) -> list[str]:
    """What would stand on an invoice, and why it is so."""
    from balie.domain.money import format_euro

    customer, totals = draft.customer, draft.totals
    paid = (
        f"debited on {draft.due_on} under {draft.mandate.mandate_reference}"
        if draft.mandate
        else f"to be transferred by {draft.due_on}: {NO_DEBIT.get(draft.no_debit, draft.no_debit)}"
    )
    head = (
        f"{customer.number} {customer.name}: {format_euro(totals.gross_cents)}"
        f" ({TREATMENTS[draft.treatment]}), {paid}"
    )
    return [
        head,
        *(
            f"  {period.service.product.code} {period.start} to {period.end}"
            f" ({period.kind}, not billed yet): {format_euro(period.amounts.net_cents)}"
            f" + {period.amounts.vat_rate}% VAT"
            for period in draft.periods
        ),
    ]
