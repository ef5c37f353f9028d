"""What somebody fills in to order: what he takes, who he is, and whether we may begin at once."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from balie.apps.office.ordering import domain_of
from balie.apps.services.models import Term
from balie.apps.services.queries import Offer
from balie.infra.incoming import AddressField, OneLineField, PostalAddressForm

TERMS = {Term.YEAR: _("per year"), Term.MONTH: _("per month")}
KINDS = [("consumer", _("A consumer")), ("business", _("A business or organisation"))]


class ChoiceForm(forms.Form):
    """What somebody takes: for how long, and with which options. It stands in the address."""

    termijn = forms.ChoiceField(label=_("You pay"), widget=forms.RadioSelect)
    optie = forms.MultipleChoiceField(
        label=_("With it"), required=False, widget=forms.CheckboxSelectMultiple
    )

    def __init__(self, *args: Any, offer: Offer, names: dict[str, str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        terms = [(str(term), words) for term, words in TERMS.items() if term in offer.prices]
        self.fields["termijn"].choices = terms  # type: ignore[attr-defined]
        options = [(one.product.code, names[one.product.code]) for one in offer.options]
        self.fields["optie"].choices = options  # type: ignore[attr-defined]
        if not options:
            del self.fields["optie"]


class OrderForm(forms.Form):
    """The order of somebody who is signed in: a domain name, and whether we begin at once."""

    form_key = forms.CharField(max_length=64, widget=forms.HiddenInput)
    domain = OneLineField(
        label=_("Domain name"),
        max_length=253,
        help_text=_("For example bakkerij.nl"),
        widget=forms.TextInput(attrs={"autocapitalize": "none", "spellcheck": "false"}),
    )
    begin_at_once = forms.BooleanField(
        label=_(
            "Begin at once. If I withdraw within 14 days, I pay for the days until then; I know"
            " that."
        ),
        required=False,
    )

    def __init__(self, *args: Any, needs_domain: bool, may_withdraw: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if not needs_domain:
            del self.fields["domain"]
        if not may_withdraw:
            del self.fields["begin_at_once"]

    def clean_domain(self) -> str:
        """Return the name as it is stored; refuse what is no domain name."""
        try:
            name = domain_of(self.cleaned_data["domain"])
        except UnicodeError:
            name = ""
        labels = name.split(".")
        whole = len(labels) > 1 and all(
            label and label.strip("-") == label and label.replace("-", "").isalnum()
            for label in labels
        )
        if not whole:
            raise ValidationError(_("This is no domain name. Write it like bakkerij.nl."))
        return name


class StrangerForm(PostalAddressForm, OrderForm):
    """The order of somebody who is not signed in: who he is comes with it."""

    kind = forms.ChoiceField(label=_("You order as"), choices=KINDS, widget=forms.RadioSelect)
    name = OneLineField(
        label=_("Your name"),
        max_length=140,
        widget=forms.TextInput(attrs={"autocomplete": "name"}),
    )
    company = OneLineField(
        label=_("Name of the business"),
        max_length=140,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "organization"}),
    )
    kvk_number = forms.RegexField(
        r"^[0-9]{8}$",
        label=_("Chamber-of-commerce number"),
        required=False,
        error_messages={"invalid": _("A chamber-of-commerce number has 8 digits.")},
    )
    vat_number = OneLineField(label=_("VAT number"), max_length=20, required=False)
    email = AddressField(
        label=_("Your e-mail address"),
        help_text=_("Your user names go there."),
        widget=forms.EmailInput(attrs={"autocomplete": "email"}),
    )
    phone = OneLineField(
        label=_("Your telephone number"),
        max_length=32,
        required=False,
        widget=forms.TextInput(attrs={"autocomplete": "tel"}),
    )
    field_order = (
        "form_key",
        "domain",
        "kind",
        "name",
        "company",
        "kvk_number",
        "vat_number",
        "email",
        "phone",
        "street",
        "house_number",
        "postcode",
        "city",
        "begin_at_once",
    )

    def clean(self) -> dict[str, Any]:
        """Ask a business for its name."""
        values = super().clean() or self.cleaned_data
        if values.get("kind") == "business" and not values.get("company"):
            self.add_error("company", _("Give the name of the business."))
        return values
