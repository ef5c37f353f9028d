"""A billing run killed anywhere and run again ends the same; two at once are harmless."""

import contextlib
import threading
from collections.abc import Callable, Sequence
from datetime import date
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet

from balie.apps.billing import actions
from balie.apps.billing.actions import drafting
from balie.apps.billing.models import Invoice, InvoiceLine
from balie.apps.customers.models import Customer
from balie.apps.services import actions as services
from balie.apps.services.models import Service
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, TODAY, new_customer, new_mandate, new_service
from tests.apps.killing import EVERY, broken_invariants, kill_points

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("committed")]


def new_work() -> list[Customer]:
    """Two customers with a service each that is due; one pays by direct debit."""
    customers = [new_customer(), new_customer()]
    new_mandate(customers[0])
    for customer in customers:
        new_service(customer)
    return customers


def bill(_: object = None) -> None:
    actions.run(today=TODAY, by=SYSTEM, now=NOW, chunk=1)


def damage(customers: list[Customer]) -> list[str]:
    """What is wrong right after the kill and after running again."""
    found = broken_invariants()
    bill()
    found += broken_invariants()
    for customer in customers:
        invoices = Invoice.objects.filter(customer=customer)
        mails = OutboxRow.objects.filter(kind="invoice-issued", recipient_id=customer.pk)
        if invoices.count() != 1:
            found.append(f"customer {customer.pk} has {invoices.count()} invoices")
        elif mails.count() != (invoices.get().pay_by == Invoice.PayBy.TRANSFER):
            found.append(f"customer {customer.pk} gets {mails.count()} mails")
    return found


@pytest.mark.slow
def test_run_killed_anywhere_ends_the_same_when_run_again() -> None:
    points = 0
    for point, customers in kill_points(new_work, bill):
        assert damage(customers) == [], point
        points += 1

    assert points >= 60 // EVERY


@pytest.mark.slow
def test_run_that_moves_services_on_first_does_damage(monkeypatch: pytest.MonkeyPatch) -> None:
    """The broken twin: services are moved on in a transaction of their own."""
    module = import_module("balie.apps.billing.actions.run")

    def work(_: list[Customer]) -> None:
        with monkeypatch.context() as patch:
            patch.setattr(module, "_bill", _bill_carelessly(patch))
            bill()

    assert any(damage(customers) for _, customers in kill_points(new_work, work))


def _bill_carelessly(patch: pytest.MonkeyPatch) -> Callable[..., Any]:
    module = import_module("balie.apps.billing.actions.run")
    bill_in_one = module._bill

    def bill_carelessly(customers: Sequence[int], this: Any) -> Any:
        due = list(Service.objects.filter(customer__in=customers, next_period_start=TODAY))
        with patch.context() as inner:
            services.move_on(periods=[(service, date(2026, 12, 23)) for service in due])
            inner.setattr(services, "move_on", lambda **_: None)
            read = _as_read([service.pk for service in due])
            inner.setattr(module.services, "due_for_billing", lambda **_: read)
            inner.setattr(drafting, "stretches_due", _one_month)
            return bill_in_one(customers, this)

    return bill_carelessly


def _as_read(ids: list[int]) -> QuerySet[Service]:
    return Service.objects.filter(pk__in=ids).select_related("product", "domain", "customer")


def _one_month(service: Service, *, today: date) -> list[drafting.Stretch]:
    end = service.next_period_start
    return [drafting.Stretch(service=service, start=today, end=end, net_cents=1000)]


class MeetAtTheServices:
    """Two runs wait for each other where the services are about to be moved on."""

    def __init__(self) -> None:
        self.meeting = threading.Barrier(2)
        self.met = 0

    def __call__(
        self,
        execute: Callable[..., Any],
        sql: str,
        params: Any,
        many: bool,  # noqa: FBT001 - Django calls it so
        context: Any,
    ) -> Any:
        if sql.startswith('UPDATE "services_service"'):
            # On SQLite the second one is still waiting for the lock: then go on alone.
            with contextlib.suppress(threading.BrokenBarrierError):
                self.meeting.wait(timeout=1)
                self.met += 1
        return execute(sql, params, many, context)


def test_two_runs_at_once_bill_each_service_once() -> None:
    for _ in range(3):
        new_service(new_customer())
    meeting = MeetAtTheServices()
    receipts: list[actions.RunReceipt] = []

    def work() -> None:
        try:
            with connection.execute_wrapper(meeting):
                receipts.append(actions.run(today=TODAY, by=SYSTEM, now=NOW))
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(len(receipt.issued) for receipt in receipts) == [0, 3]
    assert [receipt.parked for receipt in receipts] == [[], []]
    assert InvoiceLine.objects.count() == 3
    assert broken_invariants() == []
    # On PostgreSQL both had read the same services as due: the guard in the UPDATE told them apart.
    assert meeting.met == (2 if connection.vendor == "postgresql" else 0)
