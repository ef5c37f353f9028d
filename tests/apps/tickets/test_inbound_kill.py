"""Taking mail in and placing it, killed anywhere or done by two at once, ends as if nothing was."""

from datetime import timedelta
from itertools import count
from typing import Any

import pytest
from django.db import connection

from balie.apps.office import queries as office
from balie.apps.tickets import intake
from balie.apps.tickets.actions import inbound as storing
from balie.apps.tickets.actions import placing
from balie.apps.tickets.actions.inbound import LiesAt
from balie.apps.tickets.models import (
    InboundMail,
    MailCopy,
    MailFolder,
    Message,
    Question,
    RawSource,
)
from balie.apps.tickets.reading import Reading
from balie.infra.models import OutboxRow
from tests.apps.killing import EVERY, Killed, kill_points
from tests.apps.racing import at_once
from tests.apps.tickets.asking import amsterdam
from tests.apps.tickets.mailing import mail, read_here

pytestmark = [pytest.mark.postgres, pytest.mark.slow, pytest.mark.usefixtures("committed")]

AT = amsterdam(10, 10)
NOW = amsterdam(10, 10, 7)
_uid = count(1)


def read(one: InboundMail, whole: bool) -> Reading:  # noqa: FBT001 - as `reading.read`
    """Read in this process: a process that is killed has its own tests."""
    content = RawSource.objects.values_list("content", flat=True).get(pk=one.source_id)
    return read_here(bytes(content), is_whole=whole)


def lying() -> tuple[bytes, LiesAt]:
    """A mail in the mailbox that nobody took yet."""
    folder, _ = MailFolder.objects.get_or_create(name="helpdesk@delinde.example/INBOX")
    return mail(), LiesAt(folder=folder, uid_validity=7, uid=next(_uid))


def take_and_place(given: tuple[bytes, LiesAt]) -> None:
    """What the jobs do: store, then place what waits."""
    raw, place = given
    storing.take_in(raw=raw, taken_at=AT, lies_at=place, now=NOW)
    intake.place_waiting(now=NOW, read=read)


def damage(given: tuple[bytes, LiesAt]) -> list[str]:
    """What is wrong right after the kill and after doing it again."""
    found = broken()
    take_and_place(given)
    found += broken()
    _, place = given
    copies = list(MailCopy.objects.filter(uid=place.uid).select_related("mail"))
    if len(copies) != 1:
        return [*found, f"{len(copies)} copies"]
    one = copies[0].mail
    questions = Question.objects.filter(message__source=one.source_id)
    if [question.promise.made_at for question in questions] != [AT]:
        found.append(f"{questions.count()} questions, not one of its moment")
    if one.place != "question" or one.message_id != questions[0].message_id:
        found.append(f"the mail is at {one.place}")
    mails = OutboxRow.objects.filter(kind="question-received", payload__question=questions[0].pk)
    if mails.count() != 1:
        found.append(f"{mails.count()} acknowledgements")
    return found


def broken() -> list[str]:
    return [
        str(violation)
        for result in office.verify(now=NOW + timedelta(minutes=1))
        for violation in result.violations
    ]


def test_mail_killed_anywhere_becomes_one_question() -> None:
    points = 0
    for point, given in kill_points(lying, take_and_place):
        assert damage(given) == [], point
        points += 1

    assert points >= 60 // EVERY


@pytest.mark.parametrize("is_careless", [False, True])
def test_mail_killed_between_its_question_and_its_place(
    monkeypatch: pytest.MonkeyPatch, *, is_careless: bool
) -> None:
    """The broken twin has no transaction around both: the next time asks again."""
    if is_careless:
        naked: Any = placing.place.__wrapped__  # type: ignore[attr-defined]
        monkeypatch.setattr(placing, "place", naked)
    given = lying()

    with pytest.raises(Killed), connection.execute_wrapper(killing_the_save):
        take_and_place(given)
    connection.close()

    assert bool(damage(given)) == is_careless


def killing_the_save(
    execute: Any,
    sql: str,
    params: Any,
    many: bool,  # noqa: FBT001 - Django calls it so
    context: Any,
) -> Any:
    """Die right before a mail is said to be a question."""
    if sql.startswith('UPDATE "tickets_inboundmail" SET "source_id"'):
        raise Killed(sql)
    return execute(sql, params, many, context)


def test_two_who_take_the_same_mail_take_it_once() -> None:
    given = lying()

    ends = at_once(lambda _: take_and_place(given), before="INSERT INTO")

    assert ends == ["done", "done"]
    assert damage(given) == []


def test_two_who_place_the_same_mail_ask_once() -> None:
    raw, place = lying()
    stored = storing.take_in(raw=raw, taken_at=AT, lies_at=place, now=NOW)

    ends = at_once(
        lambda _: placing.place(
            mail=InboundMail.objects.get(pk=stored.pk), reading=read_here(raw), now=NOW
        ),
        before='UPDATE "tickets_inboundmail"',
    )

    assert ends == ["done", "done"]
    assert Message.objects.count() == 1


def test_two_who_place_without_taking_hold_ask_twice(monkeypatch: pytest.MonkeyPatch) -> None:
    """The careless twin: each looks whether the mail waits, and then goes on."""
    raw, place = lying()
    stored = storing.take_in(raw=raw, taken_at=AT, lies_at=place, now=NOW)

    def looked(one: InboundMail, *, places: tuple[InboundMail.Place, ...]) -> bool:
        return InboundMail.objects.get(pk=one.pk).place in places

    monkeypatch.setattr(placing, "_held", looked)

    def careless(_: int) -> None:
        one = InboundMail.objects.get(pk=stored.pk)
        placing.place.__wrapped__(  # type: ignore[attr-defined]
            mail=one, reading=read_here(raw), now=NOW
        )

    at_once(careless, before='INSERT INTO "tickets_ticket"')

    assert Message.objects.count() == 2


def test_two_who_store_without_the_content_known_store_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The careless twin of storing: nothing in the database says that it is the same mail."""
    raw, _ = lying()
    numbers = count(1)
    monkeypatch.setattr(storing, "content_key", lambda *_, **__: f"key {next(numbers)}")

    for _ in range(2):
        storing.take_in(raw=raw, taken_at=AT, now=NOW)
    connection.close()

    assert InboundMail.objects.count() == 2
