"""What a customer fills in: a question, a mandate, the reason he disputes a debit."""

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from balie.apps.billing.models import Invoice
from balie.apps.services.models import Service
from balie.apps.tickets.uploads import FilesField
from balie.domain.policy import Policy
from balie.formats.direct_debits import is_writable_name
from balie.formats.iban import is_eea_iban, is_valid_iban, normalise_iban
from balie.infra.incoming import AddressField, OneLineField
from balie.infra.templatetags.balie import day, euro, named

LONGEST_QUESTION = 10_000


class AboutField(forms.ChoiceField):
    """Which of his own services or invoices a question is about; gives the thing itself."""

    def __init__(self, *, services: Sequence[Service], invoices: Sequence[Invoice]) -> None:
        self._things: dict[str, Service | Invoice] = {
            **{f"dienst-{one.pk}": one for one in services},
            **{f"factuur-{one.number}": one for one in invoices},
        }
        offered: list[Any] = [("", _("nothing in particular"))]
        if services:
            named_services = [(f"dienst-{one.pk}", service_words(one)) for one in services]
            offered.append((_("Services"), named_services))
        if invoices:
            numbered = [(f"factuur-{one.number}", numbered_words(one)) for one in invoices]
            offered.append((_("Invoices"), numbered))
        super().__init__(label=_("What is it about?"), choices=offered, required=False)

    def clean(self, value: Any) -> Service | Invoice | None:
        """Return the thing that was chosen; refuse what was not offered to him."""
        return self._things.get(super().clean(value))


class QuestionForm(forms.Form):
    """A question of somebody we know."""

    subject = OneLineField(label=_("Subject"), max_length=200, required=False)
    body = forms.CharField(
        label=_("Your question"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 8}),
    )

    def __init__(
        self,
        *args: Any,
        policy: Policy,
        services: Sequence[Service],
        invoices: Sequence[Invoice],
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = FilesField(policy=policy)
        self.fields["about"] = AboutField(services=services, invoices=invoices)


def service_words(service: Service) -> str:
    """Return a service as its customer knows it: the product, and the domain it is for."""
    product = named(service.product)
    return f"{product}, {service.domain.name}" if service.domain else product


def numbered_words(invoice: Invoice) -> str:
    """Return an invoice as its customer knows it: number, day and amount."""
    return f"{invoice.number}, {day(invoice.issued_on)}, {euro(invoice.total_cents)}"


class AgainForm(forms.Form):
    """A further question in the same conversation."""

    body = forms.CharField(
        label=_("Your message"),
        max_length=LONGEST_QUESTION,
        widget=forms.Textarea(attrs={"rows": 5}),
    )

    def __init__(self, *args: Any, policy: Policy, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["files"] = FilesField(policy=policy)


class DisputeForm(forms.Form):
    """Why a customer does not agree with a debit."""

    body = forms.CharField(
        label=_("What is not right?"),
        max_length=LONGEST_QUESTION,
        help_text=_("For example: I cancelled this service, or the amount is too high."),
        widget=forms.Textarea(attrs={"rows": 6}),
    )


class MandateForm(forms.Form):
    """Permission to debit an account."""

    debtor_name = OneLineField(
        label=_("Name of the account holder"),
        max_length=70,
        help_text=_("As it stands on your bank card."),
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    iban = forms.CharField(
        label=_("Your account number (IBAN)"),
        max_length=42,
        help_text=_("For example NL91 ABNA 0417 1643 00. With or without spaces."),
        widget=forms.TextInput(
            attrs={"autocomplete": "off", "autocapitalize": "characters", "spellcheck": "false"}
        ),
    )
    agreed = forms.BooleanField(
        label=_("I give this mandate"),
        error_messages={"required": _("Without your consent we cannot debit your account.")},
    )

    def clean_iban(self) -> str:
        """Return the IBAN without blanks; refuse a wrong one, and one that cannot be debited."""
        number = normalise_iban(self.cleaned_data["iban"])
        if not is_valid_iban(number):
            raise forms.ValidationError(
                _("This account number is not right. Compare it with your bank card.")
            )
        if not is_eea_iban(number):
            raise forms.ValidationError(
                _(
                    "We cannot debit an account in this country. Give one within the European "
                    "Economic Area, or transfer the amount yourself."
                )
            )
        return number

    def clean_debtor_name(self) -> str:
        """Return the name; refuse one of which a file for the bank could hold no letter."""
        name = str(self.cleaned_data["debtor_name"])
        if not is_writable_name(name):
            raise forms.ValidationError(
                _("Write the name in Latin letters, as it stands on your bank card.")
            )
        return name


class RoleForm(forms.Form):
    """What somebody may see and do for a customer."""

    role = forms.ChoiceField(
        label=_("Role"),
        choices=[
            ("owner", pgettext_lazy("role", "owner")),
            ("finance", pgettext_lazy("role", "contact for payment")),
            ("technical", pgettext_lazy("role", "technical contact")),
        ],
        initial="technical",
    )


def small_role_form(role: str, *, pk: int) -> RoleForm:
    """Return the form that stands in a row of a table: narrow, and called after its row."""
    form = RoleForm(initial={"role": role}, auto_id=f"id_%s_{pk}")
    form.fields["role"].widget.attrs["class"] = "input input-small"
    return form


class InviteForm(RoleForm):
    """Who is given access, and as what."""

    name = OneLineField(label=_("Name"), max_length=140)
    email = AddressField(label=_("E-mail address"))

    field_order = ("name", "email", "role")
