"""Turns one `Ntry` of a camt file into an Entry with its payments.

Rules: bank guide 2.4. The parties of an entry swap roles between banks and on returns, so the
counterparty is found by its account. Charges are what the bank netted into the amount.
"""

import re
from collections.abc import Mapping, Sequence
from datetime import date
from functools import lru_cache
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
_ROLES = ("debtor", "creditor")  # as they are when money comes in
_OF_ENTRY = {
    "bank_reference": "bank_reference",
    "proprietary": "proprietary_code",
    "more": "text",
}
_OF_BATCH = {
    "message_id": "batch_message_id",
    "payment_information_id": "batch_payment_information_id",
}
_OF_PAYMENT = {
    **_OF_ENTRY,
    **_OF_BATCH,
    "end_to_end_id": "end_to_end_id",
    "mandate": "mandate_reference",
}
_OF_RETURN = frozenset({"return_code", "return_own_code", "return_name", "return_bic"})
_SHARED = frozenset(
    {"booked_on", "value_date", "bank_transaction_code", "proprietary_code", "reversal"}
)
_OF_THE_WHOLE = ("amount_cents", "bank_reference", "bank_transaction_code", "proprietary_code")
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
    fields = _fields_of_entry(entry)
    parts = entry.inner("NtryDtls")
    payments = [(payment, part) for part in parts for payment in part.inner("TxDtls")]
    if len(payments) == 1:  # what the one says, the other says too
        payment, part = payments[0]
        fields |= _batch(part.inner("Btch"))
        own = fields | _fields_of_payment(payment, entry=entry, fields=fields, alone=True)
        _net_charges([own], entry_cents=fields["amount_cents"])
        whole = own | {key: fields[key] for key in _OF_THE_WHOLE if key in fields}
        return Entry.of(whole | {"transactions": (Transaction.of(own),)})
    common = {key: value for key, value in fields.items() if key in _SHARED}
    owns = [
        common
        | _batch(part.inner("Btch"))
        | _fields_of_payment(payment, entry=entry, fields=fields, alone=False)
        for payment, part in payments
    ]
    _net_charges(owns, entry_cents=fields["amount_cents"])
    transactions = tuple(map(Transaction.of, owns))
    if "charges_cents" not in fields:
        fields["charges_cents"] = sum(payment.charges_cents for payment in transactions)
    fields |= _batch([batch for part in parts for batch in part.inner("Btch")])
    return Entry.of(fields | {"transactions": transactions})


def _net_charges(payments: list[dict[str, Any]], *, entry_cents: int) -> None:
    """Where the bank tells amounts without the charges it booked with them, take those in."""
    charges = [payment.get("charges_cents", 0) for payment in payments]
    if not any(charges):
        return
    apart = sum(payment["amount_cents"] for payment in payments)
    if apart != entry_cents and apart - sum(charges) == entry_cents:
        for payment, cents in zip(payments, charges, strict=True):
            payment["amount_cents"] -= cents


def _fields_of_entry(entry: Record) -> dict[str, Any]:
    texts = entry.texts
    fields: dict[str, Any] = _filled(texts, _OF_ENTRY)
    fields["amount_cents"] = signed_cents(entry, statement=entry.around)
    if "value_date" in texts or "value_at" in texts:
        fields["value_date"] = day_of(entry, "value_date", "value_at", element="ValDt")
    fields["booked_on"] = _booked_on(entry, value_date=fields.get("value_date"))
    if "domain" in texts:
        fields["bank_transaction_code"] = _code(texts)
    if "reversal" in texts:
        fields["reversal"] = truth_of(entry, "reversal", element="RvslInd")
    if charges := entry.inner("Chrgs"):
        fields["charges_cents"] = _charges(charges)
    return fields


def _filled(texts: Mapping[str, str], wanted: Mapping[str, str]) -> dict[str, str]:
    """The fields that have a text, by the keys in `wanted`."""
    found = {}
    for key, field in wanted.items():
        if key in texts and (text := filled(texts[key])):
            found[field] = text
    return found


