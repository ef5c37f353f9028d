"""The billing run: everything due and not yet billed, one invoice per customer."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from django.conf import settings
from django.db import InterfaceError, OperationalError, transaction

from balie.apps.billing.actions.issuing import Issue, issue_invoices
from balie.apps.billing.actions.numbers import NumbersWouldGoBack
from balie.apps.billing.models import Invoice
from balie.apps.customers.models import Customer
from balie.apps.promises import queries as policies
from balie.apps.promises.models import PolicyVersion
from balie.apps.services import queries as services
from balie.apps.services.models import Service
from balie.infra import audit, clock, halt
from balie.infra.audit import Actor

log = logging.getLogger(__name__)

CUSTOMERS_AT_ONCE = 50


class UnableToBill(Exception):
    """Nothing can be billed now; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True)
class RunReceipt:
    """What one run issued, and which customers it parked with why. Parked ones are not billed."""

    issued: list[Invoice] = field(default_factory=list)
    parked: list[tuple[Customer, str]] = field(default_factory=list)


def run(*, today: date, by: Actor, now: datetime, chunk: int = CUSTOMERS_AT_ONCE) -> RunReceipt:
    """Bill every service whose period has begun by `today`; running it again bills nothing twice.

    A chunk of customers shares a transaction. One that fails is repeated customer by customer; who
    fails then is parked with an alarm and the run goes on. Raises infra.halt.Halted, UnableToBill
    for a day that has not come or while the policy is the shipped example's, NumbersWouldGoBack
    when `today` lies before the last invoice.
    """
    halt.raise_if_halted()
    if today > clock.local(now).date():
        raise UnableToBill(f"{today} has not come yet; an invoice is dated on the day it is made")
    version = policies.version_in_force(now=now)
    refuse_example(version)
    due = services.due_for_billing(today=today).order_by("customer_id")
    customers = list(due.values_list("customer_id", flat=True).distinct())
    receipt = RunReceipt()
    for start in range(0, len(customers), chunk):
        some = customers[start : start + chunk]
        try:
            receipt.issued.extend(_bill(some, today=today, version=version, by=by, now=now))
        except (NumbersWouldGoBack, OperationalError, InterfaceError):
            raise
        except Exception as error:  # noqa: BLE001 - whoever is odd, the others are billed
            log.warning("chunk repeated customer by customer", extra={"why": repr(error)})
            _bill_one_by_one(some, receipt, today=today, version=version, by=by, now=now)
    return receipt


def refuse_example(version: PolicyVersion) -> None:
    """Raise UnableToBill while company, IBAN or creditor identifier are the example's."""
    policy = policies.policy_of(version)
    if policy.is_example and not settings.BALIE_DEMO:
        raise UnableToBill(
            "the policy in force still holds the example's"
            f" {', '.join(policy.example_settings)}; store your own with `balie policy apply`"
        )


def _bill_one_by_one(
    customers: Sequence[int],
    receipt: RunReceipt,
    *,
    today: date,
    version: PolicyVersion,
    by: Actor,
    now: datetime,
) -> None:
    for customer_id in customers:
        try:
            receipt.issued.extend(
                _bill([customer_id], today=today, version=version, by=by, now=now)
            )
        except (NumbersWouldGoBack, OperationalError, InterfaceError):
            raise
        except Exception as error:
            log.exception("customer parked", extra={"customer": customer_id})
            receipt.parked.append(_park(customer_id, error, by=by, now=now))


@transaction.atomic
def _park(customer_id: int, error: Exception, *, by: Actor, now: datetime) -> tuple[Customer, str]:
    """Leave the trail of a customer that could not be billed; the run of tomorrow tries again."""
    reason = f"{type(error).__name__}: {error}"
    audit.record(
        event="billing.parked",
        by=by,
        subject=("customer", customer_id),
        now=now,
        data={"reason": reason[:500]},
    )
    return Customer.objects.get(pk=customer_id), reason


@transaction.atomic
def _bill(
    customers: Sequence[int], *, today: date, version: PolicyVersion, by: Actor, now: datetime
) -> list[Invoice]:
    """Bill some customers, all or none, from one reading of what they owe."""
    due: dict[int, list[Service]] = {}
    for service in services.due_for_billing(today=today).filter(customer_id__in=customers):
        due.setdefault(service.customer_id, []).append(service)
    issues = [Issue(customer=mine[0].customer, services=mine) for mine in due.values()]
    return issue_invoices(issues, today=today, version=version, by=by, now=now)
