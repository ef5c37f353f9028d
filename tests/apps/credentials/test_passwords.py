"""What a password may be: long sentences yes, known words and leaked ones no, and why."""

import hashlib
from pathlib import Path

import pytest
from django.core.exceptions import ValidationError
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st
from pytest_django import Settings

from balie.apps.credentials.passwords import is_in_file
from balie.apps.customers import actions as customers
from balie.apps.customers.models import Contact, Customer, User
from balie.apps.services.models import Domain
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, new_customer

GOOD = "een zwaluw maakt nog geen zomer"


def sha1(password: str) -> str:
    return hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper()


@pytest.fixture
def customer(db: None) -> Customer:
    found = new_customer(name="Bakkerij Zeezicht")
    Domain.objects.create(customer=found, name="broodjeboven.nl")
    return found


@pytest.fixture
def user(customer: Customer) -> User:
    return Contact.objects.select_related("user").get(customers=customer).user


def refusal(user: User, password: str) -> list[str]:
    try:
        customers.set_password(user=user, password=password, by=SYSTEM, now=NOW)
    except ValidationError as error:
        return [str(one.code) for one in error.error_list]
    return []


@pytest.mark.parametrize(
    "password",
    [
        *(GOOD, "x y z " * 33 + "zz", "ééntje mag er best zijn", "kwak kwaak kwek"),
        "in Bakkerij Zeezicht bakken wij ze zelf bruin",
    ],
)
def test_sentence_is_welcome(user: User, password: str) -> None:
    assert refusal(user, password) == []
    assert user.check_password(password)


def test_two_hundred_characters_are_welcome(user: User) -> None:
    assert refusal(user, ("zwaluw zomer " * 20)[:200]) == []


@pytest.mark.parametrize(
    ("password", "code"),
    [
        ("kort maar f", "password_too_short"),
        ("x" * 257, "password_too_long"),
        ("q1w2e3r4t5y6", "password_too_common"),
        ("Zeezicht2026!", "password_known_word"),
        ("BakkerijZeezicht", "password_known_word"),
        ("broodjeboven1", "password_known_word"),
        ("DeLindeHosting1", "password_known_word"),
        ("b.r.o.o.d.j.e.b.o.v.e.n", "password_known_word"),
    ],
)
def test_password_is_refused_and_told_why(user: User, password: str, code: str) -> None:
    assert code in refusal(user, password)
    assert not user.has_usable_password()


def test_own_number_and_address_are_refused(user: User, customer: Customer) -> None:
    assert "password_known_word" in refusal(user, f"{customer.number} 2026 !!")
    assert "password_known_word" in refusal(user, user.email)


def test_refusal_names_the_word_in_a_sentence(user: User) -> None:
    with pytest.raises(ValidationError, match="Dit wachtwoord leunt op ‘zeezicht’"):
        customers.set_password(user=user, password="Zeezicht2026!", by=SYSTEM, now=NOW)


def test_leaked_password_is_refused(user: User, settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "leaked.txt"
    lines = sorted([f"{sha1(GOOD)}:17", *(f"{sha1(str(n))}:{n}" for n in range(500))])
    file.write_text("\r\n".join(lines) + "\r\n")
    settings.BALIE_BREACHED_PASSWORDS_FILE = str(file)

    assert refusal(user, GOOD) == ["password_breached"]
    assert refusal(user, GOOD + " niet") == []


@hypothesis_settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)
@given(
    held=st.sets(st.integers(0, 10_000), min_size=1, max_size=40),
    asked=st.integers(0, 10_000),
    length=st.sampled_from([10, 20, 40]),
    last=st.sampled_from(["", "\n"]),
)
def test_halving_finds_what_reading_the_whole_file_finds(
    tmp_path: Path, held: set[int], asked: int, length: int, last: str
) -> None:
    file = tmp_path / "some.txt"
    lines = sorted({sha1(str(one))[:length] for one in held})
    file.write_text("\n".join(lines) + last)

    found = is_in_file(file, sha1(str(asked)))

    assert found == any(sha1(str(asked)).startswith(line) for line in lines)


def test_empty_file_holds_nothing(tmp_path: Path) -> None:
    file = tmp_path / "empty.txt"
    file.write_text("")

    assert not is_in_file(file, sha1(GOOD))
