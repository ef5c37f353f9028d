"""What an employee fills in."""

from django import forms
from django.utils.translation import gettext_lazy as _

from balie.apps.customers.models import Employee
from balie.apps.directdebit.models import Dispute
from balie.apps.tickets.models import Team

LONGEST_ANSWER = 20_000


class AnswerForm(forms.Form):
    """A public answer by a named employee."""

    body = forms.CharField(
        label=_("Answer"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 8})
    )
    told_by_phone = forms.BooleanField(label=_("Told by phone"), required=False)
    close = forms.BooleanField(label=_("Close after answering"), required=False)


class NoteForm(forms.Form):
    """A note among ourselves."""

    body = forms.CharField(
        label=_("Note"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 3})
    )


class AssignForm(forms.Form):
    """Who takes it."""

    team = forms.ModelChoiceField(
        label=_("Team"), queryset=Team.objects.order_by("pk"), required=False
    )
    employee = forms.ModelChoiceField(
        label=_("Employee"), queryset=Employee.objects.order_by("name"), required=False
    )


class OutcomeForm(forms.Form):
    """How a dispute ended."""

    outcome = forms.ChoiceField(
        label=_("Outcome"),
        choices=[
            (Dispute.Outcome.EXPLAINED, _("Explained, the debit stands")),
            (Dispute.Outcome.OUR_MISTAKE, _("Our mistake")),
        ],
    )


class StatementForm(forms.Form):
    """A bank file to take in."""

    file = forms.FileField(label=_("Bank file (camt.053 or MT940)"))


class PlaceForm(forms.Form):
    """Where an amount in suspense belongs: the invoices it pays, as proposed or as typed."""

    numbers = forms.CharField(
        label=_("Invoice numbers"), max_length=400, help_text=_("Separated by spaces or commas")
    )
