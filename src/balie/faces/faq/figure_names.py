"""What the figures of the policy are called on the page that shows how they are kept."""

from collections.abc import Mapping

from django.utils.functional import Promise as LazyText
from django.utils.translation import gettext_lazy as _

# The promises that are counted, as sentences around their figure.
COUNTED: Mapping[str, LazyText] = {
    "answers.guarantee_hours": _("Every question is answered within %(figure)s"),
    "answers.same_day_cutoff": _(
        "Asked on a working day before %(figure)s: an answer the same day"
    ),
    "answers.usual_minutes": _("Asked during office hours: mostly an answer within %(figure)s"),
    "credentials.mail_seconds": _("Login details are e-mailed within %(figure)s"),
}
# Rights and facts: nothing to keep or break.
OTHERS: Mapping[str, LazyText] = {
    "collecting.refund_days": _("Charging back a debit through your bank: until"),
    "collecting.unauthorised_months": _("Charging back a debit without a mandate: until"),
    "collecting.prenotification_days": _("A debit is announced ahead by"),
    "collecting.payment_term_days": _("An invoice is to be paid within"),
    "transfers.processing_min_days": _("A transfer takes at least"),
    "transfers.processing_max_days": _("A transfer takes at most"),
    "credentials.link_minutes": _("A login link works for"),
    "address_change.open_days": _("A change of address waits for its proof"),
    "address_change.bank_days": _("An account proves it is yours once it was debited before by"),
    "address_change.witness_days": _("What two employees saw counts after"),
    "credentials.employee_days": _("An employee counts as a witness once he works here for"),
    "address_change.money_hours": _("After a change of address no other account for"),
    "office.hours": _("Our office hours"),
    "phone.hours": _("We answer the phone"),
    "phone.number": _("Our phone number"),
    "phone.support_digit": _("In the phone menu, support is"),
    "billing.vat_rate": _("VAT rate"),
    "company.name": _("Company"),
    "company.trade_name": _("Trade name"),
    "company.email": _("E-mail"),
    "company.iban": _("Account number (IBAN)"),
    "company.bic": _("BIC"),
    "company.creditor_identifier": _("Creditor identifier"),
    "company.kvk_number": _("Chamber of commerce"),
    "company.vat_number": _("VAT number"),
}
