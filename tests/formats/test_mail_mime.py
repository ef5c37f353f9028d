"""Parts of a mail: limits held while walking, and the same parts as the standard library finds."""

import email
import email.policy
from pathlib import Path

import pytest

from balie.formats import mail_sentences as say
from balie.formats.errors import UnreadableMail
from balie.formats.mail_in import MailLimits, read_head, read_mail
from balie.formats.mail_mime import read_parts

MAILS = Path(__file__).parent / "mails"


@pytest.mark.parametrize(
    ("limits", "reason"),
    [
        (MailLimits(bytes=500), say.TOO_LARGE),
        (MailLimits(parts=5), say.TOO_MANY_PARTS),
        (MailLimits(depth=1), say.TOO_DEEP),
        (MailLimits(header_bytes=100), say.HEADERS_TOO_LONG),
    ],
)
def test_mail_over_a_limit_is_refused_and_its_head_is_read(limits: MailLimits, reason: str) -> None:
    raw = (MAILS / "17-many-attachments.eml").read_bytes()

    with pytest.raises(UnreadableMail) as refused:
        read_mail(raw, limits=limits)
    assert refused.value.reason == reason
    assert read_head(raw).from_address == "ria@klant.example"


@pytest.mark.parametrize("raw", [b"", b"\n\n", b"GIF89a", b"zomaar tekst\n\nx", b"X: y\n\nx"])
def test_what_is_no_mail_is_refused(raw: bytes) -> None:
    with pytest.raises(UnreadableMail):
        read_mail(raw)


def test_long_text_is_cut_and_says_so() -> None:
    mail = read_mail(b"From: a@x.example\n\n" + b"a" * 2000, limits=MailLimits(text_characters=100))

    assert (len(mail.text), mail.faults) == (100, (say.TEXT_CUT,))


# --- beside the standard library ------------------------------------------------------------------

# Broken on purpose: the two readings differ where one of them has to guess.
DAMAGED = {"32-damaged", "34-sender-trick"}
# The library reads the groups of a report as mails of their own.
REPORTS = {"message/delivery-status", "message/disposition-notification"}


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(MAILS.glob("*.eml")) if path.stem not in DAMAGED],
    ids=lambda path: path.stem,
)
def test_standard_library_finds_the_same_parts(path: Path) -> None:
    raw = path.read_bytes()
    ours = read_parts(raw, limits=MailLimits(), faults=[])
    theirs = email.message_from_bytes(raw, policy=email.policy.compat32)

    leaves = [
        (part.type, part.content([]).rstrip(b"\r\n"))
        for part in ours.walk()
        if not part.children and part.type not in REPORTS
    ]
    expected = [
        (part.get_content_type(), part.get_payload(decode=True).rstrip(b"\r\n"))  # type: ignore[union-attr]
        for part in theirs.walk()
        if not part.is_multipart() and part.get_content_type() not in REPORTS
    ]
    if ours.type == "multipart/report":
        expected = [(name, content) for name, content in expected if content]
    assert leaves == expected
