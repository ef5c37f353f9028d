"""Canaries: no password, link, code or whole account number in log, subject, row or exception.

The main flows are walked, failures too, with secrets that stand nowhere else; then everything that
was written down on the way is read. The telltale rows are those where a secret must not stand: the
outbox, the audit trail and the jobs; an account number also in no table but those of the books.
"""

import logging
import re
from collections.abc import Iterator

import pytest
from django.core import mail as mails
from django.db.models import Model
from django.test import Client
from pytest_django import Settings

from balie.apps.banking import actions as banking
from balie.apps.customers import actions as customers
from balie.apps.customers.models import User
from balie.apps.directdebit.models import Collection
from balie.domain.policy import Policy
from balie.infra import clock, jobs, outbox
from balie.infra.audit import SYSTEM
from balie.infra.logs import LineFormatter
from balie.infra.models import AuditEvent, Job, OutboxRow
from tests.apps.building import (
    NOW,
    Entry,
    camt,
    new_account,
    new_customer,
)
from tests.apps.credentials.recovering import mailed_secret
from tests.faces.desk.building import (
    announced,
    asked,
    at_the_bank,
    came_back,
    collected,
    contact_of,
    new_employee,
    take_in,
)
from tests.support.signing_in import sign_in

pytestmark = pytest.mark.django_db

PASSWORD = "kanarie-wachtzin-van-mevrouw"
WRONG = "kanarie-verkeerde-wachtzin"
THEIRS = "NL39RABO0300065264"
STRANGE = "NL22TRIO0987654321"
TELLTALE: tuple[type[Model], ...] = (OutboxRow, AuditEvent, Job)


@pytest.fixture(autouse=True)
def _monday(settings: Settings) -> Iterator[None]:
    settings.BALIE_DEMO = True
    with clock.frozen(NOW):
        yield


def everything(caplog: pytest.LogCaptureFixture) -> str:
    """Log lines, subjects of mails, and the rows where no secret may stand."""
    formatter = LineFormatter()
    found = [formatter.format(record) for record in caplog.records if _is_ours(record)]
    found += [str(message.subject) for message in mails.outbox]
    for model in TELLTALE:
        found += [str(row) for row in model._base_manager.values_list()]
    return re.sub(r"\s", "", "\n".join(found)).upper()


def _is_ours(record: logging.LogRecord) -> bool:
    return not record.name.startswith("django.db")  # statements, which no production logs


def work() -> None:
    """Do what waits, until nothing does."""
    for _ in range(3):
        jobs.run_pending(now=NOW)
        outbox.send_due(now=NOW)


def test_passwords_links_and_codes_are_written_down_nowhere(
    client: Client, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(0)
    contact = contact_of(new_customer())
    customers.set_password(user=contact.user, password=PASSWORD, by=SYSTEM, now=NOW)
    email = contact.user.email
    client.post("/inloggen/", {"identifier": email, "password": WRONG})
    client.post("/inloggen/", {"identifier": email, "password": PASSWORD})
    client.post("/uitloggen/")
    client.post("/inloggegevens/", {"identifier": email})
    work()
    secret = mailed_secret()
    client.get(f"/inloggegevens/nieuw/{secret}/", follow=True)
    client.get(f"/inloggegevens/nieuw/{secret}/x/")  # not found, which is logged
    client.post("/inloggegevens/wachtwoord/", {"password": "kort"})
    client.post("/inloggegevens/wachtwoord/", {"password": PASSWORD + "-nieuw"})
    work()

    told = everything(caplog)

    assert "PASSWORD.SET" in told  # there was something to read
    assert "NOTFOUND:/INLOGGEGEVENS/" in told
    for canary in (PASSWORD, WRONG, secret):
        assert canary.upper() not in told
    assert secret not in "".join(str(row) for row in User.objects.values_list())


def test_whole_account_numbers_are_written_down_in_the_books_alone(
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(0)
    new_account(opening=0)
    customer = new_customer()
    contact = contact_of(customer)
    portal = sign_in(Client(), contact.user)
    portal.post("/klant/machtiging/geven/", {"iban": STRANGE[:-1] + "2", "agreed": "on"})
    _invoice, collection = announced(customer)
    at_the_bank(collection)
    collected(collection)
    came_back(collection, opening=1210)
    asked(customer, subject="Mijn rekening")
    work()
    finance = sign_in(Client(), new_employee("finance").user)
    finance.get("/balie/bank/te-plaatsen/")
    portal.post("/klant/machtiging/intrekken/")
    broken = camt(Entry(cents=100, iban=STRANGE, name="X", text=THEIRS), opening=0)
    banking.receive_file(name="kapot.xml", content=broken[:-40], by=SYSTEM, now=NOW)
    take_in(broken[:-40])
    work()

    told = everything(caplog)

    assert Collection.objects.count()
    assert "INVOICE.ISSUED" in told
    for iban in (THEIRS, STRANGE):
        assert iban not in told


def test_refusals_of_a_bank_file_quote_no_whole_account(caplog: pytest.LogCaptureFixture) -> None:
    """What an exception says ends in a log, a job's error, and on a screen."""
    new_account(opening=0)
    bad = camt(Entry(cents=100, iban=STRANGE, name="X", text="huur"), opening=0, closing=999)
    outcomes = take_in(bad)

    assert STRANGE not in str(outcomes)


def test_error_of_a_job_that_quotes_an_account_or_a_link_is_cut() -> None:
    secret = "Ab3" * 12

    @jobs.job("canary-breaks")
    def breaks(now: object) -> None:
        raise ValueError(f"{STRANGE} and {secret}")

    jobs.enqueue("canary-breaks")
    jobs.run_pending(now=NOW)

    error = Job.objects.get(name="canary-breaks").last_error
    assert error.startswith("ValueError: NL22… and …")


def test_mail_about_a_debit_shows_the_end_of_the_account() -> None:
    announced()
    work()

    assert mails.outbox
    for message in mails.outbox:
        assert THEIRS not in message.subject
        assert THEIRS not in re.sub(r"\s", "", str(message.body))
    assert Policy().company.iban not in "".join(str(message.subject) for message in mails.outbox)
