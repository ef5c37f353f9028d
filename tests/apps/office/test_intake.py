"""A bank file is taken in: booked, and what is certain placed, by file and by command."""

import os
from datetime import timedelta
from itertools import count
from pathlib import Path

import pytest

from balie.apps.banking import actions as banking
from balie.apps.banking import queries as bank
from balie.apps.banking.models import BankAccount
from balie.apps.billing.models import Invoice, Payment
from balie.apps.ledger import queries as ledger
from balie.apps.office import intake
from balie.apps.office.intake import receive_for_later, take_in_bank_file
from balie.config import cli
from balie.infra import halt, jobs
from balie.infra.audit import SYSTEM
from balie.infra.models import Job
from tests.apps.banking.announcing import notification
from tests.apps.building import (
    NOW,
    OUR_IBAN,
    Entry,
    camt,
    camt_file,
    camt_statement,
    days_ago,
    new_account,
    new_invoice,
    states,
)
from tests.apps.killing import EVERY, broken_invariants, kill_points

_numbers = count(1)


def take_in(content: bytes) -> list[str]:
    return states(take_in_bank_file(name="bank.xml", content=content, by=SYSTEM, now=NOW))


@pytest.mark.django_db
def test_transfer_in_the_file_pays_its_invoice() -> None:
    new_account(opening=0)
    invoice = new_invoice(cents=1000)

    outcome = take_in(camt(Entry(cents=1210, text=invoice.number), opening=0))

    invoice.refresh_from_db()
    assert outcome == ["booked"]
    assert invoice.open_cents == 0
    assert bank.suspense_total() == 0


@pytest.mark.django_db
def test_file_that_is_known_still_lets_the_claimants_finish() -> None:
    """As when the process died between booking the file and placing what was in it."""
    new_account(opening=0)
    content = camt(Entry(cents=1210, text="F2026-00001"), opening=0)
    take_in(content)
    invoice = new_invoice(cents=1000)

    outcome = take_in(content)

    invoice.refresh_from_db()
    assert outcome == ["known"]
    assert invoice.open_cents == 0


@pytest.mark.django_db
def test_while_money_is_halted_the_file_is_booked_and_waits() -> None:
    new_account(opening=0)
    invoice = new_invoice(cents=1000)
    halt.halt(reason="invariant 2", now=NOW, by=SYSTEM)

    outcome = take_in(camt(Entry(cents=1210, text=invoice.number), opening=0))

    assert outcome == ["booked"]
    assert bank.suspense_total() == 1210


def new_transfer() -> tuple[Invoice, bytes]:
    """An open invoice, and a file in which it is paid."""
    account = new_account(iban=f"INTAKE{next(_numbers)}", opening=0)
    invoice = new_invoice(cents=1000)
    return invoice, camt(Entry(cents=1210, text=invoice.number), opening=0, iban=account.iban)


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.usefixtures("committed")
def test_intake_killed_anywhere_ends_the_same_when_run_again() -> None:
    def work(job: tuple[Invoice, bytes]) -> None:
        take_in(job[1])

    points = 0
    for point, (invoice, content) in kill_points(new_transfer, work):
        assert broken_invariants() == [], point
        take_in(content)
        assert broken_invariants() == [], point
        assert Payment.objects.filter(customer=invoice.customer).count() == 1, point
        assert ledger.receivable_of(invoice.customer) == 0, point
        points += 1

    assert points >= 100 // EVERY


@pytest.fixture
def folder(db: None, tmp_path: Path) -> Path:
    """Where the files of the command stand."""
    return tmp_path


def run_command(*arguments: object) -> int:
    return cli.main(["import-statement", *(str(argument) for argument in arguments)])


def write(folder: Path, name: str, content: bytes) -> Path:
    path = folder / name
    path.write_bytes(content)
    return path


