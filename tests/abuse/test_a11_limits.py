"""A11: get round the limits on tries: by a right password, another spelling, another moment.

Source: NIST SP 800-63B-4 3.2.2. That the limits hold at all stands in test_a11_stuffing.py.
"""

from datetime import timedelta

import pytest

from balie.apps.customers import access, attempts, sign_in_codes
from balie.apps.customers.models import SignIn, SignInCode
from balie.infra.clock import FrozenClock
from tests.abuse.attacking import CODE, OLD, SIGN_IN, attacker, is_inside, mails_to, work
from tests.apps.building import NOW, new_contact
from tests.apps.credentials.recovering import Loser
from tests.faces.account.walking_in import add_app, app_code

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

ENTER = "/inloggen/code/invullen/"
HERE = "203.0.113.9"
WRONG = "een heel verkeerde lange zin"


def fail_second(victim: Loser, times: int, *, at: str) -> int:
    """Give the right password, then wrong codes from one network; how many were judged."""
    client = attacker(REMOTE_ADDR=at)
    client.post(SIGN_IN, {"identifier": victim.user.email, "password": OLD})
    given = [client.post(access.SECOND_STEP, {"code": "abcdef"}) for _ in range(times)]
    return sum(answer.status_code == 422 for answer in given)


def try_password(identifier: str) -> int:
    fields = {"identifier": identifier, "password": WRONG}
    return int(attacker(REMOTE_ADDR=HERE).post(SIGN_IN, fields).status_code)


def test_right_password_does_not_end_a_row_of_wrong_second_factors(victim: Loser) -> None:
    """A11: 100 in a row is 100, also for who knows the password and comes from everywhere."""
    add_app(victim.user)

    judged = sum(fail_second(victim, 5, at=f"203.0.113.{number}") for number in range(24))

    assert judged == attempts.IN_A_ROW


def test_right_password_alone_makes_no_network_known(victim: Loser) -> None:
    """A11: only who came in altogether is known: then the row does not close it to him."""
    add_app(victim.user)
    fail_second(victim, 0, at=HERE)
    before = attempts.is_known_network(user=victim.user, network=HERE, now=NOW)
    rows = SignIn.objects.filter(user=victim.user).count()

    client = attacker(REMOTE_ADDR=HERE)
    client.post(SIGN_IN, {"identifier": victim.user.email, "password": OLD})
    client.post(access.SECOND_STEP, {"code": app_code(victim.user)})

    known = SignIn.objects.filter(user=victim.user, has_succeeded=True)
    assert (before, rows) == (False, 0)
    assert is_inside(client)
    assert sorted(known.values_list("way", flat=True)) == ["password", "second"]


def test_spelling_of_a_number_gets_round_no_wait_and_tells_nothing(victim: Loser) -> None:
    """A11, A4: every spelling is the same number, whether or not it is a customer's."""
    told = []
    for number in (victim.customer.number, "K99999"):
        for _ in range(attempts.FREE):
            assert try_password(number) == 422
        told.append([try_password(f" {number[0].lower()} {number[1:]}"), try_password(number[1:])])

    assert told == [[429, 429], [429, 429]]


def test_wait_for_a_number_tells_not_whose_address_it_is(victim: Loser) -> None:
    """A4: the wait of a network goes with what was typed, not with the account behind it."""
    for _ in range(attempts.FREE + 1):
        try_password(victim.customer.number)

    assert try_password(victim.user.email) == 422


def test_hundred_in_a_row_count_under_every_name(victim: Loser) -> None:
    """A11: who tries by number and by address has no two hundred."""
    names = (victim.customer.number, victim.user.email)
    answers = [
        attacker().post(SIGN_IN, {"identifier": names[number % 2], "password": WRONG}).status_code
        for number in range(attempts.IN_A_ROW + 4)
    ]

    assert answers.count(422) == attempts.IN_A_ROW
    assert set(answers[attempts.IN_A_ROW :]) == {429}


def test_mailed_code_of_a_shared_number_is_tried_five_times_in_all_spellings(
    victim: Loser,
) -> None:
    """A11: nor do blanks in a number give a network new tries at a mailed code."""
    new_contact(victim.customer)
    number, judged = victim.customer.number, 0
    for blanks in range(4):
        client = attacker(REMOTE_ADDR=HERE)
        client.post(CODE, {"identifier": number[0] + " " * blanks + number[1:]})
        given = [client.post(ENTER, {"code": "00000000"}).status_code for _ in range(3)]
        judged += given.count(422)

    assert judged == sign_in_codes.TRIES_PER_NETWORK


def test_network_tries_few_mailed_codes_over_all_names(victim: Loser) -> None:
    """A11: a network that goes from name to name is stopped as well."""
    key = attempts.network_key(HERE)
    SignIn.objects.bulk_create(
        SignIn(account=f"{number}", network=key, way="code", at=NOW - timedelta(minutes=30))
        for number in range(attempts.FREE_PER_NETWORK)
    )
    client, other = attacker(REMOTE_ADDR=HERE), attacker()
    for one in (client, other):
        one.post(CODE, {"identifier": victim.user.email})

    answers = [one.post(ENTER, {"code": "00000000"}).status_code for one in (client, other)]

    assert answers == [429, 422]


def test_strangers_close_mailed_codes_to_no_network_of_the_owner(victim: Loser) -> None:
    """A11: a hundred wrong codes from everywhere do not stop him where he came in before."""
    owner = attacker(REMOTE_ADDR="192.0.2.44")
    owner.post(SIGN_IN, {"identifier": victim.user.email, "password": OLD})
    owner.cookies.clear()
    owner.post(CODE, {"identifier": victim.user.email})
    work()
    SignIn.objects.bulk_create(
        SignIn(account="x", network=f"{number}", user=victim.user, way="code", at=NOW)
        for number in range(sign_in_codes.TRIES)
    )
    code = {"code": sign_in_codes.code_of(SignInCode.objects.get().nonce)}
    stranger = attacker()
    stranger.post(CODE, {"identifier": victim.user.email})

    assert stranger.post(ENTER, code).status_code == 429
    owner.post(ENTER, code)
    assert is_inside(owner)


def test_last_mailed_code_of_a_day_stands_until_the_next_may_leave(
    victim: Loser, frozen: FrozenClock
) -> None:
    """A11: ten requests of a stranger leave the owner with a code that works, on any network."""
    for _ in range(sign_in_codes.PER_DAY):
        attacker().post(CODE, {"identifier": victim.user.email})
        work()
        frozen.advance(timedelta(minutes=21))
    code = sign_in_codes.code_of(SignInCode.objects.latest("pk").nonce)
    frozen.advance(timedelta(hours=12))
    owner = attacker()
    owner.post(CODE, {"identifier": victim.user.email})
    work()

    owner.post(ENTER, {"code": code})

    assert code in mails_to(victim.user.email)[-1]
    assert len(mails_to(victim.user.email)) == sign_in_codes.PER_DAY
    assert is_inside(owner)
