"""A lost login: who gets which mail, and what repeats, changes and holds make of it."""

from datetime import timedelta

import pytest
from django.core import mail

from balie.apps.credentials import actions, queries
from balie.apps.credentials.actions import LinkNotUsable
from balie.apps.credentials.models import RecoveryLink
from balie.apps.customers import actions as customers
from balie.apps.promises.models import Promise
from balie.apps.services import actions as services
from balie.infra import jobs
from balie.infra.audit import SYSTEM, Actor
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import NOW, new_contact, new_domain, new_service
from tests.apps.credentials.recovering import (
    PASSWORD,
    Loser,
    mailed_secret,
    recover,
    secret_of,
    send,
    text_of,
    whole_database,
)

pytestmark = pytest.mark.django_db

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)


@pytest.fixture
def loser() -> Loser:
    return Loser()


def links() -> int:
    return RecoveryLink.objects.count()


def rows() -> list[OutboxRow]:
    return list(OutboxRow.objects.filter(kind="recovery-link").order_by("pk"))


@pytest.mark.parametrize("which", [0, 1, 2])
def test_mail_goes_to_the_address_on_file_whatever_was_remembered(loser: Loser, which: int) -> None:
    request = recover(loser.identifiers[which])
    send()

    assert request.matched == 1
    (message,) = mail.outbox
    assert message.to == [loser.user.email]
    assert message.subject == "Uw inloggegevens bij De Linde Hosting"
    assert loser.user.email in text_of(message)


@pytest.mark.parametrize("language", ["nl", "en"])
def test_mail_is_in_the_language_of_the_page(loser: Loser, language: str) -> None:
    recover(loser.user.email, language=language)
    send()

    subject = {"nl": "Uw inloggegevens", "en": "Your login"}[language]
    assert mail.outbox[0].subject.startswith(subject)


def test_mail_names_every_user_name_of_the_panel(loser: Loser) -> None:
    service = new_service(loser.customer)
    services.note_account(service=service, user_name="bakker1", by=SYSTEM, now=NOW)
    recover(loser.user.email)

    send()

    assert "Control Panel: bakker1" in text_of(mail.outbox[0])


def test_every_contact_of_a_customer_number_gets_a_link_of_his_own(loser: Loser) -> None:
    colleague = new_contact(loser.customer, role="finance")

    request = recover(loser.customer.number)
    send()

    assert request.matched == 2
    assert sorted(message.to[0] for message in mail.outbox) == sorted(
        [loser.user.email, colleague.user.email]
    )
    assert links() == 2


@pytest.mark.parametrize(
    "typed", ["  {0} ", "{0.upper}", "www.{2}", "{2}.", "WWW.{2}"], ids=lambda text: text
)
def test_what_is_typed_may_differ_in_case_and_blanks(loser: Loser, typed: str) -> None:
    email, _, domain = loser.identifiers

    request = recover(typed.replace("{0.upper}", email.upper()).format(email, "", domain))

    assert request.matched == 1


def test_international_domain_is_found_as_people_write_it(loser: Loser) -> None:
    new_domain(loser.customer, "Café-De-Brug.nl")

    assert recover("www.café-de-brug.nl").matched == 1


@pytest.mark.postgres
@pytest.mark.parametrize(
    "typed",
    [
        "m\u0131ke@klant.example",  # dotless i: upper case is I
        "mi\u212ae@klant.example",  # Kelvin sign: lower case is k
        "\uff4dike@klant.example",  # full width
        "mik\u0435@klant.example",  # Cyrillic e
        "mike@klant.example\u200b",
        "m_ke@klant.example",  # what LIKE takes for any letter
        "%@klant.example",
    ],
)
def test_look_alike_of_an_address_does_not_match(typed: str) -> None:
    customers.register_employee(
        name="Mike", email="mike@klant.example", role="agent", by=SYSTEM, now=NOW
    )

    assert recover(typed).matched == 0
    assert recover("MIKE@klant.example").matched == 1


@pytest.mark.parametrize("typed", ["niemand@klant.example", "K99999", "onbekend.nl", "'; --", "x"])
def test_unknown_identifier_sends_nothing(loser: Loser, typed: str) -> None:
    assert recover(typed).matched == 0

    assert (links(), rows()) == (0, [])


