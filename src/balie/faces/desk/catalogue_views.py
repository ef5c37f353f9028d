"""The catalogue at the desk: products, their prices with days, and what goes with what."""

from django.contrib import messages
from django.db import IntegrityError, transaction
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from balie.apps.customers.access import for_employees
from balie.apps.customers.viewer import Viewer
from balie.apps.office import service_rounds
from balie.apps.services import actions, queries
from balie.apps.services.models import Product
from balie.faces.desk.catalogue_forms import NewProductForm, PriceForm, ProductForm
from balie.infra import clock

HERE = "catalogue"
MAY_EDIT = ("finance", "admin")


@require_safe
@for_employees()
def catalogue(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """List every product with what it costs today."""
    products = list(queries.products())
    prices = queries.prices_on(products, on=clock.today())
    rows = [(one, prices[one.pk].get("month"), prices[one.pk].get("year")) for one in products]
    context = {"viewer": viewer, "here": HERE, "rows": rows, "may_edit": viewer.role in MAY_EDIT}
    return render(request, "desk/catalogue.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_employees(*MAY_EDIT)
def new_product(request: HttpRequest, viewer: Viewer) -> HttpResponse:
    """Put a product in the catalogue."""
    form = NewProductForm(request.POST or None, initial={"is_offered": True})
    if request.method == "POST" and form.is_valid():
        values, now = form.cleaned_data, clock.now()
        try:
            with transaction.atomic():
                product = actions.add_product(
                    code=values["code"],
                    name_nl=values["name_nl"],
                    name_en=values["name_en"],
                    monthly_cents=values["monthly"],
                    yearly_cents=values["yearly"],
                    by=viewer.actor,
                    now=now,
                )
                _describe(product, form, viewer)
        except IntegrityError:
            form.add_error("code", _("Another product has this code."))
        else:
            messages.success(request, _("The product stands in the catalogue."))
            return redirect("desk:product", product.code)
    context = {"viewer": viewer, "here": HERE, "form": form}
    return render(request, "desk/new_product.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_employees(*MAY_EDIT)
def product(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """Show a product with its prices; change what it is called and what belongs to it."""
    found = _product(code)
    form = ProductForm(request.POST or None, initial=_initial(found))
    if request.method == "POST" and form.is_valid():
        _describe(found, form, viewer)
        messages.success(request, _("The product has been changed."))
        return redirect("desk:product", code)
    return _page(request, viewer, found, form=form, price_form=PriceForm())


@require_POST
@for_employees(*MAY_EDIT)
def change_price(request: HttpRequest, viewer: Viewer, code: str) -> HttpResponse:
    """Let a product cost something else from a day on, and announce it where that was asked."""
    found, form, now = _product(code), PriceForm(request.POST), clock.now()
    if form.is_valid():
        values = form.cleaned_data
        try:
            with transaction.atomic():
                actions.change_price(
                    product=found,
                    term=values["term"],
                    price_cents=values["price"],
                    valid_from=values["valid_from"],
                    today=clock.today(),
                    by=viewer.actor,
                    now=now,
                )
                told = (
                    service_rounds.announce_price(
                        product=found,
                        term=values["term"],
                        today=clock.today(),
                        by=viewer.actor,
                        now=now,
                    )
                    if values["running_too"]
                    else []
                )
        except actions.UnableToChangeCatalogue:
            form.add_error("valid_from", _("Choose today or a later day without a price yet."))
        else:
            words = _("The price is set. Running services that follow: %(count)d.")
            messages.success(request, words % {"count": len(told)})
            return redirect("desk:product", code)
    return _page(request, viewer, found, form=ProductForm(initial=_initial(found)), price_form=form)


@require_POST
@for_employees(*MAY_EDIT)
def set_option(request: HttpRequest, viewer: Viewer, code: str, option: str) -> HttpResponse:
    """Offer a product with another, or no longer."""
    found, added = _product(code), _product(option)
    change = actions.offer_option if "offer" in request.POST else actions.withdraw_option
    if found != added:
        change(product=found, option=added, by=viewer.actor, now=clock.now())
    return redirect("desk:product", code)


def _page(
    request: HttpRequest,
    viewer: Viewer,
    found: Product,
    *,
    form: ProductForm,
    price_form: PriceForm,
) -> HttpResponse:
    options = {one.pk for one in queries.options_of(found)}
    prices = queries.prices_on([found], on=clock.today())[found.pk]
    context = {
        "viewer": viewer,
        "here": HERE,
        "product": found,
        "form": form,
        "price_form": price_form,
        "monthly_cents": prices.get("month"),
        "yearly_cents": prices.get("year"),
        "changes": queries.price_changes_of(found),
        "options": [(one, one.pk in options) for one in queries.products() if one.pk != found.pk],
    }
    wrong = form.errors or price_form.errors
    return render(request, "desk/product.html", context, status=422 if wrong else 200)


def _initial(found: Product) -> dict[str, object]:
    names = ("name_nl", "name_en", "needs_domain", "includes_domain", "has_panel", "is_offered")
    cents = found.setup_cents
    typed = f"{cents // 100},{cents % 100:02d}" if cents else ""
    return {**{name: getattr(found, name) for name in names}, "setup": typed}


def _describe(found: Product, form: ProductForm, viewer: Viewer) -> None:
    values = form.cleaned_data
    actions.describe_product(
        product=found,
        name_nl=values["name_nl"],
        name_en=values["name_en"],
        setup_cents=values["setup"] or 0,
        needs_domain=values["needs_domain"],
        includes_domain=values["includes_domain"],
        has_panel=values["has_panel"],
        is_offered=values["is_offered"],
        by=viewer.actor,
        now=clock.now(),
    )


def _product(code: str) -> Product:
    found = queries.products().filter(code=code).first()
    if found is None:
        raise Http404
    return found
