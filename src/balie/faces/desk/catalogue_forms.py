"""What an employee fills in about products, prices, orders, customers and services."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from balie.apps.customers.models import Customer
from balie.domain.money import UnableToReadAmount, parse_euro
from balie.faces.desk.words import NAMES
from balie.infra.incoming import AddressField, OneLineField

TERMS = [("month", _("per month")), ("year", _("per year"))]
KINDS = list(NAMES["kind"].items())
ROLES = list(NAMES["role"].items())
LANGUAGES = [("nl", "Nederlands"), ("en", "English")]


class EuroField(forms.CharField):
    """An amount as people type it; gives cents. With `least` cents at least."""

    def __init__(self, *, least: int = 0, **kwargs: Any) -> None:
        widget = forms.TextInput(attrs={"inputmode": "decimal"})
        super().__init__(max_length=20, widget=widget, **kwargs)
        self.least = least

    def clean(self, value: Any) -> int | None:
        typed = super().clean(value)
        if not typed:
            return None
        try:
            cents = parse_euro(typed)
        except UnableToReadAmount:
            raise ValidationError(_("Write an amount like 12,50.")) from None
        if cents < self.least:
            raise ValidationError(_("This amount is too low."))
        return cents


class DayField(forms.DateField):
    """A day, by the calendar of the browser."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"), **kwargs
        )


class ProductForm(forms.Form):
    """What a product is called and what belongs to it."""

    name_nl = OneLineField(label=_("Name in Dutch"), max_length=100)
    name_en = OneLineField(label=_("Name in English"), max_length=100)
    setup = EuroField(label=_("Once, to set it up (without VAT)"), required=False)
    needs_domain = forms.BooleanField(label=_("Needs a domain name"), required=False)
    includes_domain = forms.BooleanField(label=_("A domain name is in the price"), required=False)
    has_panel = forms.BooleanField(label=_("Has an account on the control panel"), required=False)
    is_offered = forms.BooleanField(label=_("May be ordered"), required=False)


class NewProductForm(ProductForm):
    """A product that was not there yet, with the prices it begins with."""

    code = forms.SlugField(label=_("Code"), max_length=40)
    monthly = EuroField(label=_("Price per month (without VAT)"), least=1, required=False)
    yearly = EuroField(label=_("Price per year (without VAT)"), least=1, required=False)
    field_order = ("code", "name_nl", "name_en", "monthly", "yearly", "setup")

    def clean(self) -> dict[str, Any]:
        """Ask for a price at least."""
        values = super().clean() or self.cleaned_data
        if not self.errors and values["monthly"] is None and values["yearly"] is None:
            self.add_error("monthly", _("Give a price per month, per year, or both."))
        return values


class PriceForm(forms.Form):
    """What a product costs from a day on."""

    term = forms.ChoiceField(label=_("Term"), choices=TERMS)
    price = EuroField(label=_("Price (without VAT)"), least=1)
    valid_from = DayField(label=_("From"))
    running_too = forms.BooleanField(
        label=_("Also for running services, from a later term; their customers are told"),
        required=False,
    )


class CustomerForm(forms.Form):
    """Who a customer is, as it stands on his invoices."""

    name = OneLineField(label=_("Name"), max_length=140)
    kind = forms.ChoiceField(label=_("Kind"), choices=KINDS)
    street = OneLineField(label=_("Street"), max_length=70)
    house_number = OneLineField(label=_("House number"), max_length=16)
    postcode = OneLineField(label=_("Postcode"), max_length=16)
    city = OneLineField(label=_("City"), max_length=35)
    country = forms.RegexField(
        r"^[A-Z]{2}$", label=_("Country (two capitals)"), max_length=2, initial="NL"
    )
    vat_number = OneLineField(label=_("VAT number"), max_length=20, required=False)
    kvk_number = forms.RegexField(
        r"^[0-9]{8}$", label=_("Chamber-of-commerce number"), required=False
    )
    language = forms.ChoiceField(label=_("Language"), choices=LANGUAGES)


class FirstContactForm(forms.Form):
    """The first person who signs in for a customer: its owner."""

    contact_name = OneLineField(label=_("Name of the contact"), max_length=140)
    email = AddressField(label=_("E-mail address"))
    phone = OneLineField(label=_("Telephone number"), max_length=32, required=False)


class InvitedForm(forms.Form):
    """Somebody who is offered access to a customer; an owner only where there is none."""

    contact_name = OneLineField(label=_("Name of the contact"), max_length=140)
    email = AddressField(label=_("E-mail address"))
    role = forms.ChoiceField(label=_("Role"))

    def __init__(self, *args: Any, has_owner: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        offered = [one for one in ROLES if one[0] != "owner" or not has_owner]
        self.fields["role"].choices = offered  # type: ignore[attr-defined]


class ServiceForm(forms.Form):
    """A service that an employee starts for a customer."""

    product = forms.ChoiceField(label=_("Product"))
    term = forms.ChoiceField(label=_("Term"), choices=TERMS)
    domain = OneLineField(label=_("Domain name"), max_length=253, required=False)
    price = EuroField(
        label=_("Price of its own (without VAT)"),
        least=1,
        required=False,
        help_text=_("Empty: the price of the catalogue."),
    )
    started_on = DayField(label=_("Begins on"))

    def __init__(self, *args: Any, products: list[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["product"].choices = products  # type: ignore[attr-defined]


class EndForm(forms.Form):
    """When a service ends, as it was agreed."""

    ends_on = DayField(label=_("Ends on"))


class MoveForm(forms.Form):
    """To whom a service goes."""

    number = forms.CharField(label=_("Customer number"), max_length=16)

    def clean_number(self) -> Customer:
        """Return the customer with this number."""
        number = self.cleaned_data["number"].strip().upper()
        found = Customer.objects.filter(number=number).first()
        if found is None:
            raise ValidationError(_("No customer has this number."))
        return found


class RefuseForm(forms.Form):
    """Why an order is not carried out."""

    reason = OneLineField(label=_("Why not (the customer reads this)"), max_length=200)
