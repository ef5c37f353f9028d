"""Why something open was not collected: codes for receipts, words for the desk."""

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

WORDS: dict[str, LazyText] = {
    "hold_dispute": _("the customer disputes it"),
    "hold_arrangement": _("there is a payment arrangement"),
    "hold_transfer_asked": _("an earlier debit failed; the customer was asked to transfer it"),
    "hold_our_fault": _("an earlier debit failed by our own fault; mend it, then release it"),
    "hold_transfer_promised": _("the customer said he will transfer it himself"),
    "customer_held": _("the customer's money is on hold"),
    "under_way": _("a debit is under way already"),
    "no_mandate": _("there is no mandate"),
    "mandate_not_active": _("the mandate is not active"),
    "mandate_signed_later": _("the mandate was signed later than that day"),
    "mandate_iban": _("the account number of the mandate is not right"),
    "mandate_outside_eea": _("the account of the mandate is outside the EEA"),
    "mandate_name": _("the name of the mandate cannot be written in Latin letters"),
    "not_writable": _("the bank's file cannot hold this debit"),
    "mandate_lapsed": _("the mandate was not used for too long and lapsed"),
    "not_notified": _("the announcement did not leave in time; it will be announced anew"),
    "notice_bounced": _("the announcement came back; mend the address, it will be announced anew"),
    "day_passed": _("it is too late for the announced day; it will be announced anew"),
    "amount_changed": _("the open amount is not what was announced"),
}


def words_for(code: str) -> str:
    """Return the reason in the language in force; an unknown code is shown as it is."""
    return str(WORDS.get(code, code))
