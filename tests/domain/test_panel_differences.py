"""Where a panel and our administration differ: each kind, and what is no difference."""

import pytest

from balie.domain.panel_differences import Held, Shown, compare

HELD = Held(key=7, user_name="bakker1", domain="bakker1.nl", package="basis")
SHOWN = Shown(user_name="bakker1", domain="bakker1.nl", package="basis", is_suspended=False)


def kinds(held: list[Held], shown: list[Shown]) -> list[tuple[str, str, str]]:
    return [(one.kind, one.ours, one.theirs) for one in compare(held, shown)]


def held(**changes: object) -> Held:
    return Held(**{**HELD.__dict__, **changes})


def shown(**changes: object) -> Shown:
    return Shown(**{**SHOWN.__dict__, **changes})


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (HELD, SHOWN),
        (held(user_name="Bakker1"), SHOWN),
        (HELD, shown(domain="Bakker1.NL")),
        (HELD, shown(package="", is_suspended=None)),
        (held(package=""), shown(package="groot")),
        (held(domain=""), shown(domain="ander.nl")),
        (held(state="ordered"), None),
        (held(state="deleted"), None),
        (held(is_changing=True), None),
        (held(is_changing=True), shown(is_suspended=True)),
    ],
)
def test_what_agrees_or_is_not_known_is_no_difference(ours: Held, theirs: Shown | None) -> None:
    assert kinds([ours], [theirs] if theirs else []) == []


@pytest.mark.parametrize(
    ("ours", "theirs", "difference"),
    [
        (HELD, None, ("missing", "bakker1.nl", "")),
        (held(state="suspended"), None, ("missing", "bakker1.nl", "")),
        (None, SHOWN, ("foreign", "", "bakker1.nl")),
        (held(state="deleted"), SHOWN, ("foreign", "deleted", "bakker1.nl")),
        (HELD, shown(is_suspended=True), ("suspension", "active", "suspended")),
        (held(state="suspended"), SHOWN, ("suspension", "suspended", "active")),
        (HELD, shown(package="groot"), ("package", "basis", "groot")),
        (HELD, shown(domain="ander.nl"), ("domain", "bakker1.nl", "ander.nl")),
        (HELD, shown(domain=""), ("domain", "bakker1.nl", "")),
    ],
)
def test_difference_is_named(
    ours: Held | None, theirs: Shown | None, difference: tuple[str, str, str]
) -> None:
    assert kinds([ours] if ours else [], [theirs] if theirs else []) == [difference]


def test_one_account_may_differ_in_more_than_one_way() -> None:
    found = compare([HELD], [shown(package="groot", is_suspended=True)])

    assert [(one.kind, one.key) for one in found] == [("package", 7), ("suspension", 7)]
