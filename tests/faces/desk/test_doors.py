"""Who may come in where: visitors sign in, contacts find nothing, money is for finance."""

from datetime import UTC, date, datetime

import pytest
from django.test import Client
from django.urls import URLPattern, reverse

from balie.apps.banking.queries import unclaimed_slices
from balie.faces.desk import urls
from tests.apps.building import Entry, camt, new_account, new_customer
from tests.faces.desk.building import (
    announced,
    asked,
    at_the_bank,
    collected,
    contact_of,
    disputed,
    take_in,
)
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db

ARGUMENTS = {
    "number": "T-2026-00001",
    "message_id": "BAL1",
    "pk": 1,
    "day": "2026-11-26",
    "anchor": "bellen",
    "kind": "answer",
    "language": "nl",
    "other": "T-2026-00001",
    "name": "dns",
    "ending": "csv",
    "year": 2026,
    "code": "da1",
    "option": "backup",
}
DECIDES_ON_BANK = {
    *("place_ledger", "take_back", "undo_transfer"),
    *("set_aside", "correct", "take_up_again"),
    *("dismiss_file", "dismiss_notice"),
}
STAFFING = {
    *("triage_accept", "triage_give", "add_shift", "end_shift", "add_exception"),
    *("remove_exception", "set_person", "add_skill", "add_rule", "change_rule", "switch_rule"),
    *("raise_rule", "remove_rule"),
}
FOR_FINANCE = {"end_dispute", "release", "upload", "place", "batch_file", *DECIDES_ON_BANK}
ANSWERING = {
    *("merge", "unmerge", "split", "link", "unlink", "add_tag", "remove_tag"),
    *("save_draft", "be_present", "unsend"),
    *("new_reply", "change_reply", "retire_reply"),
}
ENDING = {"end_service", "move_service"}
SELLING = {"accept_order", "refuse_order", "change_price", "set_option", *ENDING}
# A form and what it does stand at one address: shown by GET, done by POST.
FILLED_IN = {"new_customer", "change_customer", "new_contact", "new_service"}
FILLED_IN |= {"new_product", "product"}
PEOPLE = {
    *("appoint", "set_employee_role", "close_employee", "open_employee"),
    *("look", "stop_looking", "start_recovery", "withdraw_invitation"),
}
PANELS = {
    *("add_panel", "compare_panels", "dismiss_change", "try_panel", "suspend", "unsuspend"),
}
ADDRESSES = {"address_witness", "address_approve", "address_refuse", "address_alarm_seen"}
BY_BOTH = {"address_start", "erase"}
LETTERS = {"save_letter", "preview_letter", "shipped_letter"}
BY_POST = {
    "log_call",
    "not_reached",
    "only_thanks",
    "reached",
    "set_extension",
    "new_article",
    "move_article",
    "write",
    "publish",
    "withdraw",
    "article_from_answer",
    "name_cause",
    "post_ask",
    "show_mail",
    "post_aside",
    "answer",
    "note",
    "assign",
    "take",
    "close",
    "needs_none",
    "needs_one",
    "end_dispute",
    "release",
    "upload",
    "place",
    *DECIDES_ON_BANK,
    *STAFFING,
    *ANSWERING,
    *LETTERS,
    *SELLING,
    *PEOPLE,
    *PANELS,
    *ADDRESSES,
}


def addresses() -> list[tuple[str, str]]:
    found = []
    for pattern in urls.urlpatterns:
        assert isinstance(pattern, URLPattern)
        assert pattern.name is not None
        needed = pattern.pattern.converters
        values = {name: ARGUMENTS[name] for name in needed if name != "day"}
        if "day" in needed:
            values["day"] = needed["day"].to_python(str(ARGUMENTS["day"]))
        found.append((pattern.name, reverse(f"desk:{pattern.name}", kwargs=values)))
    return found


@pytest.mark.parametrize(("name", "address"), addresses())
def test_visitor_is_asked_to_sign_in(client: Client, name: str, address: str) -> None:
    response = client.post(address) if name in BY_POST else client.get(address)

    assert response.status_code == 302
    assert response["Location"] == f"/inloggen/?next={address}"


