"""What somebody fills in to have another address on file: the same signed in and not."""

from django import forms
from django.utils.translation import gettext_lazy as _

from balie.infra.incoming import AddressField, OneLineField


class NewAddressForm(forms.Form):
    """The new address."""

    new_email = AddressField(
        label=_("Your new e-mail address"),
        help_text=_("We mail a link to it, to confirm that it is yours."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )


class RecoveryCodeForm(forms.Form):
    """One of the recovery codes he kept."""

    code = OneLineField(
        label=_("Recovery code"),
        max_length=40,
        help_text=_("One of the codes you saved when you set up signing in with two steps."),
        widget=forms.TextInput(attrs={"autocomplete": "off", "inputmode": "numeric"}),
    )
