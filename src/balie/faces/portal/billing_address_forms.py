"""What a customer fills in about the address on his invoices."""

from django import forms
from django.utils.translation import gettext_lazy as _

from balie.infra.incoming import OneLineField


class BillingAddressForm(forms.Form):
    """Where invoices are addressed to."""

    street = OneLineField(
        label=_("Street"),
        max_length=70,
        widget=forms.TextInput(attrs={"autocomplete": "address-line1"}),
    )
    house_number = OneLineField(label=_("House number"), max_length=16)
    postcode = OneLineField(
        label=_("Postcode"),
        max_length=16,
        widget=forms.TextInput(attrs={"autocomplete": "postal-code"}),
    )
    city = OneLineField(
        label=_("City"),
        max_length=35,
        widget=forms.TextInput(attrs={"autocomplete": "address-level2"}),
    )
