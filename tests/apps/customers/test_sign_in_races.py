"""What works once works once, also for twenty at the same moment."""

import pytest
from allauth.mfa.models import Authenticator
from django.db import transaction

from balie.apps.customers import attempts, factors, roles, sign_in_codes
from balie.apps.customers.models import CustomerContact, SignInCode, SignInCodeRequest, User
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, new_contact, new_customer
from tests.apps.racing import at_once
from tests.faces.account.walking_in import add_app, app_code
from tests.faces.desk.building import new_employee

pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("committed")]

AT_ONCE = 20


class Refused(Exception):
    """The second of the same."""


def somebody() -> User:
    return new_contact(new_customer(with_contact=False)).user


def once(right: object) -> None:
    if not right:
        raise Refused


def test_code_of_the_app_opens_once() -> None:
    user = somebody()
    add_app(user)
    code = app_code(user)

    ends = at_once(
        lambda _: once(factors.is_right_code(user=user, code=code, now=NOW)),
        before='UPDATE "customers_user"',
        parties=AT_ONCE,
        expected=(Refused,),
    )

    assert ends == ["Refused"] * (AT_ONCE - 1) + ["done"]


def test_recovery_code_opens_once() -> None:
    user = somebody()
    add_app(user)
    code = factors.renew_recovery_codes(user=user, now=NOW)[0]

    ends = at_once(
        lambda _: once(factors.spend_recovery_code(user=user, code=code, now=NOW)),
        before='UPDATE "mfa_authenticator"',
        parties=AT_ONCE,
        expected=(Refused,),
    )

    assert ends == ["Refused"] * (AT_ONCE - 1) + ["done"]
    assert factors.factors_of(user).codes_left == 9


def test_two_recovery_codes_at_once_are_both_spent() -> None:
    user = somebody()
    add_app(user)
    codes = factors.renew_recovery_codes(user=user, now=NOW)

    at_once(
        lambda number: once(factors.spend_recovery_code(user=user, code=codes[number], now=NOW)),
        before='UPDATE "mfa_authenticator"',
    )

    kept = Authenticator.objects.get(user=user, type="recovery_codes")
    assert kept.data["used_mask"] == 0b11


def test_mailed_code_opens_once() -> None:
    user = somebody()
    sign_in_codes.request_code(identifier=user.email, language="nl", network="192.0.2.1", now=NOW)
    with transaction.atomic():
        request = SignInCodeRequest.objects.get()
        sign_in_codes.look_up(request=request, now=NOW)
    code = sign_in_codes.code_of(SignInCode.objects.get().nonce)

    ends = at_once(
        lambda number: once(
            sign_in_codes.check_code(
                identifier=user.email, code=code, network=f"192.0.2.{number}", now=NOW
            )
        ),
        before='UPDATE "customers_signincode"',
        parties=AT_ONCE,
        expected=(Refused,),
    )

    assert ends == ["Refused"] * (AT_ONCE - 1) + ["done"]


def test_two_owners_who_leave_at_once_do_not_both_leave() -> None:
    customer = new_customer()
    new_contact(customer, role="owner")
    owners = list(CustomerContact.objects.filter(customer=customer, role="owner"))
    assert len(owners) == 2

    ends = at_once(
        lambda number: roles.remove_contact(
            given=owners[number], is_proven=True, by=SYSTEM, now=NOW
        ),
        before='UPDATE "customers_customer"',
        expected=(roles.UnableToChangeRole,),
    )

    assert ends == ["UnableToChangeRole", "done"]


def test_employee_who_removes_two_factors_at_once_keeps_one() -> None:
    user = new_employee("agent").user
    add_app(user)
    factors.add_passkey(user=user, name="sleutel", credential={}, now=NOW)
    both = factors.factors_of(user).listed
    assert len(both) == 2

    ends = at_once(
        lambda number: factors.remove(user=user, factor_id=both[number].pk, now=NOW),
        before='DELETE FROM "mfa_authenticator"',
        expected=(factors.UnableToRemove,),
    )

    assert ends == ["UnableToRemove", "done"]
    assert len(factors.factors_of(user).listed) == 1


def test_tries_of_one_network_at_once_count_each_other() -> None:
    user = somebody()

    ends = at_once(
        lambda _: attempts.begin(way="password", user=user, network="192.0.2.1", now=NOW),
        before='INSERT INTO "customers_signin"',
        parties=AT_ONCE,
        expected=(attempts.TooManyTries,),
    )

    assert len(ends) == AT_ONCE
    assert ends.count("done") <= attempts.FREE


def test_tries_at_a_mailed_code_at_once_count_each_other() -> None:
    user = somebody()

    ends = at_once(
        lambda _: once(
            sign_in_codes.check_code(
                identifier=user.email, code="00000000", network="192.0.2.1", now=NOW
            )
        ),
        before='INSERT INTO "customers_signin"',
        parties=AT_ONCE,
        expected=(Refused, attempts.TooManyTries),
    )

    assert len(ends) == AT_ONCE
    assert ends.count("Refused") <= sign_in_codes.TRIES_PER_NETWORK
