"""Attacks on the address on file (guide: safety, section 2a); each docstring names its case."""

from collections.abc import Iterator
from datetime import datetime, timedelta

import pytest
from django.core import mail
from django.db import IntegrityError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from pytest_django import Settings

from balie.apps.credentials import queries as recovery
from balie.apps.credentials.actions import addresses_end, addresses_proof
from balie.apps.credentials.actions.addresses_steps import UnableToChangeAddress
from balie.apps.credentials.models import AddressChange, RecoveryLink
from balie.apps.customers import sign_in_codes
from balie.apps.customers.models import SignInCode
from balie.apps.mandates import actions as mandates
from balie.infra import clock, jobs, outbox
from tests.apps.building import NOW, new_mandate
from tests.apps.credentials.changing import (
    LATER,
    Mover,
    actor_of,
    debited,
    later,
    link_in,
    mails_to,
    new_employee,
    secret_of,
    send,
    stop_secret_of,
    transfer,
)
from tests.apps.credentials.recovering import recover, text_of, whole_database
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

State = AddressChange.State
START = "/inloggegevens/adres/"
ELSEWHERE = "NL91ABNA0417164300"


@pytest.fixture(autouse=True)
def _at_ten(settings: Settings) -> Iterator[None]:
    settings.BALIE_DEMO = True
    with clock.frozen(NOW):
        yield


def mail_me_the_login(mover: Mover, *, at: datetime = NOW) -> list[str]:
    """Ask for the lost login by customer number; the addresses that got a link."""
    mail.outbox.clear()
    recover(mover.customer.number, at=at)
    outbox.send_due(now=at)
    return [one.recipients()[0] for one in mail.outbox if "/inloggegevens/nieuw/" in text_of(one)]


def test_a1_helpful_employees_cannot_give_the_caller_an_account() -> None:
    """A1: the caller knows all the answers, one starts it, a colleague wants to help."""
    mover, first, second = Mover(), new_employee(), new_employee()
    mover.colleague.roles.all().delete()
    change = mover.call(first)
    addresses_proof.confirm(secret=secret_of(change), now=NOW)

    with pytest.raises(UnableToChangeAddress):
        addresses_proof.approve(change=change, employee=second, by=actor_of(second), now=NOW)
    addresses_end.complete_waiting(now=NOW + timedelta(days=13))
    mailed = mail_me_the_login(mover)

    assert mover.change.state == State.OPEN
    assert mailed == [mover.old_email]


def test_a1_even_a_proven_change_mails_no_login_before_the_hold_ends() -> None:
    """A1: after any change of address no credential mail until the hold ends, also when asked."""
    mover, first, second = Mover(), new_employee(), new_employee()
    mover.colleague.roles.all().delete()
    codes = mover.add_factor()
    change = mover.call(first)
    addresses_proof.confirm(secret=secret_of(change), now=NOW)
    addresses_proof.prove_with_code(secret=secret_of(change), code=codes[0], now=NOW)
    addresses_proof.approve(change=change, employee=second, by=actor_of(second), now=NOW)

    during = mail_me_the_login(mover, at=NOW + timedelta(hours=71))
    after = mail_me_the_login(mover, at=NOW + timedelta(hours=73))

    assert mover.user.email == mover.new_email
    assert during == []
    assert after == [mover.new_email]


def test_a1_no_code_to_sign_in_with_is_mailed_during_the_hold() -> None:
    """A1: the other mail that lets somebody in waits for the end of the hold as well."""
    mover = Mover()
    codes = mover.add_factor()
    change = mover.start_in_public()
    addresses_proof.confirm(secret=secret_of(change), now=NOW)
    addresses_proof.prove_with_code(secret=secret_of(change), code=codes[0], now=NOW)

    mailed = []
    for hours in (23, 25):
        now = NOW + timedelta(hours=hours)
        sign_in_codes.request_code(
            identifier=mover.new_email, language="nl", network="192.0.2.9", now=now
        )
        jobs.run_pending(now=now)
        mailed.append(SignInCode.objects.filter(user=mover.user).count())

    assert mailed == [0, 1]


def test_a1_database_refuses_an_approval_by_who_touched_it() -> None:
    """A1: past the code, by hand in the database, the same employee cannot be both."""
    mover, first = Mover(), new_employee()
    change = mover.call(first)

    with pytest.raises(IntegrityError), transaction.atomic():
        AddressChange.objects.filter(pk=change.pk).update(approved_by=first, approved_at=NOW)


@pytest.mark.parametrize(
    "missing", [{"confirmed_at": None}, {"proof": "", "proven_at": None}, {"approved_by": None}]
)
def test_a1_database_refuses_a_change_that_was_made_without_what_it_needs(
    missing: dict[str, None],
) -> None:
    """A1: no completed change without proof, confirmation, and a second employee."""
    mover, first, second = Mover(), new_employee(), new_employee()
    change = mover.call(first)
    whole = {
        "state": State.COMPLETED,
        "confirmed_at": NOW,
        "proof": "bank",
        "proven_at": NOW,
        "approved_by": second,
        "completed_at": NOW,
        "stoppable_until": NOW,
    }

    with pytest.raises(IntegrityError), transaction.atomic():
        AddressChange.objects.filter(pk=change.pk).update(**(whole | missing))
    changed = AddressChange.objects.filter(pk=change.pk).update(**whole)

    assert changed == 1


