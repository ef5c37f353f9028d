"""What an employee fills in."""

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from balie.apps.billing import queries as billing
from balie.apps.customers.models import Employee
from balie.apps.customers.viewer import Viewer
from balie.apps.directdebit.models import Dispute
from balie.apps.tickets.models import Team
from balie.infra.templatetags.balie import named

LONGEST_ANSWER = 20_000
LARGEST_FILE = 50 * 1024 * 1024
BETWEEN_NUMBERS = re.compile(r"[\s,;]+")


class AnswerForm(forms.Form):
    """A public answer by a named employee; what is typed is kept per ticket until it is sent."""

    body = forms.CharField(
        label=_("Answer"), max_length=LONGEST_ANSWER, widget=forms.Textarea(attrs={"rows": 7})
    )
    told_by_phone = forms.BooleanField(label=_("Told by phone as well"), required=False)
    close = forms.BooleanField(label=_("Close after answering"), required=False)
    # The last message that stood on the page, and the version of the draft it began with.
    seen = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, number: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "answer_%s", **kwargs})
        self.fields["body"].widget.attrs |= {
            "data-draft": f"answer-{number}",
            "data-key": "r",
            "aria-keyshortcuts": "r",
            "data-replies": "",
        }

    def has_seen(self, last: int) -> None:
        """Let the employee send it all the same: he has what was written meanwhile before him."""
        self.data = {**self.data.dict(), "seen": str(last)}  # type: ignore[attr-defined]  # a POST


class NoteForm(forms.Form):
    """A note among ourselves."""

    body = forms.CharField(
        label=_("Note"),
        max_length=LONGEST_ANSWER,
        help_text=_("Only we see it; it keeps no promise."),
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    version = forms.IntegerField(required=False, min_value=0, widget=forms.HiddenInput)

    def __init__(self, *args: Any, number: str, **kwargs: Any) -> None:
        super().__init__(*args, **{"auto_id": "note_%s", **kwargs})
        self.fields["body"].widget.attrs |= {
            "data-draft": f"note-{number}",
            "data-key": "n",
            "aria-keyshortcuts": "n",
        }


class TeamField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own takes none
    """A team, called by its name in the language of the page."""

    def label_from_instance(self, obj: Team) -> str:
        return named(obj)


class AssignForm(forms.Form):
    """Who takes it."""

    employee = forms.ModelChoiceField(
        label=_("Employee"),
        queryset=Employee.objects.order_by("name"),
        empty_label=_("nobody yet"),
        required=False,
        widget=forms.Select(attrs={"data-key": "a", "aria-keyshortcuts": "a"}),
    )
    team = TeamField(
        label=_("Team"),
        queryset=Team.objects.order_by("pk"),
        empty_label=_("as it is"),
        required=False,
    )


class ReplyForm(forms.Form):
    """A text that employees use again."""

    name = forms.CharField(
        label=_("Name"), max_length=40, help_text=_("One word: typed after a semicolon it is used.")
    )
    body_nl = forms.CharField(
        label=_("Text in Dutch"),
        max_length=LONGEST_ANSWER,
        widget=forms.Textarea(attrs={"rows": 5}),
    )
    body_en = forms.CharField(
        label=_("Text in English"),
        max_length=LONGEST_ANSWER,
        required=False,
        help_text=_("Without one an English asker gets the Dutch text."),
        widget=forms.Textarea(attrs={"rows": 5}),
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

    file = forms.FileField(
        label=_("Bank file"), help_text=_("camt.053 or MT940, at most 50 MB; a zip may hold more.")
    )

    def clean_file(self) -> object:
        file = self.cleaned_data["file"]
        if file.size > LARGEST_FILE:
            raise forms.ValidationError(_("This file is larger than 50 MB."))
        return file


class PlaceForm(forms.Form):
    """Where an amount in suspense belongs: the invoices it pays, as proposed or as typed."""

    numbers = forms.CharField(label=_("Invoice numbers"), max_length=400)

    def __init__(self, *args: Any, viewer: Viewer, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._viewer = viewer

    def clean_numbers(self) -> list[str]:
        typed = BETWEEN_NUMBERS.split(self.cleaned_data["numbers"].strip().upper())
        wanted = list(dict.fromkeys(number for number in typed if number))
        found = {
            invoice.number: invoice.customer_id
            for invoice in billing.invoices_for(viewer=self._viewer).filter(number__in=wanted)
        }
        unknown = [number for number in wanted if number not in found]
        if unknown or not wanted:
            raise forms.ValidationError(
                _("There is no invoice %(numbers)s."), params={"numbers": ", ".join(unknown)}
            )
        if len(set(found.values())) > 1:
            raise forms.ValidationError(
                _("These invoices are of different customers; name those of one.")
            )
        return wanted
