"""The pipe of the mail server: it is told "stored" only when the mail is stored."""

import argparse
import io
import os
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from balie.config.commands import receive_mail

MAIL = b"From: a@klant.example\nSubject: H\xe9\n\nHallo\n"


def balie(home: Path, *words: str, given: bytes = b"", **variables: str) -> tuple[int, str]:
    """Run the command as a mail server does: exit code and what it complained of."""
    done = subprocess.run(
        [sys.executable, "-m", "balie.config.cli", *words],
        input=given,
        capture_output=True,
        check=False,
        env={
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.pathsep.join(sys.path),
            "BALIE_HOME": str(home),
            **variables,
        },
    )
    return done.returncode, done.stderr.decode()


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with an empty database."""
    path = tmp_path_factory.mktemp("home")
    assert balie(path, "migrate")[0] == 0
    return path


def stored(home: Path) -> list[bytes]:
    """What lies in the database of a home."""
    with sqlite3.connect(home / "balie.sqlite3") as database:
        return [row[0] for row in database.execute("SELECT content FROM tickets_rawsource")]


def test_mail_is_stored_byte_for_byte_before_zero_is_said(home: Path) -> None:
    assert balie(home, "receive-mail", given=MAIL) == (0, "")
    assert stored(home) == [MAIL]


def test_database_that_is_not_there_means_try_again(tmp_path: Path) -> None:
    code, said = balie(tmp_path, "receive-mail", given=MAIL)

    assert code == 75
    assert "balie: " in said


def test_faulty_settings_mean_try_again(home: Path) -> None:
    code, said = balie(home, "receive-mail", given=MAIL, BALIE_SMTP_PORT="abc")

    assert (code, "BALIE_SMTP_PORT" in said) == (75, True)


def test_database_that_is_away_means_try_again(home: Path) -> None:
    code, _ = balie(
        home,
        "receive-mail",
        given=MAIL,
        BALIE_DATABASE_URL="postgresql://balie@127.0.0.1:1/balie",
    )

    assert code == 75


def test_too_large_mail_goes_back_to_its_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    given = io.TextIOWrapper(io.BytesIO(b"x" * 11))
    monkeypatch.setattr(receive_mail, "MOST_BYTES", 10)
    monkeypatch.setattr(sys, "stdin", given)

    assert receive_mail.run(argparse.Namespace()) == 65
