"""Reads about what is sold and running, and about the control panels it runs on."""

from balie.apps.services.queries.panels import panel_accounts_of, user_names_of
from balie.apps.services.queries.selling import (
    accounts_of_domain,
    domains_by_customer,
    domains_of,
    due_for_billing,
    find_customers,
    services_for,
    services_of,
)

__all__ = [
    "accounts_of_domain",
    "domains_by_customer",
    "domains_of",
    "due_for_billing",
    "find_customers",
    "panel_accounts_of",
    "services_for",
    "services_of",
    "user_names_of",
]
