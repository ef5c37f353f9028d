"""What the life of a service asks of the control panels, and what it leaves alone."""

from datetime import timedelta

import pytest

from balie.apps.billing import actions as billing
from balie.apps.billing.models import InvoiceLine
from balie.apps.office import ordering, service_life, service_panels, service_rounds
from balie.apps.services import actions as services
from balie.apps.services.actions.panel_changes import note_done, note_failed
from balie.apps.services.models import (
    ChangeVerb,
    Domain,
    Order,
    Panel,
    PanelAccount,
    PanelChange,
    PanelKind,
    Service,
)
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, TODAY, new_customer, new_domain, new_invoice, new_service
from tests.faces.desk.building import contact_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def panel() -> Panel:
    return services.add_panel(
        code="one", name="Server 1", kind=PanelKind.SIMULATED, by=SYSTEM, now=NOW
    )


def _ordered(name: str, *, key: str = "k") -> Order:
    customer = new_customer()
    product = services.add_product(
        code=f"plan-{key}",
        name_nl="Pakket",
        name_en="Plan",
        monthly_cents=1000,
        has_panel=True,
        by=SYSTEM,
        now=NOW,
    )
    return services.order(
        customer=customer,
        contact=contact_of(customer),
        wanted=[services.Wanted(product=product, term="month", price_cents=1000, domain_name=name)],
        form_key=key,
        begin_at_once=True,
        agreed_text="",
        by=SYSTEM,
        now=NOW,
    )


def _asked() -> list[tuple[str, str, str]]:
    changes = PanelChange.objects.order_by("pk")
    return list(changes.values_list("verb", "reason", "outcome"))


def _made(panel: Panel, service: Service) -> PanelAccount:
    domain = new_domain(service.customer, "zee.nl")
    Service.objects.filter(pk=service.pk).update(domain=domain)
    service.refresh_from_db()
    account = service_panels.open_account(service, by=SYSTEM, now=NOW)
    assert account is not None
    note_done(change=PanelChange.objects.get(account=account), now=NOW)
    account.refresh_from_db()
    return account


def test_accepted_order_asks_the_panel_for_an_account_and_mails_its_name_at_once(
    panel: Panel,
) -> None:
    ordering.accept_order(order=_ordered("bakkerij.nl"), by=SYSTEM, now=NOW)

    account = PanelAccount.objects.get()
    assert (account.panel, account.user_name, account.package, account.state) == (
        *(panel, "bakkerij", "plan-k", "ordered"),
    )
    kinds = OutboxRow.objects.order_by("pk").values_list("kind", "next_attempt_at")
    assert list(kinds) == [("panel-change", NOW), ("order-accepted", NOW)]


def test_second_order_of_a_name_that_is_taken_gets_another(panel: Panel) -> None:
    ordering.accept_order(order=_ordered("bakkerij.nl"), by=SYSTEM, now=NOW)
    ordering.accept_order(order=_ordered("bakkerij.com", key="l"), by=SYSTEM, now=NOW)

    names = PanelAccount.objects.order_by("pk").values_list("user_name", flat=True)
    assert list(names) == ["bakkerij", "bakkerij2"]


def test_panel_kept_by_hand_is_an_alarm_until_a_person_made_the_account() -> None:
    ordering.accept_order(order=_ordered("bakkerij.nl"), by=SYSTEM, now=NOW)
    change = PanelChange.objects.get()
    note_failed(change=change, reason="kept by hand", now=NOW)
    assert PanelAccount.objects.get().state == "ordered"

    services.dismiss_failure(change=change, by=SYSTEM, now=NOW)

    assert PanelAccount.objects.get().state == "active"


def test_unpaid_invoice_closes_the_account_and_payment_opens_it(panel: Panel) -> None:
    invoice = new_invoice()
    _made(panel, InvoiceLine.objects.get(invoice=invoice).service)
    service_rounds.suspend_for(invoice=invoice, by=SYSTEM, now=NOW)
    note_done(change=PanelChange.objects.latest("pk"), now=NOW)

    billing.credit_invoice(invoice=invoice, reason="betaald", by=SYSTEM, now=NOW)
    service_rounds.lift_paid(by=SYSTEM, now=NOW)

    assert _asked() == [
        ("create", "ordered", "done"),
        ("suspend", f"invoice:{invoice.number}", "done"),
        ("unsuspend", "paid", "waiting"),
    ]


def test_account_that_an_employee_closed_is_not_opened_by_a_payment(panel: Panel) -> None:
    account = _made(panel, new_service(new_customer()))
    services.ask_change(
        account=account, verb=ChangeVerb.SUSPEND, reason="by hand", by=SYSTEM, now=NOW
    )

    service_panels.open_after(found=[account.service], fact=service_rounds.FACT, by=SYSTEM, now=NOW)

    assert [verb for verb, _, _ in _asked()] == ["create", "suspend"]


def test_ended_service_closes_its_account_on_the_day_and_removes_it_later(panel: Panel) -> None:
    service = new_service(new_customer())
    _made(panel, service)
    service_life.cancel_on(service=service, on=TODAY + timedelta(days=5), by=SYSTEM, now=NOW)

    for day in (4, 5, 6, 34, 35, 36):
        service_panels.close_ended(today=TODAY + timedelta(days=day), by=SYSTEM, now=NOW)
        waiting = PanelChange.objects.filter(outcome="waiting")
        verbs = [one.verb for one in waiting]
        assert verbs == {5: ["suspend"], 35: ["delete"]}.get(day, []), day
        for change in waiting:
            note_done(change=change, now=NOW)

    assert PanelAccount.objects.get().state == "deleted"
    assert Domain.objects.count() == 1
