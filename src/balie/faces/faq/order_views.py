"""Ordering: the catalogue, one product with its form, and what happens then."""

import secrets
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from balie.apps.customers import queries as customers
from balie.apps.customers.access import viewer_of
from balie.apps.customers.models import Customer
from balie.apps.customers.viewer import Viewer
from balie.apps.office import ordering
from balie.apps.office.ordering import Party, UnableToOrder
from balie.apps.promises.queries import policy_in_force
from balie.apps.services.actions import AlreadyOrdered, Wanted
from balie.apps.services.models import Term
from balie.apps.services.queries import Offer, offers
from balie.domain.money import format_euro
from balie.domain.vat import line_amounts
from balie.faces.faq.order_forms import ChoiceForm, OrderForm, StrangerForm
from balie.infra import clock
from balie.infra.templatetags.balie import named

INVALID = 422


@require_safe
def catalogue(request: HttpRequest) -> HttpResponse:
    """Show what may be ordered and what it costs, with and without VAT."""
    now = clock.now()
    rate = policy_in_force(now=now).billing.vat_rate
    rows = [
        (named(offer.product), offer, _prices(offer, rate)) for offer in offers(on=clock.today())
    ]
    return render(request, "faq/catalogue.html", {"rows": rows})


@require_http_methods(["GET", "HEAD", "POST"])
def order(request: HttpRequest, code: str) -> HttpResponse:
    """Show what is taken, what it costs in all, and who orders it; then order it."""
    now = clock.now()
    offer = next((one for one in offers(on=clock.today()) if one.product.code == code), None)
    if offer is None:
        raise Http404
    customer = _customer(viewer := viewer_of(request))
    names = {one.product.code: named(one.product) for one in offer.options}
    first_term = Term.YEAR if Term.YEAR in offer.prices else Term.MONTH
    choice = ChoiceForm(request.GET if "termijn" in request.GET else None, offer=offer, names=names)
    valid = choice.is_valid()
    term = choice.cleaned_data["termijn"] if valid else str(first_term)
    wanted = _wanted(offer, term, choice.cleaned_data.get("optie", []) if valid else [])
    if not choice.is_bound:
        choice.initial = {"termijn": term}
    form = _form(request, offer, customer)
    rate = policy_in_force(now=now).billing.vat_rate
    if (
        request.method == "POST"
        and form.is_valid()
        and _place(form, wanted, customer, viewer, rate=rate, now=now)
    ):
        return redirect("faq:ordered")
    context = {
        "name": named(offer.product),
        "choice": choice,
        "form": form,
        "customer": customer,
        "lines": [(named(one.product), one) for one in wanted],
        "term": term,
        "totals": _totals(wanted, rate),
    }
    status = INVALID if form.errors else 200
    return render(request, "faq/order.html", context, status=status)


@require_safe
def ordered(request: HttpRequest) -> HttpResponse:
    """Say what happens now; the same to everybody."""
    at_once = policy_in_force(now=clock.now()).orders.accept == "at_once"
    return render(request, "faq/ordered.html", {"at_once": at_once})


def _customer(viewer: Viewer | None) -> Customer | None:
    """Return for whom somebody who is signed in may order, or None."""
    if viewer is None or viewer.is_employee or not viewer.sees_money:
        return None
    return customers.customer_for(viewer=viewer)


def _form(request: HttpRequest, offer: Offer, customer: Customer | None) -> OrderForm:
    asked = offer.product.needs_domain or offer.product.includes_domain
    kind = StrangerForm if customer is None else OrderForm
    return kind(
        request.POST or None,
        needs_domain=asked,
        may_withdraw=customer is None or customer.kind == Customer.Kind.CONSUMER,
        initial={"form_key": secrets.token_hex(16), "kind": "consumer"},
    )


