"""What an employee fills in about a change of address."""

from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from balie.apps.credentials.actions.addresses_end import LONGEST_REASON
from balie.apps.credentials.actions.addresses_proof import LONGEST_WITNESS
from balie.apps.customers.models import Contact
from balie.infra.incoming import AddressField, OneLineField


class StartChangeForm(forms.Form):
    """Whose address is to change, to what, and how we heard of it."""

    contact = forms.ModelChoiceField(
        label=_("Whose address"), queryset=Contact.objects.none(), empty_label=None
    )
    new_email = AddressField(label=_("New e-mail address"))
    channel = forms.ChoiceField(
        label=_("How we heard of it"),
        choices=[("phone", _("by telephone")), ("ticket", _("in a question"))],
        widget=forms.RadioSelect,
        initial="phone",
    )

    def __init__(self, *args: Any, contacts: QuerySet[Contact], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["contact"].queryset = contacts  # type: ignore[attr-defined]


class WitnessForm(forms.Form):
    """What an employee saw with his own eyes."""

    text = forms.CharField(
        label=_("What you saw"),
        max_length=LONGEST_WITNESS,
        help_text=_("Which papers, whose, and how you know that he is it."),
        widget=forms.Textarea(attrs={"rows": 4}),
    )


class ReasonForm(forms.Form):
    """Why a change is refused."""

    reason = OneLineField(label=_("Why"), max_length=LONGEST_REASON)
