"""What our mails say, at the desk: read by all, changed by an administrator, checked and kept."""

import pytest
from django.test import Client
from pytest_django import DjangoAssertNumQueries

from balie.apps.customers.models import Employee
from balie.infra import mail_texts
from balie.infra.audit import SYSTEM
from balie.infra.mail_html import STYLE
from balie.infra.mail_texts import LANGUAGES
from balie.infra.models import AuditEvent, MailText
from tests.apps.building import NOW
from tests.faces.desk.building import new_employee, says, text_of
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db

LIST = "/balie/mails/"
PAGE = "/balie/mails/promise-broken/nl/"
GOOD = {
    "subject": "Wij zijn te laat",
    "body": "{naam}, {wie} heeft uw vraag. Beloofd: {beloofd}. Nu: {uiterlijk}.\r\n",
    "seen": "0",
}


@pytest.fixture
def admin(client: Client) -> Client:
    sign_in(client, new_employee("admin", name="Sanne").user)
    return client


def test_every_kind_of_mail_is_listed_with_both_its_texts(agent: Client) -> None:
    shown = agent.get(LIST).content.decode()

    for kind in mail_texts.kinds():
        for language in LANGUAGES:
            assert f'href="{LIST}{kind.kind}/{language}/"' in shown


def test_list_takes_as_many_queries_however_much_was_changed(
    admin: Client, django_assert_max_num_queries: DjangoAssertNumQueries
) -> None:
    with django_assert_max_num_queries(8):
        admin.get(LIST)
    for kind in mail_texts.kinds():
        for language in LANGUAGES:
            mail_texts.go_back(kind.kind, language=language, seen=0, by=SYSTEM, now=NOW)

    with django_assert_max_num_queries(8):
        admin.get(LIST)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("role", ["agent", "admin"])
def test_every_text_can_be_read_with_its_preview(client: Client, role: str, language: str) -> None:
    sign_in(client, new_employee(role).user)

    for kind in mail_texts.kinds():
        response = client.get(f"{LIST}{kind.kind}/{language}/")
        assert response.status_code == 200
        assert response.content.count(b"<iframe") == 2
        assert b"cid:" not in response.content


def test_placeholders_are_explained_with_an_example(agent: Client) -> None:
    shown = text_of(agent.get(PAGE))

    assert "{wie} (kan niet weg) bij wie de vraag nu ligt bijvoorbeeld: Marit Dijkstra" in shown


def test_mail_in_its_frame_runs_nothing_and_keeps_its_own_style(agent: Client) -> None:
    response = agent.get(PAGE)

    assert b' sandbox srcdoc="' in response.content
    policy = response["Content-Security-Policy"]
    assert "style-src 'self' 'sha256-" in policy
    assert "unsafe" not in policy
    assert STYLE in response.content.decode().replace("&quot;", '"')


def test_preview_shows_what_was_typed_and_keeps_nothing(admin: Client) -> None:
    response = admin.post(f"{PAGE}voorbeeld/", GOOD)

    assert response.status_code == 200
    assert "J. Bakker, Marit Dijkstra heeft uw vraag." in text_of(response)
    assert not MailText.objects.exists()


def test_text_is_kept_and_sent_from_now_on(admin: Client) -> None:
    response = admin.post(f"{PAGE}bewaren/", GOOD)

    assert response.status_code == 302
    assert says(response) == ["De tekst is bewaard; mails zeggen dit vanaf nu."]
    text = mail_texts.in_force("promise-broken", language="nl")
    assert (text.subject, text.version, text.is_shipped) == ("Wij zijn te laat", 1, False)
    event = AuditEvent.objects.get(event="mail_text.edited")
    assert event.by_id == Employee.objects.get().pk
    assert "Sanne: versie 1" in text_of(admin.get(PAGE))


def test_shipped_text_can_come_back(admin: Client) -> None:
    admin.post(f"{PAGE}bewaren/", GOOD)

    admin.post(f"{PAGE}terug/")

    assert mail_texts.in_force("promise-broken", language="nl").is_shipped
    assert MailText.objects.count() == 2


@pytest.mark.parametrize("where", ["bewaren", "voorbeeld"])
def test_text_with_faults_is_refused_with_what_was_typed(admin: Client, where: str) -> None:
    typed = GOOD | {"subject": "{naan}", "body": "<b>{% now %}</b>"}

    response = admin.post(f"{PAGE}{where}/", typed)

    assert response.status_code == 422
    shown = text_of(response)
    assert "{naan} in het onderwerp kan hier niet worden ingevuld; bedoelt u {naam}?" in shown
    assert "Er staat een losse accolade op regel 1" in shown
    assert "{wie} ontbreekt" in shown
    assert "&lt;b&gt;{% now %}&lt;/b&gt;" in response.content.decode()
    assert not MailText.objects.exists()


def test_second_of_two_keeps_what_he_typed_and_is_told(admin: Client) -> None:
    admin.post(f"{PAGE}bewaren/", GOOD)

    response = admin.post(f"{PAGE}bewaren/", GOOD | {"subject": "Van mij"})

    assert response.status_code == 422
    assert "Een collega heeft deze tekst intussen gewijzigd" in text_of(response)
    assert b'value="Van mij"' in response.content
    assert MailText.objects.count() == 1


@pytest.mark.parametrize("where", ["bewaren", "voorbeeld", "terug"])
@pytest.mark.parametrize("role", ["agent", "finance"])
def test_only_an_administrator_changes_a_text(client: Client, role: str, where: str) -> None:
    sign_in(client, new_employee(role).user)

    assert client.post(f"{PAGE}{where}/", GOOD).status_code == 404
    assert not MailText.objects.exists()
    assert b"<textarea" not in client.get(PAGE).content


@pytest.mark.parametrize("address", ["niets/nl/", "promise-broken/de/"])
def test_text_that_is_not_there_is_not_found(admin: Client, address: str) -> None:
    assert admin.get(f"{LIST}{address}").status_code == 404
    assert admin.post(f"{LIST}{address}bewaren/", GOOD).status_code == 404
