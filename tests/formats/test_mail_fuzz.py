"""Broken mails: one value or UnreadableMail, every promise of the shapes kept, and soon."""

import time
from collections.abc import Callable

import pytest

from balie.formats.errors import UnreadableMail
from balie.formats.mail_html import clean
from balie.formats.mail_in import read_head, read_mail, received_at
from bench.fuzz_mail import faults_of, inputs

SECONDS = 5  # of processor time; the slowest takes about one
HEAD = b"From: a@x.example\nSubject: Re: x\n"
SIZE = 2_000_000


def html(piece: bytes) -> bytes:
    return HEAD + b"Content-Type: text/html; charset=utf-8\n\n" + piece * (SIZE // len(piece))


def text(piece: bytes) -> bytes:
    return HEAD + b"Content-Type: text/plain; charset=utf-8\n\n" + piece * (SIZE // len(piece))


def subject(piece: bytes) -> bytes:
    return b"Subject: " + piece * (200_000 // len(piece)) + b"\n\nx"


def sender(piece: bytes) -> bytes:
    return b"From: " + piece * (200_000 // len(piece)) + b"\n\nx"


def kind(piece: bytes) -> bytes:
    return HEAD + b"Content-Type: text/plain; " + piece * (200_000 // len(piece)) + b"\n\nx"


def nested(piece: bytes) -> bytes:
    levels = [b"Content-Type: multipart/mixed; boundary=n%d\n\n--n%d\n" % (n, n) for n in range(18)]
    return HEAD + b"".join(levels) + piece * (SIZE // len(piece))


def test_broken_mails_break_no_promise() -> None:
    wrong = [fault for raw in inputs(500, seed=4) for fault in faults_of(raw)[1]]

    assert wrong == []


@pytest.mark.slow
@pytest.mark.parametrize(
    ("make", "piece"),
    [
        *(
            (html, piece)
            for piece in (b"<", b"<!--", b'<a href="', b"<b>", b"<script>", b"&#9", b'="')
        ),
        *((html, piece) for piece in (b"<blockquote>", b"<b id=1><select></b></select><p>")),
        *(
            (text, piece)
            for piece in (b"> \n", b"Van: x\n", b"x schreef:\n", b"\xff", b"a ", b"Op 1 ")
        ),
        *((subject, piece) for piece in (b"=?", b"=?utf-8?q?a?= ", b"(")),
        *((sender, piece) for piece in (b"(", b'"', b",", b"<", b"a@b.example,", b"=?utf-8?q?")),
        *((kind, piece) for piece in (b"a=", b";", b" ", b'x="', b"a*1=b;")),
        *((nested, piece) for piece in (b"x\n", b"\n--n1", b"--n17\n")),
    ],
)
def test_hostile_mail_is_done_with_soon(make: Callable[[bytes], bytes], piece: bytes) -> None:
    raw = make(piece)
    begun = time.process_time()

    received_at(raw, trusted_hosts=frozenset({"mx.balie.example"}))
    read_head(raw)
    try:
        mail = read_mail(raw)
    except UnreadableMail:
        mail = None
    shown = clean(mail.html, pictures={}) if mail and mail.html else ""

    assert time.process_time() - begun < SECONDS
    assert "<script" not in shown