def _booked_on(entry: Record, *, value_date: date | None) -> date:
    """The booking day; a pending entry may have none yet and counts on the day of the report."""
    if "booked_on" in entry.texts or "booked_at" in entry.texts:
        return day_of(entry, "booked_on", "booked_at", element="BookgDt")
    if value_date is not None:
        return value_date
    if not is_booked(entry):
        return day_of(entry.around, "", "created_at", element="CreDtTm")
    raise refusal(entry, "the entry has neither a booking date nor a value date", "BookgDt")


def _fields_of_payment(
    payment: Record, *, entry: Record, fields: Mapping[str, Any], alone: bool
) -> dict[str, Any]:
    """What one payment says of itself, beside what holds for the whole entry."""
    texts = payment.texts
    statement = entry.around
    own: dict[str, Any] = _filled(texts, _OF_PAYMENT)
    own["amount_cents"] = _amount(
        payment,
        entry_cents=fields["amount_cents"],
        currency=statement.text("currency"),
        alone=alone,
    )
    own |= _counterparty(texts, own=_own_account(statement), incoming=fields["amount_cents"] > 0)
    own |= _remittance(payment)
    if not _OF_RETURN.isdisjoint(texts) or payment.all("return_text"):
        own |= _return(payment)
    if "domain" in texts:
        own["bank_transaction_code"] = _code(texts)
    if charges := payment.inner("Chrgs"):
        own["charges_cents"] = _charges(charges)
    return own


def _amount(payment: Record, *, entry_cents: int, currency: str | None, alone: bool) -> int:
    """The amount of one payment in cents; its own sign when it has one, else that of the entry."""
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
    texts: Mapping[str, str], *, own: str | None, incoming: bool
) -> dict[str, str | None]:
    """The party whose account is not ours, whatever its role is called.

    A return that names only one party, at our account, still tells by name whose debit came back.
    """
    without_account = at_own_account = None
    for role in _ROLES if incoming else _ROLES[::-1]:
        name = filled(texts.get(f"{role}_name"))
        iban = iban_of(filled(texts.get(f"{role}_iban")))
        account = iban or iban_of(filled(texts.get(f"{role}_account")))
        if account is not None and account != own:
            return {"counterparty_name": name, "counterparty_iban": iban}
        if account is None:
            without_account = without_account or name
        else:
            at_own_account = at_own_account or name
    returned = "return_code" in texts or "return_own_code" in texts
    return {"counterparty_name": without_account or (at_own_account if returned else None)}


def _batch(batches: list[Record]) -> dict[str, Any]:
    """What identifies the batch; nothing when an entry holds several, because then none is it."""
    if len(batches) != 1:
        return {}
    texts = batches[0].texts
    count = filled(texts.get("count"))
    if count is not None and _COUNT.fullmatch(count) is None:
        raise refusal(batches[0], f"{count[:40]!r} is not a number of payments", "NbOfTxs")
    found: dict[str, Any] = _filled(texts, _OF_BATCH)
    if count is not None:
        found["batch_transactions"] = int(count)
    return found


def _remittance(payment: Record) -> dict[str, str]:
    """The first structured reference, and every other line the payer or the bank wrote."""
    lines = payment.all("text")
    references: list[str] = []
    if parts := payment.inner("RmtInf/Strd"):
        lines = lines.copy()
        for part in parts:
            references += filter(None, [filled(part.texts.get("reference"))])
            lines += part.all("document") + part.all("text")
    found = {"structured_reference": references[0]} if references else {}
    known = [text for line in (*lines, *references[1:]) if (text := filled(line))]
    if known:
        found["text"] = "\n".join(known)
    return found


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


def _charges(found: Sequence[Record]) -> int:
    """What the bank took out of the amount in cents; charges booked apart do not count."""
    total = 0
    for charges in found:
        for charge in charges.inner("Rcrd") or [charges]:
            if "amount" not in charge.texts:
                continue
            is_told = "included" in charge.texts
            if is_told and not truth_of(charge, "included", element="ChrgInclInd"):
                continue
            cents = cents_of(charge, "amount", element="Amt")
            came_back = "sign" in charge.texts and sign_of(charge) > 0
            total += -cents if came_back else cents
    return total


def _code(texts: Mapping[str, str]) -> str | None:
    return _code_of(texts["domain"], texts.get("family", ""), texts.get("sub_family", ""))


@lru_cache(maxsize=1024)
def _code_of(*parts: str) -> str | None:
    return "/".join(part for part in parts if filled(part)) or None
