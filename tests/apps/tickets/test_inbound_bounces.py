"""A report that a mail did not arrive counts for the address it went to, and for no other."""

import pytest

from balie.apps.tickets import queries
from balie.apps.tickets.actions import placing
from balie.apps.tickets.models import InboundMail, Question
from balie.infra.models import OutboxRow
from tests.apps.building import new_contact, new_customer
from tests.apps.tickets.asking import amsterdam, answer, ask, mails, send
from tests.apps.tickets.mailing import ASKER, bounce, receive

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

ELSEWHERE = "iemand@elders.example"


def answered(question: Question) -> OutboxRow:
    answer(question.ticket, amsterdam(10, 11))
    send(amsterdam(10, 11))
    return mails("answer")[0]


def reported(row: OutboxRow, *about: str) -> InboundMail:
    """A report about these addresses comes in."""
    group = f"Final-Recipient: rfc822; {ASKER}\r\nAction: failed\r\nStatus: 5.1.1\r\n"
    groups = "\r\n".join(group.replace(ASKER, address) for address in about)
    return receive(bounce(row).replace(group.encode(), groups.encode()), amsterdam(10, 12))


def waits(question: Question) -> bool:
    return queries.open_questions(question.ticket).exists()


def test_report_about_another_address_is_for_a_person() -> None:
    question = ask(amsterdam(10, 10))
    row = answered(question)

    placed = reported(row, ELSEWHERE)

    assert (placed.place, placed.why) == ("quarantine", placing.LOST_ELSEWHERE)
    assert placed.ticket == question.ticket
    assert not waits(question)
    row.refresh_from_db()
    assert row.bounced_at is None


@pytest.mark.parametrize("about", [(ELSEWHERE, ASKER), (ASKER, ELSEWHERE), (ASKER.upper(),)])
def test_report_that_names_the_asker_counts_whoever_else_it_names(about: tuple[str, ...]) -> None:
    question = ask(amsterdam(10, 10))

    placed = reported(answered(question), *about)

    assert placed.place == "no_question"
    assert waits(question)


def test_forward_of_the_asker_that_fails_counts_by_the_address_we_wrote_to() -> None:
    question = ask(amsterdam(10, 10))
    row = answered(question)
    final = f"Final-Recipient: rfc822; {ASKER}".encode()
    forwarded = f"Original-Recipient: rfc822;{ASKER}\r\nFinal-Recipient: rfc822; {ELSEWHERE}"

    receive(bounce(row).replace(final, forwarded.encode()), amsterdam(10, 12))

    assert waits(question)


def test_address_that_a_contact_had_when_we_wrote_counts() -> None:
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)
    question = ask(amsterdam(10, 10), contact=contact, customer=customer)
    row, old = answered(question), contact.user.email
    contact.user.email = "nieuw@klant.example"
    contact.user.save()

    reported(row, old)

    assert waits(question)
