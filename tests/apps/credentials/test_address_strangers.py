"""What a stranger gets out of starting changes, what lapses, and whose logins are held."""

from datetime import datetime, timedelta

import pytest

from balie.apps.credentials.actions import addresses_end, addresses_proof
from balie.apps.credentials.actions.addresses_steps import UnableToChangeAddress
from balie.apps.credentials.address_track import track_of
from balie.apps.credentials.models import AddressChange, RecoveryLink
from balie.apps.credentials.queries import addresses as queries
from balie.apps.credentials.queries import is_held
from balie.apps.customers import queries as queries_of_people
from balie.apps.customers.actions import place_hold
from balie.apps.customers.models import Hold, User
from balie.apps.customers.queries import is_held as is_customer_held
from balie.apps.promises.queries import policy_in_force
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW
from tests.apps.credentials.changing import (
    Mover,
    actor_of,
    new_employee,
    secret_of,
    stop_secret_of,
)
from tests.apps.credentials.recovering import recover

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

State = AddressChange.State
DAY, SECOND = timedelta(days=1), timedelta(seconds=1)
ELSEWHERE = "NL91ABNA0417164300"


def confirm(mover: Mover, *, now: object = NOW) -> AddressChange:
    return addresses_proof.confirm(secret=secret_of(mover.change), now=now)  # type: ignore[arg-type]


def test_change_that_is_proven_and_not_confirmed_in_time_lapses_and_is_not_confirmed() -> None:
    mover = Mover()
    mover.add_factor()
    change = mover.start(has_second_factor=True)

    with pytest.raises(UnableToChangeAddress):
        confirm(mover, now=change.expires_at)
    addresses_end.complete_waiting(now=change.expires_at)

    assert (mover.change.state, mover.change.confirmed_at) == (State.LAPSED, None)
    assert mover.user.email == mover.old_email


def test_change_that_is_whole_and_only_waits_does_not_lapse() -> None:
    mover = Mover()
    first, second = new_employee(), new_employee()
    change = mover.call(first)
    confirm(mover)
    for one in (first, second):
        addresses_proof.witness(
            change=change, employee=one, text="gezien", by=actor_of(one), now=NOW + DAY
        )

    addresses_end.complete_waiting(now=change.expires_at)
    before = mover.change.state
    addresses_end.complete_waiting(now=NOW + 15 * DAY)

    assert (before, mover.change.state) == (State.OPEN, State.COMPLETED)


def titles(change: AddressChange, *, now: datetime) -> list[tuple[str, str, object]]:
    change.refresh_from_db()
    stops = track_of(change, policy=policy_in_force(now=now), now=now, public=True)
    return [(str(stop.title), stop.state, stop.at) for stop in stops]


def test_public_page_is_the_same_at_every_moment_whatever_became_of_it() -> None:
    """An account whose owner stopped it, one whose owner moved since, and nobody's."""
    mover, moved, nobody = Mover(), Mover(), Mover()
    stopped = mover.start_in_public()
    aside = moved.start_in_public()
    of_nobody = nobody.start_in_public(identifier="niemand@nergens.example")
    addresses_end.stop(secret=stop_secret_of(stopped, mover.contact), now=NOW)
    moved.add_factor()
    moved.start(has_second_factor=True)
    confirm(moved)
    seen = []
    for now in (NOW + DAY, stopped.expires_at - SECOND, stopped.expires_at, NOW + 15 * DAY):
        seen.append([titles(one, now=now) for one in (stopped, aside, of_nobody)])
        takes = {queries.takes_proof(one, now=now) for one in (stopped, aside, of_nobody)}
        assert len(takes) == 1
    addresses_end.complete_waiting(now=NOW + 15 * DAY)
    seen.append([titles(one, now=NOW + 15 * DAY) for one in (stopped, aside, of_nobody)])

    assert [len({str(one) for one in row}) for row in seen] == [1] * 5
    assert seen[0] != seen[2] == seen[4]


