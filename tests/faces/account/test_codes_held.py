"""A code that was mailed opens nothing while the logins of its customer are held."""

import pytest
from django.test import Client

from balie.apps.customers import actions, sign_in_codes
from balie.apps.customers.models import Customer, SignInCode, User
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW
from tests.faces.account.test_signing_in import ask_for_code, mailed_code
from tests.faces.account.walking_in import is_inside

pytestmark = pytest.mark.django_db


@pytest.mark.parametrize("is_long", [False, True])
def test_code_that_was_mailed_opens_nothing_while_logins_are_held(
    client: Client, jan: User, *, is_long: bool
) -> None:
    """As a link that is out opens nothing: whoever reads the mailbox may be why they are held."""
    ask_for_code(client, jan.email)
    code = mailed_code()
    if is_long:
        code = sign_in_codes.long_code_of(SignInCode.objects.get().nonce)
    hold = actions.place_hold(
        customer=Customer.objects.get(contacts__user=jan),
        blocks="credentials",
        reason="x",
        by=SYSTEM,
        now=NOW,
    )

    refused = client.post("/inloggen/code/invullen/", {"code": code})
    assert (refused.status_code, is_inside(client)) == (422, False)
    actions.lift_hold(hold=hold, by=SYSTEM, now=NOW)
    client.post("/inloggen/code/invullen/", {"code": code})
    assert is_inside(client)
