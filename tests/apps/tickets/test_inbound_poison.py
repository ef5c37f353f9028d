"""A mail that does not fit stops nobody else's (guide: desk, section 4)."""

from dataclasses import replace

import pytest

from balie.apps.tickets import intake
from balie.apps.tickets.models import InboundMail, RawSource, Ticket
from balie.apps.tickets.reading import Reading
from balie.formats.mail_in import Kind
from tests.apps.tickets.asking import amsterdam
from tests.apps.tickets.mailing import mail, read_here, store

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

AT = amsterdam(10, 10)
LONG = "a" * 60 + "@" + ".".join(["b" * 50] * 3) + ".example"


def read(waiting: InboundMail, whole: bool) -> Reading:  # noqa: FBT001 - as `reading.read`
    raw = bytes(RawSource.objects.get(pk=waiting.source_id).content)
    return read_here(raw, is_whole=whole)


def read_beside_the_rules(waiting: InboundMail, whole: bool) -> Reading:  # noqa: FBT001
    """As the reader, but of one sender what it says breaks a rule of the database."""
    reading = read(waiting, whole)
    if whole and reading.mail.from_address == "gif@klant.example":
        return replace(reading, mail=replace(reading.mail, kind=Kind.AUTO_REPLY, why=""))
    return reading


def test_address_longer_than_a_name_is_cut_in_the_name_alone() -> None:
    store(mail(sender=LONG), AT)
    store(mail(), AT)

    assert intake.place_waiting(now=AT, read=read) == 2

    first, second = Ticket.objects.order_by("pk")
    assert (first.asker_name, first.asker_email) == (LONG[:140], LONG)
    assert second.asker_name == "J. Bakker"


def test_mail_that_the_database_refuses_is_set_apart_and_the_next_goes_on() -> None:
    poison = store(mail(sender="gif@klant.example", subject="Vergif"), AT)
    fine = store(mail(), AT)

    assert intake.place_waiting(now=AT, read=read_beside_the_rules) == 2

    poison.refresh_from_db()
    fine.refresh_from_db()
    assert (poison.place, fine.place) == ("quarantine", "question")
    assert (poison.from_address, poison.subject) == ("gif@klant.example", "Vergif")
