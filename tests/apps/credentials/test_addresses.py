"""A change of the address on file: only proof completes it, everybody is warned, then it holds."""

from datetime import timedelta

import pytest
from django.core import mail

from balie.apps.credentials.actions import addresses, addresses_end, addresses_proof
from balie.apps.credentials.actions.addresses_steps import UnableToChangeAddress
from balie.apps.credentials.models import AddressChange, RecoveryLink
from balie.apps.credentials.queries import is_held
from balie.apps.customers.actions import place_hold
from balie.apps.customers.models import CustomerContact, Hold
from balie.apps.customers.queries import standing_holds
from balie.apps.mandates import actions as mandates
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import NOW, new_contact, new_customer, new_mandate
from tests.apps.credentials.changing import (
    Mover,
    actor_of,
    link_in,
    mails_to,
    new_employee,
    secret_of,
    send,
    stop_secret_of,
)
from tests.apps.credentials.recovering import recover

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

State = AddressChange.State
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
ELSEWHERE = "NL91ABNA0417164300"


def confirm(mover: Mover, *, now: object = NOW) -> AddressChange:
    return addresses_proof.confirm(secret=secret_of(mover.change), now=now)  # type: ignore[arg-type]


def held_hours(mover: Mover) -> dict[str, float]:
    holds = standing_holds(mover.customer, now=NOW)
    return {
        hold.blocks: (hold.until_at - NOW) / timedelta(hours=1) for hold in holds if hold.until_at
    }


def test_change_with_a_second_factor_is_made_when_the_new_address_confirms() -> None:
    mover = Mover()
    mover.add_factor()

    started = mover.start(has_second_factor=True)
    before = mover.user.email
    done = confirm(mover)

    assert (started.state, before) == (State.OPEN, mover.old_email)
    assert (done.state, done.proof) == (State.COMPLETED, "second_factor")
    assert mover.user.email == mover.new_email
    assert mover.user.email_changed_at == NOW
    assert held_hours(mover) == {"new_iban": 72}


def test_second_factor_that_was_only_just_made_proves_nothing() -> None:
    """Who came in with a stolen password makes himself a factor: it must not help him."""
    mover = Mover()
    mover.add_factor(days=2)

    mover.start(has_second_factor=True)
    done = confirm(mover)

    assert (done.state, done.proof) == (State.OPEN, "")
    assert mover.user.email == mover.old_email


def test_password_alone_and_the_new_address_change_nothing() -> None:
    mover = Mover()
    mover.add_factor()

    mover.start()
    done = confirm(mover)

    assert done.state == State.OPEN
    assert mover.user.email == mover.old_email


def test_saved_recovery_code_proves_and_is_spent() -> None:
    mover = Mover()
    codes = mover.add_factor()
    change = mover.start_in_public()
    confirm(mover)

    done = addresses_proof.prove_with_code(secret=secret_of(change), code=codes[0], now=NOW)

    assert (done.state, done.proof) == (State.COMPLETED, "recovery_code")
    assert held_hours(mover) == {"new_iban": 72, "credentials": 24}
    again = Mover()
    again_change = again.start_in_public()
    with pytest.raises(UnableToChangeAddress):
        addresses_proof.prove_with_code(secret=secret_of(again_change), code=codes[0], now=NOW)


def test_recovery_code_without_the_new_address_completes_nothing() -> None:
    mover = Mover()
    codes = mover.add_factor()
    change = mover.start_in_public()

    addresses_proof.prove_with_code(secret=secret_of(change), code=codes[0], now=NOW)
    before = mover.change
    done = confirm(mover)

    assert (before.state, before.proof) == (State.OPEN, "recovery_code")
    assert done.state == State.COMPLETED


def test_recovery_codes_are_tried_five_times_per_change() -> None:
    mover = Mover()
    codes = mover.add_factor()
    change = mover.start_in_public()
    for number in range(5):
        with pytest.raises(UnableToChangeAddress):
            addresses_proof.prove_with_code(
                secret=secret_of(change), code=f"{number:010d}", now=NOW
            )

    with pytest.raises(UnableToChangeAddress):
        addresses_proof.prove_with_code(secret=secret_of(change), code=codes[0], now=NOW)

    assert mover.change.proof == ""


