"""The panels at the desk: the register, what failed, where they differ, and who may do what."""

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from balie.apps.customers.models import Customer
from balie.apps.services import actions, queries
from balie.apps.services.models import (
    ChangeVerb,
    Panel,
    PanelAccount,
    PanelChange,
    PanelComparison,
    PanelDifference,
    PanelKind,
)
from balie.infra.audit import SYSTEM
from balie.infra.models import Job
from tests.apps.building import NOW, new_customer, new_domain, new_service
from tests.faces.desk.building import new_employee, says, text_of
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db

NEW = {
    "name": "Server 2",
    "code": "server2",
    "kind": "directadmin",
    "base_address": "https://server2.example:2222",
    "user_name": "reseller",
}


@pytest.fixture
def admin(client: Client) -> Client:
    """An admin, signed in."""
    sign_in(client, new_employee("admin").user)
    return client


def new_panel(kind: PanelKind = PanelKind.DIRECTADMIN) -> Panel:
    return actions.add_panel(
        code="server1",
        name="Server 1",
        kind=kind,
        base_address="https://server1.example:2222",
        user_name="reseller",
        by=SYSTEM,
        now=NOW,
    )


def new_account(panel: Panel, number: int = 1, customer: Customer | None = None) -> PanelAccount:
    customer = customer or new_customer()
    service = new_service(customer, domain=new_domain(customer))
    return actions.note_account(
        service=service, user_name=f"bakker{number}", panel=panel, by=SYSTEM, now=NOW
    )


def failed_change(account: PanelAccount) -> PanelChange:
    return PanelChange.objects.create(
        account=account,
        verb=ChangeVerb.SUSPEND,
        reason="not paid",
        asked_at=NOW,
        asked_by="system",
        outcome="failed",
        detail="the panel said no",
        ended_at=NOW,
    )


def fill(rows: int) -> None:
    panel = Panel.objects.first() or new_panel()
    PanelComparison.objects.create(panel=panel, compared_at=NOW)
    for number in range(PanelAccount.objects.count(), rows):
        account = new_account(panel, number)
        failed_change(account)
        actions.ask_change(
            account=account, verb=ChangeVerb.UNSUSPEND, reason="paid", by=SYSTEM, now=NOW
        )
        PanelDifference.objects.create(
            panel=panel,
            account=account,
            kind="missing",
            user_name=account.user_name,
            ours=f"b{number}.nl",
            found_at=NOW,
        )


def test_page_takes_the_same_queries_for_one_row_and_thirty(admin: Client) -> None:
    counts = []
    for rows in (1, 30):
        fill(rows)
        with CaptureQueriesContext(connection) as captured:
            response = admin.get("/balie/panelen/")
        counts.append(len(captured))
        assert text_of(response).count("bakker") >= 3 * rows

    assert counts[0] == counts[1]


def test_customer_card_takes_the_same_queries_for_one_account_and_thirty(admin: Client) -> None:
    panel, customer = new_panel(), new_customer()
    counts = []
    for first, last in ((0, 1), (1, 30)):
        for number in range(first, last):
            new_account(panel, number, customer)
        with CaptureQueriesContext(connection) as captured:
            admin.get(f"/balie/klanten/{customer.number}/")
        counts.append(len(captured))

    assert counts[0] == counts[1]


def test_differences_are_shown_in_words(admin: Client) -> None:
    panel = new_panel()
    account = new_account(panel)
    PanelDifference.objects.create(
        panel=panel,
        account=account,
        kind="suspension",
        user_name="bakker1",
        ours="active",
        theirs="suspended",
        found_at=NOW,
    )

    page = text_of(admin.get("/balie/panelen/"))

    assert "stand verschilt" in page
    assert "gesloten ma 23 nov 2026" in page


