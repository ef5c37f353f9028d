"""What a mail looks like on the wire, and what never gets that far."""

from datetime import UTC, datetime
from email import message_from_bytes
from email import policy as email_policy
from email.message import EmailMessage
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.domain.policy import Policy
from balie.infra import mail
from balie.infra.mail import Attachment, Inline, InvalidAddress, UnsafeHeader
from balie.infra.mail_html import html_from
from tests.infra.work import a_mail

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)


def on_the_wire(**changes: Any) -> EmailMessage:
    """The mail as a recipient's program reads it."""
    data = mail.compose(
        a_mail(**changes), policy=Policy(), message_id="<1@x.nl>", now=NOW
    ).as_bytes()
    assert all(len(line) <= 998 for line in data.split(b"\r\n"))
    assert data.isascii()
    return message_from_bytes(data, policy=email_policy.default)


def parts_of(message: EmailMessage) -> list[str]:
    return [part.get_content_type() for part in message.walk()]


def content_of(message: EmailMessage, kind: str) -> str:
    part = message.get_body(preferencelist=(kind,))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


def test_mail_carries_the_same_words_as_text_and_html() -> None:
    text = "Beste Zoë,\n\nUw factuur van € 12,10 is betaald.\n"
    message = on_the_wire(text=text, subject="Betaald: € 12,10 — dank u")

    assert parts_of(message) == ["multipart/alternative", "text/plain", "text/html"]
    assert content_of(message, "plain") == text
    assert "<p>Uw factuur van € 12,10 is betaald.</p>" in content_of(message, "html")
    assert message["Subject"] == "Betaald: € 12,10 — dank u"


def test_headers_say_who_when_and_that_no_person_wrote_it() -> None:
    message = on_the_wire(in_reply_to="<0@x.nl>", references=("<a@x.nl>", "<0@x.nl>"))

    headers = {name: str(value) for name, value in message.items()}
    assert headers["From"] == "De Linde Hosting <helpdesk@delinde.example>"
    assert headers["To"] == "Jo Klant <klant@voorbeeld.nl>"
    assert headers["Date"] == "Mon, 23 Nov 2026 09:00:00 +0000"
    assert headers["Message-ID"] == "<1@x.nl>"
    assert headers["Auto-Submitted"] == "auto-generated"
    assert headers["Content-Language"] == "nl"
    assert headers["In-Reply-To"] == "<0@x.nl>"
    assert headers["References"] == "<a@x.nl> <0@x.nl>"


def test_mail_of_a_person_does_not_call_itself_automatic() -> None:
    assert "Auto-Submitted" not in on_the_wire(automatic=False)


def test_picture_stands_inside_the_html_and_the_attachment_outside() -> None:
    picture = Inline(name="qr", content=b"PNG", content_type="image/png", description="QR-code")
    message = on_the_wire(
        text="Maak het over:\n\n[[qr]]\n\nDank u.\n",
        inline=(picture,),
        attachments=(Attachment(filename="factuur F2026-1.pdf", content=b"%PDF"),),
    )

    assert parts_of(message) == [
        "multipart/mixed",
        "multipart/alternative",
        "text/plain",
        "multipart/related",
        "text/html",
        "image/png",
        "application/pdf",
    ]
    assert content_of(message, "plain") == "Maak het over:\n\nDank u.\n"
    assert '<img src="cid:qr" alt="QR-code">' in content_of(message, "html")
    assert [part["Content-ID"] for part in message.walk() if part["Content-ID"]] == ["<qr>"]
    assert [part.get_filename() for part in message.iter_attachments()] == ["factuur F2026-1.pdf"]


