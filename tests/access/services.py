"""What the watched customer has of orders and services, each at its own point of life."""

from balie.apps.billing import actions as billing
from balie.apps.customers.models import Customer
from balie.apps.office import service_life
from balie.apps.services import actions as services
from balie.apps.services.models import Order, Product, Service
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, TODAY, new_domain, new_product

Examples = dict[str, dict[str, str]]


def of_services(watched: Customer) -> Examples:
    """A service that runs, others that end or were withdrawn from, an order, and the catalogue."""
    product, larger = new_product(yearly_cents=12000), new_product(yearly_cents=18000)
    running = _started(watched, product)
    ending, withdrawn = _started(watched, product), _started(watched, product)
    billing.run(today=TODAY, by=SYSTEM, now=NOW)
    running.refresh_from_db()
    ending.refresh_from_db()
    way = service_life.way_out(ending, now=NOW)
    service_life.cancel(service=ending, shown=way, by=SYSTEM, now=NOW)
    withdrawn.refresh_from_db()
    service_life.withdraw(service=withdrawn, by=SYSTEM, now=NOW)
    life = "klant/diensten/<int:pk>/"
    return {
        "bestellen/": {"code": product.code},
        "klant/facturen/jaar/": {"year": str(TODAY.year)},
        "klant/diensten/": {"pk": str(running.pk), "code": larger.code},
        f"{life}houden/": {"pk": str(ending.pk)},
        f"{life}herroepen/bewijs/": {"pk": str(withdrawn.pk)},
        "balie/diensten/": {"pk": str(running.pk)},
        "balie/bestellingen/": {"pk": str(_order(watched, product).pk)},
        "balie/aanbod/": {"code": product.code, "option": larger.code},
        "balie/boekhouding/": {"name": "openstaand", "ending": "csv", "year": str(TODAY.year)},
    }


def _started(watched: Customer, product: Product) -> Service:
    order = _order(watched, product)
    (service,) = services.accept(order=order, today=TODAY, by=SYSTEM, now=NOW)
    return service


def _order(watched: Customer, product: Product) -> Order:
    """An order; as many as there are have as many domain names."""
    count = Order.objects.count()
    new_domain(watched, f"kanarie{count}.example")
    return services.order(
        customer=watched,
        contact=None,
        wanted=[
            services.Wanted(
                product=product,
                term="year",
                price_cents=12000,
                domain_name=f"kanarie{count}.example",
            )
        ],
        form_key=f"form{count}",
        begin_at_once=True,
        agreed_text="",
        by=SYSTEM,
        now=NOW,
    )