def test_panel_is_added_and_its_key_is_asked_nowhere(admin: Client) -> None:
    response = admin.post("/balie/panelen/erbij/", NEW)

    assert response.status_code == 302
    panel = Panel.objects.get()
    assert (panel.code, panel.base_address) == ("server2", "https://server2.example:2222")
    assert "server2.key" in says(response)[0]
    assert 'type="password"' not in admin.get("/balie/panelen/").content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "",
        "http://server2.example:2222",
        "server2.example",
        "https://",
        "https://reseller:key@server2.example",
        "https://server2.example/path",
        "https://server2.example?x=1",
    ],
)
def test_address_that_is_not_plain_and_over_tls_is_refused(admin: Client, address: str) -> None:
    response = admin.post("/balie/panelen/erbij/", {**NEW, "base_address": address})

    assert response.status_code == 422
    assert "https://naam:poort" in text_of(response)
    assert not Panel.objects.exists()


def test_name_is_one_panel(admin: Client) -> None:
    admin.post("/balie/panelen/erbij/", NEW)

    response = admin.post("/balie/panelen/erbij/", NEW)

    assert response.status_code == 422
    assert Panel.objects.count() == 1


@pytest.mark.parametrize("role", ["agent", "finance"])
def test_only_an_admin_touches_the_register(client: Client, role: str) -> None:
    sign_in(client, new_employee(role).user)
    new_panel()

    assert client.get("/balie/panelen/").status_code == 200
    assert client.post("/balie/panelen/erbij/", NEW).status_code == 404
    assert client.post("/balie/panelen/server1/proberen/").status_code == 404
    assert client.post("/balie/panelen/vergelijken/").status_code == 404


def test_connection_is_tested_and_the_reason_is_told(admin: Client) -> None:
    new_panel()

    response = admin.post("/balie/panelen/server1/proberen/")

    assert "server1.key" in says(response)[0]
    assert admin.post("/balie/panelen/none/proberen/").status_code == 404


def test_comparison_runs_in_the_background(admin: Client) -> None:
    admin.post("/balie/panelen/vergelijken/")

    assert Job.objects.filter(name="compare-panels").count() == 1


def test_failed_change_is_an_alarm_until_somebody_has_dealt_with_it(agent: Client) -> None:
    change = failed_change(new_account(new_panel()))
    assert "1 wijziging is niet gelukt" in text_of(agent.get("/balie/"))
    assert "the panel said no" in text_of(agent.get("/balie/panelen/"))

    agent.post(f"/balie/panelen/mislukt/{change.pk}/gezien/")

    assert "niet gelukt" not in text_of(agent.get("/balie/"))
    change.refresh_from_db()
    assert change.seen_by.startswith("employee:")
    assert agent.post(f"/balie/panelen/mislukt/{change.pk}/gezien/").status_code == 404


def test_halted_panel_is_an_alarm(agent: Client) -> None:
    actions.halt_panel(panel=new_panel(), reason="it refused our login", by=SYSTEM, now=NOW)

    assert "1 control panel weigert onze inlog" in text_of(agent.get("/balie/"))


def test_account_is_closed_and_opened_from_the_customer_card(finance: Client) -> None:
    account = new_account(new_panel())
    number = account.service.customer.number
    assert "Account sluiten" in text_of(finance.get(f"/balie/klanten/{number}/"))

    finance.post(f"/balie/klanten/{number}/paneel/{account.pk}/sluiten/")
    finance.post(f"/balie/klanten/{number}/paneel/{account.pk}/openen/")

    assert list(PanelChange.objects.order_by("pk").values_list("verb", "outcome")) == [
        ("suspend", "overtaken"),
        ("unsuspend", "waiting"),
    ]
    assert "onderweg: weer openen" in text_of(finance.get(f"/balie/klanten/{number}/"))


def test_account_of_another_customer_is_not_there(finance: Client) -> None:
    account, other = new_account(new_panel()), new_customer()

    response = finance.post(f"/balie/klanten/{other.number}/paneel/{account.pk}/sluiten/")

    assert response.status_code == 404
    assert not queries.waiting_changes().exists()


def test_agent_closes_nothing(agent: Client) -> None:
    account = new_account(new_panel())
    number = account.service.customer.number

    assert "Account sluiten" not in text_of(agent.get(f"/balie/klanten/{number}/"))
    for verb in ("sluiten", "openen"):
        page = f"/balie/klanten/{number}/paneel/{account.pk}/{verb}/"
        assert agent.post(page).status_code == 404
