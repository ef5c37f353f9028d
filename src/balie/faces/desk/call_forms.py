"""What an employee writes down while talking, and what he did after calling back."""

from datetime import datetime
from typing import Any

from django import forms
from django.core import signing
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from balie.apps.customers.models import Customer
from balie.apps.services.queries import find_customers
from balie.apps.tickets.call_back_form import checked_number
from balie.infra.incoming import AddressField, OneLineField

SALT = "balie.desk.call"
LONGEST = 10_000
MOST_CHOICES = 8


def start_token(started_at: datetime) -> str:
    """Return the moment a call was taken, signed: no employee types it."""
    return signing.dumps(started_at.isoformat(), salt=SALT)


class CallForm(forms.Form):
    """A call as it is talked."""

    start = forms.CharField(widget=forms.HiddenInput)
    call = forms.IntegerField(widget=forms.HiddenInput, required=False)
    # One types with the telephone in the other hand: the first field is ready.
    caller = OneLineField(
        label=_("Who calls"), max_length=140, widget=forms.TextInput(attrs={"autofocus": True})
    )
    number = OneLineField(
        label=_("Number"),
        max_length=40,
        required=False,
        help_text=_("Needed to call back."),
        widget=forms.TextInput(attrs={"type": "tel"}),
    )
    customer = OneLineField(
        label=_("Customer"),
        max_length=140,
        required=False,
        help_text=_("Number, name or domain; only when you are sure who it is."),
    )
    email = AddressField(
        label=_("E-mail address"),
        required=False,
        help_text=_("Empty: the address on file of the customer."),
    )
    question = forms.CharField(
        label=_("Question"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 4})
    )
    outcome = forms.ChoiceField(
        label=_("How it ended"),
        choices=[
            ("answered", _("Answered on the phone")),
            ("open", _("Needs a follow-up: the promise runs from the start of the call")),
        ],
        widget=forms.RadioSelect,
    )
    answer = forms.CharField(
        label=_("What you said"),
        max_length=LONGEST,
        required=False,
        help_text=_("The customer can read it back."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def clean_start(self) -> datetime:
        """Return the signed moment at which the page was opened."""
        try:
            return datetime.fromisoformat(signing.loads(self.cleaned_data["start"], salt=SALT))
        except signing.BadSignature as error:
            raise ValidationError(_("Open the page again to log a call.")) from error

    def clean_number(self) -> str:
        """Return the number in E.164, or nothing."""
        return checked_number(given) if (given := self.cleaned_data["number"]) else ""

    def clean_customer(self) -> Customer | None:
        """Return the one customer that is meant; several are named, to choose from."""
        wanted = self.cleaned_data["customer"]
        if not wanted:
            return None
        found = list(find_customers(wanted)[: MOST_CHOICES + 1])
        exact = [one for one in found if one.number.lower() == wanted.lower()]
        if len(exact or found) == 1:
            return (exact or found)[0]
        if not found:
            raise ValidationError(_("No customer is known by this."))
        names = "; ".join(f"{one.number} {one.name}" for one in found[:MOST_CHOICES])
        raise ValidationError(_("Which one? Give the number: %(names)s."), params={"names": names})

    def clean(self) -> dict[str, Any] | None:
        """An answer on the phone says what was said."""
        given = super().clean() or {}
        if given.get("outcome") == "answered" and not str(given.get("answer", "")).strip():
            self.add_error("answer", _("Write down what you said; one line is enough."))
        return given


class ReachedForm(forms.Form):
    """What was said when somebody was called back."""

    body = forms.CharField(
        label=_("What was said"), max_length=LONGEST, widget=forms.Textarea(attrs={"rows": 3})
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "reached_%s", **kwargs})


class ExtensionForm(forms.Form):
    """The telephone somebody sits at."""

    extension = OneLineField(label=_("My extension"), max_length=30)
