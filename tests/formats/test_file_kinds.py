"""A file is what its bytes are; its name is kept without path, tricks or excess."""

import io
import zipfile

import pytest
from hypothesis import given
from hypothesis import strategies as st

from balie.formats.file_kinds import LONGEST_NAME, UNKNOWN, ending_of, kind_of, shown_name

DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
PNG = b"\x89PNG\r\n\x1a\n" + b"\0" * 20


def zipped() -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as archive:
        archive.writestr("word/document.xml", "<w/>")
    return out.getvalue()


KNOWN = [
    ("Scherm afbeelding.PNG", PNG, "image/png"),
    ("foto.jpeg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
    ("foto.jpg", b"\xff\xd8\xff\xe0rest", "image/jpeg"),
    ("beweegt.gif", b"GIF89a....", "image/gif"),
    ("web.webp", b"RIFF\x10\0\0\0WEBPVP8 ", "image/webp"),
    ("IMG_0001.HEIC", b"\0\0\0\x18ftypheic\0\0\0\0", "image/heic"),
    ("factuur.pdf", b"%PDF-1.7\n...", "application/pdf"),
    ("met-rommel.pdf", b"\n\n%PDF-1.4\n...", "application/pdf"),
    ("brief.docx", zipped(), DOCX),
    ("site.zip", zipped(), "application/zip"),
    ("oud.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1....", "application/msword"),
    ("backup.sql.gz", b"\x1f\x8b\x08....", "application/gzip"),
    ("error.log", b"[23-Nov] PHP Fatal error: x in /var/www\n", "text/plain"),
    ("kleur.log", b"\x1b[31mfout\x1b[0m\n", "text/plain"),
    ("caf\u00e9.txt", "caf\u00e9".encode("cp1252"), "text/plain"),
    ("utf16.txt", "\ufeffhoi".encode("utf-16-le"), "text/plain"),
    ("export.csv", b"domein,saldo\nbakkerij.nl,3\n", "text/csv"),
    ("afspraak.ics", b"BEGIN:VCALENDAR\r\n", "text/calendar"),
]
REFUSED = [
    ("programma.exe", b"MZ\x90\0"),
    ("programma.pdf", b"MZ\x90\0"),
    ("programma.txt", b"MZ\x90\0"),
    ("script.txt", b"#!/bin/sh\nrm -rf /\n"),
    ("pagina.html", b"<!DOCTYPE html><script>1</script>"),
    ("pagina.txt", b"\n <html><script>1</script>"),
    ("tekening.svg", b'<svg xmlns="http://www.w3.org/2000/svg" onload="1"/>'),
    ("tekening.txt", b'<?xml version="1.0"?><svg/>'),
    ("tekening.txt", "\ufeff<svg onload=1>".encode("utf-16-le")),
    ("foto.png.html", PNG),
    ("foto.php", PNG),
    ("foto.png", b"\xff\xd8\xff"),
    ("zonder-ending", PNG),
    ("leeg.txt", b""),
    ("nul.txt", b"hoi\0hoi"),
    ("elf.log", b"\x7fELF\x02\x01"),
    ("macro.docm", zipped()),
    ("app.apk", zipped()),
    ("app.jar", zipped()),
]


@pytest.mark.parametrize(("name", "content", "kind"), KNOWN)
def test_kind_is_known_by_ending_and_bytes(name: str, content: bytes, kind: str) -> None:
    assert kind_of(name=name, content=content) == kind


@pytest.mark.parametrize(("name", "content"), REFUSED)
def test_kind_is_unknown_when_bytes_or_ending_are_not_on_the_list(
    name: str, content: bytes
) -> None:
    assert kind_of(name=name, content=content) == UNKNOWN


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("foto.png", "foto.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\foto.png", "foto.png"),
        ("factuur\u202efdp.exe", "factuurfdp.exe"),
        ("a\0b\r\nc.png", "abc.png"),
        ('een "naam" <b>.pdf', "een _naam_ _b_.pdf"),
        ("zero\u200bwidth.txt", "zerowidth.txt"),
        ("  .htaccess", "htaccess"),
        ("...", "bestand"),
        ("", "bestand"),
        ("e\u0301\u00e9n.txt", "\u00e9\u00e9n.txt"),
        ("x" * 5000 + ".png", "x" * (LONGEST_NAME - 5) + "\u2026.png"),
    ],
)
def test_name_is_shown_without_tricks(name: str, shown: str) -> None:
    assert shown_name(name) == shown


@given(st.text(max_size=300))
def test_any_name_becomes_one_plain_line_of_bounded_length(name: str) -> None:
    shown = shown_name(name)

    assert 1 <= len(shown) <= LONGEST_NAME
    assert not set(shown) & set('/\\:*?"<>|\r\n\0\u202e')
    assert shown_name(shown) == shown


@given(st.binary(max_size=200), st.sampled_from([name for name, *_ in KNOWN]))
def test_any_bytes_have_a_kind_of_their_ending_or_none(content: bytes, name: str) -> None:
    kind = kind_of(name=name, content=content)

    assert kind == UNKNOWN or ending_of(name)
