"""What the tests of panels build with."""

from dataclasses import dataclass
from datetime import datetime, timedelta

from balie.apps.services import actions
from balie.apps.services.models import Panel, PanelAccount, PanelKind, Service
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, new_contact, new_customer, new_domain, new_service
from tests.support.directadmin import USER, FakeDirectAdmin

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True)
class Desk:
    """Our side: the panel, a service, and its account on the panel."""

    panel: Panel
    service: Service
    account: PanelAccount
    email: str
    fake: FakeDirectAdmin


def new_panel(address: str, *, code: str = "da1", name: str = "Server 1") -> Panel:
    """A DirectAdmin in our register."""
    return actions.add_panel(
        code=code,
        name=name,
        kind=PanelKind.DIRECTADMIN,
        base_address=address,
        user_name=USER,
        by=SYSTEM,
        now=NOW,
    )


def new_desk(fake: FakeDirectAdmin) -> Desk:
    """A customer with an account that both sides know, as `bakker1` of `bakker1.nl`."""
    panel = new_panel(fake.address)
    customer = new_customer(with_contact=False)
    contact = new_contact(customer)
    service = new_service(customer, domain=new_domain(customer, "bakker1.nl"))
    account = actions.note_account(
        service=service, user_name="bakker1", panel=panel, package="basis", by=SYSTEM, now=NOW
    )
    fake.add("bakker1", email=contact.user.email, package="basis", password="old-one")
    return Desk(panel, service, account, contact.user.email, fake)


def send(now: datetime = NOW) -> None:
    """Let everything leave that is due."""
    outbox.send_due(now=now)
