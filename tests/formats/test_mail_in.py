"""What comes out of one mail: sender, characters, files, what our servers wrote on it."""

import struct
from datetime import UTC, datetime
from pathlib import Path

import pytest

from balie.formats import mail_sentences as say
from balie.formats.mail_in import IncomingMail, MailLimits, read_mail, received_at
from balie.formats.mail_tnef import unpack

MAILS = Path(__file__).parent / "mails"
OURS = frozenset({"mx.balie.example"})


def mail_of(name: str) -> IncomingMail:
    return read_mail((MAILS / f"{name}.eml").read_bytes(), trusted=OURS)


def mail_from(sender: str) -> IncomingMail:
    return read_mail(f"From: {sender}\nSubject: x\n\nTekst\n".encode())


# --- who and what ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("sender", "name", "address"),
    [
        ("piet@x.example", "", "piet@x.example"),
        ("Piet <piet@x.example>", "Piet", "piet@x.example"),
        ("piet@x.example (Piet Jansen)", "Piet Jansen", "piet@x.example"),
        ('"Jansen, Piet" <piet@x.example>', "Jansen, Piet", "piet@x.example"),
        ("Jansen, Piet <piet@x.example>", "Jansen Piet", "piet@x.example"),
        ("=?utf-8?Q?Ren=C3=A9?= <r@x.example>", "René", "r@x.example"),
        ('"=?utf-8?Q?Ren=C3=A9?=" <r@x.example>', "René", "r@x.example"),
        ("bank@echt.example <dief@vals.example>", "bank@echt.example", "dief@vals.example"),
        ('"a@b.example" <c@d.example>', "a@b.example", "c@d.example"),
    ],
)
def test_sender_is_the_one_mailbox(sender: str, name: str, address: str) -> None:
    mail = mail_from(sender)

    assert (mail.from_name, mail.from_address) == (name, address)


@pytest.mark.parametrize(
    "sender",
    [
        "",
        "Piet",
        "alice@x.example)bob@y.example",
        "alice@x.example (oops",
        "a@x.example, b@y.example",
        "a@x.example <b@y.example> <c@z.example>",
        "<a@x.example",
        "a@b@c.example",
        "a b@c.example",
        "=?utf-8?Q?a=40b.example?=",
        "a\u202e@x.example",
    ],
)
def test_sender_that_can_be_read_in_two_ways_is_nobody(sender: str) -> None:
    mail = mail_from(sender)

    assert mail.from_address is None
    assert {say.NO_SENDER, say.BROKEN_SENDER, say.SEVERAL_SENDERS} & set(mail.faults)


def test_two_from_headers_are_nobody() -> None:
    mail = read_mail(b"From: a@x.example\nFrom: b@y.example\nSubject: x\n\nTekst\n")

    assert mail.from_address is None
    assert mail.faults == (say.DOUBLE_HEADER, say.SEVERAL_SENDERS)


def test_token_is_found_in_a_subject_broken_over_words() -> None:
    mail = mail_of("13-token-in-an-encoded-subject")

    assert mail.subject == "Re: [88123] Uw vraag T-2026-00012 – bétere titel"


def test_letter_broken_over_two_encoded_words_is_one_letter() -> None:
    words = b"=?utf-8?B?w4M=?= x =?utf-8?Q?=C3?=\n =?utf-8?Q?=A9?="

    assert read_mail(b"From: a@x.example\nSubject: " + words + b"\n\n").subject == "Ã x é"


def test_references_are_kept_in_order_each_once() -> None:
    mail = mail_of("12-new-subject-old-references")

    assert mail.in_reply_to == "AM0PR01MB9999@prod.outlook.example"
    assert mail.references == (
        "vraag-k7f3q2x9p1m4@balie.example",
        "antwoord-12@balie.example",
        "AM0PR01MB9999@prod.outlook.example",
    )


def test_copies_and_answer_address_are_told_apart() -> None:
    copied, forged = mail_of("10-relay-for-spam"), mail_of("09-forged-colleague")

    assert copied.cc == ("feedback@dienst.example", "directeur@klant.example")
    assert forged.reply_to == "aanvaller@elders.example"


# --- what our own servers wrote -------------------------------------------------------------------


def test_received_is_the_topmost_of_ours_and_never_the_date() -> None:
    raw = (
        b"Received: from mx.balie.example by opslag.balie.example; Tue, 10 Mar 2026 20:07 +0100\n"
        b"Received: from uit.x.example (by mx.balie.example; 1 Jan 2001 00:00:00 +0000)\n"
        b"\tby MX.balie.example (Postfix) with ESMTPS; Tue, 10 Mar 2026 19:58:30 +0100 (CET)\n"
        b"Received: by mx.balie.example; Mon, 9 Mar 2026 09:00:00 +0100\n"
        b"Date: Mon, 1 Jan 2001 00:00:00 +0000\nFrom: a@x.example\n\n"
    )

    assert received_at(raw, trusted_hosts=OURS) == datetime(2026, 3, 10, 18, 58, 30, tzinfo=UTC)
    assert received_at(raw, trusted_hosts=frozenset({"mx.elders.example"})) is None


