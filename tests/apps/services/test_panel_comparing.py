"""The nightly comparison: what it lists, since when, and what it leaves alone."""

from datetime import timedelta
from pathlib import Path

import pytest
from django.db import IntegrityError, transaction

from balie.apps.services import actions, queries
from balie.apps.services.models import ChangeVerb, Panel, PanelAccount, PanelDifference
from balie.infra import jobs
from balie.infra.audit import SYSTEM
from balie.infra.models import Schedule
from tests.apps.building import NOW
from tests.apps.services.panels import Desk, send

DAY = timedelta(days=1)


def standing() -> list[tuple[str, str, str, str]]:
    rows = queries.standing_differences()
    return [(row.kind, row.user_name, row.ours, row.theirs) for row in rows]


def test_panel_that_agrees_has_no_differences(desk: Desk) -> None:
    comparison = actions.compare_panel(panel=desk.panel, now=NOW)

    assert (comparison.ours, comparison.theirs, comparison.failure) == (1, 1, "")
    assert standing() == []


def test_differences_are_listed_and_nothing_is_set_right(desk: Desk) -> None:
    desk.fake.add("stranger1", domain="stranger1.nl")
    desk.fake.users["bakker1"] |= {"suspended": "yes", "package": "groot"}

    actions.compare_panel(panel=desk.panel, now=NOW)

    assert standing() == [
        ("foreign", "stranger1", "", "stranger1.nl"),
        ("package", "bakker1", "basis", "groot"),
        ("suspension", "bakker1", "active", "suspended"),
    ]
    assert desk.fake.changes() == 0
    assert PanelAccount.objects.get(pk=desk.account.pk).state == "active"


def test_difference_keeps_the_moment_it_was_found_until_it_is_gone(desk: Desk) -> None:
    desk.fake.users["bakker1"]["suspended"] = "yes"
    actions.compare_panel(panel=desk.panel, now=NOW)
    actions.compare_panel(panel=desk.panel, now=NOW + DAY)
    assert queries.standing_differences().get().found_at == NOW

    desk.fake.users["bakker1"]["suspended"] = "no"
    actions.compare_panel(panel=desk.panel, now=NOW + 2 * DAY)

    assert standing() == []
    assert PanelDifference.objects.get().gone_at == NOW + 2 * DAY


@pytest.mark.parametrize("fault", ["status_500", "cut_off", "garbage", "rate_429"])
def test_list_that_is_not_whole_changes_nothing(desk: Desk, fault: str) -> None:
    desk.fake.users["bakker1"]["suspended"] = "yes"
    actions.compare_panel(panel=desk.panel, now=NOW)
    desk.fake.breaks(fault, "CMD_API_SHOW_USERS", "CMD_API_SHOW_USER_CONFIG")

    comparison = actions.compare_panel(panel=desk.panel, now=NOW + DAY)

    assert comparison.failure
    assert [row[0] for row in standing()] == ["suspension"]


def test_refused_login_halts_the_panel_and_the_next_night_leaves_it_alone(desk: Desk) -> None:
    desk.fake.breaks("login_page_200", "CMD_API_SHOW_USERS")
    actions.compare_panels(now=NOW)
    asked = len(desk.fake.asked)

    assert actions.compare_panels(now=NOW + DAY) == []

    assert (asked, len(desk.fake.asked)) == (1, 1)
    assert list(queries.halted_panels()) == [desk.panel]


def test_account_that_is_changing_is_not_held_to_its_state(desk: Desk) -> None:
    desk.fake.users["bakker1"]["suspended"] = "yes"
    actions.ask_change(
        account=desk.account, verb=ChangeVerb.SUSPEND, reason="not paid", by=SYSTEM, now=NOW
    )

    actions.compare_panel(panel=desk.panel, now=NOW)
    assert standing() == []
    send()
    actions.compare_panel(panel=desk.panel, now=NOW + DAY)

    assert standing() == []
    assert PanelAccount.objects.get(pk=desk.account.pk).state == "suspended"


def test_password_is_not_set_on_an_account_with_anothers_domain(desk: Desk) -> None:
    desk.fake.users["bakker1"]["domain"] = "stranger.nl"
    actions.compare_panel(panel=desk.panel, now=NOW)

    row = actions.set_panel_password(
        account=desk.account, password="Iets-lang-genoeg-1", by=SYSTEM, now=NOW
    )

    assert row.outcome == "rejected"
    assert desk.fake.users["bakker1"]["password"] == "old-one"


def test_panels_are_compared_every_night() -> None:
    from balie.apps.services import jobs as ours  # noqa: PLC0415 - its schedule is declared here

    assert jobs.function_of("compare-panels") is ours.compare_panels


@pytest.mark.django_db
def test_comparison_stands_in_the_schedule() -> None:
    jobs.ensure_schedules(now=NOW)

    assert str(Schedule.objects.get(name="compare-panels").daily_at) == "03:40:00"


def test_panel_without_its_key_is_said_so(desk: Desk, keys: Path) -> None:
    (keys / "da1.key").unlink()

    comparison = actions.compare_panel(panel=desk.panel, now=NOW)

    assert "da1.key" in comparison.failure


@pytest.mark.postgres
def test_difference_stands_once(desk: Desk) -> None:
    row = {
        "panel": desk.panel,
        "kind": "foreign",
        "user_name": "x",
        "found_at": NOW,
    }
    PanelDifference.objects.create(**row, gone_at=NOW)
    PanelDifference.objects.create(**row)

    with pytest.raises(IntegrityError), transaction.atomic():
        PanelDifference.objects.create(**row)


@pytest.mark.postgres
def test_last_comparison_of_each_panel_is_found_in_one_query(desk: Desk) -> None:
    actions.compare_panel(panel=desk.panel, now=NOW)
    last = actions.compare_panel(panel=desk.panel, now=NOW + DAY)

    assert queries.last_comparisons() == {desk.panel.pk: last}


def test_halted_panel_goes_on_once_it_lets_us_in(desk: Desk, keys: Path) -> None:
    right = (keys / "da1.key").read_text()
    (keys / "da1.key").write_text("wrong")
    actions.try_panel(panel=desk.panel, by=SYSTEM, now=NOW)
    assert Panel.objects.get().halted_at == NOW
    (keys / "da1.key").write_text(right)

    actions.try_panel(panel=desk.panel, by=SYSTEM, now=NOW)

    assert Panel.objects.get().halted_at is None
