"""The money commands work for a day that can be right, say why they stand still, and go on."""

from datetime import timedelta

import pytest

from balie.apps.banking import queries as bank
from balie.apps.billing.models import Invoice
from balie.apps.office.intake import take_in_bank_file
from balie.apps.office.models import RoundStep
from balie.config import cli
from balie.infra import clock, halt
from balie.infra.audit import SYSTEM
from tests.apps.building import (
    NOW,
    TODAY,
    Entry,
    camt,
    days_ago,
    new_account,
    new_customer,
    new_invoice,
    new_service,
)

pytestmark = pytest.mark.django_db


def run_command(*arguments: str) -> int:
    with clock.frozen(NOW):
        return cli.main(list(arguments))


@pytest.mark.parametrize("command", ["bill", "collect"])
@pytest.mark.parametrize("day", [TODAY + timedelta(days=1), days_ago(3)])
def test_day_that_is_not_one_of_the_last_is_refused(
    command: str, day: object, capsys: pytest.CaptureFixture[str]
) -> None:
    new_service(new_customer(), started_on=days_ago(3))

    code = run_command(command, "--on", str(day))

    assert code == 1
    assert f"--on {day} is not one of the last days: name 2026-11-23" in capsys.readouterr().err
    assert Invoice.objects.count() == 0


@pytest.mark.parametrize("command", ["bill", "collect"])
def test_clock_that_jumped_has_to_be_said_right(
    command: str, capsys: pytest.CaptureFixture[str]
) -> None:
    RoundStep.objects.create(day=days_ago(3), step="bill", finished_at=NOW, receipt={})

    code = run_command(command)

    assert code == 1
    assert "the last round was on 2026-11-20, today is 2026-11-23" in capsys.readouterr().err
    assert run_command(command, "--jump-is-right") == 0


def test_collecting_while_money_is_halted_says_why(capsys: pytest.CaptureFixture[str]) -> None:
    halt.halt(reason="the bank called", now=NOW, by=SYSTEM)

    code = run_command("collect")

    assert code == 1
    expected = "balie: nothing was collected, money is halted: the bank called\n"
    assert capsys.readouterr().err == expected


def test_resuming_places_what_came_in_meanwhile(capsys: pytest.CaptureFixture[str]) -> None:
    new_account(opening=0)
    invoice = new_invoice()
    halt.halt(reason="the bank called", now=NOW, by=SYSTEM)
    paid = Entry(cents=1210, text=invoice.number)
    other = Entry(cents=5, text="?")
    content = camt(paid, other, opening=0)
    take_in_bank_file(name="bank.xml", content=content, by=SYSTEM, now=NOW)

    code = run_command("resume", "--reason", "it was nothing")

    assert code == 0
    invoice.refresh_from_db()
    assert invoice.open_cents == 0
    assert bank.unclaimed_slices().count() == 1
    last = capsys.readouterr().out.splitlines()[-1]
    assert last == "money: 1 payment(s) that waited placed, 1 still to be placed"
