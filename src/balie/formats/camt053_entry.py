"""Turns one `Ntry` of a camt file into an Entry with its payments.

Rules: bank guide 2.4. The parties of an entry swap roles between banks and on returns, so the
counterparty is found by its account. Charges are what the bank netted into the amount.
"""

import re
from datetime import date
from typing import Any, Literal

from balie.formats.bank_statement import Entry, Transaction, filled
from balie.formats.camt053_values import (
    cents_of,
    day_of,
    iban_of,
    refusal,
    sign_of,
    signed_cents,
    truth_of,
)
from balie.formats.xml import Record

_PENDING = frozenset({"PDNG", "INFO", "FUTR"})
_COUNT = re.compile(r"[0-9]{1,15}")


def is_booked(entry: Record) -> bool:
    """Whether the entry is on the account; a pending one may not be posted."""
    status = entry.text("status")
    if status != "BOOK" and status not in _PENDING:
        said = status or entry.text("own_status")
        raise refusal(entry, f"the status of the entry is {said}, not BOOK or PDNG", "Sts")
    return status == "BOOK"


def entry_of(entry: Record) -> Entry:
    """The entry with every payment the bank tells about, in cents with the sign of the account."""
    statement = entry.around
    fields = _fields_of_entry(entry, statement=statement)
    details = entry.inner("NtryDtls")
    payments = [(payment, part) for part in details for payment in part.inner("TxDtls")]
    batch = _batch([batch for part in details for batch in part.inner("Btch")])
    if len(payments) == 1:
        fields |= _fields_of_payment(
            payments[0][0], batch=batch, entry=fields, statement=statement, alone=True
        )
        return Entry(**fields, transactions=(Transaction(**fields),))
    transactions = []
    for payment, part in payments:
        own = _fields_of_payment(
            payment,
            batch=_batch(part.inner("Btch")),
            entry=fields,
            statement=statement,
            alone=False,
        )
        transactions.append(Transaction(**{**fields, **own}))
    if not fields["charges_cents"]:
        fields["charges_cents"] = sum(payment.charges_cents for payment in transactions)
    return Entry(**fields, **batch, transactions=tuple(transactions))


def _fields_of_entry(entry: Record, *, statement: Record) -> dict[str, Any]:
    texts = entry.texts
    value_date = None
    if "value_date" in texts or "value_at" in texts:
        value_date = day_of(entry, "value_date", "value_at", element="ValDt")
    return {
        "amount_cents": signed_cents(entry, statement=statement),
        "booked_on": _booked_on(entry, statement=statement, value_date=value_date),
        "value_date": value_date,
        "bank_reference": filled(texts.get("bank_reference")),
        "bank_transaction_code": _code(entry),
        "proprietary_code": filled(texts.get("proprietary")),
        "reversal": truth_of(entry, "reversal", element="RvslInd"),
        "charges_cents": _charges(entry),
        "text": filled(texts.get("more")),
    }


def _booked_on(entry: Record, *, statement: Record, value_date: date | None) -> date:
    """The booking day; a pending entry may have none yet and counts on the day of the report."""
    if "booked_on" in entry.texts or "booked_at" in entry.texts:
        return day_of(entry, "booked_on", "booked_at", element="BookgDt")
    if value_date is not None:
        return value_date
    if not is_booked(entry):
        return day_of(statement, "", "created_at", element="CreDtTm")
    raise refusal(entry, "the entry has neither a booking date nor a value date", "BookgDt")


def _fields_of_payment(
    payment: Record, *, batch: dict[str, Any], entry: dict[str, Any], statement: Record, alone: bool
) -> dict[str, Any]:
    """What one payment says; alone in its entry, what the entry says is also its own."""
    texts = payment.texts
    incoming = entry["amount_cents"] > 0
    name, iban = _counterparty(payment, own=_own_account(statement), incoming=incoming)
    structured, text = _remittance(payment)
    shared = entry if alone else {}
    return {
        "amount_cents": _amount(
            payment, entry=entry, currency=statement.text("currency"), alone=alone
        ),
        "bank_reference": filled(texts.get("bank_reference")) or shared.get("bank_reference"),
        "counterparty_name": name,
        "counterparty_iban": iban,
        "end_to_end_id": filled(texts.get("end_to_end_id")),
        "mandate_reference": filled(texts.get("mandate")),
        **batch,
        **_own_batch(payment),
        "structured_reference": structured,
        "text": text or filled(texts.get("more")) or shared.get("text"),
        **_return(payment),
        "charges_cents": _charges(payment) or shared.get("charges_cents", 0),
        "bank_transaction_code": _code(payment) or entry["bank_transaction_code"],
        "proprietary_code": filled(texts.get("proprietary")) or entry["proprietary_code"],
    }


