"""What happens at the desk: questions and answers, lost logins, and the talk about a debit."""

import contextlib
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from random import Random
from typing import Any

from balie.apps.banking import queries as banking
from balie.apps.billing import actions as billing
from balie.apps.billing import matching
from balie.apps.billing.models import Invoice
from balie.apps.credentials import actions as credentials
from balie.apps.customers.models import Contact, CustomerContact, Employee
from balie.apps.directdebit import actions as directdebit
from balie.apps.directdebit.models import Collection, Dispute
from balie.apps.promises.queries import policy_in_force
from balie.apps.tickets import actions as tickets
from balie.apps.tickets import queries as ticket_queries
from balie.apps.tickets.models import Question, Team, Ticket
from balie.domain.workdays import is_office_open, is_working_day
from balie.infra import clock
from balie.infra.audit import SYSTEM, Actor
from balie.simulator import askers, words
from balie.simulator.world import World

PATIENCE_DAYS = 6
Whim = tuple[datetime, str, dict[str, Any]]


def whims_of(world: World, day: date) -> Iterator[Whim]:
    """Yield what people think of today: questions, lost logins, a quarrel now and then."""
    chance = world.chance(day, "whims")
    policy = policy_in_force(now=world.moment)
    busy = is_working_day(day, policy=policy)
    size = max(len(world.personas), 1)
    for index in range(how_many(chance, size * (0.036 if busy else 0.01))):
        yield (
            _moment(day, chance, busy=busy),
            "ask",
            {
                "customer": chance.choice(world.personas).customer_id,
                "subject": chance.randrange(len(words.QUESTIONS)),
                "dice": f"{day}/{index}",
            },
        )
    for _ in range(how_many(chance, size * 0.003)):
        yield (
            _moment(day, chance, busy=busy),
            "recover",
            {"customer": chance.choice(world.personas).customer_id},
        )
    angry = [one.customer_id for one in world.personas if one.habit == "angry"]
    if angry and chance.random() < 0.06:
        yield (_moment(day, chance, busy=busy), "dispute", {"customer": chance.choice(angry)})


def how_many(chance: Random, mean: float) -> int:
    """Return a whole number around `mean`."""
    whole = int(mean * 2)
    sure = sum(chance.random() < 0.5 for _ in range(whole))
    return sure + (chance.random() < mean - whole / 2)


def _moment(day: date, chance: Random, *, busy: bool) -> datetime:
    hour = chance.choice(
        (8, 9, 9, 10, 10, 11, 13, 14, 15, 16, 17, 19, 20, 21) if busy else (11, 15)
    )
    wall = datetime.combine(
        day, time(hour, chance.randrange(60), chance.randrange(60)), tzinfo=clock.AMSTERDAM
    )
    return wall.astimezone(UTC)


def ask(world: World, now: datetime, *, customer: int, subject: int, dice: str, **_: Any) -> None:
    """A customer asks something, mostly signed in; somebody will answer."""
    chance = Random(f"{world.seed}/ask/{dice}")
    _team, title, body, _answer = words.ASKED[subject]
    contact = contact_of(customer)
    signed_in = chance.random() < 0.75
    question = tickets.ask(
        channel=Ticket.Channel.PORTAL if signed_in else Ticket.Channel.WEB,
        subject=title,
        body=body,
        asker_name=contact.name,
        asker_email=contact.user.email,
        raw=body.encode(),
        asked_at=now,
        contact=contact if signed_in else None,
        customer=contact.customers.get(pk=customer) if signed_in else None,
        language=contact.language,
        by=Actor("contact", contact.pk, contact.name) if signed_in else SYSTEM,
        now=now,
    )
    expect_answer(world, now, question=question, subject=subject, dice=dice, chance=chance)


def expect_answer(
    world: World, now: datetime, *, question: Question, subject: int, dice: str, chance: Random
) -> None:
    """Somebody will give the question out and answer it; its asker reads what we write."""
    answered = answered_at(now, question.promise.due_at, chance=chance)
    about = {"ticket": question.ticket_id, "subject": subject, "dice": dice}
    world.intend(now + 0.6 * (answered - now), "triage", **about)
    world.intend(answered, "answer", **about)
    askers.read_acknowledgement(world, now, ticket=question.ticket, dice=dice)


def answered_at(asked_at: datetime, due_at: datetime, *, chance: Random) -> datetime:
    """Return when the desk gets to it: mostly within the hour, seldom too late."""
    policy = policy_in_force(now=asked_at)
    if is_office_open(asked_at, policy=policy) and chance.random() < 0.74:
        return asked_at + timedelta(seconds=chance.randrange(240, 3300))
    left = (due_at - asked_at).total_seconds()
    share = chance.uniform(1.02, 1.4) if chance.random() < 0.06 else chance.uniform(0.2, 0.9)
    return asked_at + timedelta(seconds=int(left * share))


def triage(world: World, now: datetime, *, ticket: int, subject: int, **_: Any) -> None:
    """An employee takes the suggestion when it names the right team, else he chooses that one."""
    asked = Ticket.objects.get(pk=ticket)
    if asked.team is not None or asked.assignee is not None or asked.due_at is None:
        return
    team = Team.objects.get(code=words.ASKED[subject][0])
    by = _somebody(team)
    suggestion = ticket_queries.suggestion_of(asked)
    if suggestion is not None and suggestion.team == team:
        tickets.accept(suggestion=suggestion, by=by, now=now)
    else:
        tickets.assign(ticket=asked, team=team, by=by, now=now)


