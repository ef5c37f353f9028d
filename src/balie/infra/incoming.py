"""What a visitor sends: lines that can stand in a mail's header, and the request as it came."""

from __future__ import annotations

import unicodedata
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.http.request import RawPostDataException
from django.utils.translation import gettext_lazy as _

from balie.infra.mail import InvalidAddress, checked_address

# Control characters, line and paragraph separators, and halves of characters: no header holds them.
UNWRITABLE = frozenset({"Cc", "Zl", "Zp", "Cs"})


def one_line(text: str) -> str:
    """Return free text as one line: white space collapsed, what no header can hold left out."""
    return "".join(one for one in " ".join(text.split()) if not _is_unwritable(one))


def refuse_unwritable(text: str) -> None:
    """Raise django's ValidationError when a line holds what no header of a mail can hold."""
    if any(_is_unwritable(one) for one in text):
        raise ValidationError(
            _("There is an invisible character in this. Type it again instead of pasting it."),
            code="unwritable",
        )


class OneLineField(forms.CharField):
    """A name or a subject: one line, as it may stand in the header of a mail."""

    default_validators = [*forms.CharField.default_validators, refuse_unwritable]

    def to_python(self, value: Any) -> str | None:
        """Return the text with its white space (tabs and line breaks too) collapsed."""
        text = super().to_python(value)
        return " ".join(text.split()) if text else text


class AddressField(forms.EmailField):
    """One plain e-mail address; cleaned it is as it goes on the wire."""

    def clean(self, value: Any) -> str:
        """Return the address, or nothing where none is required."""
        address: str = super().clean(value)
        try:
            return checked_address(address) if address else ""
        except InvalidAddress as error:
            raise ValidationError(_("This is not one plain e-mail address.")) from error


class PostalAddressForm(forms.Form):
    """Where somebody lives or works, in the parts and lengths that a bank's file has for it."""

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


def raw_of(request: HttpRequest) -> bytes:
    """Return what came in; a form sent in parts was read already, its fields are kept then."""
    try:
        return request.body
    except RawPostDataException:
        return request.POST.urlencode().encode()


def _is_unwritable(one: str) -> bool:
    return unicodedata.category(one) in UNWRITABLE