def _amount(payment: Record, *, entry: dict[str, Any], currency: str | None, alone: bool) -> int:
    """The amount of one payment in cents; its own sign when it has one, else that of the entry."""
    entry_cents: int = entry["amount_cents"]
    sign = 1 if entry_cents >= 0 else -1
    if "sign" in payment.texts:
        sign = sign_of(payment)
    if "amount" in payment.texts and payment.text("currency") == currency:
        return sign * cents_of(payment, "amount", element="Amt")
    if alone:
        return entry_cents
    for kind, element in (("transaction", "TxAmt"), ("instructed", "InstdAmt")):
        if payment.text(f"{kind}_currency") == currency:
            return sign * cents_of(payment, f"{kind}_amount", element=f"AmtDtls/{element}/Amt")
    raise refusal(payment, f"one of several payments has no amount in {currency}", "Amt")


def _own_account(statement: Record) -> str | None:
    return iban_of(statement.text("iban") or statement.text("account"))


def _counterparty(
    payment: Record, *, own: str | None, incoming: bool
) -> tuple[str | None, str | None]:
    """Name and IBAN of the party whose account is not ours, whatever its role is called.

    A return that names only one party, at our account, still tells by name whose debit came back.
    """
    texts = payment.texts
    without_account = at_own_account = None
    for role in ("debtor", "creditor") if incoming else ("creditor", "debtor"):
        name = filled(texts.get(f"{role}_name"))
        iban = iban_of(filled(texts.get(f"{role}_iban")))
        account = iban or iban_of(filled(texts.get(f"{role}_account")))
        if account is not None and account != own:
            return name, iban
        if account is None:
            without_account = without_account or name
        else:
            at_own_account = at_own_account or name
    returned = "return_code" in texts or "return_own_code" in texts
    return without_account or (at_own_account if returned else None), None


def _own_batch(payment: Record) -> dict[str, str]:
    """The batch references of a payment itself, which go before those of its batch."""
    own = {
        "batch_message_id": filled(payment.texts.get("message_id")),
        "batch_payment_information_id": filled(payment.texts.get("payment_information_id")),
    }
    return {key: text for key, text in own.items() if text is not None}


def _batch(batches: list[Record]) -> dict[str, Any]:
    """What identifies the batch; nothing when an entry holds several, because then none is it."""
    if len(batches) != 1:
        return {}
    texts = batches[0].texts
    count = filled(texts.get("count"))
    if count is not None and _COUNT.fullmatch(count) is None:
        raise refusal(batches[0], f"{count[:40]!r} is not a number of payments", "NbOfTxs")
    return {
        "batch_message_id": filled(texts.get("message_id")),
        "batch_payment_information_id": filled(texts.get("payment_information_id")),
        "batch_transactions": None if count is None else int(count),
    }


def _remittance(payment: Record) -> tuple[str | None, str | None]:
    """The first structured reference, and every other line the payer or the bank wrote."""
    lines = [filled(line) for line in payment.all("text")]
    structured: str | None = None
    for part in payment.inner("RmtInf/Strd"):
        reference = filled(part.texts.get("reference"))
        if structured is None:
            structured = reference
        else:
            lines.append(reference)
        lines += [filled(line) for line in (*part.all("document"), *part.all("text"))]
    return structured, "\n".join(line for line in lines if line) or None


def _return(payment: Record) -> dict[str, Any]:
    """Why a payment came back, and whether a bank or the other party made it come back."""
    texts = payment.texts
    started_by: Literal["party", "bank"] | None = None
    if filled(texts.get("return_bic")):
        started_by = "bank"
    elif filled(texts.get("return_name")):
        started_by = "party"
    lines = [filled(line) for line in payment.all("return_text")]
    return {
        "return_reason": filled(texts.get("return_code")) or filled(texts.get("return_own_code")),
        "return_started_by": started_by,
        "return_text": "\n".join(line for line in lines if line) or None,
    }


def _charges(record: Record) -> int:
    """What the bank took out of the amount in cents; charges booked apart do not count."""
    total = 0
    for charges in record.inner("Chrgs"):
        for charge in charges.inner("Rcrd") or [charges]:
            if "amount" not in charge.texts:
                continue
            if "included" in charge.texts and not truth_of(
                charge, "included", element="ChrgInclInd"
            ):
                continue
            cents = cents_of(charge, "amount", element="Amt")
            came_back = "sign" in charge.texts and sign_of(charge) > 0
            total += -cents if came_back else cents
    return total


def _code(record: Record) -> str | None:
    texts = record.texts
    parts = (texts.get("domain"), texts.get("family"), texts.get("sub_family"))
    return "/".join(part.strip() for part in parts if part) or None
