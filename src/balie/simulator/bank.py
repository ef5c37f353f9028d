"""A bank in a box: takes our orders, books what happens, and reports it as a Dutch bank does.

It reads our pain.008, answers with pain.002, books the batch on the collection date, takes money
back as scripted, lets transfers come in, charges its costs and closes each TARGET day with a
camt.053. It knows no clock: the day is an argument. All it knows fits in JSON and outlives a run.
"""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from balie.domain.workdays import add_target_days, is_target_day, next_target_day, utc_moment
from balie.formats.characters import is_reference, latin
from balie.formats.iban import is_valid_iban, normalise_iban
from balie.simulator.bank_answers import BlockAnswer, write_pain002
from balie.simulator.bank_booking import REFUNDED, book_day
from balie.simulator.bank_books import (
    Batch,
    Books,
    Debit,
    Intent,
    Return,
    Transfer,
    books_from_json,
    books_to_json,
)
from balie.simulator.bank_judging import judge, use_intent
from balie.simulator.bank_orders import Order, OrderedDebit, read_order
from balie.simulator.bank_statements import DayStatement, write_camt053

MONTHLY_COST_CENTS = 1495

_LOCAL = ZoneInfo("Europe/Amsterdam")
_ONE_DAY = timedelta(days=1)
# The latest day after the debit: without reason, as unauthorised (13 months), and by a bank.
_LATEST_DAYS = {"MD06": 56, "MD01": 396}
_LATEST_DAYS_OF_A_BANK = 7
_LATEST_PROCESSING_DAYS = 7


class UnableToCloseDay(ValueError):
    """The bank closes each TARGET day once, in order."""


class UnableToPlanReturn(ValueError):
    """The collection cannot come back in that way or at that time."""


class UnableToReceive(ValueError):
    """What is dated before the last closed day, or is no payment, cannot be taken in."""


