"""The watched customer, whose words must reach nobody else; and everybody who tries."""

from dataclasses import dataclass
from datetime import date, datetime, time
from functools import partial
from typing import Any

from django.core import signing
from django.test import Client

from balie.apps.banking.models import EntryNotice, SliceClaim, Statement, StatementFile
from balie.apps.banking.queries import unclaimed_slices
from balie.apps.billing import actions as billing
from balie.apps.billing.models import Invoice
from balie.apps.customers import access
from balie.apps.customers import actions as customers
from balie.apps.customers.models import Contact, Customer, CustomerContact, Employee
from balie.apps.mandates.models import Mandate
from balie.apps.promises.causes import CAUSES
from balie.apps.promises.models import Miss
from balie.apps.tickets import actions as tickets
from balie.apps.tickets import visits
from balie.apps.tickets.models import Attachment, Message, Team
from balie.apps.tickets.queries import GivenFile
from balie.faces.faq.question_views import SALT
from balie.infra.audit import SYSTEM
from tests.access.accounts import of_accounts, of_sessions
from tests.access.expected import FROM_PANEL, LOOKING, OF_TWO
from tests.access.services import of_services
from tests.apps.banking.announcing import notification
from tests.apps.building import (
    NOW,
    TODAY,
    Entry,
    camt,
    new_account,
    new_customer,
    new_domain,
    new_mandate,
)
from tests.apps.tickets.mailing import mail, receive
from tests.faces.desk.building import (
    announced,
    asked,
    asked_again,
    at_the_bank,
    collected,
    contact_of,
    disputed,
    new_employee,
    take_in,
)
from tests.support.signing_in import sign_in

# Words that stand in the watched customer's rows and nowhere else.
CANARY = "kanarievogel"
MONEY_CANARY = "geldvogel"
OUR_SECOND = "NL20INGB0001234567"
# What customers pay from, of which pages show no more than the last four.
IBANS = ("NL39RABO0300065264", "NL22TRIO0987654321")

HALF_WAY = "admin, password only"
ACTORS = (
    *("nobody", "customer A", "customer B", "technical A", "finance A", OF_TWO, FROM_PANEL),
    *(HALF_WAY, "agent", LOOKING, "finance", "admin"),
)
# What a form must say before its view tells who may send it.
FORMS = {
    "desk:name_cause": {"cause": next(iter(CAUSES))},
    "desk:save_draft": {"kind": "note", "version": "0", "body": "Even bellen."},
    "desk:set_employee_role": {"role": "agent"},
    "portal:change_role": {"role": "finance"},
    "desk:publish": {"number": "1"},
    "portal:give_mandate": {"iban": "NL69INGB0123456789"},
    "faq:fitting_opened": {visits.FIELD: signing.dumps("a visit", salt=visits.SALT)},
    "faq:fitting_helped": {visits.FIELD: signing.dumps("a visit", salt=visits.SALT)},
}


@dataclass
class World:
    """Who tries, and with what each route is filled in."""

    actors: dict[str, Client]
    examples: dict[str, dict[str, str]]
    money_words: list[str]


def build() -> World:
    """A watched customer with something on every route, a stranger, and three employees."""
    watched = _watched_customer()
    owner = contact_of(watched)
    stranger = new_customer(name="Camping De Eik")
    new_mandate(stranger, iban="NL69INGB0123456789")
    employees = {role: new_employee(role) for role in ("agent", "finance", "admin")}
    examples = _examples(watched, employees["agent"].pk)
    technical = _contact(watched, role="technical", name="Tim Techniek")
    users = {
        "customer A": owner.user,
        "customer B": contact_of(stranger).user,
        "technical A": technical.user,
        **{role: employee.user for role, employee in employees.items()},
        HALF_WAY: new_employee("admin").user,
        "finance A": _contact(watched, role="finance", name="Fien Financieel").user,
        OF_TWO: _of_two(watched, stranger).user,
        FROM_PANEL: owner.user,
        LOOKING: employees["agent"].user,
    }
    mandate = Mandate.objects.filter(customer=watched).latest("pk")
    clients = {"nobody": Client()}
    for name, user in users.items():
        clients[name] = sign_in(Client(), user, strongly=name != HALF_WAY)
    role = CustomerContact.objects.get(contact=owner)
    _remember(clients[OF_TWO], access.CUSTOMER, stranger.pk)
    _remember(clients[FROM_PANEL], access.SIGNED_IN_BY, access.FROM_PANEL)
    _remember(clients[LOOKING], access.LOOKING, role.pk)
    examples |= of_sessions(clients["customer A"], owner.user)
    return World(
        actors={name: clients[name] for name in ACTORS},
        examples=examples,
        money_words=[
            *Invoice.objects.filter(customer=watched).values_list("number", flat=True),
            mandate.mandate_reference,
            mandate.masked_iban,
        ],
    )


