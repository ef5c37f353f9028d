"""The desk's words for what the apps keep as codes; a state also has its shape."""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from balie.domain.reasons import reason_for
from balie.faces.desk import panel_words

Badge = tuple[str, LazyText]

# What a badge shows: shape (see infra's `badge`) and word, per kind of thing and its state.
BADGES: Mapping[str, Mapping[str, Badge]] = {
    **panel_words.BADGES,
    "collection": {
        "announced": ("open", _("announced")),
        "withdrawn": ("neutral", _("withdrawn")),
        "exported": ("open", _("at the bank")),
        "rejected": ("broken", _("refused")),
        "settled": ("kept", _("collected")),
        "returned": ("broken", _("came back")),
    },
    "batch": {
        "frozen": ("open", _("frozen, not handed over")),
        "handed_over": ("open", _("handed over")),
        "accepted": ("open", _("accepted by the bank")),
        "rejected": ("broken", _("refused by the bank")),
        "booked": ("kept", _("booked")),
        "withdrawn": ("neutral", _("withdrawn")),
    },
    "mandate": {
        "active": ("kept", _("active")),
        "suspended": ("attention", _("suspended")),
        "revoked": ("neutral", _("revoked")),
        "lapsed": ("neutral", _("lapsed")),
    },
    "invoice": {
        "transfer_asked": ("attention", _("transfer asked")),
        "collecting": ("open", _("being collected")),
        "invoiced": ("neutral", _("invoiced")),
        "refundable": ("kept", _("paid, can come back")),
        "almost_final": ("kept", _("paid, almost final")),
        "final": ("kept", _("paid, final")),
        "paid": ("kept", _("paid")),
    },
    "address": {
        "open": ("open", pgettext_lazy("address", "open")),
        "completed": ("kept", pgettext_lazy("address", "made")),
        "stopped": ("broken", pgettext_lazy("address", "stopped")),
        "reverted": ("broken", pgettext_lazy("address", "put back")),
        "refused": ("broken", pgettext_lazy("address", "refused")),
        "lapsed": ("neutral", pgettext_lazy("address", "lapsed")),
        "replaced": ("neutral", pgettext_lazy("address", "replaced")),
    },
}

NAMES: Mapping[str, Mapping[str, LazyText]] = {
    **panel_words.NAMES,
    "channel": {
        "web": _("website"),
        "portal": _("portal"),
        "email": _("e-mail"),
        "phone": _("phone"),
    },
    "role": {
        "owner": pgettext_lazy("role", "owner"),
        "finance": pgettext_lazy("role", "finance"),
        "technical": pgettext_lazy("role", "technical"),
    },
    "kind": {"consumer": _("consumer"), "business": _("business")},
    "blocks": {
        "credentials": _("No login details go out"),
        "money": _("No money moves"),
        "new_iban": _("No new bank account, no repayment"),
    },
    "address_channel": {
        "portal": _("from the customer area"),
        "public": _("from the public page"),
        "phone": _("by telephone"),
        "ticket": _("in a question"),
    },
    "address_proof": {
        "none": _("none yet"),
        "second_factor": _("second factor"),
        "recovery_code": _("recovery code"),
        "bank": _("one cent from the mandate's account"),
        "witnesses": _("two employees saw it"),
    },
    "address_need": {
        "confirmation": _("confirmation from the new address"),
        "proof": _("proof"),
        "approval": _("a second employee"),
        "waiting": _("time to pass"),
    },
    "address_transfer": {
        "wrong_account": _("The code of a change came from another account:"),
        "out_of_time": _("The code of a change came too late:"),
        "closed": _("The code of a change that has ended:"),
        "unknown": _("A code that is nobody's, or two at once:"),
    },
    "hold": {
        "dispute": _("disputed by the customer"),
        "arrangement": _("payment arrangement"),
        "transfer_asked": _("debit failed, transfer asked"),
        "our_fault": _("debit failed by our own fault"),
        "transfer_promised": _("the customer said he will transfer it"),
    },
    "mail": {
        "invoice-issued": _("the invoice"),
        "transfer-received": _("the thanks for a transfer"),
        "transfer-undone": _("word that a transfer was not his after all"),
        "debit-announced": _("the announcement of a debit"),
        "collection-failed": _("the request to transfer after a failed debit"),
        "debit-called-off": _("the debit that was called off"),
        "recovery-link": _("the lost login"),
        "recovery-late": _("that the lost login came too late"),
        "password-changed": _("that the password changed"),
        "password-changed-of": _("that a password changed"),
        "sign-in-code": _("the code to sign in"),
        "factor-changed": _("that the second step changed"),
        "contact-invited": _("the invitation"),
        "access-changed": _("that access changed"),
        "employee-changed": _("that an employee's account changed"),
        "address-warning": _("the warning about another address"),
        "address-changed": _("that the address changed"),
        "address-changed-of": _("that another contact's address changed"),
    },
    "mail_state": {
        "queued": _("waits to leave"),
        "accepted": _("taken by his mail server"),
        "failed": _("not delivered"),
        "expired": _("too late, not sent"),
        "withdrawn": _("not sent"),
        "bounced": _("came back"),
    },
    "allocation": {
        "collected": _("collected"),
        "returned": _("came back"),
        "transferred": _("transferred"),
        "credited": _("credited"),
        "repaid": _("paid back"),
        "undone": _("the booking was taken back"),
        "written_off": _("written off"),
    },
    "r_transaction": {
        "reject": _("rejected before it was debited"),
        "refusal": _("refused before it was debited"),
        "return": _("returned by the bank"),
        "refund": _("charged back by the customer"),
        "reversal": _("reversed by us"),
    },
    "outcome": {
        "explained": _("explained, the debit stands"),
        "our_mistake": _("our mistake"),
        "refunded_by_bank": _("charged back through the bank"),
    },
    "difference": {
        "added": _("new"),
        "removed": _("gone"),
        "amount": _("other amount"),
        "words": _("other words"),
    },
    "day": {
        "booked": _("booked"),
        "held": _("held"),
        "covered": _("no entries"),
        "missing": _("missing"),
        "expected": _("expected"),
        "closed": _("bank closed"),
        "before": _("before we began"),
    },
}