class SimulatedBank:
    """The bank of one account.

    `receive_file` takes an order, `plan_reject` and `plan_return` script what debtors do,
    `receive_transfer` lets money come in, `close_day` books the day and gives its statement.
    """

    def __init__(self, books: Books) -> None:
        self._books = books

    @classmethod
    def open(
        cls,
        *,
        iban: str,
        opened_on: date,
        opening_cents: int = 0,
        seed: int = 0,
        monthly_cost_cents: int = MONTHLY_COST_CENTS,
        batch_returns: bool | None = None,
    ) -> "SimulatedBank":
        """Open an account at a new bank; `opened_on` is the first day that can be closed.

        Returns of one block on one day are booked as one entry or one by one; with
        `batch_returns` None now so and now so, drawn by seed.
        """
        return cls(
            Books(
                iban=normalise_iban(iban),
                seed=seed,
                balance_cents=opening_cents,
                closed_on=opened_on - _ONE_DAY,
                monthly_cost_cents=monthly_cost_cents,
                batch_returns=batch_returns,
            )
        )

    @classmethod
    def from_json(cls, text: str) -> "SimulatedBank":
        """Return the bank that `to_json` wrote. Raises ValueError when `text` is none."""
        return cls(books_from_json(text))

    def to_json(self) -> str:
        """Return all the bank knows; equal banks give equal text."""
        return books_to_json(self._books)

    @property
    def balance_cents(self) -> int:
        """The closing balance of the last closed day."""
        return self._books.balance_cents

    @property
    def closed_on(self) -> date:
        """The last closed day; the day before the account was opened when none is."""
        return self._books.closed_on

    def receive_file(self, data: bytes, *, at: datetime) -> bytes:
        """Take in a pain.008 and return the answer, a pain.002.001.10.

        What is accepted is booked on the collection date, or on the first TARGET day after it, or
        the first after `at` when it comes too late. Raises UnreadableOrder when `data` is no
        pain.008, and UnableToReceive when `at` lies before the last closed day.
        """
        day = utc_moment(at).astimezone(_LOCAL).date()
        if day < self.closed_on:
            raise UnableToReceive(f"A file of {day} comes after {self.closed_on} was closed.")
        order = read_order(data)
        answer = judge(order, books=self._books)
        self._books.file_ids.append(order.message_id)
        for block in answer.blocks:
            self._books.file_ids.append(block.block.payment_information_id)
            if block.objection is None:
                self._take_on(block, order=order, received_on=day)
        self._books.answers += 1
        return write_pain002(answer, message_id=f"PSR-{self._books.answers:08d}", at=at)

    def plan_reject(self, target: str, *, reason: str = "AC01") -> None:
        """Reject, in the answer, the next debit of an IBAN or the one with an end-to-end id."""
        self._books.intents.append(Intent(target=_target(target), reason=reason, rejected=True))

    def plan_return(
        self, target: str, *, reason: str = "AM04", after_days: int = 2, processing_days: int = 0
    ) -> None:
        """Take a collection back `after_days` calendar days after its debit.

        `target` is an end-to-end id (known already or not) or an IBAN: then the next debit of it
        that is handed in. A debtor asks within 56 days with MD06 and 13 months with MD01, booked
        `processing_days` TARGET days later; with any other reason it is a bank, within 7 days.
        Raises UnableToPlanReturn when it is later, planned already, or falls in a closed day.
        """
        latest = _LATEST_DAYS.get(reason, _LATEST_DAYS_OF_A_BANK)
        slowest = _LATEST_PROCESSING_DAYS if reason in REFUNDED else 0
        if not (0 <= after_days <= latest and 0 <= processing_days <= slowest):
            raise UnableToPlanReturn(
                f"{reason} comes 0 to {latest} days after the debit and is booked 0 to {slowest}"
                f" TARGET days later; not {after_days} and {processing_days}."
            )
        intent = Intent(
            target=_target(target),
            reason=reason,
            rejected=False,
            after_days=after_days,
            processing_days=processing_days,
        )
        debit = self._books.debits.get(intent.target)
        if debit is None:
            self._books.intents.append(intent)
        else:
            self._schedule(debit, intent)

    def receive_transfer(
        self,
        *,
        amount_cents: int,
        name: str,
        iban: str,
        on: date,
        text: str = "",
        reference: str = "",
        end_to_end_id: str = "NOTPROVIDED",
    ) -> None:
        """Let a transfer come in, booked on the first TARGET day from `on`.

        The payer fills in either `text` or `reference` (an RF reference or a betalingskenmerk).
        Raises UnableToReceive when the day is closed or it is no possible transfer.
        """
        if on <= self.closed_on:
            raise UnableToReceive(f"A transfer of {on} comes after {self.closed_on} was closed.")
        if amount_cents <= 0 or not is_valid_iban(iban):
            raise UnableToReceive("A transfer needs a valid IBAN and an amount above zero.")
        if not is_reference(end_to_end_id) or (reference and (text or not is_reference(reference))):
            raise UnableToReceive("A transfer has a text or a reference of 35 plain characters.")
        self._books.transfers.append(
            Transfer(
                amount_cents=amount_cents,
                name=latin(name, limit=70),
                iban=normalise_iban(iban),
                text=latin(text, limit=140),
                reference=reference,
                end_to_end_id=end_to_end_id,
                arrives_on=on,
            )
        )

    def close_day(self, day: date) -> bytes | None:
        """Book what is due up to `day` and return its statement; None on a day banks are shut.

        Every TARGET day is closed, in order, also when nothing happened. Raises UnableToCloseDay
        when the day is closed already or one before it is not.
        """
        if not is_target_day(day):
            return None
        if day <= self.closed_on:
            raise UnableToCloseDay(f"{day} was closed already.")
        if (first := next_target_day(self.closed_on + _ONE_DAY)) != day:
            raise UnableToCloseDay(f"{first} must be closed before {day}.")
        self._books.statements += 1
        statement = DayStatement(
            iban=self._books.iban,
            number=self._books.statements,
            day=day,
            opening_cents=self._books.balance_cents,
            entries=book_day(day, books=self._books),
        )
        self._books.balance_cents = statement.closing_cents
        self._books.closed_on = day
        return write_camt053(statement)

    def _take_on(self, answer: BlockAnswer, *, order: Order, received_on: date) -> None:
        """Remember the debits of a block, also the rejected ones: their ids are used up."""
        block = answer.block
        settles_on = max(next_target_day(block.collection_date), add_target_days(received_on, 1))
        accepted = []
        for ordered in block.debits:
            if ordered.end_to_end_id in self._books.debits:
                continue
            rejected = ordered.end_to_end_id in answer.rejected
            debit = _debit(
                ordered,
                block_id=block.payment_information_id,
                settles_on=settles_on,
                rejected=rejected,
            )
            self._books.debits[debit.end_to_end_id] = debit
            if rejected:
                continue
            accepted.append(debit.end_to_end_id)
            if (intent := use_intent(ordered, rejected=False, books=self._books)) is not None:
                self._schedule(debit, intent)
        if accepted:
            batch = Batch(
                message_id=order.message_id,
                payment_information_id=block.payment_information_id,
                settles_on=settles_on,
                end_to_end_ids=accepted,
            )
            self._books.batches.append(batch)

    def _schedule(self, debit: Debit, intent: Intent) -> None:
        asked_on = debit.settles_on + timedelta(days=intent.after_days)
        due_on = next_target_day(asked_on)
        if intent.processing_days:
            due_on = add_target_days(asked_on, intent.processing_days)
        if debit.rejected or debit.returning:
            raise UnableToPlanReturn(f"{debit.end_to_end_id} was rejected or comes back already.")
        if due_on <= self.closed_on:
            raise UnableToPlanReturn(f"{due_on} is closed; {debit.end_to_end_id} stays collected.")
        debit.returning = True
        self._books.returns.append(
            Return(end_to_end_id=debit.end_to_end_id, reason=intent.reason, due_on=due_on)
        )


def _debit(ordered: OrderedDebit, *, block_id: str, settles_on: date, rejected: bool) -> Debit:
    return Debit(
        end_to_end_id=ordered.end_to_end_id,
        payment_information_id=block_id,
        amount_cents=ordered.amount_cents,
        mandate_reference=ordered.mandate_reference,
        debtor_name=ordered.debtor_name,
        debtor_iban=ordered.debtor_iban,
        settles_on=settles_on,
        rejected=rejected,
    )


def _target(text: str) -> str:
    return normalise_iban(text) if is_valid_iban(text) else text
