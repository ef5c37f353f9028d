"""What happens at the bank: files are answered, statements come, customers transfer."""

from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any

from balie.apps.billing.models import Invoice, InvoiceHold
from balie.apps.directdebit import actions as directdebit
from balie.apps.directdebit.models import Collection
from balie.apps.office.intake import take_in_bank_file
from balie.apps.services.queries import domains_of
from balie.domain.workdays import is_target_day
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.simulator.world import World

OUT, TAKEN = "out", "taken"


def answer_files(world: World, now: datetime, **_: Any) -> None:
    """The bank takes every file from our folder and answers it at once."""
    folder = world.home / "bank"
    for path in sorted((folder / OUT).glob("*.xml")):
        data = path.read_bytes()
        _plan_what_comes_back(world, path, now=now)
        status = world.bank.receive_file(data, at=now)
        directdebit.take_in_status(content=status, by=SYSTEM, now=now)
        (folder / TAKEN).mkdir(exist_ok=True)
        path.replace(folder / TAKEN / path.name)


def _plan_what_comes_back(world: World, path: Path, *, now: datetime) -> None:
    """Decide per debtor, by his habit, whether and why this debit will come back."""
    chance = world.chance(clock.local(now).date(), f"returns/{path.stem}")
    collections = Collection.objects.filter(batch__message_id=path.stem).order_by("pk")
    for collection in collections:
        persona = world.persona_of(collection.customer_id)
        habit = persona.habit if persona else "steady"
        reference = collection.end_to_end_id
        roll = chance.random()
        if habit == "poor" and roll < 0.4:
            world.bank.plan_return(reference, reason="AM04", after_days=chance.randrange(1, 4))
        elif habit == "angry" and roll < 0.3:
            days = chance.randrange(9, 56)
            world.bank.plan_return(reference, reason="MD06", after_days=days)
        elif habit == "closed" and roll < 0.3:
            world.bank.plan_return(reference, reason="AC04", after_days=1)
        elif habit == "steady" and roll < 0.012:
            world.bank.plan_return(reference, reason="MS03", after_days=2)
        elif habit == "steady" and roll < 0.024:
            world.bank.plan_reject(reference, reason="AC01")


def bring_statements(world: World, now: datetime, **_: Any) -> None:
    """Bring the statement of every TARGET day that ended and was not brought yet."""
    day = world.bank.closed_on + timedelta(days=1)
    while day < clock.local(now).date():
        if is_target_day(day):
            content = world.bank.close_day(day)
            if content is not None:
                take_in_bank_file(
                    name=f"camt053-{day.isoformat()}.xml", content=content, by=SYSTEM, now=now
                )
        day += timedelta(days=1)


def decide_payments(world: World, now: datetime, **_: Any) -> None:
    """Customers read their mail: who has to transfer makes up his mind, once per invoice."""
    asked = InvoiceHold.objects.filter(
        kind=InvoiceHold.Kind.TRANSFER_ASKED, lifted_at__isnull=True
    ).values("invoice")
    to_pay = (
        Invoice.objects.filter(open_cents__gt=0)
        .filter(pk__in=asked)
        .union(Invoice.objects.filter(open_cents__gt=0, pay_by=Invoice.PayBy.TRANSFER))
        .order_by("pk")
    )
    today = clock.local(now).date()
    for invoice in to_pay:
        if invoice.pk in world.noticed:
            continue
        world.noticed.add(invoice.pk)
        _make_up_his_mind(world, invoice, today=today, now=now)


def _make_up_his_mind(world: World, invoice: Invoice, *, today: date, now: datetime) -> None:
    persona = world.persona_of(invoice.customer_id)
    if persona is None or persona.habit == "silent":
        return
    chance = world.chance(today, f"pay/{invoice.number}")
    days = chance.randrange(1, 6) if persona.habit != "late" else chance.randrange(18, 40)
    world.intend(
        now + timedelta(days=days, minutes=chance.randrange(30, 700)),
        "transfer",
        invoice=invoice.pk,
    )


def transfer(world: World, now: datetime, *, invoice: int, **_: Any) -> None:
    """A customer transfers an invoice, quoting what he thinks he was asked to quote."""
    owed = Invoice.objects.select_related("customer").get(pk=invoice)
    persona = world.persona_of(owed.customer_id)
    if persona is None or not owed.open_cents:
        return
    chance = world.chance(clock.local(now).date(), f"transfer/{owed.number}")
    text, reference = quote(owed, habit=persona.habit, chance=chance)
    amount = owed.open_cents
    if persona.habit == "messy" and chance.random() < 0.08:
        amount = max(1, amount - chance.randrange(1, 200))
    world.bank.receive_transfer(
        amount_cents=amount,
        name=owed.customer.name,
        iban=persona.iban,
        on=clock.local(now).date(),
        text=text,
        reference=reference,
    )


def quote(invoice: Invoice, *, habit: str, chance: Random) -> tuple[str, str]:
    """Return (text, structured reference) the way people write them (guide: billing, section 4)."""
    number = invoice.number
    domain = next(iter(domains_of(invoice.customer)), "")
    if habit != "messy":
        if chance.random() < 0.3:
            return "", invoice.payment_reference
        return chance.choice((number, f"factuur {number}", f"{number} {domain}", domain)), ""
    return chance.choice(
        (
            number.lower(),
            number.replace("-", ""),
            number.replace("-", " "),
            f"betaling {number.removeprefix('F')}",
            f"Fact.nr. {number.replace('-', '.')}",
            f"www.{domain}",
            domain.upper(),
            f"klant {invoice.customer.number}",
            f"hosting {invoice.issued_on.year}",
            number[:-1],
            "",
        )
    ), ""