def test_old_address_and_all_owners_are_warned_at_start_and_at_completion() -> None:
    mover = Mover()
    mover.add_factor()
    stranger = new_contact(new_customer(with_contact=False))
    warned = (mover.old_email, new_contact(mover.customer).user.email)

    mover.start(has_second_factor=True)
    send()
    at_start = [text for one in warned for text in mails_to(one) if "/adres/stop/" in text]
    mail.outbox.clear()
    confirm(mover)
    send()
    at_the_end = [text for one in warned for text in mails_to(one) if "/adres/stop/" in text]

    assert len(at_start) == len(at_the_end) == 2
    assert all("Er is nog niets veranderd" in text for text in at_start)
    assert all("is gewijzigd in" in text for text in at_the_end)
    links = {link_in(text) for text in at_start}
    assert len(links) == 2
    assert links == {link_in(text) for text in at_the_end}
    assert mails_to(stranger.user.email) == []
    assert mover.new_email not in "".join(at_start + at_the_end)


def test_contact_with_a_lesser_role_may_stop_what_waits() -> None:
    mover = Mover()
    change = mover.start()
    send()
    warned = mails_to(mover.colleague.user.email)

    addresses_end.stop(secret=link_in(warned[0]).rstrip("/").rpartition("/")[2], now=NOW)

    change.refresh_from_db()
    assert (len(warned), change.state) == (1, State.STOPPED)
    assert mover.new_email not in warned[0]


def test_contact_with_a_lesser_role_is_told_when_it_was_made_and_cannot_put_it_back() -> None:
    mover = Mover()
    mover.add_factor()
    change = mover.start(has_second_factor=True)
    send()
    link = link_in(mails_to(mover.colleague.user.email)[0])
    mail.outbox.clear()
    confirm(mover)
    send()

    with pytest.raises(UnableToChangeAddress):
        addresses_end.stop(secret=link.rstrip("/").rpartition("/")[2], now=NOW)

    (told,) = mails_to(mover.colleague.user.email)
    change.refresh_from_db()
    assert change.state == State.COMPLETED
    assert "/adres/stop/" not in told
    assert mover.contact.name in told


def test_owner_of_one_of_his_customers_may_put_it_back_and_a_fellow_guest_may_not() -> None:
    """He serves somebody else's customer as technical contact: its owner's link undoes it too."""
    mover = Mover()
    elsewhere = new_customer(with_contact=False)
    owner, guest = new_contact(elsewhere), new_contact(elsewhere, role="finance")
    CustomerContact.objects.create(
        customer=elsewhere, contact=mover.contact, role="technical", since_at=NOW
    )

    change = mover.start()

    may = dict(change.notices.values_list("contact", "may_put_back"))
    assert may == {
        mover.contact.pk: True,
        owner.pk: True,
        guest.pk: False,
        mover.colleague.pk: False,
    }


def test_stop_by_an_owner_who_was_warned_ends_an_open_change() -> None:
    mover = Mover()
    owner = new_contact(mover.customer)
    mover.add_factor()
    change = mover.start(has_second_factor=True)
    secret = stop_secret_of(change, owner)

    stopped = addresses_end.stop(secret=secret, now=NOW)
    again = addresses_end.stop(secret=secret, now=NOW)

    assert (stopped.state, again.state) == (State.STOPPED, State.STOPPED)
    assert stopped.closed_by == f"contact:{owner.pk}"
    with pytest.raises(UnableToChangeAddress):
        confirm(mover)
    assert mover.user.email == mover.old_email


def test_stop_within_the_hold_puts_the_old_address_back() -> None:
    mover = Mover()
    codes = mover.add_factor()
    change = mover.start_in_public()
    confirm(mover)
    addresses_proof.prove_with_code(secret=secret_of(change), code=codes[0], now=NOW)
    just_in_time = NOW + timedelta(hours=72, seconds=-1)
    mover.user.set_password("van de inbreker")

    done = addresses_end.stop(secret=stop_secret_of(change, mover.contact), now=just_in_time)

    assert done.state == State.REVERTED
    assert mover.user.email == mover.old_email
    assert not mover.user.has_usable_password()
    assert not is_held(mover.user, now=just_in_time)


def test_stop_after_the_hold_is_refused() -> None:
    mover = Mover()
    mover.add_factor()
    change = mover.start(has_second_factor=True)
    confirm(mover)

    with pytest.raises(UnableToChangeAddress):
        addresses_end.stop(
            secret=stop_secret_of(change, mover.contact), now=NOW + timedelta(hours=72)
        )

    assert mover.user.email == mover.new_email


