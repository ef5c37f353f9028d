"""What a reason code of the bank leads to: for the mandate, for us, and in words for the customer.

The codes are those of ISO 20022 (external code set of May 2025) in Dutch practice. The table stands
in docs/algorithms/reasons.md and is tested against this one. A sentence for the customer says what
happened without a code, and without what somebody else who reads the mail has no business knowing,
such as the balance of an account (guide of the banks, 5.4).
"""

from dataclasses import dataclass, replace
from typing import Literal

MandateEffect = Literal["keep", "suspend", "end", "revoke"]
Action = Literal["retry", "fix", "iban", "stop", "new", "human"]

_NOT_CARRIED_OUT = (
    "De bank heeft de incasso niet uitgevoerd.",
    "The bank did not carry out the direct debit.",
)
_OUR_FAULT = (
    "Door een fout aan onze kant is de incasso niet uitgevoerd. U hoeft niets te doen.",
    "A mistake of ours kept the direct debit from being carried out. You need not do anything.",
)
_LIMIT = (
    "Bij de bank staat voor deze rekening een blokkade of limiet voor automatische incasso.",
    "At the bank, this account has a block or a limit on direct debits.",
)
_REPAYMENT_BACK = (
    "Onze terugbetaling aan u is niet aangekomen.",
    "Our repayment to you did not arrive.",
)
_SENTENCES = {
    "AC01": (
        "Het rekeningnummer dat wij van u hebben, is bij de bank niet bekend.",
        "The bank does not know the account number we have of you.",
    ),
    "AC04": (
        "Van het rekeningnummer dat wij van u hebben, kan niet meer worden afgeschreven.",
        "The account number we have of you can no longer be debited.",
    ),
    "AC06": _LIMIT,
    "AC13": (
        "Van deze rekening kan niet met een zakelijke machtiging worden afgeschreven.",
        "This account cannot be debited under a business mandate.",
    ),
    "AG01": (
        "Van dit soort rekening kan niet automatisch worden afgeschreven.",
        "This kind of account cannot be debited automatically.",
    ),
    "BE01": (
        "De naam die wij van u hebben, past volgens de bank niet bij het rekeningnummer.",
        "According to the bank, the name we have of you does not fit the account number.",
    ),
    "DNOR": (
        "De bank van deze rekening doet niet mee aan automatische incasso.",
        "The bank of this account does not take part in direct debits.",
    ),
    "ED05": (
        "Door een storing tussen de banken is de incasso niet uitgevoerd.",
        "A failure between the banks kept the direct debit from being carried out.",
    ),
    "MD01": (
        "Het bedrag is teruggeboekt, omdat er bij de bank geen geldige machtiging is.",
        "The amount was returned, because the bank has no valid mandate.",
    ),
    "MD06": (
        "Het bedrag is via de bank teruggeboekt op verzoek van de rekeninghouder.",
        "The amount was returned through the bank at the account holder's request.",
    ),
    "MS02": (
        "Bij de bank is aangegeven dat deze incasso niet mag worden uitgevoerd.",
        "The bank was told not to carry out this direct debit.",
    ),
    "SL01": _LIMIT,
    "SL11": _LIMIT,
    "SL12": _LIMIT,
    "SL13": _LIMIT,
    "SL14": _LIMIT,
}


@dataclass(frozen=True, kw_only=True, slots=True)
class Reason:
    """One reason code and what follows from it.

    `mandate` is what happens to the mandate; with `suspend_when_repeated` a kept one is suspended
    the second time in a row. `action`: retry = one new attempt is allowed after notice, fix = the
    fault is ours, iban = ask another account, stop = collect no more until the customer acts,
    new = a new mandate is needed, human = an employee decides. `mail` asks the customer at once to
    transfer the amount himself. `silence` stops every letter about money, reminders included.
    """

    code: str
    meaning: str
    mandate: MandateEffect
    action: Action
    mail: bool
    customer_nl: str
    customer_en: str
    suspend_when_repeated: bool = False
    silence: bool = False

    def sentence(self, language: str) -> str:
        """Return what happened, for the customer, in Dutch or (`language="en"`) in English."""
        return self.customer_en if language == "en" else self.customer_nl