# The bank's reason codes, for who knows the code and wants the word (domain.reasons has the rules).
REASONS: Mapping[str, LazyText] = {
    "AC01": _("account number wrong or unknown"),
    "AC04": _("account closed"),
    "AC06": _("account blocked for direct debits"),
    "AC13": _("business direct debit on a consumer's account"),
    "AC16": _("account in sequestration"),
    "AG01": _("account takes no direct debits (savings)"),
    "AG02": _("wrong transaction or sequence code"),
    "AM04": _("insufficient funds"),
    "AM05": _("collected twice"),
    "BE01": _("name does not fit the account"),
    "BE05": _("creditor identifier unknown or changed"),
    "CNOR": _("our bank is not reachable under this BIC"),
    "DNOR": _("debtor's bank is not reachable under this BIC"),
    "DT01": _("wrong date"),
    "ED05": _("settlement between the banks failed"),
    "FF01": _("file format wrong"),
    "FF05": _("local instrument wrong"),
    "MD01": _("no valid mandate, or unauthorised"),
    "MD02": _("mandate data missing or wrong"),
    "MD06": _("claimed back by the debtor"),
    "MD07": _("account holder deceased"),
    "MS02": _("refused by the debtor, no reason given"),
    "MS03": _("no reason given by the bank"),
    "NARR": _("explained in text only"),
    "RC01": _("BIC wrong"),
    "RR01": _("debtor's account missing"),
    "RR02": _("debtor's name or address missing"),
    "RR03": _("creditor's name or address missing"),
    "RR04": _("regulatory reason"),
    "SL01": _("block or limit at the debtor's bank"),
    "SL11": _("we are not on the debtor's list of allowed creditors"),
    "SL12": _("we are on the debtor's list of blocked creditors"),
    "SL13": _("more direct debits than the debtor allows"),
    "SL14": _("amount higher than the debtor allows"),
    "TM01": _("handed in after the cut-off time"),
    "AM09": _("repayment came back: wrong amount"),
    "CUST": _("repayment came back: asked for by the sender"),
    "DUPL": _("repayment came back: sent twice"),
    "FOCR": _("repayment came back: after our recall"),
    "FRAD": _("repayment came back: fraud"),
    "TECH": _("repayment came back: technical error"),
    "UPAY": _("repayment came back: not due"),
}

# What a returned debit asks of us, by the action that domain.reasons gives its code.
WHAT_NOW: Mapping[str, LazyText] = {
    "retry": _("The customer is asked to transfer it. You may release it for one new debit."),
    "fix": _("Our own fault: mend it, then release the invoice."),
    "iban": _("Ask the customer for another account and a new mandate."),
    "stop": _("Collect no more until the customer acts; he is asked to transfer it."),
    "new": _("A new mandate is needed; the customer is asked to transfer it."),
    "human": _("Read what the bank says and decide."),
}


def badge_for(kind: str, state: str) -> tuple[str, str]:
    """Return shape and word of a state. Raises KeyError for one that has none: a new code."""
    shape, word = BADGES[kind][state]
    return shape, str(word)


def name_of(kind: str, code: str) -> str:
    """Return the word for a code. Raises KeyError for one that has none: a new code."""
    return str(NAMES[kind][code])


def reason_words(code: str) -> str:
    """Return a bank's reason code with its meaning; an unknown one says that it is unknown."""
    reason = reason_for(code or None)
    if reason.code not in REASONS:
        return f"{reason.code}: {_('a code that is not in our table')}"
    return f"{reason.code}: {REASONS[reason.code]}"


def what_now(code: str) -> str:
    """Return what a returned debit asks of us, by its reason code."""
    return str(WHAT_NOW[reason_for(code or None).action])
