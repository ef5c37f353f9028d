"""Who loses his access loses what was mailed to him before."""

import pytest

from balie.apps.credentials import actions, queries
from balie.apps.credentials.models import RecoveryLink
from balie.apps.customers import factors, roles, sign_in_codes
from balie.apps.customers.models import CustomerContact, SignInCode, User
from balie.infra import jobs
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent, OutboxRow
from tests.apps.building import NOW, new_contact
from tests.apps.credentials.recovering import Loser, recover
from tests.faces.account.walking_in import add_app
from tests.faces.desk.building import new_employee

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


def mailed(user: User) -> tuple[str, str]:
    """Have a link and a code mailed to an account; the secrets of both."""
    recover(user.email)
    sign_in_codes.request_code(identifier=user.email, language="nl", network="192.0.2.1", now=NOW)
    jobs.run_pending(now=NOW)
    link = RecoveryLink.objects.get(user=user, used_at=None, voided_at=None)
    code = SignInCode.objects.get(user=user, used_at=None, voided_at=None)
    return queries.secret_of(link.nonce), sign_in_codes.code_of(code.nonce)


def opens(user: User, secret: str, code: str) -> bool:
    """Whether the link or the code of an account opens it."""
    right = sign_in_codes.check_code(identifier=user.email, code=code, network="192.0.2.1", now=NOW)
    return queries.usable_link(secret=secret, now=NOW) is not None or right is not None


def test_employee_taken_back_is_not_opened_by_what_was_mailed_before() -> None:
    new_employee("admin")
    employee = new_employee("agent")
    secret, code = mailed(employee.user)

    actions.deactivate_employee(employee=employee, by=SYSTEM, now=NOW)
    roles.reactivate_employee(employee=employee, by=SYSTEM, now=NOW)

    assert not opens(employee.user, secret, code)


def test_contact_removed_is_not_opened_by_what_was_mailed_before() -> None:
    loser = Loser()
    leaving = new_contact(loser.customer, role="technical")
    secret, code = mailed(leaving.user)
    given = CustomerContact.objects.get(contact=leaving)

    actions.remove_contact(given=given, is_proven=True, by=SYSTEM, now=NOW)

    assert not opens(leaving.user, secret, code)


def test_employee_who_lost_his_factor_adds_a_new_one_and_everybody_hears() -> None:
    admin, lost = new_employee("admin"), new_employee("agent")
    add_app(lost.user)
    factors.renew_recovery_codes(user=lost.user, now=NOW)
    secret, code = mailed(lost.user)

    actions.reset_factors(employee=lost, by=SYSTEM, now=NOW)

    assert factors.factors_of(lost.user) == factors.Factors()
    assert not opens(lost.user, secret, code)
    line = AuditEvent.objects.get(event="factor.reset")
    assert (line.by_kind, line.subject_id) == ("system", lost.user_id)
    told = OutboxRow.objects.filter(kind="factor-changed", payload__what="reset")
    assert set(told.values_list("recipient_id", flat=True)) == {admin.user_id, lost.user_id}