def _reason(code: str, meaning: str, mandate: MandateEffect, action: Action) -> Reason:
    """Build a row; all but a fault of our own ask the customer to transfer."""
    otherwise = _OUR_FAULT if action == "fix" else _NOT_CARRIED_OUT
    dutch, english = _SENTENCES.get(code, otherwise)
    return Reason(
        code=code,
        meaning=meaning,
        mandate=mandate,
        action=action,
        mail=action != "fix",
        customer_nl=dutch,
        customer_en=english,
    )


def _repayment(code: str, meaning: str) -> Reason:
    """Build a row for a transfer of ours that came back: what we owe is open again."""
    dutch, english = _REPAYMENT_BACK
    reason = _reason(code, f"repayment came back: {meaning}", "keep", "human")
    return replace(reason, mail=False, customer_nl=dutch, customer_en=english)


_UNKNOWN = _reason("NARR", "explained in text only", "keep", "human")
_ROWS = (
    _reason("AC01", "account number wrong or unknown", "suspend", "iban"),
    _reason("AC04", "account closed", "suspend", "iban"),
    _reason("AC06", "account blocked for direct debits", "suspend", "stop"),
    _reason("AC13", "business direct debit on a consumer's account", "end", "new"),
    _reason("AC16", "account in sequestration", "suspend", "human"),
    _reason("AG01", "account takes no direct debits (savings)", "suspend", "iban"),
    _reason("AG02", "wrong transaction or sequence code", "keep", "fix"),
    _reason("AM04", "insufficient funds", "keep", "retry"),
    _reason("AM05", "collected twice", "keep", "fix"),
    _reason("BE01", "name does not fit the account", "suspend", "human"),
    _reason("BE05", "creditor identifier unknown or changed", "keep", "fix"),
    _reason("CNOR", "our bank is not reachable under this BIC", "keep", "fix"),
    _reason("DNOR", "debtor's bank is not reachable under this BIC", "keep", "iban"),
    _reason("DT01", "wrong date", "keep", "fix"),
    _reason("ED05", "settlement between the banks failed", "keep", "retry"),
    _reason("FF01", "file format wrong", "keep", "fix"),
    _reason("FF05", "local instrument wrong", "keep", "fix"),
    _reason("MD01", "no valid mandate, or unauthorised", "revoke", "new"),
    _reason("MD02", "mandate data missing or wrong", "keep", "fix"),
    _reason("MD06", "claimed back by the debtor", "suspend", "stop"),
    replace(
        _reason("MD07", "account holder deceased", "revoke", "human"), mail=False, silence=True
    ),
    _reason("MS02", "refused by the debtor, no reason given", "suspend", "stop"),
    replace(
        _reason("MS03", "no reason given by the bank", "keep", "retry"), suspend_when_repeated=True
    ),
    _reason("RC01", "BIC wrong", "keep", "fix"),
    _reason("RR01", "debtor's account missing", "keep", "fix"),
    _reason("RR02", "debtor's name or address missing", "keep", "fix"),
    _reason("RR03", "creditor's name or address missing", "keep", "fix"),
    _reason("RR04", "regulatory reason", "suspend", "human"),
    _reason("SL01", "block or limit at the debtor's bank", "suspend", "stop"),
    _reason("SL11", "we are not on the debtor's list of allowed creditors", "suspend", "stop"),
    _reason("SL12", "we are on the debtor's list of blocked creditors", "suspend", "stop"),
    _reason("SL13", "more direct debits than the debtor allows", "suspend", "stop"),
    _reason("SL14", "amount higher than the debtor allows", "suspend", "stop"),
    _reason("TM01", "handed in after the cut-off time", "keep", "fix"),
    _UNKNOWN,
    _repayment("AM09", "wrong amount"),
    _repayment("CUST", "asked for by the sender"),
    _repayment("DUPL", "sent twice"),
    _repayment("FOCR", "after our recall"),
    _repayment("FRAD", "fraud"),
    _repayment("TECH", "technical error"),
    _repayment("UPAY", "not due"),
)
REASONS: dict[str, Reason] = {reason.code: reason for reason in _ROWS}


def reason_for(code: str | None) -> Reason:
    """Return what follows from a reason code, in any case and with blanks around it.

    A code we do not know, or none at all, keeps the mandate and goes to an employee under the code
    it came with (`NARR` when there was none); it never raises.
    """
    wanted = (code or "").strip().upper()
    known = REASONS.get(wanted)
    if known is not None:
        return known
    if not wanted:
        return _UNKNOWN
    return replace(_UNKNOWN, code=wanted, meaning="a code that is not in our table")
