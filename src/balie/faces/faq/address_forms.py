"""What a visitor fills in whose address is no longer his."""

from django import forms
from django.utils.translation import gettext_lazy as _

from balie.apps.credentials.address_forms import NewAddressForm
from balie.infra.incoming import OneLineField


class StartForm(NewAddressForm):
    """Who he is, and his new address."""

    identifier = OneLineField(
        label=_("Your customer number, domain name or old e-mail address"),
        max_length=254,
        help_text=_("The customer number is on every invoice."),
        widget=forms.TextInput(
            attrs={"autocomplete": "username", "autocapitalize": "none", "spellcheck": "false"}
        ),
    )

    field_order = ("identifier", "new_email")
