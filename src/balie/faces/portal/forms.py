"""What a customer fills in: a question, a mandate, the reason he disputes a debit."""

from django import forms
from django.utils.translation import gettext_lazy as _

from balie.formats.direct_debits import is_writable_name
from balie.formats.iban import is_eea_iban, is_valid_iban, normalise_iban
from balie.infra.incoming import OneLineField

LONGEST_QUESTION = 10_000


class QuestionForm(forms.Form):
    """A question of somebody we know."""

    subject = OneLineField(label=_("Subject"), max_length=200, required=False)
    body = forms.CharField(
        label=_("Your question"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 8}),
    )


class AgainForm(forms.Form):
    """A further question in the same conversation."""

    body = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class DisputeForm(forms.Form):
    """Why a customer does not agree with a debit."""

    body = forms.CharField(
        label=_("What is not right?"),
        max_length=LONGEST_QUESTION,
        help_text=_("For example: I cancelled this service, or the amount is too high."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class MandateForm(forms.Form):
    """Permission to debit an account."""

    debtor_name = OneLineField(
        label=_("Name of the account holder"),
        max_length=70,
        help_text=_("As it stands on your bank card."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    iban = forms.CharField(
        label=_("Your account number (IBAN)"),
        max_length=42,
        help_text=_("For example NL91 ABNA 0417 1643 00. With or without spaces."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    agreed = forms.BooleanField(
        label=_("I give this mandate"),
        error_messages={"required": _("Without your consent we cannot debit your account.")},
    )

    def clean_iban(self) -> str:
        """Return the IBAN without blanks; refuse a wrong one, and one that cannot be debited."""
        number = normalise_iban(self.cleaned_data["iban"])
        if not is_valid_iban(number):
            raise forms.ValidationError(
                _("This account number is not right. Compare it with your bank card.")
            )
        if not is_eea_iban(number):
            raise forms.ValidationError(
                _(
                    "We cannot debit an account in this country. Give one within the European "
                    "Economic Area, or transfer the amount yourself."
                )
            )
        return number

    def clean_debtor_name(self) -> str:
        """Return the name; refuse one of which a file for the bank could hold no letter."""
        name = str(self.cleaned_data["debtor_name"])
        if not is_writable_name(name):
            raise forms.ValidationError(
                _("Write the name in Latin letters, as it stands on your bank card.")
            )
        return name