@pytest.mark.parametrize(("name", "address"), addresses())
def test_contact_finds_nothing(client: Client, name: str, address: str) -> None:
    sign_in(client, contact_of(new_customer()).user)

    response = client.post(address) if name in BY_POST else client.get(address)

    assert response.status_code == 404


@pytest.mark.parametrize(
    ("name", "address"), [one for one in addresses() if one[0] not in BY_BOTH | FILLED_IN]
)
def test_address_takes_one_method_only(finance: Client, name: str, address: str) -> None:
    response = finance.get(address) if name in BY_POST else finance.post(address)

    assert response.status_code == 405


@pytest.mark.parametrize(
    "address",
    [
        "/balie/vragen/T-2026-99999/",
        "/balie/klanten/K99999/",
        "/balie/facturen/F2026-99999/",
        "/balie/facturen/F2026-99999/pdf/",
        "/balie/incasso/BAL99/",
        "/balie/incasso/BAL99/bestand/",
        "/balie/incasso/aangekondigd/2026-13-01/",
    ],
)
def test_what_does_not_exist_is_not_found(finance: Client, address: str) -> None:
    assert finance.get(address).status_code == 404


def test_agent_sees_money_but_cannot_move_it(agent: Client) -> None:
    """Each of these would work for finance: the tests of the money show it."""
    new_account(opening=0)
    invoice, collection = announced()
    batch = at_the_bank(collection)
    collected(collection)
    dispute = disputed(collection)
    stranger = Entry(cents=500, name="X", iban="", text="")
    content = camt(stranger, opening=1210, number="7", on=date(2026, 11, 30))
    take_in(content, now=datetime(2026, 12, 1, 7, tzinfo=UTC))
    piece = unclaimed_slices().get()

    tries = {
        "end_dispute": (dispute.ticket.number, {"outcome": "explained"}),
        "release": (invoice.number, {}),
        "upload": (None, {}),
        "place": (piece.pk, {"numbers": invoice.number}),
    }
    statuses = {
        name: agent.post(
            reverse(f"desk:{name}", args=[] if argument is None else [argument]), data
        ).status_code
        for name, (argument, data) in tries.items()
    }
    statuses["batch_file"] = agent.get(
        reverse("desk:batch_file", args=[batch.message_id])
    ).status_code

    # What is decided on the bank has its own test, with something to decide on.
    assert statuses == dict.fromkeys(FOR_FINANCE - DECIDES_ON_BANK, 404)
    dispute.refresh_from_db()
    assert dispute.closed_at is None
    assert unclaimed_slices().count() == 1


@pytest.mark.parametrize(
    "address", ["/balie/bank/", "/balie/bank/te-plaatsen/", "/balie/incasso/", "/balie/facturen/"]
)
def test_agent_may_look_at_money(agent: Client, address: str) -> None:
    assert agent.get(address).status_code == 200


def test_agent_sees_no_form_that_would_be_refused(agent: Client) -> None:
    new_account(opening=0)
    take_in(camt(Entry(cents=500, name="X", iban="", text=""), opening=0))
    _invoice, collection = announced()
    at_the_bank(collection)
    collected(collection, opening=500)
    ticket = disputed(collection).ticket

    work_list = agent.get("/balie/bank/te-plaatsen/").content.decode()
    bank = agent.get("/balie/bank/").content.decode()
    page = agent.get(f"/balie/vragen/{ticket.number}/").content.decode()

    assert [form for form in forms_in(work_list) if "te-plaatsen" in form] == []
    assert "/balie/bank/inlezen/" not in forms_in(bank)
    assert f"/balie/vragen/{ticket.number}/betwisting/" not in forms_in(page)
    assert f"/balie/vragen/{ticket.number}/antwoord/" in forms_in(page)


def forms_in(page: str) -> list[str]:
    return [part.split('"')[0] for part in page.split('action="')[1:]]


def test_another_sites_form_is_refused(agent: Client) -> None:
    ticket = asked().ticket
    strict = Client(enforce_csrf_checks=True)
    strict.cookies = agent.cookies

    response = strict.post(f"/balie/vragen/{ticket.number}/nemen/")

    assert response.status_code == 403
