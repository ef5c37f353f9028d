"""Is this his address: one acknowledgement with a link, and nothing more by itself until then."""

import re
from datetime import timedelta

import pytest
from django.core import mail
from django.db import connection

from balie.apps.promises import actions as policies
from balie.apps.tickets import actions, queries
from balie.apps.tickets.actions import UnableToConfirm
from balie.apps.tickets.models import AskerConfirmation, Ticket
from balie.apps.tickets.references import reference_of
from balie.domain.policy import Policy
from balie.infra import mail_texts
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.tickets.asking import amsterdam, answer, ask, send
from tests.apps.tickets.mailing import ASKER, receive
from tests.apps.tickets.mailing import mail as inbound_mail
from tests.apps.tickets.test_mails import VICTIM, acknowledged, text_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

LINK = re.compile(r"/vraag/bevestigen/([0-9a-f]+)/")


def secret_in_the_mail() -> str:
    found = LINK.search(text_of(mail.outbox[-1]))
    assert found is not None
    return found[1]


def asked_and_acknowledged() -> Ticket:
    ticket = ask(amsterdam(10, 10)).ticket
    send(amsterdam(10, 10))
    return ticket


def test_unconfirmed_asker_is_asked_whether_this_is_his_address() -> None:
    ticket = asked_and_acknowledged()

    actions.confirm_by_link(secret=secret_in_the_mail(), now=amsterdam(10, 11))

    ticket.refresh_from_db()
    assert ticket.asker_confirmed
    event = AuditEvent.objects.get(event="ticket.asker_confirmed")
    assert (event.subject_id, event.at) == (ticket.pk, amsterdam(10, 11))


def test_contact_is_not_asked_and_can_follow_his_question() -> None:
    customer = new_customer(with_contact=False)
    question = ask(amsterdam(10, 10), contact=new_contact(customer), customer=customer)

    send(amsterdam(10, 10))

    text = text_of(mail.outbox[0])
    assert LINK.search(text) is None
    assert f"/klant/vragen/{question.ticket.number}/" in text
    assert not AskerConfirmation.objects.exists()


def test_link_works_once_and_using_it_again_changes_nothing() -> None:
    ticket = asked_and_acknowledged()
    secret = secret_in_the_mail()
    actions.confirm_by_link(secret=secret, now=amsterdam(10, 11))
    Ticket.objects.filter(pk=ticket.pk).update(asker_confirmed=False)

    actions.confirm_by_link(secret=secret, now=amsterdam(10, 12))

    ticket.refresh_from_db()
    assert not ticket.asker_confirmed


def test_database_holds_the_hash_of_the_secret_only() -> None:
    asked_and_acknowledged()
    secret = secret_in_the_mail()

    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f'SELECT * FROM "{table}"')  # noqa: S608
            assert not any(secret in str(row) for row in cursor.fetchall()), table


def test_retry_mails_the_same_link() -> None:
    asked_and_acknowledged()
    first = secret_in_the_mail()
    OutboxRow.objects.update(state="queued", accepted_at=None, closed_at=None)

    send(amsterdam(10, 11))

    assert len(mail.outbox) == 2
    assert secret_in_the_mail() == first


@pytest.mark.parametrize("secret", ["", "0" * 40, "x", "0" * 5000])
def test_link_that_is_not_ours_confirms_nobody(secret: str) -> None:
    asked_and_acknowledged()

    with pytest.raises(UnableToConfirm):
        actions.confirm_by_link(secret=secret, now=amsterdam(10, 11))

    assert not Ticket.objects.filter(asker_confirmed=True).exists()


def test_confirming_one_question_confirms_no_other_in_the_same_name() -> None:
    asked_and_acknowledged()
    other = ask(amsterdam(10, 10, 30)).ticket

    actions.confirm_by_link(secret=secret_in_the_mail(), now=amsterdam(10, 11))

    other.refresh_from_db()
    assert not other.asker_confirmed


def test_confirming_twice_is_noted_once() -> None:
    ticket = asked_and_acknowledged()

    for _ in range(2):
        actions.confirm_asker(ticket=ticket, by=SYSTEM, now=amsterdam(10, 11))

    assert AuditEvent.objects.filter(event="ticket.asker_confirmed").count() == 1


def test_answer_of_an_employee_goes_to_an_unconfirmed_address_too() -> None:
    ticket = asked_and_acknowledged()
    answer(ticket, amsterdam(10, 11))

    send(amsterdam(10, 11))

    assert "Zo werkt het weer." in text_of(mail.outbox[-1])
    assert mail.outbox[-1].subject == f"Antwoord op uw vraag [{reference_of(ticket)}]"


def test_caps_on_acknowledgements_are_figures_of_the_policy() -> None:
    mapping = Policy().to_mapping()
    mapping["desk"] = {**mapping["desk"], "acknowledgements_per_hour": 1}
    policies.apply_policy(mapping=mapping, by=SYSTEM, now=NOW)
    ticket = ask(NOW - timedelta(days=2), email=VICTIM).ticket
    send(NOW - timedelta(days=2))
    actions.confirm_asker(ticket=ticket, by=SYSTEM, now=NOW)
    mail.outbox.clear()
    at = NOW.replace(hour=12)
    for second in range(4):
        ask(at.replace(second=second), email=VICTIM)

    send(at.replace(second=10))

    assert acknowledged() == 1


def test_satisfaction_links_differ_per_answer_and_cannot_be_made_up() -> None:
    ticket = asked_and_acknowledged()
    first, second = (answer(ticket, amsterdam(10, hour)) for hour in (11, 12))
    token = queries.satisfaction_address(first, is_happy=True).split("/")[-3]

    assert queries.answer_of_token(token) == first
    assert queries.answer_of_token(token.replace(str(first.pk), str(second.pk), 1)) is None
    for forged in ("", "1", "1-", "-", f"{first.pk}-aaaaaaaaaaaaaaaaaaaa", "9" * 40 + "-a", "²-a"):
        assert queries.answer_of_token(forged) is None


def test_text_for_an_unconfirmed_address_has_no_place_for_what_its_asker_chose() -> None:
    kind = mail_texts.kind_of("question-received-unconfirmed")

    names = {one.name for one in kind.placeholders}
    assert names == {
        *("bedrijf", "vraagnummer", "ontvangen", "uiterlijk", "gewone_tijd", "bevestigingslink"),
    }


@pytest.mark.parametrize(
    ("sender", "dmarc", "confirms"),
    [
        (ASKER, "pass", True),
        (ASKER.upper(), "pass", True),
        (ASKER, "fail", False),
        (ASKER, "", False),
        ("ander@klant.example", "pass", False),
    ],
)
def test_reply_that_shows_to_come_from_him_confirms_his_address(
    sender: str, dmarc: str, *, confirms: bool
) -> None:
    ticket = asked_and_acknowledged()

    receive(
        inbound_mail(sender=sender, subject=str(mail.outbox[0].subject), dmarc=dmarc),
        amsterdam(10, 11),
    )

    ticket.refresh_from_db()
    assert ticket.questions.count() == 2
    assert ticket.asker_confirmed is confirms


def test_first_mail_that_shows_whose_it_is_is_acknowledged_as_his() -> None:
    receive(inbound_mail(dmarc="pass"), amsterdam(10, 11))

    send(amsterdam(10, 11))

    assert Ticket.objects.get().asker_confirmed
    assert LINK.search(text_of(mail.outbox[0])) is None