def _of_two(watched: Customer, stranger: Customer) -> Contact:
    """A technical contact of the watched customer who owns another; he is there for the other."""
    email = "toon@tweemaal.example"  # which the people of the other customer may read
    contact = _contact(watched, role="technical", name="Toon Tweemaal", email=email)
    CustomerContact.objects.create(customer=stranger, contact=contact, role="owner", since_at=NOW)
    return contact


def _remember(client: Client, key: str, value: object) -> None:
    """Put something in a session, as the door would."""
    session = client.session
    session[key] = value
    session.save()


def _watched_customer() -> Customer:
    """The watched customer, with its words in every place that a page might show.

    A consumer: he may do what a business may, and withdraw from what he ordered.
    """
    customer = customers.register_customer(
        name=f"Bakkerij {CANARY}",
        kind="consumer",
        street=f"{CANARY}straat",
        house_number="1",
        postcode="8911 CJ",
        city=f"{CANARY}stad",
        language="nl",
        by=SYSTEM,
        now=NOW,
    )
    _contact(customer, role="owner", name=f"Mevrouw {CANARY}")
    new_domain(customer, f"{CANARY}.nl")
    return customer


def _contact(customer: Customer, *, role: str, name: str, email: str = "") -> Contact:
    return customers.register_contact(
        customer=customer,
        name=name,
        email=email or f"{role}@{CANARY}.example",
        role=role,
        language="nl",
        by=SYSTEM,
        now=NOW,
    )


def _examples(watched: Customer, employee: int) -> dict[str, dict[str, str]]:
    """What stands for each converter, by the beginning of the pattern it stands in."""
    return {
        **_of_faq(watched),
        **_of_money(watched),
        **_of_questions(watched),
        **_of_staff(employee),
        **of_accounts(watched),
        **of_services(watched),
        "balie/medewerkers/": {"pk": str(employee)},
        "tel/": {"source": "voys"},
        "klant/van-paneel/": {"code": "da1"},
        "klant/klant/": {"number": watched.number},
        "balie/klanten/": {"number": watched.number},
    }


def _of_faq(watched: Customer) -> dict[str, dict[str, str]]:
    question = asked(watched, subject=f"Vraag van {CANARY}")
    return {
        "antwoord/": {"anchor": "bellen"},
        "vraag/passend/": {"anchor": "bellen"},
        # Its own token opens it, so strangers try with one that is not signed by us.
        "vraag/gesteld/": {"token": signing.dumps(question.pk, salt="another" + SALT)},
        "vraag/bevestigen/": {"secret": "nobodyknows"},
        "vraag/geholpen/": {"token": "nobodyknows", "choice": "ja"},
        "inloggegevens/nieuw/": {"secret": "nobodyknows"},
        "taal/": {"language": "nl"},
    }


def _of_money(watched: Customer) -> dict[str, dict[str, str]]:
    new_account(opening=0)
    invoice, collection = announced(watched)
    batch = at_the_bank(collection)
    collected(collection)
    dispute = disputed(collection).ticket
    later, waiting = announced(watched)
    entries = (
        Entry(cents=777, name=MONEY_CANARY, iban=IBANS[1], text="hosting"),
        Entry(cents=1210, name=MONEY_CANARY, iban=IBANS[1], text=later.number),
    )
    last = date(2026, 11, 30)
    take_in(camt(*entries, opening=1210, number="103", on=last))
    new_account(iban=OUR_SECOND, opening=0)
    for closing in (100, 150):
        one = Entry(cents=closing, reference="R1", text="huur")
        take_in(camt(one, opening=0, number="7", iban=OUR_SECOND))
    placed = Entry(cents=333, reference="R2", text="huur")
    take_in(camt(placed, opening=100, number="8", iban=OUR_SECOND))
    rent = unclaimed_slices().get(amount_cents=333)
    payment = billing.place_by_hand(slice=rent, numbers=[later.number], by=SYSTEM, now=NOW)
    take_in(notification(Entry(cents=100, text="Vooraf")))
    take_in(b"no statement at all")
    held = Statement.objects.exclude(held_because="").latest("pk")
    return {
        "klant/facturen/": {"number": invoice.number},
        "klant/incasso/": {"end_to_end_id": collection.end_to_end_id},
        "balie/facturen/": {"number": invoice.number},
        "balie/incasso/": {"message_id": batch.message_id},
        "balie/incasso/aangekondigd/": {"day": str(waiting.collection_date)},
        "balie/bank/te-plaatsen/": {"pk": str(unclaimed_slices().latest("pk").pk)},
        "balie/bank/geplaatst/": {"pk": str(SliceClaim.objects.latest("pk").pk)},
        "balie/bank/overgeboekt/": {"pk": str(payment.pk)},
        "balie/bank/aangehouden/": {"pk": str(held.pk)},
        "balie/bank/geweigerd/": {"pk": str(StatementFile.objects.latest("pk").pk)},
        "balie/bank/vooraf/": {"pk": str(EntryNotice.objects.latest("pk").pk)},
        "balie/vragen/<str:number>/betwisting/": {"number": dispute.number},
    }


