"""The access matrix as a page of the reference, written from what the crawl found."""

from collections.abc import Mapping, Sequence

from tests.access.routes import Route
from tests.access.world import ACTORS

MARKS = {frozenset({"GET"}): "r", frozenset({"POST"}): "w", frozenset({"GET", "POST"}): "rw"}
HEAD = """# Who may come where

Written by `BALIE_TEST_WRITE_ACCESS=1 pytest tests/access` from a crawl of every route; the same
test fails when it is out of date. Addresses are filled with what is customer A's. *r* is reading
(GET), *w* is changing (POST), – is refused: a visitor is sent to sign in, to anybody else the page
is not there (404). *Technical A* is a contact of customer A with the technical role; everybody
signed in with a second factor, save the admin who has not: he is sent to add one.

{count} routes, {people} kinds of people, both methods: {requests} requests.

| Route | {actors} |
|---|{lines}|
"""


def written(routes: Sequence[Route], reached: Mapping[tuple[str, str], set[str]]) -> str:
    """The page: a row per route, a column per kind of person."""
    rows = [
        f"| `/{route.pattern}` {route.name} | {' | '.join(_mark(route, reached))} |\n"
        for route in sorted(routes, key=lambda route: (route.face, route.pattern))
    ]
    head = HEAD.format(
        count=len(routes),
        people=len(ACTORS),
        requests=len(routes) * len(ACTORS) * 2,
        actors=" | ".join(ACTORS),
        lines="|".join("---" for _ in ACTORS),
    )
    return head + "".join(rows)


def _mark(route: Route, reached: Mapping[tuple[str, str], set[str]]) -> list[str]:
    found = [reached.get((route.name, actor), set()) for actor in ACTORS]
    return [MARKS.get(frozenset(methods), "–") for methods in found]