def test_command_says_what_it_did_with_each_statement(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_account(opening=1000)
    both = camt_file(
        camt_statement(Entry(cents=100), opening=1000, number="1", on=days_ago(1)),
        camt_statement(Entry(cents=-50), opening=1100, number="2"),
    )
    path = write(folder, "bank.xml", both)

    code = run_command(path)

    assert code == 0
    assert capsys.readouterr().out.splitlines() == [
        f"{path}: {OUR_IBAN} 1 (Sun 22 Nov 2026): booked, 1 entry, €10.00 → €11.00",
        f"{path}: {OUR_IBAN} 2 (Mon 23 Nov 2026): booked, 1 entry, €11.00 → €10.50",
    ]


def test_command_run_twice_does_nothing_twice(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_account(opening=1000)
    path = write(folder, "bank.xml", camt(Entry(cents=100), opening=1000))
    run_command(path)
    capsys.readouterr()

    code = run_command(path)

    assert code == 0
    assert "known already" in capsys.readouterr().out
    assert bank.unclaimed_slices().count() == 1


def test_command_refuses_an_unknown_account_by_name(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = write(folder, "bank.xml", camt(Entry(cents=100), opening=0))

    code = run_command(path)

    said = capsys.readouterr()
    assert code == 1
    assert said.out == ""
    assert f"refused: Account {OUR_IBAN} is not one of ours" in said.err


def test_command_registers_a_new_account_when_told_to(folder: Path) -> None:
    path = write(folder, "bank.xml", camt(Entry(cents=100), opening=4200))

    code = run_command("--new-account", path)

    assert code == 0
    assert BankAccount.objects.get().opening_cents == 4200


def test_command_holds_what_does_not_add_up_with_the_difference(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_account(opening=1000)
    path = write(folder, "bank.xml", camt(Entry(cents=100), opening=1000, closing=1250))

    code = run_command(path)

    assert code == 1
    assert "held: it does not add up" in (said := capsys.readouterr().err)
    assert "the difference is €1.50" in said


def test_command_refuses_a_broken_file_and_goes_on_with_the_next(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_account(opening=0)
    good = camt(Entry(cents=100), opening=0)
    broken = write(folder, "broken.xml", good[:-40])
    missing = folder / "missing.xml"
    whole = write(folder, "whole.xml", good)

    code = run_command(broken, missing, whole)

    said = capsys.readouterr()
    assert code == 1
    assert "booked" in said.out
    assert "broken.xml" in said.err
    assert "missing.xml: cannot be read" in said.err


def test_command_says_that_money_is_halted(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_account(opening=0)
    halt.halt(reason="invariant 2", now=NOW, by=SYSTEM)
    path = write(folder, "bank.xml", camt(Entry(cents=100), opening=0))

    code = run_command(path)

    assert code == 0
    assert "money is halted (invariant 2)" in capsys.readouterr().err


def test_command_notes_an_advance_notice_and_books_nothing(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_account(opening=0)
    path = write(folder, "054.xml", notification(Entry(cents=100)))

    code = run_command(path)

    assert code == 0
    assert capsys.readouterr().out == f"{path}: {OUR_IBAN} N1: advance notice, 1 entry\n"
    assert bank.suspense_total() == 0


def test_command_takes_in_a_file_whose_name_is_no_text_and_refuses_a_folder(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    new_account(opening=0)
    odd = folder / os.fsdecode(b"a\xff.xml")
    odd.write_bytes(camt(Entry(cents=100), opening=0))

    code = run_command(folder, odd)

    said = capsys.readouterr()
    assert code == 1
    assert f"{folder}: is not a file" in said.err
    assert f"{folder}/a\ufffd.xml: {OUR_IBAN}" in said.out
    assert bank.suspense_total() == 100


def test_command_refuses_a_file_that_is_too_large_by_its_limit(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    new_account(opening=0)
    path = write(folder, "bank.xml", camt(Entry(cents=100), opening=0))
    monkeypatch.setattr(intake, "LARGEST_FILE", 100)

    code = run_command(path)

    assert code == 1
    assert "nothing of it was booked; fetch shorter periods" in capsys.readouterr().err
    assert bank.suspense_total() == 0


@pytest.mark.django_db
def test_file_that_was_stored_and_not_booked_is_taken_in_after_an_hour() -> None:
    new_account(opening=0)
    content = camt(Entry(cents=100), opening=0)
    banking.receive_file(name="bank.xml", content=content, by=SYSTEM, now=NOW)

    soon = intake.take_in_left_behind(now=NOW + timedelta(minutes=59))
    later = intake.take_in_left_behind(now=NOW + timedelta(minutes=61))
    jobs.run_pending(now=NOW + timedelta(minutes=61))

    assert (soon, later) == (0, 1)
    assert bank.suspense_total() == 100
    assert not bank.files_at_work().exists()
    assert intake.take_in_left_behind(now=NOW + timedelta(hours=3)) == 0


@pytest.mark.django_db
def test_file_for_later_is_queued_once_however_often_it_is_looked_for() -> None:
    new_account(opening=0)
    content = camt(Entry(cents=100), opening=0)
    receive_for_later(name="bank.xml", content=content, by=SYSTEM, now=NOW)
    intake.take_in_left_behind(now=NOW + timedelta(hours=2))

    assert Job.objects.filter(name=intake.TAKE_IN).count() == 1
