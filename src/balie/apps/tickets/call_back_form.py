"""What somebody fills in who wants to be called: the same for a visitor and for a customer."""

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from balie.formats.phone_numbers import e164
from balie.infra.incoming import OneLineField

LONGEST_QUESTION = 2000


def checked_number(text: str) -> str:
    """Return a number in E.164; raises ValidationError for what nobody can call."""
    number = e164(text)
    if number is None:
        raise ValidationError(
            _("This is no telephone number that we can call. Write it like 058 012 34 56.")
        )
    return number


class CallBackForm(forms.Form):
    """Who wants to be called, where, when it suits, and what it is about."""

    name = OneLineField(
        label=_("Your name"),
        max_length=140,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    number = OneLineField(
        label=_("Your telephone number"),
        max_length=40,
        widget=forms.TextInput(attrs={"autocomplete": "tel", "type": "tel"}),
    )
    suits = OneLineField(
        label=_("When does it suit you?"),
        help_text=_("For example: this afternoon, or after three."),
        max_length=200,
        required=False,
    )
    body = forms.CharField(
        label=_("What is it about?"),
        max_length=LONGEST_QUESTION,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_number(self) -> str:
        """Return the number in E.164."""
        return checked_number(self.cleaned_data["number"])
