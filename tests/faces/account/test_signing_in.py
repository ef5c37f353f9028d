"""The door: password, code by mail, second step; the same for those who do not exist."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from balie.apps.customers import attempts, factors
from balie.apps.customers.models import Customer, Employee, SignIn, SignInCode, User
from balie.infra import jobs, outbox
from balie.infra.clock import FrozenClock
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import NOW
from tests.browser.walking import last_letter
from tests.faces.account.walking_in import (
    PASSWORD,
    add_app,
    app_code,
    give_password,
    is_inside,
    text_of,
)

pytestmark = pytest.mark.django_db
STRANGER = "niemand@elders.example"
CODE = re.compile(r"\b\d{8}\b")


def events(name: str) -> list[tuple[str, str, int]]:
    rows = AuditEvent.objects.filter(event=name).order_by("pk")
    return [(one.by_kind, one.subject_kind, one.subject_id) for one in rows]


def mailed_code(now: object = NOW) -> str:
    jobs.run_pending(now=now)  # type: ignore[arg-type]
    outbox.send_due(now=now)  # type: ignore[arg-type]
    found = CODE.search(last_letter()[2])
    assert found is not None
    return found[0]


def ask_for_code(client: Client, identifier: str) -> None:
    response = client.post("/inloggen/code/", {"identifier": identifier})
    assert (response.status_code, response["Location"]) == (303, "/inloggen/code/invullen/")


def test_password_lets_a_customer_in_by_address_and_by_number(client: Client, jan: User) -> None:
    number = Customer.objects.get(contacts__user=jan).number

    for identifier in (jan.email, number):
        response = give_password(client, identifier)
        assert (response.status_code, response["Location"]) == (302, "/klant/")
        client.post("/uitloggen/")

    assert events("sign_in.succeeded") == [("contact", "user", jan.pk)] * 2


def test_wrong_password_is_told_like_an_unknown_address(client: Client, jan: User) -> None:
    wrong = give_password(client, jan.email, "paard batterij nietje")
    unknown = give_password(client, STRANGER, "paard batterij nietje")

    assert (wrong.status_code, unknown.status_code) == (422, 422)
    assert text_of(wrong) == text_of(unknown)
    assert events("sign_in.failed")[0] == ("system", "user", jan.pk)
    assert not is_inside(client)


def test_known_and_unknown_cost_the_same_statements(jan: User) -> None:
    counts = []
    for identifier in (jan.email, STRANGER):
        client = Client()
        with CaptureQueriesContext(
            connection,
        ) as seen:
            give_password(client, identifier, "paard batterij nietje")
        counts.append(len(seen))

    assert counts[0] == counts[1]


def test_password_alone_does_not_open_an_account_with_an_app(client: Client, jan: User) -> None:
    add_app(jan)

    response = give_password(client, jan.email)

    assert response["Location"] == "/inloggen/tweede-stap/"
    assert not is_inside(client)
    assert client.get("/klant/")["Location"] == "/inloggen/?next=/klant/"


def test_code_of_the_app_opens_it_once(client: Client, jan: User) -> None:
    add_app(jan)
    code = app_code(jan)
    give_password(client, jan.email)

    first = client.post("/inloggen/tweede-stap/", {"code": code})
    other = Client()
    give_password(other, jan.email)
    second = other.post("/inloggen/tweede-stap/", {"code": code})

    assert (first.status_code, first["Location"]) == (302, "/klant/")
    assert second.status_code == 422
    assert not is_inside(other)


def test_code_before_the_last_one_used_no_longer_works(client: Client, jan: User) -> None:
    add_app(jan)
    assert factors.is_right_code(user=jan, code=app_code(jan, ahead=1), now=NOW)

    assert not factors.is_right_code(user=jan, code=app_code(jan), now=NOW)


def test_recovery_code_opens_it_once_and_the_owner_hears_of_it(client: Client, jan: User) -> None:
    add_app(jan)
    codes = factors.renew_recovery_codes(user=jan, now=NOW)
    give_password(client, jan.email)

    first = client.post("/inloggen/tweede-stap/", {"code": codes[3]})
    other = Client()
    give_password(other, jan.email)
    second = other.post("/inloggen/tweede-stap/", {"code": codes[3].replace(" ", "-")})

    assert first["Location"] == "/klant/"
    assert second.status_code == 422
    assert factors.factors_of(jan).codes_left == 9
    assert [len(code.replace(" ", "")) for code in codes] == [20] * 10
    outbox.send_due(now=NOW)
    assert "Er is een herstelcode gebruikt." in last_letter()[2]


def test_second_step_waits_after_five_wrong_codes(client: Client, jan: User) -> None:
    add_app(jan)
    give_password(client, jan.email)
    for _ in range(attempts.FREE):
        client.post("/inloggen/tweede-stap/", {"code": "000000"})

    response = client.post("/inloggen/tweede-stap/", {"code": app_code(jan)})

    assert response.status_code == 429


def test_second_step_is_nobodys_without_a_first(client: Client) -> None:
    assert client.get("/inloggen/tweede-stap/")["Location"] == "/inloggen/"


def test_new_password_ends_a_first_step_that_waits(client: Client, jan: User) -> None:
    add_app(jan)
    give_password(client, jan.email)
    jan.set_password("nog een zwaluw en de zomer")
    jan.save()

    response = client.post("/inloggen/tweede-stap/", {"code": app_code(jan)})

    assert response["Location"] == "/inloggen/"
    assert not is_inside(client)


def test_code_by_mail_lets_its_owner_in_once(client: Client, jan: User) -> None:
    ask_for_code(client, jan.email)
    code = mailed_code()

    first = client.post("/inloggen/code/invullen/", {"code": f"{code[:4]} {code[4:]}"})
    other = Client()
    ask_for_code(other, jan.email)
    second = other.post("/inloggen/code/invullen/", {"code": code})

    assert (first.status_code, first["Location"]) == (302, "/klant/")
    assert second.status_code == 422
    assert not is_inside(other)


def test_code_by_mail_stands_in_no_row_and_no_session(client: Client, jan: User) -> None:
    ask_for_code(client, jan.email)
    code = mailed_code()

    held = [str(one.__dict__) for one in SignInCode.objects.all()]
    held += [str(dict(client.session)), str(OutboxRow.objects.values())]

    assert [text for text in held if code in text] == []
    assert SignInCode.objects.count() == 1


def test_code_by_mail_still_asks_for_the_app(client: Client, jan: User) -> None:
    add_app(jan)
    ask_for_code(client, jan.email)

    response = client.post("/inloggen/code/invullen/", {"code": mailed_code()})

    assert response["Location"] == "/inloggen/tweede-stap/"
    assert not is_inside(client)


def test_code_is_asked_for_alike_by_a_stranger(client: Client, jan: User) -> None:
    ask_for_code(client, STRANGER)
    jobs.run_pending(now=NOW)
    page = client.post("/inloggen/code/invullen/", {"code": "12345678"})
    known = Client()
    ask_for_code(known, jan.email)

    assert (page.status_code, mail.outbox) == (422, [])
    assert text_of(page) == text_of(known.post("/inloggen/code/invullen/", {"code": "12345678"}))


@pytest.mark.parametrize("code", ["²²", "١٢٣٤٥٦٧٨", "\ufffd", "0000000é"])
def test_code_of_figures_that_are_none_is_refused_alike(jan: User, code: str) -> None:
    told = []
    for identifier in (jan.email, STRANGER):
        client = Client()
        ask_for_code(client, identifier)
        jobs.run_pending(now=NOW)
        told.append(client.post("/inloggen/code/invullen/", {"code": code}).status_code)

    assert SignInCode.objects.count() == 1
    assert told == [422, 422]


def test_asking_again_mails_no_other_code_and_the_stranger_blocks_nobody(
    jan: User, frozen: FrozenClock
) -> None:
    stranger, owner = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="192.0.2.1")
    for _ in range(5):
        ask_for_code(stranger, jan.email)
    code = mailed_code()
    for _ in range(5):
        stranger.post("/inloggen/code/invullen/", {"code": "00000000"})
    blocked = stranger.post("/inloggen/code/invullen/", {"code": code})

    ask_for_code(owner, jan.email)
    jobs.run_pending(now=frozen.at)
    outbox.send_due(now=frozen.at)
    response = owner.post("/inloggen/code/invullen/", {"code": code})

    assert len(mail.outbox) == 1
    assert blocked.status_code == 429
    assert response["Location"] == "/klant/"


def test_code_is_late_after_twenty_minutes(client: Client, jan: User, frozen: FrozenClock) -> None:
    ask_for_code(client, jan.email)
    code = mailed_code()
    frozen.advance(timedelta(minutes=20))

    assert client.post("/inloggen/code/invullen/", {"code": code}).status_code == 422


def test_code_for_a_changed_address_does_not_leave(client: Client, jan: User) -> None:
    ask_for_code(client, jan.email)
    jobs.run_pending(now=NOW)
    User.objects.filter(pk=jan.pk).update(
        email="nieuw@klant.example", email_changed_at=NOW + timedelta(minutes=1)
    )

    outbox.send_due(now=NOW + timedelta(minutes=2))

    assert mail.outbox == []


def test_five_failures_make_the_network_wait_and_not_the_owner(
    jan: User, frozen: FrozenClock
) -> None:
    stranger, owner = Client(REMOTE_ADDR="198.51.100.7"), Client(REMOTE_ADDR="192.0.2.1")
    for _ in range(attempts.FREE):
        assert give_password(stranger, jan.email, "mis").status_code == 422

    assert give_password(stranger, jan.email).status_code == 429
    assert give_password(owner, jan.email)["Location"] == "/klant/"
    frozen.advance(timedelta(seconds=31))
    assert give_password(stranger, jan.email)["Location"] == "/klant/"


def test_wait_is_the_same_for_somebody_who_does_not_exist(jan: User) -> None:
    told: list[str] = []
    for identifier in (jan.email, STRANGER):
        client = Client(REMOTE_ADDR=f"198.51.100.{len(told) + 1}")
        for _ in range(attempts.FREE):
            give_password(client, identifier, "mis")
        told.append(text_of(give_password(client, identifier, "mis")))

    assert told[0] == told[1]
    assert "Wacht 1 minuut" in told[0]


def test_hundred_failures_in_a_row_close_the_password_to_strangers_alone(
    jan: User, frozen: FrozenClock
) -> None:
    owner = Client(REMOTE_ADDR="192.0.2.1")
    give_password(owner, jan.email)
    key = attempts.typed_key(jan.email)
    SignIn.objects.bulk_create(
        SignIn(account=key, network=f"{n}", user=jan, way="password", at=NOW - timedelta(hours=2))
        for n in range(attempts.IN_A_ROW)
    )

    assert give_password(Client(REMOTE_ADDR="198.51.100.9"), jan.email).status_code == 429
    assert give_password(owner, jan.email)["Location"] == "/klant/"


def test_network_that_fails_on_sixty_accounts_waits(jan: User) -> None:
    stranger = Client(REMOTE_ADDR="198.51.100.7")
    for number in range(attempts.FREE_PER_NETWORK):
        SignIn.objects.create(
            account=f"{number}",
            network=attempts.network_key("198.51.100.7"),
            way="password",
            at=NOW,
        )

    assert give_password(stranger, jan.email).status_code == 429


def test_closed_account_is_not_let_in(client: Client, jan: User) -> None:
    User.objects.filter(pk=jan.pk).update(is_active=False)

    assert give_password(client, jan.email).status_code == 422


def test_session_gets_a_new_key_at_each_step(client: Client, jan: User) -> None:
    add_app(jan)
    client.get("/inloggen/")
    before = client.session.session_key
    give_password(client, jan.email)
    between = client.session.session_key
    client.post("/inloggen/tweede-stap/", {"code": app_code(jan)})

    assert len({before, between, client.session.session_key}) == 3


@pytest.mark.parametrize("target", ["//evil.example/", "https://evil.example/", "/\\evil.example"])
def test_way_back_leads_nowhere_else(client: Client, jan: User, target: str) -> None:
    assert give_password(client, jan.email, next=target)["Location"] == "/klant/"


def test_way_back_survives_the_second_step(client: Client, jan: User) -> None:
    add_app(jan)
    give_password(client, jan.email, next="/klant/facturen/")

    response = client.post("/inloggen/tweede-stap/", {"code": app_code(jan)})

    assert response["Location"] == "/klant/facturen/"


def test_employee_without_a_second_factor_sees_the_page_to_add_one_only(
    client: Client, marit: Employee
) -> None:
    response = give_password(client, marit.user.email)

    assert response["Location"] == "/account/tweede-factor/"
    for address in ("/balie/", "/balie/klanten/", "/balie/vragen/"):
        assert client.get(address)["Location"] == "/account/tweede-factor/"
    assert "De balie gaat open zodra" in text_of(client.get("/account/tweede-factor/"))


def test_employee_with_an_app_gets_to_the_desk(client: Client, marit: Employee) -> None:
    add_app(marit.user)
    give_password(client, marit.user.email)

    response = client.post("/inloggen/tweede-stap/", {"code": app_code(marit.user)})

    assert response["Location"] == "/balie/"
    assert client.get("/balie/").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        *("/accounts/login/", "/accounts/signup/", "/accounts/password/reset/"),
        *("/accounts/email/", "/accounts/2fa/", "/accounts/sessions/", "/account/login/"),
    ],
)
def test_page_of_the_library_is_not_there(client: Client, address: str) -> None:
    assert client.get(address).status_code == 404


def test_password_of_a_megabyte_is_not_hashed(client: Client, jan: User) -> None:
    assert give_password(client, jan.email, "x" * 1_000_000).status_code == 422
    assert SignIn.objects.count() == 0


def test_password_that_is_a_list_or_missing_opens_nothing(client: Client, jan: User) -> None:
    for given in ({}, {"password": ""}, {"password": ["", PASSWORD, ""]}):
        response = client.post("/inloggen/", {"identifier": jan.email, **given})
        assert response.status_code == 422