def test_strangers_use_up_neither_the_tries_nor_the_starts_of_the_owner() -> None:
    mover = Mover()
    codes = mover.add_factor()
    for number in range(12):
        strangers = mover.start_in_public(identifier=mover.customer.number)
        for code in range(2):
            with pytest.raises(UnableToChangeAddress):
                addresses_proof.prove_with_code(
                    secret=secret_of(strangers), code=f"{number}{code:09d}", now=NOW
                )
    last = mover.start_in_public(now=NOW + DAY)
    own = mover.start()

    confirm(mover)
    done = addresses_proof.prove_with_code(secret=secret_of(own), code=codes[0], now=NOW)

    assert last.user == mover.user
    assert done.state == State.COMPLETED


def test_start_beyond_the_limit_of_a_day_mails_nobody_and_still_takes_its_proof() -> None:
    mover = Mover()
    codes = mover.add_factor()
    for _ in range(10):
        mover.start_in_public()
    own = mover.start_in_public()
    warned = OutboxRow.objects.filter(kind="address-warning").count()
    per_start = len({mover.contact.pk, mover.colleague.pk})
    addresses_proof.confirm(secret=secret_of(own), now=NOW)

    done = addresses_proof.prove_with_code(secret=secret_of(own), code=codes[0], now=NOW)

    assert warned == 10 * per_start
    assert done.state == State.COMPLETED
    assert own.notices.exists()


def test_recovery_code_takes_up_what_a_strangers_start_replaced() -> None:
    mover = Mover()
    codes = mover.add_factor()
    own, own_address = mover.start_in_public(), mover.new_email
    mover.new_email = "inbreker@anders.example"
    strangers = mover.start_in_public()
    addresses_proof.confirm(secret=secret_of(own), now=NOW)

    done = addresses_proof.prove_with_code(secret=secret_of(own), code=codes[0], now=NOW)

    strangers.refresh_from_db()
    assert (done.state, strangers.state) == (State.COMPLETED, State.REPLACED)
    assert mover.user.email == own_address


def test_start_of_a_stranger_leaves_what_the_owner_proved() -> None:
    mover = Mover()
    codes = mover.add_factor()
    own, own_address = mover.start_in_public(), mover.new_email
    addresses_proof.prove_with_code(secret=secret_of(own), code=codes[0], now=NOW)
    mover.new_email = "inbreker@anders.example"
    strangers = mover.start_in_public()
    with pytest.raises(UnableToChangeAddress):
        addresses_proof.prove_with_code(secret=secret_of(strangers), code=codes[1], now=NOW)

    done = addresses_proof.confirm(secret=secret_of(own), now=NOW)

    assert (done.state, strangers.state) == (State.COMPLETED, State.REPLACED)
    assert mover.user.email == own_address


def test_hold_of_a_change_holds_the_logins_of_that_account_alone() -> None:
    mover = Mover()
    codes = mover.add_factor()
    change = mover.start_in_public()
    confirm(mover)
    addresses_proof.prove_with_code(secret=secret_of(change), code=codes[0], now=NOW)

    held = [queries_of_people.are_logins_held(user, now=NOW) for user in both(mover)]
    recover(mover.colleague.user.email)

    assert held == [True, False]
    assert [is_held(user, now=NOW) for user in both(mover)] == held
    assert RecoveryLink.objects.filter(user=mover.colleague.user).exists()
    assert is_customer_held(mover.customer, Hold.Blocks.CREDENTIALS, now=NOW)


def test_hold_of_a_customer_holds_the_logins_of_all_his_contacts() -> None:
    mover = Mover()
    place_hold(customer=mover.customer, blocks="credentials", reason="?", by=SYSTEM, now=NOW)

    held = [queries_of_people.are_logins_held(user, now=NOW) for user in both(mover)]

    assert held == [True, True]


def both(mover: Mover) -> tuple[User, User]:
    return mover.user, mover.colleague.user
