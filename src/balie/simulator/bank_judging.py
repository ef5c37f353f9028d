"""Whether the simulated bank takes an order, and what debtors have in store for its debits."""

from balie.formats.iban import is_valid_iban
from balie.simulator.bank_answers import Answer, BlockAnswer, Objection
from balie.simulator.bank_books import Books, Intent
from balie.simulator.bank_orders import Order, OrderedBlock, OrderedDebit


def judge(order: Order, *, books: Books) -> Answer:
    """Return the bank's answer to `order`; uses up the planned rejections that meet its debits."""
    objection = None
    if order.message_id in books.file_ids:
        objection = Objection(reason="AM05", text="MsgId was received before")
    elif not order.adds_up:
        objection = Objection(reason="FF01", text="NbOfTxs or CtrlSum of the file is wrong")
    blocks = () if objection else tuple(_judge_block(block, books=books) for block in order.blocks)
    return Answer(order=order, objection=objection, blocks=blocks)


def use_intent(debit: OrderedDebit, *, rejected: bool, books: Books) -> Intent | None:
    """Return the oldest intent that meets this debit, and forget it: it is used up."""
    for intent in books.intents:
        aimed = intent.target in {debit.end_to_end_id, debit.debtor_iban}
        if aimed and intent.rejected == rejected:
            books.intents.remove(intent)
            return intent
    return None


def _judge_block(block: OrderedBlock, *, books: Books) -> BlockAnswer:
    objection = None
    if block.payment_information_id in books.file_ids:
        objection = Objection(reason="AM05", text="PmtInfId was received before")
    elif not block.adds_up:
        objection = Objection(reason="FF01", text="NbOfTxs or CtrlSum of the block is wrong")
    elif block.creditor_iban != books.iban:
        objection = Objection(reason="BE05", text="Creditor account is not kept here")
    rejected: dict[str, Objection] = {}
    seen: set[str] = set()
    for debit in () if objection else block.debits:
        problem = _problem(debit, seen=seen, books=books)
        seen.add(debit.end_to_end_id)
        if problem is not None:
            rejected[debit.end_to_end_id] = problem
    return BlockAnswer(block=block, objection=objection, rejected=rejected)


def _problem(debit: OrderedDebit, *, seen: set[str], books: Books) -> Objection | None:
    if debit.end_to_end_id in books.debits or debit.end_to_end_id in seen:
        return Objection(reason="AM05")
    if not is_valid_iban(debit.debtor_iban):
        return Objection(reason="AC01")
    intent = use_intent(debit, rejected=True, books=books)
    return None if intent is None else Objection(reason=intent.reason)