def test_a2_confirmation_is_of_one_address_only() -> None:
    """A2: verify your own address, then change to the victim's: the old yes counts for nothing."""
    mover = Mover()
    mover.add_factor()
    first = mover.start()
    addresses_proof.confirm(secret=secret_of(first), now=NOW)
    mover.new_email = "slachtoffer@elders.example"
    second = mover.start(has_second_factor=True)

    with pytest.raises(UnableToChangeAddress):
        addresses_proof.confirm(secret=secret_of(first), now=NOW)

    second.refresh_from_db()
    assert second.confirmed_at is None
    assert mover.user.email == mover.old_email


def test_a2_everything_that_was_mailed_before_dies_with_the_change() -> None:
    """A2: the standing link of the account opens nothing any more, before or after the hold."""
    mover = Mover()
    mover.add_factor()
    recover(mover.old_email)
    secret = recovery.secret_of(RecoveryLink.objects.get(user=mover.user).nonce)
    mover.start(has_second_factor=True)

    with clock.frozen(NOW + timedelta(minutes=1)):
        addresses_proof.confirm(secret=secret_of(mover.change), now=NOW + timedelta(minutes=1))

    assert recovery.usable_link(secret=secret, now=NOW + timedelta(minutes=2)) is None


def test_a3_guessed_secrets_are_all_answered_alike() -> None:
    """A3: bad, empty-looking and stopped secrets get one status and one body on confirm."""
    mover = Mover()
    change = mover.start()
    addresses_end.cancel(change=change, by=mover.actor, now=NOW)

    answers = set()
    for secret in ("0" * 64, "bestaat-niet", secret_of(change), change.secret_sha256):
        page = Client().post(f"{START}{secret}/bevestigen/")
        # Only his own address stands in it, for the switch to another language.
        answers.add((page.status_code, page.content.replace(secret.encode(), b"")))

    assert len(answers) == 1


def test_a3_recovery_codes_cannot_be_guessed_by_starting_again_and_again() -> None:
    """A3: the tries of all changes of an account count together."""
    mover = Mover()
    codes = mover.add_factor()
    for number in range(11):
        change = mover.start_in_public()
        with pytest.raises(UnableToChangeAddress):
            addresses_proof.prove_with_code(
                secret=secret_of(change), code=f"{number:010d}", now=NOW
            )

    change = mover.start()
    with pytest.raises(UnableToChangeAddress):
        addresses_proof.prove_with_code(secret=secret_of(change), code=codes[0], now=NOW)

    assert mover.user.email == mover.old_email


def test_a4_start_asks_the_database_the_same_whoever_is_meant() -> None:
    """A4: the same number of statements for an account that is there and one that is not."""
    mover = Mover()
    asked = []
    for identifier in (mover.old_email, "niemand@x.example", mover.customer.number, "K99999"):
        client = Client()
        client.get(START)
        with CaptureQueriesContext(connection) as statements:
            client.post(START, {"identifier": identifier, "new_email": "n@anders.example"})
        asked.append(len(statements))

    assert len(set(asked[:3])) == 1
    assert asked[3] <= asked[0]  # the fourth mail of the hour to one address is not sent


def test_a5_links_name_only_the_configured_host(settings: Settings) -> None:
    """A5: a poisoned Host reaches no mail."""
    mover = Mover()
    Client().post(
        START,
        {"identifier": mover.old_email, "new_email": "n@anders.example"},
        headers={"X-Forwarded-Host": "evil.example"},
    )
    jobs.run_pending(now=NOW)
    send()

    texts = mails_to("n@anders.example") + mails_to(mover.old_email)
    assert len(texts) == 2
    assert not any("evil" in text for text in texts)
    assert all(settings.BALIE_BASE_URL in text for text in texts)


def test_a6_look_alike_of_an_address_means_nobody() -> None:
    """A6: a dotless i or a wide letter is not the letter on file."""
    mover = Mover()
    change = mover.start_in_public(identifier=mover.old_email.replace("k", "\u212a"))

    assert change.user is None


def test_a7_secret_of_one_kind_or_account_opens_no_other() -> None:
    """A7: the link that stops does not confirm, and another's link is another's."""
    mover, other = Mover(), Mover()
    mover.add_factor()
    change = mover.start(has_second_factor=True)
    others = other.start()

    for secret in (stop_secret_of(change, mover.contact), change.nonce, ""):
        with pytest.raises(UnableToChangeAddress):
            addresses_proof.confirm(secret=secret, now=NOW)
    with pytest.raises(UnableToChangeAddress):
        addresses_end.stop(secret=secret_of(change), now=NOW)
    addresses_proof.confirm(secret=secret_of(others), now=NOW)

    assert mover.user.email == mover.old_email


