"""What askers do with our mails: confirm an address, and say whether an answer helped."""

from contextlib import suppress
from datetime import datetime, timedelta
from random import Random
from typing import Any

from balie.apps.tickets import actions as tickets
from balie.apps.tickets import queries
from balie.apps.tickets.models import AskerConfirmation, Message, Ticket
from balie.simulator.world import World

CONFIRMS = 0.6
JUDGES = 0.4
IS_HAPPY = 0.88


def read_acknowledgement(world: World, now: datetime, *, ticket: Ticket, dice: str) -> None:
    """Most who are not signed in confirm their address, soon after our mail."""
    chance = Random(f"{world.seed}/confirm/{dice}")
    if ticket.contact_id is None and chance.random() < CONFIRMS:
        world.intend(now + timedelta(minutes=chance.randrange(3, 40)), "confirm", ticket=ticket.pk)


def read_answer(world: World, now: datetime, *, message: Message, dice: str) -> None:
    """Some say whether the answer helped, within a day."""
    chance = Random(f"{world.seed}/judge/{dice}")
    if chance.random() < JUDGES:
        moment = now + timedelta(minutes=chance.randrange(10, 24 * 60))
        world.intend(moment, "judge", message=message.pk, is_happy=chance.random() < IS_HAPPY)


def confirm(world: World, now: datetime, *, ticket: int, **_: Any) -> None:
    """Press the button behind the link, if the mail with it came."""
    found = AskerConfirmation.objects.filter(ticket=ticket).first()
    if found is not None:
        secret = queries.confirmation_secret(found.nonce)
        tickets.confirm_by_link(secret=secret, now=now)


def judge(world: World, now: datetime, *, message: int, is_happy: bool, **_: Any) -> None:
    """Press one of both links of an answer."""
    found = Message.objects.get(pk=message)
    if found.kind != Message.Kind.ANSWER:
        return
    with suppress(tickets.AlreadyGiven):
        tickets.say_satisfied(message=found, is_happy=is_happy, remark="", now=now)
