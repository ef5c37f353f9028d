"""A stranger who mails on a customer's question speaks to the desk, not to the customer."""

from django.test import Client
from django.urls import reverse

from balie.apps.customers.models import Customer
from balie.apps.tickets import actions as tickets
from balie.apps.tickets.models import Attachment, InboundMail, Ticket
from balie.apps.tickets.queries import GivenFile
from balie.apps.tickets.references import reference_of
from tests.apps.building import NOW
from tests.apps.tickets.mailing import mail, receive
from tests.faces.portal.building import asked_by, owner_of, text_of

UNSEEN = "De klant ziet dit niet: de afzender toonde niet aan dat hij van deze klant is."


def lured(ticket: Ticket) -> InboundMail:
    """Somebody calls himself us, on a customer's question of which he knows the reference."""
    return receive(
        mail(
            sender='"De Linde Hosting helpdesk" <boef@elders.example>',
            subject=f"Re: [{reference_of(ticket)}]",
            body="Uw site is geblokkeerd; log in op https://elders.example/inloggen",
        ),
        NOW,
    )


def test_customer_sees_nothing_of_it(alice: Client, bakery: Customer) -> None:
    ticket = asked_by(owner_of(bakery), bakery).ticket
    lured(ticket)

    page = alice.get(reverse("portal:question", args=[ticket.number])).content.decode()

    assert "elders.example" not in page
    assert "helpdesk</strong>" not in page
    assert page.count('<li class="message') == 1


def test_file_of_it_is_not_handed_out(alice: Client, bakery: Customer) -> None:
    ticket = asked_by(owner_of(bakery), bakery).ticket
    message = lured(ticket).message
    assert message is not None
    given = GivenFile(name="inloggen.txt", content=b"Log hier in.")
    tickets.keep_files(message=message, files=[given], now=NOW)
    (file,) = Attachment.objects.all()

    assert alice.get(reverse("portal:attachment", args=[file.pk])).status_code == 404


def test_desk_sees_it_with_its_address_and_that_the_customer_does_not(
    agent: Client, bakery: Customer
) -> None:
    ticket = asked_by(owner_of(bakery), bakery).ticket
    lured(ticket)

    words = text_of(agent.get(reverse("desk:ticket", args=[ticket.number])))

    assert "boef@elders.example" in words
    assert words.count(UNSEEN) == 1


def test_desk_says_nothing_of_the_kind_of_the_customers_own_mail(
    agent: Client, bakery: Customer
) -> None:
    receive(mail(sender=owner_of(bakery).user.email, dmarc="pass"), NOW)
    ticket = Ticket.objects.get(customer=bakery)

    assert UNSEEN not in text_of(agent.get(reverse("desk:ticket", args=[ticket.number])))