def test_a8_no_secret_of_a_link_is_in_the_database() -> None:
    """A8: what stands there opens nothing; the links were mailed all the same."""
    mover = Mover()
    mover.add_factor()
    change = mover.start(has_second_factor=True)
    send()
    secrets = [secret_of(change), stop_secret_of(change, mover.contact)]

    everything = whole_database()

    assert change.secret_sha256 in everything
    assert [one for one in secrets if one in everything] == []
    assert secrets[0] in link_in(mails_to(mover.new_email)[0])


def test_a9_sessions_end_with_the_change() -> None:
    """A9: who sat in the account when its address changed is out, here and everywhere."""
    mover = Mover()
    mover.add_factor()
    thief = sign_in(Client(), mover.user, strongly=True)
    mover.start(has_second_factor=True)
    before = thief.get("/klant/").status_code

    addresses_proof.confirm(secret=secret_of(mover.change), now=NOW)

    assert before == 200
    assert thief.get("/klant/").status_code == 302


def test_a12_thousand_starts_mail_a_stranger_three_times_an_hour() -> None:
    """A12: nobody's mailbox is filled with confirmations; and the old address has its limit too."""
    mover = Mover()
    mover.new_email = "slachtoffer@elders.example"
    for _ in range(40):
        mover.start_in_public()
    send()

    warned = [text for text in mails_to(mover.old_email) if "/adres/stop/" in text]
    assert len(mails_to("slachtoffer@elders.example")) == 3
    assert len(warned) <= 10


def test_a12_stranger_who_uses_up_the_starts_does_not_lock_the_owner_out() -> None:
    """A11 and A12: the owner still starts in the portal and by telephone."""
    mover = Mover()
    own = mover.new_email
    for number in range(12):
        mover.new_email = f"vreemd{number}@elders.example"
        mover.start_in_public()
    mover.new_email = own

    by_phone = mover.call(new_employee())
    signed_in = mover.start()

    by_phone.refresh_from_db()
    assert (by_phone.state, signed_in.state) == (State.REPLACED, State.OPEN)


def test_a31_extra_fields_prove_nothing() -> None:
    """A31: `proof`, `state` and `user` typed into the forms are not read."""
    mover = Mover()
    extra = {"proof": "bank", "state": "completed", "proven_at": "2026-11-23", "user": "1"}
    client = sign_in(Client(), mover.user)

    client.post("/klant/adres/wijzigen/", {"new_email": mover.new_email, **extra})
    Client().post(f"{START}{secret_of(mover.change)}/bevestigen/", extra)

    assert (mover.change.state, mover.change.proof) == (State.OPEN, "")
    assert mover.user.email == mover.old_email


def test_a32_other_account_first_and_then_the_bank_proof_gains_nothing() -> None:
    """A32: another IBAN on the mandate, then a cent from it: no proof; the owner keeps his."""
    mover = Mover()
    bank = debited(mover)
    with clock.frozen(later(20)):
        new_mandate(mover.customer, iban=ELSEWHERE, now=later(20))
    mover.new_email = "dief@elders.example"
    change = mover.start_in_public(now=later(LATER - 1))
    addresses_proof.confirm(secret=secret_of(change), now=later(LATER - 1))

    transfer(bank, text=change.bank_code, iban=ELSEWHERE)

    assert mover.change.state == State.OPEN
    assert mover.user.email == mover.old_email


def test_a32_address_first_and_then_another_account_waits_and_can_be_stopped() -> None:
    """A32: the other way round the new account waits 72 hours, in which one click undoes it."""
    mover = Mover()
    mover.add_factor()
    change = mover.start(has_second_factor=True)
    addresses_proof.confirm(secret=secret_of(change), now=NOW)

    with pytest.raises(mandates.HeldForSafety):
        new_mandate(mover.customer, iban=ELSEWHERE, now=NOW + timedelta(hours=71))
    addresses_end.stop(
        secret=stop_secret_of(change, mover.colleague), now=NOW + timedelta(hours=71)
    )

    assert mover.user.email == mover.old_email


def test_a37_code_of_another_proves_nothing_and_shows_nothing() -> None:
    """A37: the code of somebody else's change from an own account: an alarm, and no proof."""
    mover, thief = Mover(), Mover()
    bank = debited(mover, thief)
    change = mover.start_in_public(now=later(LATER - 1))
    addresses_proof.confirm(secret=secret_of(change), now=later(LATER - 1))
    mail.outbox.clear()

    transfer(bank, text=change.bank_code, iban=thief.debtor.iban)

    assert mover.change.proof == ""
    assert [one for one in mail.outbox if change.bank_code in text_of(one)] == []


def test_last_resort_needs_two_pairs_of_eyes() -> None:
    """A35: one employee with two browsers is one witness, by the database."""
    mover, first = Mover(), new_employee()
    change = mover.call(first)
    addresses_proof.witness(
        change=change, employee=first, text="Gezien.", by=actor_of(first), now=NOW
    )

    with pytest.raises(IntegrityError), transaction.atomic():
        change.witnesses.create(employee=first, text="Nog eens gezien.", at=NOW)

    assert mover.change.proof == ""