@pytest.mark.parametrize(
    "changes",
    [
        {"subject": "Hallo\r\nBcc: slachtoffer@voorbeeld.nl"},
        {"subject": "Hallo\nBcc: slachtoffer@voorbeeld.nl"},
        {"subject": "Hallo\u2028weg"},
        {"name": "Jo\r\nBcc: slachtoffer@voorbeeld.nl"},
        {"name": "Jo\x00"},
        {"in_reply_to": "<a@x.nl>\r\nBcc: slachtoffer@voorbeeld.nl"},
        {"references": ("<a@x.nl>\nBcc: b@c.nl",)},
        {"attachments": (Attachment(filename="a\r\nb.pdf", content=b""),)},
    ],
)
def test_line_break_in_a_header_is_refused(changes: dict[str, Any]) -> None:
    with pytest.raises(UnsafeHeader):
        on_the_wire(**changes)


@given(name=st.text(max_size=80))
def test_any_name_reaches_exactly_the_one_address(name: str) -> None:
    try:
        message = on_the_wire(name=name)
    except UnsafeHeader:
        return
    recipients = [address.addr_spec for address in message["To"].addresses]
    assert recipients == ["klant@voorbeeld.nl"]
    assert [str(value) for value in message.get_all("Bcc", [])] == []


@pytest.mark.parametrize(
    ("given", "wire"),
    [
        ("klant@voorbeeld.nl", "klant@voorbeeld.nl"),
        ("k.l+a-n_t@sub.voorbeeld.nl", "k.l+a-n_t@sub.voorbeeld.nl"),
        ("info@bücher.example", "info@xn--bcher-kva.example"),
    ],
)
def test_address_is_written_as_it_goes_on_the_wire(given: str, wire: str) -> None:
    assert mail.checked_address(given) == wire


@pytest.mark.parametrize(
    "text",
    [
        "",
        "klant",
        "@voorbeeld.nl",
        "klant@",
        "klant@localhost",
        "a@x.nl,b@y.nl",
        "a@x.nl b@y.nl",
        "alice@example.org)bob@example.org",
        "Jo <klant@voorbeeld.nl>",
        '"jo klant"@voorbeeld.nl',
        ".klant@voorbeeld.nl",
        "kla..nt@voorbeeld.nl",
        "klant@voorbeeld.nl\r\nBcc: b@y.nl",
        "klant@-voorbeeld.nl",
        "klänt@voorbeeld.nl",
        "klant@voorbeeld..nl",
        "k" * 65 + "@voorbeeld.nl",
        "klant@" + "a" * 64 + ".nl",
        "klant@" + ".".join(["abcdefgh"] * 30) + ".nl",
    ],
)
def test_what_is_not_one_plain_address_is_refused(text: str) -> None:
    with pytest.raises(InvalidAddress):
        mail.checked_address(text)


def test_html_shows_rows_lists_buttons_and_escapes_everything() -> None:
    html = html_from(
        "Beste <b>Jo</b>,\n\nBedrag: € 12,10\nTe vermelden: F2026-1 & voorbeeld.nl\n\n"
        "- ten eerste\n- ten tweede\n\nStel een nieuw wachtwoord in:\n"
        "https://balie.voorbeeld.nl/h/a?b=1&c=2\n\nOf zie https://voorbeeld.nl/hulp.\n"
    )

    assert "<p>Beste &lt;b&gt;Jo&lt;/b&gt;,</p>" in html
    assert '<tr><th scope="row">Bedrag</th><td>€ 12,10</td></tr>' in html
    assert "<td>F2026-1 &amp; voorbeeld.nl</td>" in html
    assert "<ul><li>ten eerste</li><li>ten tweede</li></ul>" in html
    target = "https://balie.voorbeeld.nl/h/a?b=1&amp;c=2"
    assert f'<p><a class="button" href="{target}">{target}</a></p>' in html
    assert (
        '<p>Of zie <a href="https://voorbeeld.nl/hulp">https://voorbeeld.nl/hulp</a>.</p>' in html
    )
    assert "<script" not in html_from('<script>alert("x")</script>')


def test_html_asks_nothing_of_another_host() -> None:
    html = html_from("Hallo")

    assert [word for word in ("src=", "url(", "@import", "<link") if word in html] == []
