"""The pages behind the links in our mails: a look changes nothing, the button does, once."""

from datetime import timedelta
from urllib.parse import urlsplit

import pytest
from django.conf import settings
from django.test import Client

from balie.apps.tickets import actions, queries
from balie.apps.tickets.models import AskerConfirmation, Message, Satisfaction, Ticket
from balie.infra import clock
from tests.apps.tickets.asking import amsterdam, answer, ask, send

pytestmark = pytest.mark.django_db
NOW = amsterdam(10, 12)


@pytest.fixture
def ticket() -> Ticket:
    found = ask(amsterdam(10, 10)).ticket
    send(amsterdam(10, 10))
    return found


def confirm_page(ticket: Ticket) -> str:
    nonce = AskerConfirmation.objects.get(ticket=ticket).nonce
    return urlsplit(queries.confirmation_address(nonce)).path


def helped_page(message: Message, *, is_happy: bool = True) -> str:
    return urlsplit(queries.satisfaction_address(message, is_happy=is_happy)).path


def test_scanner_that_opens_the_link_confirms_nothing(client: Client, ticket: Ticket) -> None:
    for method in (client.get, client.head, client.get):
        assert method(confirm_page(ticket)).status_code == 200

    ticket.refresh_from_db()
    assert not ticket.asker_confirmed


def test_button_confirms_and_the_page_then_says_so(client: Client, ticket: Ticket) -> None:
    with clock.frozen(NOW):
        response = client.post(confirm_page(ticket), follow=True)

    ticket.refresh_from_db()
    assert ticket.asker_confirmed
    assert response.redirect_chain == [(confirm_page(ticket), 303)]
    assert "is bevestigd" in response.content.decode()


def test_page_shows_nothing_of_what_was_asked(client: Client, ticket: Ticket) -> None:
    shown = client.get(confirm_page(ticket)).content.decode()

    assert ticket.number in shown
    assert ticket.asker_name not in shown
    assert ticket.asker_email not in shown
    assert "Mijn site doet het niet" not in shown


@pytest.mark.parametrize("secret", ["x", "0" * 40, "a-b", "é"])
def test_unknown_link_is_not_found(client: Client, ticket: Ticket, secret: str) -> None:
    assert client.get(f"/vraag/bevestigen/{secret}/").status_code == 404
    assert client.post(f"/vraag/bevestigen/{secret}/").status_code == 404


def test_page_leaks_its_address_to_nobody(client: Client, ticket: Ticket) -> None:
    response = client.get(confirm_page(ticket))

    assert response["Referrer-Policy"] == "strict-origin"
    assert "no-store" in response["Cache-Control"]


def test_page_speaks_the_language_of_the_mail_until_one_chooses(
    client: Client, ticket: Ticket
) -> None:
    Ticket.objects.update(language="en")
    assert "Is this your e-mail address?" in client.get(confirm_page(ticket)).content.decode()

    client.cookies[settings.LANGUAGE_COOKIE_NAME] = "nl"
    assert "Is dit uw e-mailadres?" in client.get(confirm_page(ticket)).content.decode()


@pytest.mark.parametrize("is_happy", [True, False])
def test_scanner_that_opens_both_links_says_nothing(
    client: Client, ticket: Ticket, *, is_happy: bool
) -> None:
    page = client.get(helped_page(answer(ticket, NOW), is_happy=is_happy))

    chosen = "ja" if is_happy else "nee"
    assert f'value="{chosen}" required id="id_helped_{int(not is_happy)}" checked' in (
        page.content.decode().replace('class="" ', "")
    )
    assert not Satisfaction.objects.exists()


def test_asker_says_once_whether_it_helped(client: Client, ticket: Ticket) -> None:
    message = answer(ticket, NOW)
    page = helped_page(message)
    with clock.frozen(NOW):
        client.post(page, {"helped": "nee", "remark": " Nog niet. "})
        shown = client.post(page, {"helped": "ja"}, follow=True).content.decode()

    given = Satisfaction.objects.get()
    assert (given.message, given.is_happy, given.remark) == (message, False, "Nog niet.")
    assert given.given_at == NOW
    assert "Jammer dat ons antwoord u niet hielp." in shown


def test_form_without_a_choice_says_what_is_missing(client: Client, ticket: Ticket) -> None:
    response = client.post(helped_page(answer(ticket, NOW)), {"remark": "x"})

    assert response.status_code == 422
    assert not Satisfaction.objects.exists()


def test_link_that_we_did_not_sign_is_not_found(client: Client, ticket: Ticket) -> None:
    message = answer(ticket, NOW)

    assert client.get(f"/vraag/geholpen/{message.pk}-{'a' * 20}/ja/").status_code == 404
    assert client.get(helped_page(message).replace("/ja/", "/misschien/")).status_code == 404
    assert client.post(f"/vraag/geholpen/{message.pk}/ja/", {"helped": "ja"}).status_code == 404


def test_satisfaction_is_counted_per_week_and_of_nobody_in_particular(ticket: Ticket) -> None:
    for days, is_happy in ((0, True), (0, False), (1, True), (7, True)):
        given_at = NOW + timedelta(days=days)
        message = answer(ticket, given_at)
        actions.say_satisfied(message=message, is_happy=is_happy, remark="", now=given_at)

    weeks = queries.satisfaction_per_week(now=NOW + timedelta(days=7), weeks=3)

    assert [(week.happy, week.unhappy) for week in weeks] == [(0, 0), (2, 1), (1, 0)]
    assert weeks[0].monday.isoformat() == "2026-03-02"