def _people_of(team: Team) -> list[Employee]:
    """Who is in a team, or everybody when a visitor emptied it."""
    return ticket_queries.members_of(team) or list(Employee.objects.order_by("pk"))


def _somebody(team: Team) -> Actor:
    employee = _people_of(team)[0]
    return Actor("employee", employee.pk, employee.name)


def answer(world: World, now: datetime, *, ticket: int, subject: int, dice: str, **_: Any) -> None:
    """An employee of the team answers; most tickets are closed with that."""
    chance = Random(f"{world.seed}/answer/{dice}")
    asked = Ticket.objects.get(pk=ticket)
    team = Team.objects.get(code=words.ASKED[subject][0])
    employee = chance.choice(_people_of(asked.team or team))
    tickets.assign(
        ticket=asked, employee=employee, by=Actor("employee", employee.pk, employee.name), now=now
    )
    body = words.ASKED[subject][3]
    message = tickets.answer(ticket=asked, body=body, employee=employee, now=now)
    askers.read_answer(world, now, message=message, dice=dice)
    if chance.random() < 0.9:
        tickets.close(ticket=asked, by=Actor("employee", employee.pk, employee.name), now=now)


def recover(world: World, now: datetime, *, customer: int, **_: Any) -> None:
    """Somebody lost his login and asks for it by what he remembers."""
    chance = world.chance(clock.local(now).date(), f"recover/{customer}")
    contact = contact_of(customer)
    number = contact.customers.get(pk=customer).number
    identifier = chance.choice((contact.user.email, number, "niemand@onbekend.example"))
    credentials.request_recovery(
        identifier=identifier,
        language=contact.language,
        network=f"198.51.100.{customer % 256}",
        now=now,
    )


def dispute(world: World, now: datetime, *, customer: int, **_: Any) -> None:
    """A customer does not agree with his last debit and says so before he goes to his bank."""
    collection = (
        Collection.objects.filter(customer=customer, state=Collection.State.SETTLED)
        .filter(disputes__isnull=True)
        .order_by("-pk")
        .first()
    )
    if collection is None:
        return
    contact = contact_of(customer)
    by = Actor("contact", contact.pk, contact.name)
    question = tickets.ask(
        channel=Ticket.Channel.PORTAL,
        subject="Ik ben het niet eens met deze incasso",
        body=words.DISPUTE,
        asker_name=contact.name,
        asker_email=contact.user.email,
        raw=words.DISPUTE.encode(),
        asked_at=now,
        contact=contact,
        customer=collection.customer,
        team=Team.objects.get(code="administration"),
        by=by,
        now=now,
    )
    opened = directdebit.open_dispute(collection=collection, ticket=question.ticket, by=by, now=now)
    world.intend(now + timedelta(hours=3), "end_dispute", dispute=opened.pk)


def end_dispute(world: World, now: datetime, *, dispute: int, **_: Any) -> None:
    """Finance looks at it, explains, and closes the dispute."""
    found = Dispute.objects.select_related("ticket").get(pk=dispute)
    employee = Employee.objects.filter(role=Employee.Role.FINANCE).order_by("pk").first()
    if employee is None:
        return
    by = Actor("employee", employee.pk, employee.name)
    tickets.answer(ticket=found.ticket, body=words.DISPUTE_ANSWER, employee=employee, now=now)
    if found.closed_at is None:
        directdebit.close_dispute(dispute=found, outcome=Dispute.Outcome.EXPLAINED, by=by, now=now)


def clear_work_list(world: World, now: datetime, **_: Any) -> None:
    """Finance places what has waited a few days, as far as the evidence reaches."""
    employee = Employee.objects.filter(role=Employee.Role.FINANCE).order_by("pk").first()
    patience = clock.local(now).date() - timedelta(days=PATIENCE_DAYS)
    waiting = list(banking.unclaimed_slices().filter(entry__booked_on__lte=patience))
    if employee is None or not waiting:
        return
    proposals = matching.proposals_for(waiting)
    for piece in waiting:
        for suggestion in proposals.get(piece.pk, [])[:1]:
            # Another amount of today may have paid it meanwhile.
            if not all(_is_open(invoice, cents) for invoice, cents in suggestion.allocations):
                continue
            with contextlib.suppress(billing.UnableToAllocate):
                billing.place_by_hand(
                    slice=piece,
                    numbers=suggestion.numbers.split(),
                    by=Actor("employee", employee.pk, employee.name),
                    now=now,
                )


def _is_open(invoice: Invoice, cents: int) -> bool:
    return Invoice.objects.filter(pk=invoice.pk, open_cents__gte=cents).exists()


def contact_of(customer: int) -> Contact:
    """Return the first contact of a customer: who asks, pays and quarrels for him."""
    role = CustomerContact.objects.filter(customer=customer).select_related("contact__user")
    return role.order_by("pk")[0].contact


def look_at_promises(_world: World, now: datetime, **_: Any) -> None:
    """Warn who can still keep a promise, and own up to those that broke."""
    tickets.warn_of_due_promises(now=now)
    tickets.tell_of_misses(now=now)
