"""The outbox against a real mail server that misbehaves, and against death between yes and commit.

Faults of guide section "Faults for all jobs": 4xx, 5xx, hang, cut after the message before the
reply, down then up, killed between the server's yes and our commit.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from subprocess import Popen
from uuid import uuid4

import pytest
from django.db import transaction
from pytest_django.fixtures import Settings

from balie.infra import clock, mail, outbox, registrations
from balie.infra.models import OutboxRow, OutboxState
from balie.infra.outbox import Delivery, SendReport
from tests.infra import work
from tests.infra.conftest import MailServer, in_thread, until

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
LATER = NOW + timedelta(minutes=1)


def queue(to: str = "klant@voorbeeld.nl") -> OutboxRow:
    with transaction.atomic():
        return outbox.put(
            kind=work.KIND,
            event=f"question:{to}",
            recipient=("contact", 1),
            payload={"to": to},
            now=NOW,
        )


def test_mail_arrives_for_its_one_recipient(mail_server: MailServer) -> None:
    row = queue()

    assert outbox.send_due(now=NOW) == SendReport(accepted=1)

    assert mail_server.recipients == [["klant@voorbeeld.nl"]]
    received = mail_server.received[0]
    assert received["Message-ID"] == row.message_id
    assert received["Date"].datetime == NOW
    assert received["From"] == "De Linde Hosting <helpdesk@delinde.example>"


@pytest.mark.parametrize("at", ["script", "at_recipient"])
@pytest.mark.parametrize(
    ("reply", "report", "later"),
    [
        ("451 4.7.1 greylisted, try later", SendReport(retried=1), SendReport(accepted=1)),
        ("452 4.2.2 mailbox full", SendReport(retried=1), SendReport(accepted=1)),
        ("550 5.1.1 no such user", SendReport(failed=1), SendReport()),
        ("554 5.7.1 refused as spam", SendReport(failed=1), SendReport()),
    ],
)
def test_reply_decides_what_becomes_of_the_row(
    mail_server: MailServer, at: str, reply: str, report: SendReport, later: SendReport
) -> None:
    setattr(mail_server, at, [reply])
    queue()

    assert outbox.send_due(now=NOW) == report
    assert OutboxRow.objects.get().last_error == reply
    assert outbox.send_due(now=LATER) == later


def test_refused_recipient_does_not_touch_the_next(mail_server: MailServer) -> None:
    mail_server.at_recipient = ["550 5.1.1 no such user"]
    queue("weg@voorbeeld.nl")
    queue("klant@voorbeeld.nl")

    assert outbox.send_due(now=NOW) == SendReport(accepted=1, failed=1)
    assert mail_server.recipients == [["klant@voorbeeld.nl"]]
    (refused,) = outbox.bounced(kind=work.KIND)
    assert (refused.payload["to"], refused.bounce_reason) == (
        "weg@voorbeeld.nl",
        "550 5.1.1 no such user",
    )


@pytest.mark.parametrize("fault", ["hang", "cut"])
def test_broken_line_after_the_message_is_unknown_and_the_retry_keeps_its_id(
    mail_server: MailServer, fault: str
) -> None:
    mail_server.script = [fault]
    queue()

    assert outbox.send_due(now=NOW) == SendReport(retried=1)
    assert OutboxRow.objects.get().unknown_outcomes == 1
    assert "outcome unknown" in OutboxRow.objects.get().last_error
    assert outbox.send_due(now=LATER) == SendReport(accepted=1)

    ids = {message["Message-ID"] for message in mail_server.received}
    assert ids == {OutboxRow.objects.get().message_id}
    assert fault == "hang" or len(mail_server.received) == 2


def test_server_that_is_down_is_waited_for_and_nothing_is_lost(mail_server: MailServer) -> None:
    mail_server.stop()
    for number in range(3):
        queue(f"klant{number}@voorbeeld.nl")
    assert outbox.send_due(now=NOW) == SendReport(retried=1)
    assert OutboxRow.objects.filter(unknown_outcomes__gt=0).count() == 0

    mail_server.start()

    assert outbox.send_due(now=LATER) == SendReport(accepted=3)
    assert len(mail_server.received) == 3


def test_without_a_mail_server_rows_stay_queued(
    mail_server: MailServer, settings: Settings
) -> None:
    settings.BALIE_SMTP_HOST = ""
    queue()

    assert outbox.send_due(now=NOW) == SendReport(retried=1)
    assert "BALIE_SMTP_HOST" in OutboxRow.objects.get().last_error


def test_company_of_the_example_mails_nobody_outside_the_demo(
    mail_server: MailServer, settings: Settings
) -> None:
    settings.BALIE_DEMO = False
    queue()

    assert outbox.send_due(now=NOW) == SendReport(retried=1)
    assert "still the example's" in OutboxRow.objects.get().last_error
    assert mail_server.received == []


def killed_while_sending(
    start: Callable[..., Popen[bytes]], server: MailServer, *, way: str
) -> list[str]:
    """Kill the sender between the server's yes and the commit, then send on; what arrived."""
    queue_now()
    mail_settings = {"BALIE_SMTP_HOST": "127.0.0.1", "BALIE_SMTP_PORT": str(server.port)}
    process = start(way, **mail_settings, BALIE_SMTP_SECURITY="none")
    assert process.wait(timeout=20) == -9

    def all_closed() -> bool:
        outbox.send_due(now=clock.now())
        return not OutboxRow.objects.filter(state=OutboxState.QUEUED).exists()

    assert until(all_closed)
    return [message["Message-ID"] for message in server.received]


