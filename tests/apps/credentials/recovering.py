"""What the tests of the credentials build with: who lost his login, and the mail he gets."""

import re
from datetime import datetime
from itertools import count
from typing import cast

from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection
from django.db.models import Model

from balie.apps.credentials import actions, queries
from balie.apps.credentials.models import RecoveryLink, RecoveryRequest
from balie.apps.customers.models import Customer, User
from balie.infra import jobs, outbox
from balie.infra.outbox import SendReport
from tests.apps.building import NOW, new_contact, new_customer, new_domain

PASSWORD = "een lange zin die niemand raadt"
_counter = count(1)
_networks = (f"192.0.{number // 250 % 250}.{number % 250}" for number in count(1))


class Loser:
    """Somebody with a login, a customer number and a domain name, who lost his password."""

    def __init__(self) -> None:
        self.customer: Customer = new_customer(with_contact=False)
        self.contact = new_contact(self.customer)
        self.domain = new_domain(self.customer, f"verloren{next(_counter)}.nl").name

    @property
    def user(self) -> User:
        """His account as it is now."""
        return User.objects.get(pk=self.contact.user_id)

    @property
    def identifiers(self) -> tuple[str, ...]:
        """All he may remember of himself."""
        return (self.user.email, self.customer.number, self.domain)


def recover(identifier: str, *, at: datetime = NOW, language: str = "nl") -> RecoveryRequest:
    """Ask for a lost login and look it up at once; the mail waits in the outbox."""
    request = actions.request_recovery(
        identifier=identifier, language=language, network=next(_networks), now=at
    )
    jobs.run_pending(now=at)
    request.refresh_from_db()
    return request


def send(at: datetime = NOW) -> SendReport:
    """Let the mail server take what waits."""
    return outbox.send_due(now=at)


def text_of(message: EmailMessage) -> str:
    """The plain text of a mail as it went out."""
    body = message.message().get_body(preferencelist=("plain",))
    assert body is not None
    return cast("str", body.get_content()).replace("\u00a0", " ")


def mailed_secret() -> str:
    """The secret in the last mail."""
    found = re.search(r"/inloggegevens/nieuw/([0-9a-f]+)/", text_of(mail.outbox[-1]))
    assert found is not None
    return found[1]


def secret_of(loser: Loser) -> str:
    """The secret of the standing link of an account, as it is derived to be mailed."""
    link = RecoveryLink.objects.get(user=loser.user, used_at=None, voided_at=None)
    return queries.secret_of(link.nonce)


def whole_database() -> str:
    """Everything every table holds, as text."""
    parts = []
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608
            parts += [
                str(bytes(cell) if isinstance(cell, memoryview) else cell)
                for row in cursor.fetchall()
                for cell in row
            ]
    return "\n".join(parts)


def reload(row: Model) -> Model:
    """The row as the database has it now."""
    row.refresh_from_db()
    return row
