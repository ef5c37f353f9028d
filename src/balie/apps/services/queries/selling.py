"""Reads about products, services and domains."""

from collections.abc import Collection
from datetime import date

from django.db.models import F, Q, QuerySet

from balie.apps.customers.models import Contact, Customer, User
from balie.apps.customers.viewer import Viewer
from balie.apps.services.models import Domain, Service


def services_for(*, viewer: Viewer) -> QuerySet[Service]:
    """Return the services a viewer may see, newest last."""
    services = Service.objects.select_related("product", "domain").order_by("pk")
    return services if viewer.is_employee else services.filter(customer=viewer.customer_id)


def services_of(customer: Customer) -> QuerySet[Service]:
    """Return a customer's services, ended ones too, in order of starting."""
    return (
        Service.objects.filter(customer=customer)
        .select_related("product", "domain")
        .order_by("started_on", "pk")
    )


def due_for_billing(*, today: date) -> QuerySet[Service]:
    """Return the services whose next period has begun and that have not ended before it."""
    goes_on = Q(ended_on__isnull=True) | Q(ended_on__gt=F("next_period_start"))
    return (
        Service.objects.filter(goes_on, next_period_start__lte=today)
        .select_related("product", "domain", "customer")
        .order_by("customer_id", "pk")
    )


def domains_of(customer: Customer) -> list[str]:
    """Return the domain names of a customer, in alphabetical order."""
    return list(
        Domain.objects.filter(customer=customer).order_by("name").values_list("name", flat=True)
    )


def find_customers(wanted: str) -> QuerySet[Customer]:
    """Return the customers whose number, name, mail address or domain holds what is wanted."""
    by_domain = Domain.objects.filter(name__icontains=wanted).values("customer")
    return Customer.objects.filter(
        Q(number__iexact=wanted)
        | Q(name__icontains=wanted)
        | Q(pk__in=by_domain)
        | Q(
            pk__in=Contact.objects.filter(
                Q(name__icontains=wanted) | Q(user__email__icontains=wanted)
            ).values("customers")
        )
    )


def domains_by_customer(
    *, customer_ids: Collection[int] | None = None
) -> dict[int, tuple[str, ...]]:
    """Return customers' domain names by customer id, in one query: all, or those of some."""
    domains = Domain.objects.order_by("name")
    if customer_ids is not None:
        domains = domains.filter(customer__in=customer_ids)
    found: dict[int, tuple[str, ...]] = {}
    for customer_id, name in domains.values_list("customer_id", "name"):
        found[customer_id] = (*found.get(customer_id, ()), name)
    return found


def accounts_of_domain(name: str) -> list[User]:
    """Return the accounts of the customer who has this domain name; often none."""
    return list(
        User.objects.filter(
            is_active=True,
            contact__customers__in=Domain.objects.filter(name=name.strip().lower()).values(
                "customer"
            ),
        )
        .distinct()
        .order_by("pk")
    )
