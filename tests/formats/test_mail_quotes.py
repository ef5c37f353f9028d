"""A hundred ways in which mail programs quote: what the customer wrote stays in sight."""

from dataclasses import dataclass
from pathlib import Path

import pytest

from balie.formats.mail_in import read_mail

QUOTES = Path(__file__).parent / "mails" / "quotes"


@dataclass(frozen=True)
class Case:
    """A mail body; lines to fold stand behind `| ` in the corpus, lines to see behind blanks."""

    name: str
    subject: str
    lines: tuple[str, ...]
    folded: tuple[bool, ...]

    def raw(self) -> bytes:
        head = f"From: Piet <piet@klant.example>\nSubject: {self.subject}\n"
        kind = "Content-Type: text/plain; charset=utf-8\n\n"
        return f"{head}{kind}".encode() + "\n".join(self.lines).encode()


def cases() -> list[Case]:
    found = []
    for path in sorted(QUOTES.glob("*.txt")):
        for block in path.read_text(encoding="utf-8").split("=== ")[1:]:
            head, *lines = block.rstrip("\n").split("\n")
            name, _, subject = head.partition(" | ")
            found.append(
                Case(
                    name=name,
                    subject=subject,
                    lines=tuple(line[2:] for line in lines),
                    folded=tuple(line[:1] == "|" for line in lines),
                )
            )
    return found


def verdicts(case: Case) -> list[bool]:
    """Line by line, whether it was folded."""
    parts = read_mail(case.raw()).parts
    return [part.quoted for part in parts for _ in part.text.removesuffix("\n").split("\n")]


@pytest.mark.parametrize("case", cases(), ids=lambda case: case.name)
def test_quoted_text_is_folded_and_nothing_else(case: Case) -> None:
    mail = read_mail(case.raw())

    seen = [line for part in mail.parts if not part.quoted for line in part.text.split("\n")]
    expected = [line for line, folded in zip(case.lines, case.folded, strict=True) if not folded]
    assert [line for line in seen if line.strip()] == [line for line in expected if line.strip()]
    assert "".join(part.text for part in mail.parts) == mail.text
    assert mail.text == "\n".join(case.lines).strip("\n")