def test_second_change_waits_until_the_first_can_no_longer_be_stopped() -> None:
    """Else an intruder would hop on to where the warned owner's link no longer reaches."""
    mover = Mover()
    mover.add_factor()
    first = mover.start(has_second_factor=True)
    confirm(mover)
    mover.new_email = "verder@anders.example"
    mover.start(has_second_factor=True, now=NOW + timedelta(hours=1))
    waiting = confirm(mover, now=NOW + timedelta(hours=2))

    done = addresses_end.stop(
        secret=stop_secret_of(first, mover.contact), now=NOW + timedelta(hours=3)
    )

    assert waiting.state == State.OPEN
    assert done.state == State.REVERTED
    assert mover.user.email == mover.old_email
    assert mover.change.state == State.STOPPED


def test_change_that_is_not_proven_in_time_lapses() -> None:
    mover = Mover()
    change = mover.start()

    addresses_end.complete_waiting(now=change.expires_at - timedelta(seconds=1))
    before = mover.change.state
    addresses_end.complete_waiting(now=change.expires_at)

    assert (before, mover.change.state) == (State.OPEN, State.LAPSED)


def test_mandate_on_a_new_account_waits_for_a_hold_without_an_end() -> None:
    mover = Mover()
    place_hold(customer=mover.customer, blocks="new_iban", reason="?", by=SYSTEM, now=NOW)

    with pytest.raises(mandates.HeldForSafety) as held:
        new_mandate(mover.customer, iban=ELSEWHERE, now=NOW + 100 * DAY)
    same = new_mandate(mover.customer, iban=mover.debtor.iban, now=NOW)

    assert (held.value.until, same.iban) == (None, mover.debtor.iban)


def test_address_of_another_account_is_refused_at_the_end() -> None:
    mover = Mover()
    mover.add_factor()
    mover.new_email = new_contact(new_customer(with_contact=False)).user.email.upper()
    mover.start(has_second_factor=True)

    done = confirm(mover)

    assert (done.state, done.closed_because) == (State.REFUSED, "taken")
    assert mover.user.email == mover.old_email


def test_standing_recovery_link_is_void_after_the_change() -> None:
    mover = Mover()
    mover.add_factor()
    recover(mover.old_email)
    mover.start(has_second_factor=True)

    confirm(mover, now=NOW + timedelta(minutes=1))

    assert RecoveryLink.objects.get(user=mover.user).voided_at == NOW + timedelta(minutes=1)


def test_mandate_on_a_new_account_waits_for_the_end_of_the_hold() -> None:
    mover = Mover()
    mover.add_factor()
    mover.start(has_second_factor=True)
    confirm(mover)

    with pytest.raises(mandates.HeldForSafety) as held:
        new_mandate(mover.customer, iban=ELSEWHERE, now=NOW + timedelta(hours=71))
    same = new_mandate(mover.customer, iban=mover.debtor.iban, now=NOW + timedelta(hours=71))
    other = new_mandate(mover.customer, iban=ELSEWHERE, now=NOW + timedelta(hours=72))

    assert held.value.until == NOW + timedelta(hours=72)
    assert (same.iban, other.iban) == (mover.debtor.iban, ELSEWHERE)


def test_bounce_of_the_old_address_is_noted_and_the_change_goes_on() -> None:
    mover = Mover()
    mover.add_factor()
    change = mover.start(has_second_factor=True)
    send()
    row = OutboxRow.objects.get(kind="address-warning", recipient_id=mover.user.pk)
    outbox.note_bounced(message_id=row.message_id, reason="550 no such user", now=NOW)
    done = confirm(mover)

    assert change.notices.get(contact=mover.contact).bounced_at == NOW
    assert done.state == State.COMPLETED
    kinds = list(change.steps.order_by("pk").values_list("kind", flat=True))
    assert kinds == [
        "started",
        "warned",
        "proven",
        "bounced",
        "confirmed",
        "completed",
        "warned",
    ]


def test_every_step_is_in_the_audit_trail() -> None:
    mover = Mover()
    mover.add_factor()
    change = mover.start(has_second_factor=True)
    confirm(mover)

    trail = AuditEvent.objects.filter(subject_kind="address_change", subject_id=change.pk)
    steps = change.steps.order_by("pk").values_list("kind", flat=True)

    assert [row.event for row in trail.order_by("pk")] == [f"address_change.{one}" for one in steps]
    assert Hold.objects.filter(customer=mover.customer).count() == 1


def test_employee_has_no_change_of_address_of_this_kind() -> None:
    employee = new_employee()

    with pytest.raises(UnableToChangeAddress):
        addresses.start_in_portal(
            user=employee.user,
            new_email="weg@anders.example",
            factor_id=1,
            language="nl",
            by=actor_of(employee),
            now=NOW,
        )
