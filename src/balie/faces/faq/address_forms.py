"""What somebody fills in whose address is no longer his: who he is, the new one, a saved code."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from balie.infra.incoming import OneLineField
from balie.infra.mail import InvalidAddress, checked_address


class StartForm(forms.Form):
    """Who he is, and his new address."""

    identifier = OneLineField(
        label=_("Your customer number, domain name or old e-mail address"),
        max_length=254,
        help_text=_("The customer number is on every invoice."),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )
    new_email = forms.EmailField(
        label=_("Your new e-mail address"),
        help_text=_("We mail a link to it, to confirm that it is yours."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )

    def clean_new_email(self) -> str:
        """Return the address as it goes on the wire; refuse what is not one plain address."""
        try:
            return checked_address(self.cleaned_data["new_email"])
        except InvalidAddress as error:
            raise ValidationError(_("This is not one plain e-mail address.")) from error


class RecoveryCodeForm(forms.Form):
    """One of the recovery codes he kept."""

    code = OneLineField(
        label=_("Recovery code"),
        max_length=40,
        help_text=_("One of the codes you saved when you set up signing in with two steps."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
