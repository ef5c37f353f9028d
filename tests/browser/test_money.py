"""Service to money, with a keyboard on a phone: debited, returned, transferred, paid."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.conf import settings

from balie.apps.customers import actions as customers
from balie.apps.customers.models import Contact, Customer
from balie.apps.directdebit import actions as directdebit
from balie.apps.office.actions import daily_round
from balie.apps.office.intake import take_in_bank_file
from balie.domain.policy import Policy
from balie.domain.workdays import is_target_day
from balie.infra import clock, outbox
from balie.infra.audit import SYSTEM
from balie.infra.clock import FrozenClock
from balie.simulator.bank import SimulatedBank
from tests.apps.building import (
    NOW,
    THEIR_IBAN,
    TODAY,
    new_account,
    new_customer,
    new_domain,
    new_mandate,
    new_service,
)
from tests.browser.walking import Walker, last_letter

pytestmark = pytest.mark.browser

PASSWORD = "paard batterij nietje juist"
OUR_IBAN = Policy().company.iban
DAY = timedelta(days=1)
ComeIn = Callable[[], AbstractContextManager[Walker]]


def bakery() -> Customer:
    """A customer with a service, a mandate and a password."""
    customer = new_customer(name="Bakkerij Zeezicht")
    new_service(customer, domain=new_domain(customer, "zeezicht.nl"))
    new_mandate(customer)
    contact = Contact.objects.select_related("user").get(customers=customer)
    customers.set_password(user=contact.user, password=PASSWORD, by=SYSTEM, now=NOW)
    return customer


def live_a_day(bank: SimulatedBank, day: date, frozen: FrozenClock) -> None:
    """A morning at the office: yesterday's statement, the round, our files at the bank."""
    now = datetime.combine(day, time(9), tzinfo=clock.AMSTERDAM)
    frozen.move_to(now)
    yesterday = day - DAY
    if is_target_day(yesterday) and yesterday > bank.closed_on:
        content = bank.close_day(yesterday)
        assert content is not None
        take_in_bank_file(name=f"{yesterday}.xml", content=content, by=SYSTEM, now=now)
    daily_round(by=SYSTEM, now=now)
    outbox.send_due(now=now)
    for path in sorted((Path(settings.BALIE_HOME) / "bank" / "out").glob("*.xml")):
        answer = bank.receive_file(path.read_bytes(), at=now)
        directdebit.take_in_status(content=answer, by=SYSTEM, now=now)
        path.unlink()
    outbox.send_due(now=now)


def days(first: date, last: date) -> list[date]:
    return [first + each * DAY for each in range((last - first).days + 1)]


def test_debit_that_comes_back_is_transferred_and_paid(
    come_in: ComeIn, frozen: FrozenClock
) -> None:
    bank = SimulatedBank.open(iban=OUR_IBAN, opened_on=TODAY, monthly_cost_cents=0)
    new_account(iban=OUR_IBAN)
    customer = bakery()
    bank.plan_return(THEIR_IBAN, reason="AM04", after_days=1)
    with come_in() as contact:
        live_a_day(bank, TODAY, frozen)
        contact.open("/klant/")
        contact.fill_in("E-mailadres of klantnummer", customer.number)
        contact.fill_in("Wachtwoord", PASSWORD)
        contact.press("Inloggen")
        contact.reads("Wij schrijven af € 12,10", "do 26 nov 2026", "tot en met do 21 jan 2027")

        for day in days(TODAY + DAY, date(2026, 11, 27)):
            live_a_day(bank, day, frozen)
        contact.follow("Facturen")
        contact.follow("F2026-00001")
        contact.reads("Betaald. U kunt het nog laten terugboeken, tot en met do 21 jan 2027.")

        for day in days(date(2026, 11, 28), date(2026, 11, 30)):
            live_a_day(bank, day, frozen)
        assert last_letter()[1] == "De afschrijving van €\u00a012,10 is niet gelukt"
        contact.follow("Overzicht")
        contact.reads("Dit vraagt iets van u", "Wilt u € 12,10 zelf overmaken?")
        contact.follow("Zo maakt u over")
        contact.reads(
            "Teruggeboekt vr 27 nov 2026",
            "Bedrag € 12,10",
            "NL02 ABNA 0123 4567 89",
            "F2026-00001 zeezicht.nl",
            "Een overboeking is binnen 2 tot 5 werkdagen bij ons.",
        )
        assert contact.copy("Kopieer omschrijving") == "F2026-00001 zeezicht.nl"

        bank.receive_transfer(
            amount_cents=1210,
            name="Bakkerij Zeezicht",
            iban=THEIR_IBAN,
            on=date(2026, 12, 1),
            text="hosting zeezicht.nl",
        )
        for day in days(date(2026, 12, 1), date(2026, 12, 2)):
            live_a_day(bank, day, frozen)
        contact.follow("Facturen")
        contact.reads("Nog te betalen € 0,00")
        contact.follow("F2026-00001")
        contact.reads("Betaald. Dank u wel.", "Betaald di 1 dec 2026")
        contact.reads_not("Zelf overmaken")
