"""Jobs and an outbox kind for the tests of the plumbing; the tests and their children load it."""

import os
import time
from datetime import datetime
from pathlib import Path
from signal import SIGKILL
from typing import Any

from balie.infra import mail, outbox
from balie.infra.jobs import job
from balie.infra.mail import Mail
from balie.infra.models import OutboxRow
from balie.infra.outbox import Delivery

KIND = "infra-test-mail"


def note(folder: str, word: str) -> None:
    """Add a line to the diary of the test; one write, so lines of two processes do not mix."""
    with (Path(folder) / "diary").open("a") as diary:
        diary.write(f"{word}\n")


def diary_of(folder: Path) -> list[str]:
    diary = folder / "diary"
    return diary.read_text().split() if diary.exists() else []


@job("infra-test.linger")
def linger(now: datetime, *, folder: str) -> None:
    """Begin, wait until the test says go, end."""
    note(folder, "begin")
    while not (Path(folder) / "go").exists():
        time.sleep(0.01)
    note(folder, "end")


@job("infra-test.note")
def take_note(now: datetime, *, folder: str, word: str = "ran") -> None:
    note(folder, word)


@job("infra-test.fail")
def fail(now: datetime, *, folder: str) -> None:
    note(folder, "tried")
    raise ValueError("this job always fails")


@job("infra-test.die")
def die(now: datetime, *, folder: str) -> None:
    note(folder, "died")
    os.kill(os.getpid(), SIGKILL)


def send(row: OutboxRow, now: datetime) -> Delivery:
    return mail.deliver(a_mail(to=str(row.payload["to"])), message_id=row.message_id, now=now)


def a_mail(*, to: str = "klant@voorbeeld.nl", name: str = "Jo Klant", **changes: Any) -> Mail:
    values: dict[str, Any] = {
        "to_name": name,
        "to_address": to,
        "subject": "Uw vraag",
        "text": "Beste klant,\n\nUw vraag is beantwoord.\n",
        "language": "nl",
    }
    return Mail(**{**values, **changes})


outbox.register(KIND, sender=send)
