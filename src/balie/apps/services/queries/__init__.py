"""Reads about what is sold and running, and about the control panels it runs on."""

from balie.apps.services.queries.panels import (
    failed_changes,
    halted_panels,
    last_comparisons,
    openable_accounts_for,
    panel_accounts_for,
    panel_accounts_of,
    panel_accounts_of_customer,
    panels,
    standing_differences,
    user_names_of,
    waiting_changes,
)
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
    "failed_changes",
    "find_customers",
    "halted_panels",
    "last_comparisons",
    "openable_accounts_for",
    "panel_accounts_for",
    "panel_accounts_of",
    "panel_accounts_of_customer",
    "panels",
    "services_for",
    "services_of",
    "standing_differences",
    "user_names_of",
    "waiting_changes",
]