@pytest.mark.parametrize(
    ("date", "moment"),
    [
        ("10 Mar 2026 19:58 -0000", datetime(2026, 3, 10, 19, 58, tzinfo=UTC)),
        ("Tue, 10 Mar 2026 14:58:30 EST", datetime(2026, 3, 10, 19, 58, 30, tzinfo=UTC)),
        ("Sat, 31 Dec 2016 23:59:60 +0000", datetime(2016, 12, 31, 23, 59, 59, tzinfo=UTC)),
        ("Sun, 29 Mar 2026 02:30:00 +0200", datetime(2026, 3, 29, 0, 30, tzinfo=UTC)),
        ("Tue, 10 Mar 2026 19:58:30", None),
        ("Tue, 10 Mar 2026 19:58:30 XYZ", None),
        ("Tue, 31 Feb 2026 19:58:30 +0100", None),
        ("1 Jan 0001 00:00:00 +2359", None),
        ("gisteren", None),
    ],
)
def test_moment_needs_a_zone_that_means_something(date: str, moment: datetime | None) -> None:
    raw = f"Received: by mx.balie.example; {date}\nFrom: a@x.example\n\n".encode()

    assert received_at(raw, trusted_hosts=OURS) == moment


def test_authentication_is_the_topmost_of_ours_without_what_senders_choose() -> None:
    found = mail_of("09-forged-colleague").authentication

    assert (found.spf, found.dkim, found.dmarc) == ("fail", "none", "fail")
    assert (found.by, found.dmarc_domain) == ("mx.balie.example", "balie.example")


@pytest.mark.parametrize(
    "value",
    [
        "elders.example; dmarc=pass",
        'mx.balie.example; spf=fail smtp.mailfrom="a; dmarc=pass"@x.example',
        "mx.balie.example; spf=fail (a (b; dmarc=pass) c; dmarc=pass)",
        "mx.balie.example; spf=fail (open; dmarc=pass",
        "mx.balie.example; none",
        "mx.balie.example.vals.example; dmarc=pass",
    ],
)
def test_a_pass_that_we_did_not_write_is_none(value: str) -> None:
    mail = read_mail(
        f"From: a@x.example\nAuthentication-Results: {value}\n\n".encode(), trusted=OURS
    )

    assert mail.authentication.dmarc == "none"


def test_spoilt_lines_of_ours_do_not_let_a_forged_one_through() -> None:
    raw = (
        b"Authentication-Results: mx.balie.example; spf=fail (open\n"
        b"Received: from (uit.x.example by mx.balie.example; Tue, 10 Mar 2026 19:58:30 +0100\n"
        b"Authentication-Results: mx.balie.example; dmarc=pass\n"
        b"Received: by mx.balie.example; Mon, 9 Mar 2026 09:00:00 +0100\nFrom: a@x.example\n\n"
    )

    assert read_mail(raw, trusted=OURS).authentication.dmarc == "none"
    assert received_at(raw, trusted_hosts=OURS) is None


# --- words ----------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "text", "fault"),
    [
        (
            "18-charset-lies",
            "Beste Balie,\n\nHet kost € 25 – klopt dat? Café José.",
            say.CHARSET_LIED,
        ),
        ("18-charset-utf8-as-ascii", "Één vraag: werkt ’t al?", say.CHARSET_LIED),
        ("18-charset-unknown", "Één vraag graag.", say.CHARSET_UNKNOWN),
    ],
)
def test_text_is_read_though_its_charset_lies(name: str, text: str, fault: str) -> None:
    mail = mail_of(name)

    assert (mail.text, mail.faults) == (text, (fault,))


@pytest.mark.parametrize(
    ("charset", "data", "text"),
    [
        ("utf-8", b"caf\xe9 \xe2\x82\xac", "café €"),
        ("iso-8859-15", b"\xa4 25", "€ 25"),
        ("koi8-r", b"\xf0\xd2\xc9\xd7\xc5\xd4", "Привет"),
        ("gb2312", "你好".encode("gb18030"), "你好"),
        ("utf-16", "Één".encode("utf-16"), "Één"),
        ("punycode", b"a-b\xc3\xa9", "a-bé"),
        ("zlib", b"tekst", "tekst"),
        ('"UTF-8"', "Één".encode(), "Één"),
        ("us-ascii", b"a\x00b\x07c", "abc"),
    ],
)
def test_characters_come_out(charset: str, data: bytes, text: str) -> None:
    head = f"From: a@x.example\nContent-Type: text/plain; charset={charset}\n\n"

    assert read_mail(head.encode() + data).text == text


def test_flowed_lines_are_joined() -> None:
    mail = mail_of("29-file-names")

    assert mail.text == ("Dit is een lange regel die door het programma is gebroken.\n\nGroet")


