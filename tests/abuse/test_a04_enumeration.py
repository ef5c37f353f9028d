"""A4: find out who is a customer by text, status, statements or time.

Sources: FreeScout GHSA-jvmv-2qcp-7855, Django CVE-2024-45231, -39329, CVE-2025-13473. Time is
measured by `make bench-enumeration`.
"""

from collections.abc import Callable
from typing import Any

import pytest

from tests.abuse.attacking import CODE, RECOVER, SENT, SIGN_IN, attacker, seen, statements_of
from tests.apps.credentials.recovering import Loser

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

NOBODY = ("niemand@klant.example", "K99999", "onbekend.nl", "' OR 1=1 --")
WRONG = "een heel verkeerde lange zin"


def recover(identifier: str) -> Any:
    return attacker().post(RECOVER, {"identifier": identifier})


def ask_code(identifier: str) -> Any:
    return attacker().post(CODE, {"identifier": identifier})


def enter_code(identifier: str) -> Any:
    client = attacker()
    client.post(CODE, {"identifier": identifier})
    return client.post("/inloggen/code/invullen/", {"code": "12345678"})


def sign_in(identifier: str) -> Any:
    return attacker().post(SIGN_IN, {"identifier": identifier, "password": WRONG})


def ask_question(identifier: str) -> Any:
    fields = {"name": "Jan", "email": identifier, "body": "Hoe laat bent u open?"}
    return attacker().post("/vraag/", fields, follow=False)


def without(typed: str, content: bytes) -> bytes:
    """The page without what was typed, which it repeats."""
    return content.replace(typed.replace("'", "&#x27;").encode(), b"").replace(typed.encode(), b"")


@pytest.mark.parametrize("ask", [recover, ask_code, sign_in, enter_code])
def test_answer_is_the_same_byte_for_byte(victim: Loser, ask: Callable[[str], Any]) -> None:
    """A4: byte-equal answers for who exists and who does not, by whatever he is known."""
    known = victim.identifiers[:2] if ask is not recover else victim.identifiers

    answers = set()
    for identifier in (*known, *NOBODY):
        answer = ask(identifier)
        status, content = seen(answer)
        answers.add((status, answer.get("Location", ""), without(identifier, content)))

    assert len(answers) == 1


@pytest.mark.parametrize("ask", [recover, ask_code, sign_in, enter_code])
def test_statements_are_the_same(victim: Loser, ask: Callable[[str], Any]) -> None:
    """A4: the same SQL statements, and as many, for who exists and who does not."""
    ask("warmer@klant.example")
    address = victim.user.email

    known, _ = statements_of(lambda: ask(address))
    unknown, _ = statements_of(lambda: ask("niemand@klant.example"))

    assert known == unknown
    assert known


def test_question_in_the_name_of_a_customer_answers_like_any(victim: Loser) -> None:
    """A4: the form to ask a question does not say whether the address is a customer's."""
    answers = set()
    for identifier in (victim.user.email, "niemand@klant.example"):
        answer = ask_question(identifier)
        assert answer.status_code in {302, 303}
        page = attacker().get(answer["Location"])
        answers.add((answer.status_code, page.status_code, identifier in page.content.decode()))

    assert len(answers) == 1


def test_page_after_asking_knows_nobody(victim: Loser) -> None:
    """A4: one fixed page, whoever asked."""
    client = attacker()
    client.post(RECOVER, {"identifier": victim.user.email})

    page = client.get(SENT).content.decode()

    for told in (*victim.identifiers, victim.contact.name):
        assert told not in page