def test_closed_account_gets_nothing(loser: Loser) -> None:
    user = loser.user
    user.is_active = False
    user.save()

    assert [recover(typed).matched for typed in loser.identifiers] == [0, 0, 0]


def test_request_is_looked_up_once(loser: Loser) -> None:
    request = recover(loser.user.email)

    actions.look_up(request=request, now=NOW + 15 * MINUTE)

    assert len(rows()) == 1


def test_database_knows_only_the_hash_of_the_secret(loser: Loser) -> None:
    recover(loser.user.email)
    send()
    secret = mailed_secret()
    link = RecoveryLink.objects.get()
    assert len(secret) == 64
    assert link.secret_sha256 == queries.hash_of(secret)

    before = whole_database()
    actions.set_new_password(secret=secret, password=PASSWORD, now=NOW + MINUTE)
    after = whole_database()

    # The canary: what is searched does hold what it ought to.
    assert link.nonce in before
    assert loser.user.email in before
    for kept in (before, after):
        assert secret not in kept
        assert PASSWORD not in kept


def test_nothing_in_the_log_opens_the_door(loser: Loser, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(0):
        recover(loser.user.email)
        send()
        actions.set_new_password(secret=mailed_secret(), password=PASSWORD, now=NOW + MINUTE)

    assert mailed_secret() not in caplog.text
    assert PASSWORD not in caplog.text


def test_repeat_within_ten_minutes_sends_nothing_new(loser: Loser) -> None:
    recover(loser.user.email)

    recover(loser.domain, at=NOW + 9 * MINUTE)

    assert (links(), len(rows())) == (1, 1)


def test_later_repeat_sends_the_same_link_again(loser: Loser) -> None:
    recover(loser.user.email)
    send()
    first = mailed_secret()

    recover(loser.user.email, at=NOW + 10 * MINUTE)
    send(NOW + 10 * MINUTE)

    assert mailed_secret() == first
    assert (links(), len(mail.outbox)) == (1, 2)


def test_repeat_waits_ten_minutes_after_the_last_mail_not_after_the_first(loser: Loser) -> None:
    for minute in (0, 19, 21):
        recover(loser.user.email, at=NOW + minute * MINUTE)

    assert [row.created_at for row in rows()] == [NOW, NOW + 19 * MINUTE]


def test_repeat_late_in_the_lifetime_lets_the_same_link_work_longer(loser: Loser) -> None:
    recover(loser.user.email)
    first = secret_of(loser)

    recover(loser.user.email, at=NOW + 59 * MINUTE)

    assert secret_of(loser) == first
    link = RecoveryLink.objects.get()
    assert (link.expires_at, link.voided_at) == (NOW + 119 * MINUTE, None)
    assert rows()[-1].not_after == link.expires_at


def test_link_works_for_a_day_at_most_however_often_it_is_asked_for(loser: Loser) -> None:
    for minute in range(0, 25 * 60, 30):
        recover(loser.user.email, at=NOW + minute * MINUTE)

    first, second = RecoveryLink.objects.order_by("pk")
    assert first.expires_at <= NOW + DAY
    assert second.issued_at >= NOW + DAY - HOUR


def test_stranger_who_keeps_asking_never_leaves_the_owner_without_a_link(loser: Loser) -> None:
    """Whenever a mail is held back, the last one sent holds a link that works at that moment."""
    held_back = 0
    for minute in range(0, 3 * 24 * 60, 7):
        at = NOW + minute * MINUTE
        before = len(rows())
        recover(loser.identifiers[minute % 3], at=at)
        last = rows()[-1]
        held_back += len(rows()) == before
        link = RecoveryLink.objects.get(pk=last.payload["link"])
        assert queries.usable_link(secret=queries.secret_of(link.nonce), now=at) == link

    assert held_back > 500


def test_each_request_that_is_mailed_has_a_promise_of_its_own(loser: Loser) -> None:
    recover(loser.user.email)
    send()
    again = NOW + 10 * MINUTE

    recover(loser.user.email, at=again)
    send(again + MINUTE)

    promises = Promise.objects.filter(kind="credentials").order_by("pk")
    assert list(promises.values_list("made_at", "kept_at")) == [
        (NOW, NOW),
        (again, again + MINUTE),
    ]


def test_nobody_can_fill_a_mailbox_by_asking(loser: Loser) -> None:
    for minute in range(0, 3 * 24 * 60, 9):
        recover(loser.user.email, at=NOW + minute * MINUTE)

    sent = [row.created_at for row in rows()]
    assert len(sent) >= 20
    for start in sent:
        assert sum(start <= moment < start + HOUR for moment in sent) <= 3
        assert sum(start <= moment < start + DAY for moment in sent) <= 10


def test_employee_starts_a_recovery_however_often_strangers_asked(loser: Loser) -> None:
    for minute in range(0, 12 * 60, 3):
        recover(loser.user.email, at=NOW + minute * MINUTE)
    before, by = len(rows()), Actor("employee", 7, "Marit")

    request = actions.start_recovery(user=loser.user, by=by, now=NOW + 12 * HOUR)
    jobs.run_pending(now=NOW + 12 * HOUR)
    send(NOW + 12 * HOUR)

    assert len(rows()) == before + 1
    assert mail.outbox[-1].to == [loser.user.email]
    assert request.started_by == "employee:7"
    event = AuditEvent.objects.get(event="recovery.started")
    assert (event.by_kind, event.by_id, event.subject_id) == ("employee", 7, loser.user.pk)


def test_expired_link_is_replaced_by_a_new_one(loser: Loser) -> None:
    recover(loser.user.email)
    old = secret_of(loser)

    recover(loser.user.email, at=NOW + HOUR)

    assert secret_of(loser) != old
    assert RecoveryLink.objects.earliest("pk").voided_at == NOW + HOUR


def test_mail_that_is_too_late_is_not_sent(loser: Loser) -> None:
    recover(loser.user.email)

    report = send(NOW + HOUR)

    assert (report.expired, mail.outbox) == (1, [])


def change_address(loser: Loser, *, minute: int) -> None:
    user = loser.user
    user.email = "nieuw@klant.example"
    user.email_changed_at = NOW + minute * MINUTE
    user.save()


def test_mail_is_not_sent_to_an_address_that_changed_since(loser: Loser) -> None:
    recover(loser.user.email)
    change_address(loser, minute=1)

    report = send(NOW + 2 * MINUTE)

    assert (report.refused, mail.outbox) == (1, [])


def test_link_mailed_to_the_former_address_opens_nothing(loser: Loser) -> None:
    recover(loser.user.email)
    send()
    secret = mailed_secret()

    change_address(loser, minute=1)

    assert queries.usable_link(secret=secret, now=NOW + 2 * MINUTE) is None
    with pytest.raises(LinkNotUsable):
        actions.set_new_password(secret=secret, password=PASSWORD, now=NOW + 2 * MINUTE)


def test_new_address_gets_a_link_of_its_own_at_once(loser: Loser) -> None:
    recover(loser.user.email)
    send()
    old = mailed_secret()
    change_address(loser, minute=1)

    recover(loser.customer.number, at=NOW + 2 * MINUTE)
    send(NOW + 2 * MINUTE)

    assert mail.outbox[-1].to == ["nieuw@klant.example"]
    assert mailed_secret() != old


def test_mail_of_a_used_link_is_not_sent(loser: Loser) -> None:
    recover(loser.user.email)
    actions.set_new_password(secret=secret_of(loser), password=PASSWORD, now=NOW + MINUTE)

    report = send(NOW + MINUTE)

    assert report.refused == 1
    assert [message.subject.split()[1] for message in mail.outbox] == ["wachtwoord"]


def hold(loser: Loser, *, minute: int) -> None:
    customers.place_hold(
        customer=loser.customer,
        blocks="credentials",
        reason="address changed",
        until_at=NOW + 3 * DAY,
        by=SYSTEM,
        now=NOW + minute * MINUTE,
    )


def test_while_credentials_are_held_nothing_is_sent(loser: Loser) -> None:
    hold(loser, minute=0)

    assert recover(loser.user.email).matched == 0
    assert recover(loser.user.email, at=NOW + 3 * DAY).matched == 1


def test_hold_stops_a_mail_that_waits_and_a_link_that_is_out(loser: Loser) -> None:
    recover(loser.user.email)
    secret = secret_of(loser)
    hold(loser, minute=1)

    report = send(NOW + 2 * MINUTE)

    assert report.refused == 1
    assert queries.usable_link(secret=secret, now=NOW + 2 * MINUTE) is None
