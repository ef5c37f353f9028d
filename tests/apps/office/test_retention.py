"""What the policy no longer keeps goes at night, in chunks, once; what waits stays."""

from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session

from balie.apps.credentials import actions as credentials
from balie.apps.credentials.models import RecoveryRequest
from balie.apps.customers.models import SignIn
from balie.apps.office import queries
from balie.apps.office.models import RoundStep
from balie.apps.office.privacy import retention
from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import CallBack, InboundMail, Message, RawSource, Ticket
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW
from tests.apps.tickets.mailing import mail, receive
from tests.faces.desk.building import asked, new_employee

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

YEAR = timedelta(days=366)


def closed(subject: str = "Geheim") -> Ticket:
    """A question that was answered and closed now."""
    ticket = asked(subject=subject).ticket
    tickets.answer(ticket=ticket, body="Gedaan.", employee=new_employee(), now=NOW)
    tickets.close(ticket=ticket, by=SYSTEM, now=NOW)
    return ticket


def test_closed_ticket_loses_its_words_when_its_time_is_over() -> None:
    ticket, waiting = closed(), asked(subject="Wacht nog").ticket

    early = retention.let_go(now=NOW + 2 * YEAR)
    late = retention.let_go(now=NOW + 3 * YEAR)
    again = retention.let_go(now=NOW + 3 * YEAR)

    assert [one["tickets"] for one in (early, late, again)] == [0, 1, 0]
    ticket.refresh_from_db()
    waiting.refresh_from_db()
    assert (ticket.subject, ticket.asker_name, ticket.asker_email) == ("…", "…", "")
    assert set(Message.objects.filter(ticket=ticket).values_list("body", flat=True)) == {"…"}
    assert waiting.subject == "Wacht nog"
    assert [one for one in queries.verify(now=NOW) if not one.holds] == []


def test_bytes_of_a_mail_go_before_its_words() -> None:
    placed = receive(mail(subject="Geheim"), NOW)
    assert placed.message is not None
    tickets.answer(ticket=placed.message.ticket, body="Gedaan.", employee=new_employee(), now=NOW)

    assert retention.let_go(now=NOW + YEAR / 2)["raw_mails"] == 0
    assert retention.let_go(now=NOW + YEAR)["raw_mails"] == 1

    kept = InboundMail.objects.get()
    assert bytes(RawSource.objects.get(pk=kept.source_id).content) == b""
    assert (kept.subject, kept.is_whole) == ("Geheim", False)


def test_mail_that_waits_for_an_answer_keeps_its_bytes() -> None:
    receive(mail(subject="Geheim"), NOW)

    assert retention.let_go(now=NOW + 5 * YEAR)["raw_mails"] == 0


def test_what_was_typed_for_a_login_goes_and_its_count_stays() -> None:
    request = credentials.request_recovery(
        identifier="wie@klant.example", language="nl", network="n", now=NOW
    )
    credentials.look_up(request=request, now=NOW)

    counts = [
        retention.let_go(now=NOW + timedelta(days=days))["lost_logins"] for days in (29, 31, 32)
    ]

    assert counts == [0, 1, 0]
    assert RecoveryRequest.objects.get().identifier == ""


def test_tries_to_sign_in_go() -> None:
    SignIn.objects.create(account="a", network="n", way="password", at=NOW)

    counts = [retention.let_go(now=NOW + YEAR * part)["sign_ins"] for part in (0.4, 0.6, 0.6)]

    assert counts == [0, 1, 0]


def test_session_that_is_over_goes_by_the_machines_clock() -> None:
    Session.objects.create(
        session_key="a", session_data="x", expire_date=clock.machine() - timedelta(days=1)
    )
    Session.objects.create(
        session_key="b", session_data="x", expire_date=clock.machine() + timedelta(days=1)
    )

    assert retention.let_go(now=NOW)["sessions"] == 1
    assert Session.objects.get().session_key == "b"


def test_number_to_call_goes_once_nobody_waits_for_it() -> None:
    ticket = closed()
    CallBack.objects.create(ticket=ticket, number="+31581234567", requested_at=NOW)

    assert retention.let_go(now=NOW + timedelta(days=31))["numbers"] == 1
    assert CallBack.objects.get().number == ""


def test_words_of_mail_servers_go() -> None:
    closed()
    OutboxRow.objects.update(state="failed", last_error="550 wie@klant.example onbekend")

    assert retention.let_go(now=NOW + YEAR)["mail_errors"] == OutboxRow.objects.count()
    assert set(OutboxRow.objects.values_list("last_error", flat=True)) == {""}


def test_many_go_in_several_chunks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retention, "AT_ONCE", 2)
    for _ in range(5):
        closed()

    assert retention.let_go(now=NOW + 3 * YEAR)["tickets"] == 5


def test_night_is_counted_in_one_row_however_often_it_runs() -> None:
    closed()

    retention.nightly(now=NOW + 3 * YEAR)
    retention.nightly(now=NOW + 3 * YEAR)

    row = RoundStep.objects.get(step="retention")
    assert row.receipt["tickets"] == 1
    assert retention.last_nights(count=5) == [row]
