"""One's own page: factors added and removed, sessions ended, the password changed."""

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import format_hotp_value, hotp_value
from allauth.usersessions.models import UserSession
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from balie.apps.customers import access, factors
from balie.apps.customers.models import Employee, User
from balie.apps.customers.sealing import UnableToOpen, unseal
from balie.infra import outbox
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import NOW
from tests.browser.walking import last_letter
from tests.faces.account.walking_in import (
    PASSWORD,
    add_app,
    app_code,
    give_password,
    is_inside,
    step_now,
    text_of,
)
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db
NEW = "drie zwaluwen maken er wel een"


@pytest.fixture
def inside(client: Client, jan: User) -> Client:
    give_password(client, jan.email)
    return client


def grow_old(client: Client) -> None:
    session = client.session
    session[access.SIGNED_IN_AT] -= access.FRESH_FOR.total_seconds() + 1
    session.save()


def test_seed_waits_sealed_and_the_page_shows_it(inside: Client, jan: User) -> None:
    page = inside.get("/account/tweede-factor/")
    sealed = inside.session["balie-seed"]

    assert factors.seed_words(sealed) in text_of(page)
    assert "<svg" in page.content.decode()
    assert unseal(sealed) not in str(dict(inside.session))


def test_first_factor_brings_recovery_codes_and_ends_other_sessions(
    inside: Client, jan: User
) -> None:
    elsewhere = Client()
    give_password(elsewhere, jan.email)
    inside.get("/account/tweede-factor/")
    seed = unseal(inside.session["balie-seed"])
    code = format_hotp_value(hotp_value(seed, step_now()))
    page = inside.post("/account/tweede-factor/", {"code": code})

    assert "Uw herstelcodes" in text_of(page)
    assert page["Cache-Control"] == "private, no-store"
    assert not is_inside(elsewhere)
    assert inside.session[access.SECOND_FACTOR]
    events = AuditEvent.objects.filter(event__startswith="factor.").values_list("event", flat=True)
    assert list(events.order_by("pk")) == ["factor.totp_added", "factor.codes_renewed"]


def test_seeds_and_codes_stand_sealed_in_the_database(jan: User) -> None:
    add_app(jan)
    codes = factors.renew_recovery_codes(user=jan, now=NOW)
    rows = [str(one.data) for one in Authenticator.objects.filter(user=jan)]

    assert all("gAAAAA" in row for row in rows)
    assert [code for code in codes if any(code.replace(" ", "") in row for row in rows)] == []


def test_without_the_key_file_nothing_opens(jan: User, settings: object) -> None:
    add_app(jan)
    settings.SECRET_KEY = "x" * 50  # type: ignore[attr-defined]
    sealed = Authenticator.objects.get(user=jan).data["secret"]

    with pytest.raises(UnableToOpen):
        unseal(sealed)


@pytest.mark.parametrize(
    "address", ["/account/tweede-factor/", "/account/herstelcodes/", "/account/passkey/"]
)
def test_change_asks_for_signing_in_anew_after_a_while(inside: Client, address: str) -> None:
    grow_old(inside)

    response = inside.post(address)

    assert response["Location"].startswith("/inloggen/?next=")


def test_owner_hears_of_each_change(inside: Client, jan: User) -> None:
    add_app(jan)
    outbox.send_due(now=NOW)

    to, subject, text = last_letter()
    assert (to, subject) == (jan.email, "Het inloggen bij De Linde Hosting is gewijzigd")
    assert "Er is een authenticator-app toegevoegd als tweede stap." in text


def test_app_of_somebody_else_is_not_removed(inside: Client, marit: Employee) -> None:
    add_app(marit.user)
    theirs = Authenticator.objects.get(user=marit.user)

    inside.post(f"/account/factor/{theirs.pk}/weg/")

    assert Authenticator.objects.filter(pk=theirs.pk).exists()


def test_last_factor_goes_with_its_recovery_codes(inside: Client, jan: User) -> None:
    add_app(jan)
    factors.renew_recovery_codes(user=jan, now=NOW)
    app = Authenticator.objects.get(user=jan, type="totp")

    inside.post(f"/account/factor/{app.pk}/weg/")

    assert not Authenticator.objects.filter(user=jan).exists()


def test_employee_keeps_his_last_factor(client: Client, marit: Employee) -> None:
    add_app(marit.user)
    sign_in(client, marit.user)
    app = Authenticator.objects.get(user=marit.user)

    response = client.post(f"/account/factor/{app.pk}/weg/", follow=True)

    assert "een medewerker houdt ten minste één tweede stap" in text_of(response)
    assert Authenticator.objects.filter(pk=app.pk).exists()


def test_password_is_changed_here_and_all_others_are_out(inside: Client, jan: User) -> None:
    elsewhere = Client()
    give_password(elsewhere, jan.email)

    response = inside.post("/account/wachtwoord/", {"current": PASSWORD, "password": NEW})

    assert response["Location"] == "/account/"
    assert inside.get("/klant/").status_code == 200
    assert elsewhere.get("/klant/").status_code == 302
    assert User.objects.get(pk=jan.pk).check_password(NEW)
    assert OutboxRow.objects.get(kind="factor-changed").payload["what"] == "password_changed"


@pytest.mark.parametrize("current", ["", "mis", ["", PASSWORD, ""]])
def test_password_stays_without_the_present_one(
    inside: Client, jan: User, current: str | list[str]
) -> None:
    response = inside.post("/account/wachtwoord/", {"current": current, "password": NEW})

    assert response.status_code == 422
    assert User.objects.get(pk=jan.pk).check_password(PASSWORD)


def test_own_session_is_ended_and_a_strangers_is_not_there(
    inside: Client, jan: User, marit: Employee
) -> None:
    elsewhere, stranger = Client(), Client()
    give_password(elsewhere, jan.email)
    give_password(stranger, marit.user.email)
    mine = UserSession.objects.get(session_key=elsewhere.session.session_key)
    theirs = UserSession.objects.get(user=marit.user)

    assert inside.post(f"/account/sessies/{mine.pk}/einde/").status_code == 302
    assert inside.post(f"/account/sessies/{theirs.pk}/einde/").status_code == 404

    assert elsewhere.get("/klant/").status_code == 302
    assert is_inside(stranger)


def test_all_other_sessions_end_at_once(inside: Client, jan: User) -> None:
    others = [Client(), Client()]
    for one in others:
        give_password(one, jan.email)

    inside.post("/account/sessies/einde/")

    assert [one.get("/klant/").status_code for one in others] == [302, 302]
    assert inside.get("/klant/").status_code == 200


def test_thirty_sessions_cost_as_many_queries_as_one(inside: Client, jan: User) -> None:
    counts = []
    for more in (0, 29):
        for _ in range(more):
            give_password(Client(), jan.email)
        with CaptureQueriesContext(connection) as seen:
            inside.get("/account/")
        counts.append(len(seen))

    assert counts[0] == counts[1]


@pytest.mark.parametrize("answer", ["", "{}", "[]", "x" * 30_000, '{"response": {}}', "null"])
def test_answer_of_no_passkey_opens_nothing(client: Client, jan: User, answer: str) -> None:
    client.post("/inloggen/passkey/vraag/")

    response = client.post("/inloggen/passkey/", {"answer": answer})

    assert response.status_code == 422
    assert not is_inside(client)


def test_code_of_the_app_counts_across_sessions(jan: User) -> None:
    add_app(jan)
    code = app_code(jan)

    assert factors.is_right_code(user=jan, code=code, now=NOW)
    assert not factors.is_right_code(user=jan, code=f"{code[:3]} {code[3:]}", now=NOW)
