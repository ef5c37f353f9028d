"""What an employee decides about the bank."""

from typing import Any, cast

from django import forms
from django.utils.translation import gettext_lazy as _

from balie.apps.banking import queries as banking
from balie.apps.ledger.models import Account
from balie.infra.templatetags.balie import named

LONGEST_REASON = 400


class ReasonForm(forms.Form):
    """Why somebody decides something; it is kept beside who and when."""

    because = forms.CharField(label=_("Why"), max_length=LONGEST_REASON)


class AccountField(forms.ModelChoiceField):  # type: ignore[type-arg]  # Django's own takes none
    """A ledger account, called by its code and its name in the language of the page."""

    def label_from_instance(self, obj: Account) -> str:
        return f"{obj.code} {named(obj)}"


class LedgerForm(ReasonForm):
    """On which ledger account an amount is booked that belongs to no invoice, and why."""

    account = AccountField(
        label=_("Ledger account"), queryset=Account.objects.none(), empty_label=_("choose one")
    )
    field_order = ("account", "because")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast("AccountField", self.fields["account"]).queryset = banking.accounts_by_hand()