def _wanted(offer: Offer, term: str, options: Sequence[str]) -> list[Wanted]:
    """Return the product and the options that were chosen, at the prices of today.

    An option that is not sold for that term is billed by its own.
    """
    chosen = [offer, *(one for one in offer.options if one.product.code in options)]
    return [
        Wanted(
            product=one.product,
            term=term if term in one.prices else next(iter(one.prices)),
            price_cents=one.prices.get(term) or next(iter(one.prices.values())),
            setup_cents=one.product.setup_cents,
        )
        for one in chosen
    ]


def _place(
    form: OrderForm,
    wanted: Sequence[Wanted],
    customer: Customer | None,
    viewer: Viewer | None,
    *,
    rate: Decimal,
    now: datetime,
) -> bool:
    """Place the order; False when it was not taken, and the form then says why."""
    values = form.cleaned_data
    domain = values.get("domain", "")
    lines = [Wanted(**{**_fields(one), "domain_name": domain}) for one in wanted]
    agreed = {
        "form_key": values["form_key"],
        "begin_at_once": values.get("begin_at_once", False),
        "agreed_text": _agreed(form, wanted, rate),
        "now": now,
    }
    try:
        if customer is not None and viewer is not None:
            ordering.order_as_customer(
                customer=customer,
                contact=customers.contact_of(viewer),
                wanted=lines,
                by=viewer.actor,
                **agreed,
            )
        else:
            ordering.order_as_stranger(party=_party(values), wanted=lines, **agreed)
    except AlreadyOrdered:
        return True
    except UnableToOrder as error:
        refusals = {
            "email": _("With this address you cannot order here. Give another one."),
            "waiting": _("Orders of yours wait for us already. We look at them first."),
        }
        form.add_error("email", refusals[str(error)])
        return False
    return True


def _fields(one: Wanted) -> dict[str, object]:
    return {
        "product": one.product,
        "term": one.term,
        "price_cents": one.price_cents,
        "setup_cents": one.setup_cents,
    }


def _party(values: dict[str, str]) -> Party:
    is_business = values["kind"] == Customer.Kind.BUSINESS
    return Party(
        kind=values["kind"],
        name=values["name"],
        email=values["email"],
        phone=values["phone"],
        company=values["company"] if is_business else "",
        vat_number=values["vat_number"] if is_business else "",
        kvk_number=values["kvk_number"] if is_business else "",
        street=values["street"],
        house_number=values["house_number"],
        postcode=values["postcode"],
        city=values["city"],
        country="NL",
        language=get_language() or settings.LANGUAGE_CODE,
    )


def _agreed(form: OrderForm, wanted: Sequence[Wanted], rate: Decimal) -> str:
    """Return the words that stood above and on the button: the proof of what was agreed."""
    total = _totals(wanted, rate)["gross_cents"]
    words = [f"{named(one.product)}: {format_euro(one.price_cents)}, {one.term}" for one in wanted]
    words.append(
        _("Total of the first term, with VAT: %(amount)s") % {"amount": format_euro(total)}
    )
    if form.cleaned_data.get("begin_at_once"):
        words.append(str(form.fields["begin_at_once"].label))
    words.append(_("Order with obligation to pay"))
    return "\n".join(words)


def _totals(wanted: Sequence[Wanted], rate: Decimal) -> dict[str, int]:
    setup_cents = sum(one.setup_cents for one in wanted)
    net_cents = sum(one.price_cents for one in wanted) + setup_cents
    first = line_amounts(unit_price_cents=net_cents, vat_rate=rate)
    return {
        "net_cents": net_cents,
        "vat_cents": first.vat_cents,
        "gross_cents": first.gross_cents,
        "setup_cents": setup_cents,
    }


def _prices(offer: Offer, rate: Decimal) -> list[tuple[str, int, int]]:
    return [
        (
            str(term),
            cents,
            line_amounts(unit_price_cents=cents, vat_rate=rate).gross_cents,
        )
        for term, cents in offer.prices.items()
    ]