def queue_now() -> None:
    with transaction.atomic():
        outbox.put(
            kind=work.KIND,
            event="question:1",
            recipient=("contact", 1),
            payload={"to": "klant@voorbeeld.nl"},
            now=clock.now(),
        )


@pytest.mark.django_db(transaction=True)
def test_mail_of_a_killed_sender_is_sent_again_with_the_same_id(
    child: Callable[..., Popen[bytes]], mail_server: MailServer
) -> None:
    ids = killed_while_sending(child, mail_server, way="send-die")

    assert ids == [outbox.message_id_of("question:1")] * 2
    assert OutboxRow.objects.get().attempts == 2


@pytest.mark.django_db(transaction=True)
def test_mail_is_lost_by_the_twin_that_marks_before_it_sends(
    child: Callable[..., Popen[bytes]], mail_server: MailServer
) -> None:
    assert killed_while_sending(child, mail_server, way="mark-die") == []


def copies_with_four_senders(server: MailServer) -> int:
    for number in range(12):
        queue(f"klant{number}@voorbeeld.nl")
    threads = [in_thread(lambda: outbox.send_due(now=NOW)) for _ in range(4)]
    for thread in threads:
        thread.join()
    return len(server.received)


@pytest.mark.django_db(transaction=True)
def test_each_mail_is_sent_once_by_four_senders(mail_server: MailServer) -> None:
    assert copies_with_four_senders(mail_server) == 12


@pytest.mark.django_db(transaction=True)
def test_mails_are_sent_twice_by_the_twin_that_does_not_claim(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def take(row_id: int, *, now: datetime, lease: timedelta) -> OutboxRow:
        return OutboxRow.objects.get(pk=row_id)

    monkeypatch.setattr(outbox, "_claim", take)

    assert copies_with_four_senders(mail_server) > 12


def test_id_changes_by_the_twin_that_makes_one_per_attempt(
    mail_server: MailServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    def send(row: OutboxRow, now: datetime) -> Delivery:
        to = str(row.payload["to"])
        return mail.deliver(work.a_mail(to=to), message_id=f"<{uuid4().hex}@x.nl>", now=now)

    monkeypatch.setattr(registrations, "_registered", {})
    outbox.register(work.KIND, sender=send)
    mail_server.script = ["cut"]
    queue()
    outbox.send_due(now=NOW)
    outbox.send_due(now=LATER)

    assert len({message["Message-ID"] for message in mail_server.received}) == 2
