"""What the simulated bank books on a day: batches, returns, transfers and its own costs."""

import random
from collections.abc import Iterator
from datetime import date, timedelta

from balie.domain.workdays import next_target_day
from balie.simulator.bank_books import Books, Debit
from balie.simulator.bank_statements import Entry, Payment

REFUNDED = frozenset({"MD01", "MD06"})
"""Reasons with which the debtor takes his money back; the others come from a bank."""

_STARTED_BY_DEBTOR = REFUNDED | {"MS02"}


def book_day(day: date, *, books: Books) -> tuple[Entry, ...]:
    """Book everything due up to `day`, a TARGET day, and return it as entries of the statement."""
    return (
        *_book_batches(day, books=books),
        *_book_returns(day, books=books),
        *_book_transfers(day, books=books),
        *_book_costs(day, books=books),
    )


def _book_batches(day: date, *, books: Books) -> Iterator[Entry]:
    due = [batch for batch in books.batches if batch.settles_on <= day]
    books.batches = [batch for batch in books.batches if batch.settles_on > day]
    for batch in due:
        debits = [books.debits[reference] for reference in batch.end_to_end_ids]
        yield Entry(
            bank_reference=_next_reference(day, books=books),
            amount_cents=sum(debit.amount_cents for debit in debits),
            value_date=batch.settles_on,
            code=("PMNT", "IDDT", "ESDD"),
            message_id=batch.message_id,
            payment_information_id=batch.payment_information_id,
            count=len(debits),
        )


def _book_returns(day: date, *, books: Books) -> Iterator[Entry]:
    due = [planned for planned in books.returns if planned.due_on <= day]
    books.returns = [planned for planned in books.returns if planned.due_on > day]
    groups: dict[tuple[str, date], list[Payment]] = {}
    for planned in due:
        debit = books.debits[planned.end_to_end_id]
        # A refund counts from the day it is booked, a return as if the debit had never been.
        value_date = day if planned.reason in REFUNDED else debit.settles_on
        group = groups.setdefault((debit.payment_information_id, value_date), [])
        group.append(_taken_back(debit, reason=planned.reason))
    for (block_id, value_date), payments in groups.items():
        together = len(payments) > 1 and _returns_come_together(day, block_id, books=books)
        for some in [payments] if together else [[payment] for payment in payments]:
            yield Entry(
                bank_reference=_next_reference(day, books=books),
                amount_cents=-sum(payment.amount_cents for payment in some),
                value_date=value_date,
                code=("PMNT", "IDDT", "UPDD"),
                payment_information_id=block_id,
                count=len(some) if together else 0,
                payments=tuple(some),
            )


def _returns_come_together(day: date, block_id: str, *, books: Books) -> bool:
    if books.batch_returns is not None:
        return books.batch_returns
    return random.Random(f"{books.seed}/{day}/{block_id}").random() < 0.5


def _taken_back(debit: Debit, *, reason: str) -> Payment:
    return Payment(
        amount_cents=debit.amount_cents,
        name=debit.debtor_name,
        iban=debit.debtor_iban,
        end_to_end_id=debit.end_to_end_id,
        mandate_reference=debit.mandate_reference,
        return_reason=reason,
        by_debtor=reason in _STARTED_BY_DEBTOR,
    )


def _book_transfers(day: date, *, books: Books) -> Iterator[Entry]:
    due = [transfer for transfer in books.transfers if transfer.arrives_on <= day]
    books.transfers = [transfer for transfer in books.transfers if transfer.arrives_on > day]
    for transfer in due:
        payment = Payment(
            amount_cents=transfer.amount_cents,
            name=transfer.name,
            iban=transfer.iban,
            end_to_end_id=transfer.end_to_end_id,
            text=transfer.text,
            reference=transfer.reference,
        )
        yield Entry(
            bank_reference=_next_reference(day, books=books),
            amount_cents=transfer.amount_cents,
            value_date=transfer.arrives_on,
            code=("PMNT", "RCDT", "ESCT"),
            payments=(payment,),
        )


def _book_costs(day: date, *, books: Books) -> Iterator[Entry]:
    """The costs of the month, on its last TARGET day."""
    if not books.monthly_cost_cents or next_target_day(day + timedelta(days=1)).month == day.month:
        return
    text = f"Kosten betalingsverkeer {day:%m-%Y}"
    yield Entry(
        bank_reference=_next_reference(day, books=books),
        amount_cents=-books.monthly_cost_cents,
        value_date=day,
        code=("PMNT", "MDOP", "CHRG"),
        payments=(Payment(amount_cents=books.monthly_cost_cents, text=text),),
    )


def _next_reference(day: date, *, books: Books) -> str:
    books.entries += 1
    return f"SIM{day:%y%m%d}{books.entries:010d}"