def test_html_is_text_when_the_text_part_only_points_at_it() -> None:
    raw = (
        b"From: a@x.example\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\n"
        b"Uw programma ondersteunt geen HTML.\n--b\nContent-Type: text/html\n\n"
        b"<p>Mijn vraag</p>\n--b--\n"
    )

    assert read_mail(raw).text == "Mijn vraag"


def test_language_is_guessed_by_small_words() -> None:
    dutch = read_mail(b"From: a@x.example\n\nMijn site is niet bereikbaar, kunt u helpen?")
    english = read_mail(b"From: a@x.example\n\nMy site is down, could you please help?")

    assert (dutch.language, english.language) == ("nl", "en")


def test_mail_inside_a_mail_is_a_file_and_its_text_stands_below() -> None:
    mail = mail_of("28-mail-in-a-mail")

    assert [file.name for file in mail.files] == ["Uw domein_site verloopt.eml"]
    assert mail.files[0].detected_type == "message/rfc822"
    assert mail.text.endswith("Subject: Uw domein/site verloopt\n\nBetaal één euro.")


def test_invitation_is_told_in_words() -> None:
    mail = mail_of("27-invitation")

    assert mail.text.split("\n")[2:5] == [
        "Uitnodiging: Overleg, verhuizing van de site",
        "Van: 2026-03-17 10:00 (Europe/Amsterdam)",
        "Tot: 2026-03-17 11:00 (Europe/Amsterdam)",
    ]


# --- files ----------------------------------------------------------------------------------------


def test_file_names_are_decoded_and_safe() -> None:
    found = {file.name: file.problem for file in mail_of("29-file-names").files}

    assert found == {
        "offerte € béter 2026.pdf": "",
        "résumé.pdf": "",
        "passwd": say.FILE_RENAMED,
        "fotogpj.exe": say.FILE_PROGRAM,
        "_CON.txt": "",
    }


def test_file_of_another_type_than_its_name_is_said_to_be() -> None:
    logo, bill = mail_of("20-hostile-html").files

    assert (logo.detected_type, logo.content_id, logo.inline) == (
        "image/png",
        "logo@klant.example",
        True,
    )
    assert (bill.detected_type, bill.problem) == ("text/html", say.FILE_DIFFERS)


def test_file_over_the_limit_is_listed_without_content() -> None:
    raw = (MAILS / "17-many-attachments.eml").read_bytes()

    mail = read_mail(raw, limits=MailLimits(attachment_bytes=13))

    assert {(file.content, file.size, file.problem) for file in mail.files} == {
        (b"", 14, say.FILE_TOO_LARGE)
    }


def test_files_of_the_same_name_get_their_own() -> None:
    part = b"--b\nContent-Type: image/png; name=foto.png\n\n\x89PNG\r\n\x1a\n\n"
    raw = b"From: a@x.example\nContent-Type: multipart/mixed; boundary=b\n\n" + part * 3

    names = [file.name for file in read_mail(raw).files]

    assert names == ["foto.png", "foto (2).png", "foto (3).png"]


def test_winmail_gives_its_text_and_its_files() -> None:
    mail = mail_of("19-winmail")

    assert mail.text == "Beste Balie,\n\nHierbij het contract. Café."
    assert [(file.name, file.content) for file in mail.files] == [
        ("Contract hosting 2026.pdf", b"%PDF-1.4\n%fictief\n")
    ]


@pytest.mark.parametrize(
    "body",
    [
        struct.pack("<I", 0xFFFFFFFF) + bytes(100),
        struct.pack("<IHHI", 1, 0x1002, 1, 0xFFFFFFFF) + bytes(100),
        struct.pack("<IHHI", 1, 0x001E, 1, 0xFFFFFFFF) + bytes(100),
    ],
    ids=["properties", "values", "items"],
)
def test_winmail_with_impossible_counts_is_not_opened(body: bytes) -> None:
    head = struct.pack("<IH", 0x223E9F78, 1) + struct.pack("<BHHI", 1, 0x9003, 6, len(body))

    assert unpack(head + body + bytes(2)) is None


# --- bounces --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "recipient", "status", "original", "final"),
    [
        ("01-bounce-of-a-notification", "joost@klant.example", "5.1.1", "antwoord-12", True),
        ("02-bounce-of-exchange", "ria@klant.example", "5.2.2", "antwoord-13", True),
        ("21-delayed", "ria@klant.example", "4.4.1", "antwoord-21", False),
        ("22-qmail", "piet@klant.example", "5.7.1", "antwoord-22", True),
        ("23-exim", "ali@klant.example", "5.0.0", "antwoord-23", True),
        ("24-exchange-prose", "fatima@klant.example", "5.1.10", "", True),
    ],
)
def test_bounce_names_recipient_reason_and_mail(
    name: str, recipient: str, status: str, original: str, *, final: bool
) -> None:
    (bounce,) = mail_of(name).bounces

    expected = f"{original}@balie.example" if original else ""
    assert (bounce.recipient, bounce.status) == (recipient, status)
    assert (bounce.original_message_id, bounce.final) == (expected, final)
