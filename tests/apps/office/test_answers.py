"""The bank's answer to a file of ours comes in by the same door as its statements."""

from pathlib import Path

import pytest

from balie.apps.directdebit.models import CollectionBatch, StatusFile
from balie.apps.office import actions as office
from balie.apps.office.intake import take_in_bank_file
from balie.config import cli
from balie.infra.audit import SYSTEM
from balie.simulator.bank import SimulatedBank
from tests.apps.directdebit.collecting import (
    Debtor,
    at,
    batch_credit,
    frozen,
    new_bank,
    return_of,
    statement,
    take_in,
)
from tests.apps.directdebit.test_bank_answers import status


@pytest.fixture
def bank(db: None, settings: object, tmp_path: Path) -> SimulatedBank:
    settings.BALIE_HOME = tmp_path  # type: ignore[attr-defined]
    return new_bank()


def answer(content: bytes) -> list[tuple[str, str]]:
    outcomes = take_in_bank_file(name="answer.xml", content=content, by=SYSTEM, now=at(1))
    return [(one.state, str(one)) for one in outcomes]


def test_rejection_in_a_status_report_undoes_the_debit(bank: SimulatedBank) -> None:
    debtor, _ = Debtor(), Debtor()
    batch = frozen()
    content = status(batch.message_id, items={debtor.collection.end_to_end_id: "AC04"})

    ((state, words),) = answer(content)

    assert (state, debtor.collection.state) == ("booked", "rejected")
    assert "answer.xml" in words
    assert words.count("1") == 2  # one accepted, one rejected


def test_same_status_report_twice_does_nothing_twice(bank: SimulatedBank) -> None:
    Debtor()
    content = status(frozen().message_id)
    answer(content)

    ((state, _),) = answer(content)

    assert (state, StatusFile.objects.count()) == ("known", 1)


def test_status_report_about_a_file_that_is_not_ours_is_refused_by_name(
    bank: SimulatedBank,
) -> None:
    ((state, words),) = answer(status("NOT-OURS"))

    assert state == "refused"
    assert "NOT-OURS" in words


def test_status_report_in_a_version_we_do_not_read_is_refused_whole(bank: SimulatedBank) -> None:
    ((state, words),) = answer(status("X").replace(b"pain.002.001.10", b"pain.002.001.99"))

    assert (state, StatusFile.objects.count()) == ("refused", 0)
    assert "answer.xml" in words


def test_command_takes_in_a_status_report(
    bank: SimulatedBank, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Debtor()
    batch = frozen()
    path = tmp_path / "answer.xml"
    path.write_bytes(status(batch.message_id))

    code = cli.main(["import-statement", str(path)])

    assert code == 0
    assert capsys.readouterr().out == ("answer.xml: answer of the bank: accepted 1, rejected 0\n")
    assert CollectionBatch.objects.get().state == "accepted"


def test_round_keeps_what_waits_for_a_person(bank: SimulatedBank) -> None:
    debtor = Debtor()
    frozen()
    take_in(statement(return_of(debtor.collection)), number=1)

    steps = office.daily_round(by=SYSTEM, now=at(1))

    placing = next(step for step in steps if step.step == "place")
    (doubt,) = placing.receipt["doubts"]
    assert doubt.endswith(f": {debtor.collection} came back while exported")


def test_doubt_does_not_fail_the_command(
    bank: SimulatedBank, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    Debtor()
    batch = frozen()
    path = tmp_path / "bank.xml"
    path.write_bytes(statement(batch_credit(batch, cents=5)))

    code = cli.main(["import-statement", str(path)])

    assert code == 0
    assert "the bank credits 5 cents, our collections are 1210" in capsys.readouterr().err
