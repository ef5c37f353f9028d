"""The language an account is spoken to in."""

import pytest

from balie.apps.customers import actions
from balie.apps.customers.models import User
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, new_contact, new_customer

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.mark.parametrize("language", ["nl", "en"])
def test_account_speaks_the_language_of_its_contact(language: str) -> None:
    contact = new_contact(new_customer(), language=language)

    assert contact.user.language == language


@pytest.mark.parametrize("language", ["nl", "en"])
def test_account_speaks_the_language_of_its_employee(language: str) -> None:
    employee = actions.register_employee(
        name="Ans", email="ans@delinde.example", role="agent", by=SYSTEM, now=NOW
    )
    employee.language = language
    employee.save()

    assert employee.user.language == language


def test_account_of_nobody_speaks_dutch() -> None:
    user = User.objects.create(
        email="niemand@delinde.example", email_changed_at=NOW, created_at=NOW
    )

    assert user.language == "nl"
