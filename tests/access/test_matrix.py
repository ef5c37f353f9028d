"""Every route x everybody: who is let in, and that nobody else reads a word of customer A's.

`BALIE_TEST_WRITE_ACCESS=1 pytest tests/access` writes docs/reference/access.md anew.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.cookies import SimpleCookie
from pathlib import Path

import pytest
from django.db import transaction
from pytest_django import Settings

from balie.apps.customers import access
from balie.infra import clock
from tests.access import expected, world
from tests.access.routes import Route, UnknownRoute, address, every_route
from tests.access.table import written
from tests.access.world import CANARY, FORMS, IBANS, MONEY_CANARY, World
from tests.apps.building import NOW

pytestmark = pytest.mark.django_db

PAGE = Path(__file__).parents[2] / "docs" / "reference" / "access.md"
METHODS = ("GET", "POST")
SIGN_IN = "/inloggen/?next="
_SPACE = re.compile(r"<[^>]*>|&nbsp;|\s")
CLOSED = {401, 403, 404, 405}


@dataclass
class Crawl:
    """What came of it: who reached a route by which method, and every fault in words."""

    reached: dict[tuple[str, str], set[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)
    requests: int = 0
    whole_ibans: int = 0
    own_words: set[str] = field(default_factory=set)


@pytest.fixture(autouse=True)
def _monday(settings: Settings) -> Iterator[None]:
    settings.BALIE_DEMO = True
    with clock.frozen(NOW):
        yield


def crawl(made: World) -> Crawl:
    """Ask for every route as everybody, each time in the same world."""
    done = Crawl()
    for route in every_route():
        where = address(route, made.examples)
        for actor in made.actors:
            for method in METHODS:
                _ask(done, made, route, where, actor, method)
    return done


def _ask(done: Crawl, made: World, route: Route, where: str, actor: str, method: str) -> None:
    """One request, undone afterwards: also the cookies, which signing out would take."""
    form = FORMS.get(route.name, {})
    client = made.actors[actor]
    kept = client.cookies.output()
    undone = transaction.savepoint()
    response = client.get(where) if method == "GET" else client.post(where, form)
    body = b"".join(response) if response.streaming else response.content
    transaction.savepoint_rollback(undone)
    client.cookies = SimpleCookie(kept.replace("Set-Cookie: ", "").replace("\r\n", "; "))
    done.requests += 1
    what = f"{actor} {method} {where} ({route.name})"
    if response.status_code >= 500:
        done.faults.append(f"{what}: {response.status_code}")
    sent_to_sign_in = response.status_code == 302 and response["Location"].startswith(SIGN_IN)
    sent_to_add_factor = response.status_code == 302 and response["Location"] == access.ADD_FACTOR
    is_sent = sent_to_sign_in or (actor == world.HALF_WAY and sent_to_add_factor)
    if not is_sent and response.status_code not in CLOSED:
        done.reached.setdefault((route.name, actor), set()).add(method)
        if actor not in expected.allowed(route):
            done.faults.append(
                f"{what}: let in with {response.status_code}, the table names him not"
            )
    status = 0 if is_sent else response.status_code
    _refusals(done, route, what=what, actor=actor, status=status)
    told = (body + str(response.headers).encode()).decode(errors="replace").lower()
    if actor == "customer A":
        words = [CANARY, *made.money_words]
        done.own_words |= {word for word in words if word.lower() in told}
    for word in _forbidden(made, actor):
        # What he typed in the address may come back to him.
        if word.lower() in told.replace(where.lower(), ""):
            done.faults.append(f"{what}: reads {word!r}, which is customer A's")
    shown = _SPACE.sub("", told).upper()
    may_see = actor in expected.FINANCE and route.name in expected.WHOLE_IBANS
    if not may_see and any(iban in shown for iban in IBANS):
        done.faults.append(f"{what}: shows a whole account number")
    elif may_see:
        done.whole_ibans += any(iban in shown for iban in IBANS)


def _forbidden(made: World, actor: str) -> list[str]:
    """Words that may reach this person in no answer at all."""
    if actor in {"nobody", "customer B"}:
        return [CANARY, MONEY_CANARY, *made.money_words]
    return made.money_words if actor == "technical A" else []


def _refusals(done: Crawl, route: Route, *, what: str, actor: str, status: int) -> None:
    """A closed page sends a visitor to sign in (0), and is simply not there for anybody else."""
    if actor in expected.allowed(route) or status == 405:
        return
    sent = {"nobody": {"portal", "desk", "account"}, world.HALF_WAY: {"desk"}}
    if route.face in sent.get(actor, set()) and route.name not in expected.BY_SIGNED_LINK:
        if status != 0:
            done.faults.append(f"{what}: {status}, should be sent to sign in")
    elif status == 0 and (actor, route.face) == (world.HALF_WAY, "account"):
        return  # what wants a second factor sends him to add one
    elif status != 404 and route.face != "api":
        done.faults.append(f"{what}: {status or 'sent to sign in'}, should be 404")


def test_every_route_lets_in_whom_the_table_names_and_nobody_else() -> None:
    made = world.build()
    done = crawl(made)
    routes = every_route()
    for route in routes:
        for actor in expected.allowed(route):
            if not done.reached.get((route.name, actor)):
                done.faults.append(
                    f"{actor} {route.name}: the table lets him in, the site does not"
                )
    assert not done.faults, "\n".join(done.faults)
    assert len(done.own_words) == len(made.money_words) + 1  # there was something to leak
    assert done.whole_ibans
    assert done.requests == len(routes) * len(world.ACTORS) * 2
    page = written(routes, done.reached)
    if os.environ.get("BALIE_TEST_WRITE_ACCESS"):
        PAGE.write_text(page)
    assert PAGE.read_text() == page, "BALIE_TEST_WRITE_ACCESS=1 pytest tests/access writes it anew"


@pytest.mark.parametrize(
    ("urls", "fault"),
    [
        ("leak", "customer B GET /leak/ (faq:leak): reads 'kanarievogel', which is customer A's"),
        ("door", "nobody GET /door/ (desk:door): let in with 200, the table names him not"),
        ("crash", "nobody GET /crash/ (faq:crash): 500"),
    ],
)
def test_crawl_notices_a_view_that(settings: Settings, urls: str, fault: str) -> None:
    """Its negative control: each of these is a hole, and the crawl names it."""
    made = world.build()
    settings.ROOT_URLCONF = f"tests.access.holes.{urls}"

    assert fault in crawl(made).faults


@pytest.mark.parametrize("urls", ["unknown", "nameless", "pattern"])
def test_route_that_the_crawl_cannot_fill_in_is_an_error(settings: Settings, urls: str) -> None:
    settings.ROOT_URLCONF = f"tests.access.holes.{urls}"

    with pytest.raises(UnknownRoute, match=r"say in|give the route|write it"):
        [address(route, {}) for route in every_route()]


def test_face_that_the_table_does_not_know_is_an_error() -> None:
    route = Route(name="shop:buy", pattern="shop/", needs=())

    with pytest.raises(expected.UnknownFace, match="who may reach the face 'shop'"):
        expected.allowed(route)
