"""Mails that nobody would send: whatever the bytes, one value or UnreadableMail, and soon.

Takes the mails of the tests and breaks them: bytes turned, cut, repeated, words of the formats put
in, mails laid over each other, parts put inside parts. Everything that is read must hold what the
docstrings of `mail_shapes` promise, and reading it may take no longer than the bound.

    make fuzz-mail ARGS="--inputs 200000 --seed 1"
"""

import argparse
import random
import sys
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

from balie.formats.mail_files import LONGEST_NAME
from balie.formats.mail_html import clean, plain, remote_pictures
from balie.formats.mail_in import (
    IncomingMail,
    MailLimits,
    UnreadableMail,
    read_head,
    read_mail,
    received_at,
)

MAILS = Path(__file__).parents[1] / "tests" / "formats" / "mails"
OURS = frozenset({"mx.balie.example"})
SECONDS = 1.0
LIMITS = MailLimits(attachment_bytes=2_000, text_characters=20_000)
WORDS = (
    b"\r\n|\n|\n\n|\r|\0|\t|: |; |--|--x1--|=|==|=?utf-8?B?|=?utf-8?Q?=|?=|=?x?b?|\x80|\xff\xfe|"
    b"\xef\xbb\xbf|\xed\xa0\x80|<|>|<!--|-->|<b><p>|</table>|<blockquote>|&#x110000;|&#99999999999;|"
    b"From: |Content-Type: multipart/mixed; boundary=x1\n|Content-Type: message/rfc822\n\n|--x1\n|"
    b"Content-Transfer-Encoding: base64\n|Content-Transfer-Encoding: quoted-printable\n|charset=|"
    b"charset=utf-7|charset=utf-16|charset=hz|charset=punycode|charset=zlib|charset=rot13|"
    b"filename*0*=utf-8''%ff|filename*999=|name=\"|\xe2\x80\xae|Received: by mx.balie.example; |"
    b"Tue, 31 Feb 2026 25:61:61 +9999|1 Jan 0000 00:00:00 +0000|Authentication-Results: mx.balie|"
    b"Final-Recipient: |Action: |Status: 5.1.1|BEGIN:VEVENT\n|METHOD:REQUEST\n|DTSTART:|> |>>>> |"
    b'Op di 3 nov 2026 om 10:12 schreef |schreef:\n|Van: |Verzonden: |Aan: |-- \n|(((((|))))|"""|'
    b"\x78\x9f\x3e\x22|\xff\xff\xff\xff|begin 644 x\n|%PDF-|PK\x03\x04|@|,,,,|<<<<|>>>>|\\\\\\\\"
).split(b"|")


def seeds() -> list[bytes]:
    """Return the mails of the tests: whole ones, and the bodies of the corpus of quotes."""
    bodies = [path.read_bytes() for path in sorted(MAILS.glob("quotes/*.txt"))]
    head = b"From: a@b.example\nSubject: Re: x\nContent-Type: text/plain; charset=utf-8\n\n"
    cases = [head + case for body in bodies for case in body.split(b"=== ")[1:]]
    return [path.read_bytes() for path in sorted(MAILS.glob("*.eml"))] * 5 + cases


def mutated(seed: bytes, others: list[bytes], dice: random.Random) -> bytes:
    """Return `seed` after one to twelve changes."""
    data = bytearray(seed)
    for _ in range(dice.choice((1, 1, 2, 3, 5, 12))):
        _change(data, others, dice)
    return bytes(data)


