"""Change who a customer is on paper: name, address, numbers; what was issued stays as it was."""

from datetime import datetime

from django.db import transaction

from balie.apps.customers.models import Customer
from balie.infra import audit
from balie.infra.audit import JSON, Actor

ADDRESS = ("street", "house_number", "postcode", "city", "country")
DETAILS = ("name", "kind", *ADDRESS, "vat_number", "kvk_number", "language")


@transaction.atomic
def change_details(
    *, customer: Customer, values: dict[str, str], by: Actor, now: datetime
) -> Customer:
    """Change details of a customer for what is issued from now on; the trail keeps the old ones.

    `values` has some of DETAILS. What was issued stays as it was. Raises ValueError for any other.
    """
    unknown = set(values) - set(DETAILS)
    if unknown:
        raise ValueError(f"no details of a customer: {', '.join(sorted(unknown))}")
    old: dict[str, JSON] = {
        name: str(getattr(customer, name))
        for name, value in values.items()
        if getattr(customer, name) != value
    }
    if not old:
        return customer
    for name, value in values.items():
        setattr(customer, name, value)
    customer.save(update_fields=[*values])
    audit.record(
        event="customer.changed", by=by, subject=("customer", customer.pk), now=now, data=old
    )
    return customer