def _of_questions(watched: Customer) -> dict[str, dict[str, str]]:
    question = asked(watched, subject=f"Traag, zegt {CANARY}")
    ticket, number = question.ticket, question.ticket.number
    other = asked(watched, subject=f"Nog een van {CANARY}").ticket
    third = asked(watched, subject=f"En nog een van {CANARY}").ticket
    ended = asked_again(asked(watched).ticket, f"Bedankt, groet van {CANARY}")
    tickets.needs_no_answer(question=ended, by=SYSTEM, now=NOW)
    merged = tickets.merge(ticket=third, into=ticket, knowingly=True, by=SYSTEM, now=NOW)
    tickets.link(ticket=ticket, other=other, by=SYSTEM, now=NOW)
    tickets.add_tag(ticket=ticket, name="dns", by=SYSTEM, now=NOW)
    first = Message.objects.filter(ticket=ticket).earliest("pk")
    given = GivenFile(name=f"{CANARY}.txt", content=CANARY.encode())
    tickets.keep_files(message=first, files=[given], now=NOW)
    file = str(Attachment.objects.latest("pk").pk)
    post = receive(_mail_with_layout(), NOW)
    in_mail = Message.objects.get(mail=post)
    answer = _answered(watched)
    late = asked(at=datetime(2026, 11, 1, 9, tzinfo=NOW.tzinfo))
    miss = Miss.objects.create(promise=late.promise, missed_at=late.promise.due_at, noticed_at=NOW)
    here = "balie/vragen/<str:number>/"
    return {
        "klant/vragen/": {"number": number},
        "klant/vragen/bijlage/": {"pk": file},
        "balie/vragen/": {"number": number},
        "balie/vragen/bijlage/": {"pk": file},
        f"{here}bedankt/": {"pk": str(question.pk)},
        f"{here}geen-antwoord/": {"pk": str(question.pk)},
        f"{here}toch-antwoord/": {"number": ended.ticket.number, "pk": str(ended.pk)},
        f"{here}losmaken/": {"pk": str(merged.pk)},
        f"{here}ontkoppelen/": {"other": other.number},
        f"{here}label/": {"name": "dns"},
        f"{here}terughalen/": {"pk": str(first.pk)},
        f"{here}artikel/": {"number": answer.ticket.number, "pk": str(answer.pk)},
        "balie/triage/": {"number": number},
        f"{here}mail/": {"number": in_mail.ticket.number, "pk": str(in_mail.pk)},
        "balie/post/": {"pk": str(post.pk)},
        "balie/beloften/gemist/": {"pk": str(miss.pk)},
    }


def _mail_with_layout() -> bytes:
    plain = mail(subject=f"Aan {CANARY}", body=f"<p>Groeten van {CANARY}</p>")
    return plain.replace(b"text/plain", b"text/html")


def _answered(watched: Customer) -> Message:
    question = asked(watched, subject=f"Een vijfde van {CANARY}")
    return tickets.answer(
        ticket=question.ticket,
        body=f"Beste {CANARY}, het is verholpen.",
        employee=Employee.objects.earliest("pk"),
        now=NOW,
    )


def _of_staff(employee: int) -> dict[str, dict[str, str]]:
    person = Employee.objects.get(pk=employee)
    of: partial[dict[str, Any]] = partial(dict, by=SYSTEM, now=NOW)
    shift = tickets.add_shift(
        **of(
            employee=person,
            weekday=0,
            starts=time(9),
            ends=time(17),
            kind="office",
            period_start=date(2026, 1, 1),
        )
    )
    away = tickets.add_exception(
        **of(employee=person, first_on=TODAY, last_on=TODAY, reason="cursus")
    )
    rule = tickets.add_rule(**of(words="factuur", team=Team.objects.get(code="sales")))
    reply = tickets.save_reply(
        **of(reply=None, name="dns", body_nl="Beste klant,", body_en="Dear customer,")
    )
    return {
        "balie/standaardantwoorden/": {"pk": str(reply.pk)},
        "balie/ploeg/uren/": {"pk": str(shift.pk)},
        "balie/ploeg/dagen/": {"pk": str(away.pk)},
        "balie/ploeg/mensen/": {"pk": str(employee)},
        "balie/ploeg/regels/": {"pk": str(rule.pk)},
        "balie/artikelen/": {"anchor": "bellen", "language": "nl"},
        "balie/mails/": {"kind": "answer", "language": "nl"},
    }
