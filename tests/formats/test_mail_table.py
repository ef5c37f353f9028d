"""Every mail in docs/algorithms/mail-in.md is of the kind that stands there."""

from pathlib import Path

import pytest

from balie.formats import mail_sentences
from balie.formats.mail_in import Kind, read_head, read_mail

DOC = Path(__file__).parents[2] / "docs" / "algorithms" / "mail-in.md"
MAILS = Path(__file__).parent / "mails"
MARKS = frozenset({"balie.example"})
SENTENCES = {value for name, value in vars(mail_sentences).items() if name.isupper()}
KINDS = {kind.value for kind in Kind}


def cells(count: int, kind_at: int) -> list[list[str]]:
    rows = [
        [cell.strip() for cell in line.strip("|").split("|")]
        for line in DOC.read_text(encoding="utf-8").splitlines()
        if line.startswith("|")
    ]
    return [row for row in rows if len(row) == count and row[kind_at] in KINDS]


def raw_of(row: list[str]) -> bytes:
    sender, subject, headers, text, _ = row
    lines = [f"From: {sender}", "To: vraag@balie.example", f"Subject: {subject}"]
    head = "\n".join([*lines, *([headers] if headers else [])])
    return f"{head}\nContent-Type: text/plain; charset=utf-8\n\n{text}\n".encode()


@pytest.mark.parametrize("row", cells(5, 4), ids=lambda row: " ".join(row[1:3]))
def test_kind_is_the_one_in_the_table(row: list[str]) -> None:
    mail = read_mail(raw_of(row), own_marks=MARKS)

    assert mail.kind == row[4]
    if mail.kind is not Kind.MESSAGE:
        assert mail.hold_back == mail.why


def test_table_holds_every_kind_that_headers_and_words_can_tell() -> None:
    told = {row[4] for row in cells(5, 4)}

    assert told == KINDS - {"receipt", "calendar"}


@pytest.mark.parametrize("row", cells(3, 1), ids=lambda row: row[0])
def test_mail_of_the_tests_is_of_its_kind(row: list[str]) -> None:
    raw = (MAILS / f"{row[0]}.eml").read_bytes()

    mail = read_mail(raw, own_marks=MARKS)

    assert mail.kind == row[1]
    assert mail.why in SENTENCES
    assert set(mail.faults) <= SENTENCES


def test_every_mail_of_the_tests_stands_in_the_table() -> None:
    files = sorted(path.stem for path in MAILS.glob("*.eml"))

    assert sorted(row[0] for row in cells(3, 1)) == files


@pytest.mark.parametrize("path", sorted(MAILS.glob("*.eml")), ids=lambda path: path.stem)
def test_line_ends_of_the_wire_make_no_difference(path: Path) -> None:
    raw = path.read_bytes()

    mail, wired = read_mail(raw), read_mail(raw.replace(b"\n", b"\r\n"))

    assert (wired.text, wired.kind, wired.bounces) == (mail.text, mail.kind, mail.bounces)
    assert [file.name for file in wired.files] == [file.name for file in mail.files]


@pytest.mark.parametrize("path", sorted(MAILS.glob("*.eml")), ids=lambda path: path.stem)
def test_head_alone_tells_sender_and_subject(path: Path) -> None:
    raw = path.read_bytes()

    head, mail = read_head(raw), read_mail(raw)

    assert (head.from_address, head.subject) == (mail.from_address, mail.subject)
    assert head.faults[0] == mail_sentences.HEADERS_ONLY


def test_mail_typed_in_another_help_desk_waits_for_an_answer_but_for_no_automatic_one() -> None:
    row = ["piet@klant.example", "Re: Vraag", "X-Zammad-FQDN: desk.klant.example", "Hoe?", ""]

    mail = read_mail(raw_of(row))

    assert (mail.kind, mail.hold_back) == (Kind.MESSAGE, mail_sentences.HOLD_HELPDESK)
