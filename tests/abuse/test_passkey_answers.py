"""Answers to the passkey ceremonies that no browser gives: refused, never an error of ours."""

import base64
import json
import random
from typing import Any

import pytest
from django.conf import settings
from django.test import Client

from balie.apps.customers.passkeys import LONGEST_ANSWER
from tests.abuse.attacking import attacker
from tests.apps.credentials.recovering import Loser
from tests.support.signing_in import sign_in

pytestmark = [pytest.mark.django_db]

PROVE, ADD = "/inloggen/passkey/", "/account/passkey/"
ROUNDS = 60


def b64(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def said(kind: str) -> str:
    told = {"type": kind, "origin": settings.BALIE_BASE_URL, "challenge": "AAAA"}
    return b64(json.dumps(told).encode())


def answer(kind: str, **response: object) -> str:
    whole = {"clientDataJSON": said(kind), "signature": "AAAA", **response}
    return json.dumps({"id": "AAAA", "rawId": "AAAA", "type": "public-key", "response": whole})


def hostile(kind: str, pk: int) -> list[str]:
    """What was found to break a parser, or might."""
    owner = b64(str(pk).encode())
    plain, extended = b64(bytes(37)), b64(bytes(32) + b"\xc1" + bytes(40))
    deep = b64(b"[" * 14_000)
    return [
        "[" * (LONGEST_ANSWER - 1),
        '{"a":' * 3_000,
        json.dumps({"response": {"clientDataJSON": deep}}),
        json.dumps([1]),
        json.dumps("x"),
        "null",
        json.dumps({"response": {"clientDataJSON": b64(b"5")}}),
        json.dumps({"response": {"clientDataJSON": said(kind)}}),
        json.dumps({"id": 1, "response": {"clientDataJSON": said(kind), "x": 1}}),
        answer(kind, authenticatorData="AAAA", userHandle=owner),
        answer(kind, authenticatorData=extended, userHandle=owner),
        answer(kind, authenticatorData=plain, userHandle=owner),
        answer(kind, authenticatorData=plain, userHandle=5),
        answer(kind, authenticatorData=plain, userHandle=b64(b"9" * 40)),
        answer(kind, attestationObject="AAAA"),
        answer(kind, attestationObject=b64(b"\x9f" * 9_000)),
        answer(kind, attestationObject=b64(b"\xa3cfmtdnonegattStmt\xa0hauthDataA\0")),
    ]


def mangled(kind: str, pk: int, chance: random.Random) -> str:
    """A likely answer of which parts are random bytes, of another type, or missing."""
    parts: dict[str, Any] = {}
    for name in ("authenticatorData", "attestationObject", "signature", "userHandle"):
        content = bytes(chance.randrange(256) for _ in range(chance.choice([0, 1, 37, 90])))
        parts[name] = chance.choice([b64(content), content.hex(), None, 5, [], {}, b64(b"\x81")])
    if chance.random() < 0.5:
        parts["userHandle"] = b64(str(pk).encode())
    return answer(kind, **parts)


def statuses(client: Client, where: str, question: str, answers: list[str]) -> set[int]:
    given = set()
    for one in answers:
        client.post(question)
        given.add(int(client.post(where, {"answer": one, "name": "x"}).status_code))
    return given


def test_hostile_answers_of_a_visitor_are_refused(victim: Loser) -> None:
    answers = hostile("webauthn.get", victim.user.pk)
    chance = random.Random(11)
    answers += [mangled("webauthn.get", victim.user.pk, chance) for _ in range(ROUNDS)]

    assert statuses(attacker(), PROVE, f"{PROVE}vraag/", answers) == {422}


def test_hostile_answers_of_somebody_inside_are_refused(victim: Loser) -> None:
    answers = hostile("webauthn.create", victim.user.pk)
    chance = random.Random(12)
    answers += [mangled("webauthn.create", victim.user.pk, chance) for _ in range(ROUNDS)]
    client = sign_in(attacker(), victim.user)

    assert statuses(client, ADD, f"{ADD}vraag/", answers) == {422}
