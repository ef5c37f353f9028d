"""Come in from a control panel by a link that it signed: once, for a minute, to ask a question."""

import hashlib
import hmac
from datetime import datetime

from django.db import IntegrityError, transaction

from balie.apps.customers import queries as customers
from balie.apps.customers.models import Contact, Customer, CustomerContact, User
from balie.apps.services.models import AccountState, Panel, PanelAccount, PanelHandOver
from balie.apps.services.panels.keys import hand_over_secret_of
from balie.domain.policy import Policy
from balie.infra import audit, clock
from balie.infra.audit import Actor


class UnableToArrive(Exception):
    """The link lets nobody in: not signed, too old, used, or nobody may come in this way."""


def signature_of(*, secret: str, code: str, user_name: str, at: int) -> str:
    """Return what a panel signs an arrival with: HMAC-SHA256 over code, user name and second."""
    said = f"{code}\n{user_name}\n{at}".encode()
    return hmac.new(secret.encode(), said, hashlib.sha256).hexdigest()


@transaction.atomic
def arrive(
    *, code: str, user_name: str, at: int, signature: str, policy: Policy, now: datetime
) -> tuple[User, Customer]:
    """Return who comes in with a signed link, and for which customer; the link is then used.

    ``at`` is the second in which the panel signed, by the clock of the machines. Never an employee,
    and nobody while the credentials are held. Raises UnableToArrive.
    """
    panel = Panel.objects.filter(code=code).first()
    secret = hand_over_secret_of(panel) if panel is not None else ""
    if panel is None or not secret or not policy.panels.arrivals:
        raise UnableToArrive("nobody may come in from this panel")
    wanted = signature_of(secret=secret, code=code, user_name=user_name, at=at)
    age = clock.machine().timestamp() - at
    seconds = policy.panels.arrival_seconds
    if not hmac.compare_digest(wanted.encode(), signature.encode()) or not -5 <= age <= seconds:
        raise UnableToArrive("it is not signed by the panel, or too long ago")
    account = PanelAccount.objects.filter(
        panel=panel, user_name=user_name, state=AccountState.ACTIVE
    ).first()
    contact = _contact_of(account, now=now) if account is not None else None
    if account is None or contact is None:
        raise UnableToArrive("the account is nobody's who may come in")
    _use(account, signature, now=now)
    audit.record(
        event="panel_arrival.taken",
        by=Actor("contact", contact.pk, contact.name),
        subject=("panel_account", account.pk),
        now=now,
    )
    return contact.user, account.service.customer


def _contact_of(account: PanelAccount, *, now: datetime) -> Contact | None:
    customer = account.service.customer
    if account.service.ended_on is not None or customers.is_held(customer, "credentials", now=now):
        return None
    roles = (CustomerContact.Role.OWNER, CustomerContact.Role.TECHNICAL)
    found = (
        Contact.objects.filter(
            roles__customer=customer, roles__role__in=roles, user__is_active=True
        )
        .exclude(user__employee__isnull=False)
        .select_related("user")
    )
    # By role: owner stands before technical.
    return found.order_by("roles__role", "pk").first()


def _use(account: PanelAccount, signature: str, *, now: datetime) -> None:
    try:
        with transaction.atomic():
            PanelHandOver.objects.create(
                account=account,
                signature_sha256=hashlib.sha256(signature.encode()).hexdigest(),
                arrived_at=now,
            )
    except IntegrityError:
        raise UnableToArrive("the link was used") from None