def _change(data: bytearray, others: list[bytes], dice: random.Random) -> None:
    at = dice.randrange(len(data) + 1)
    length = dice.choice((1, 1, 2, 4, 8, 32, 200))
    kind = dice.randrange(9)
    if kind == 0:
        data[at : at + length] = dice.randbytes(length)
    elif kind == 1:
        del data[at : at + length]
    elif kind == 2:
        data[at:at] = dice.choice(WORDS)
    elif kind == 3:
        data[at : at + length] = dice.choice(WORDS)
    elif kind == 4:
        data[at:at] = bytes(data[at : at + length]) * dice.choice((1, 2, 10, 100))
    elif kind == 5:
        del data[at:]
    elif kind == 6:
        other = dice.choice(others)
        data[at:] = other[dice.randrange(len(other) + 1) :]
    elif kind == 7:
        data[at:at] = dice.choice(WORDS) * dice.choice((2, 20, 300))
    else:
        nested = b"Content-Type: multipart/mixed; boundary=n%d\n\n--n%d\n" % (length, length)
        data[:0] = nested * dice.choice((1, 3, 30))


def inputs(count: int, seed: int) -> Iterator[bytes]:
    """Yield `count` broken mails, the same ones for the same `seed`."""
    dice = random.Random(seed)  # noqa: S311  repeatable, not secret
    known = seeds()
    for _ in range(count):
        yield mutated(dice.choice(known), known, dice)


def faults_of(raw: bytes) -> tuple[str, list[str]]:
    """Return what became of `raw` and which promises were broken."""
    received_at(raw, trusted_hosts=OURS)
    wrong = broken(read_head(raw, trusted=OURS))
    try:
        mail = read_mail(raw, limits=LIMITS, trusted=OURS, own_marks=OURS)
    except UnreadableMail:
        return "refused", wrong
    if mail.html is not None:
        shown = clean(mail.html, pictures={"logo@klant.example": "/logo"}).lower()
        wrong += [f"{bad} in clean HTML" for bad in ("<script", "<iframe", "<form") if bad in shown]
        remote_pictures(mail.html)
        plain(mail.html)
    return mail.kind.value, wrong + broken(mail)


def broken(mail: IncomingMail) -> list[str]:
    """Return the promises of `mail_shapes` that this mail does not keep."""
    lines = [mail.subject, mail.from_name, mail.message_id, mail.from_address or "", mail.why]
    lines += [file.name for file in mail.files] + [one.recipient for one in mail.bounces]
    lines += [one.diagnostic for one in mail.bounces]
    every = "".join([*lines, mail.text, mail.html or ""])
    wrong = []
    if "".join(part.text for part in mail.parts) != mail.text:
        wrong.append("the parts do not give the text back")
    if "\0" in every or every.encode("utf-8", "ignore").decode() != every:
        wrong.append("a text holds what no database takes")
    if any("\n" in line or "\r" in line for line in lines):
        wrong.append("a line is no line")
    if any(
        not file.name or len(file.name) > LONGEST_NAME + 8 or set(file.name) & set('/\\:*?"<>|')
        for file in mail.files
    ):
        wrong.append("a file name is not safe")
    if mail.parts and all(part.quoted for part in mail.parts):
        wrong.append("everything is folded")
    return wrong


def main() -> int:
    """Run and print what came out; 1 when a promise was broken or a bound passed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--inputs", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    outcomes: Counter[str] = Counter()
    slowest, bad = 0.0, 0
    begun = time.perf_counter()
    for number, raw in enumerate(inputs(chosen.inputs, chosen.seed)):
        start = time.process_time()
        try:
            outcome, wrong = faults_of(raw)
        except Exception as error:  # noqa: BLE001  that none comes out is what is measured
            outcome, wrong = "crash", [repr(error)]
        took = time.process_time() - start
        outcomes[outcome] += 1
        slowest = max(slowest, took)
        if wrong or took > SECONDS:
            bad += 1
            kept = Path(f"var/fuzz-mail-{chosen.seed}-{number}.eml")
            kept.parent.mkdir(exist_ok=True)
            kept.write_bytes(raw)
            print(f"{kept}: {took:.2f} s, {', '.join(wrong) or 'too slow'}")
    print(
        f"inputs={chosen.inputs} seed={chosen.seed} bad={bad} slowest={slowest:.3f}s"
        f" total={time.perf_counter() - begun:.0f}s"
    )
    print(" ".join(f"{name}={count}" for name, count in outcomes.most_common()))
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
