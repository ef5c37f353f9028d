"""The one entrance: which format a file is, the ZIP, and where a refusal points."""

import io
import zipfile
from pathlib import Path

import pytest

from balie.formats.errors import UnreadableFile, UnreadableStatement
from balie.formats.statements import Statement, read_statements, read_statements_from

FIXTURES = Path(__file__).parent / "fixtures"
CAMT = FIXTURES / "camt" / "camt.053.001.08.xml"
MT940 = FIXTURES / "mt940" / "abnamro.sta"


def zip_of(**members: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return stream.getvalue()


def read(data: bytes, name: str = "december") -> list[Statement]:
    return list(read_statements_from(data, name))


@pytest.mark.parametrize("path", [CAMT, MT940], ids=["camt", "mt940"])
def test_file_and_its_bytes_say_the_same(path: Path) -> None:
    from_path = list(read_statements(path))

    assert from_path == list(read_statements(str(path)))
    assert from_path == read(path.read_bytes())
    assert len(from_path) >= 1


def test_format_is_known_by_content_whatever_the_name() -> None:
    assert read(CAMT.read_bytes(), "afschrift.txt")[0].format == "camt.053.001.08"
    assert read(MT940.read_bytes(), "afschrift.xml")[0].format == "MT940"


def test_statements_come_one_at_a_time() -> None:
    broken_at_the_end = MT940.read_bytes() + b":61:kapot\n"
    statements = read_statements_from(broken_at_the_end, "x.940")

    assert next(statements).number == "36501/1"
    with pytest.raises(UnreadableStatement):
        list(statements)


def test_zip_yields_the_statements_of_all_its_files() -> None:
    data = zip_of(a=CAMT.read_bytes(), b=MT940.read_bytes())

    assert read(data) == read(CAMT.read_bytes()) + read(MT940.read_bytes())


def test_refusal_inside_a_zip_names_the_file_in_it() -> None:
    data = zip_of(a=CAMT.read_bytes(), b=CAMT.read_bytes().replace(b"DBIT", b"DEBET", 1))

    with pytest.raises(UnreadableStatement) as refused:
        read(data, "december.zip")

    assert refused.value.file == "december.zip/b"
    assert refused.value.line is not None


def test_file_on_disk_is_named_in_a_refusal(tmp_path: Path) -> None:
    path = tmp_path / "december.940"
    path.write_bytes(MT940.read_bytes().replace(b"D48,4", b"X48,4"))

    with pytest.raises(UnreadableStatement) as refused:
        list(read_statements(path))

    assert str(refused.value) == (
        "december.940, line 10: the field :61: is not an entry: '2701011231X48,4N245NONREF'."
        f" {UnreadableStatement.advice}"
    )


def test_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableStatement, match="cannot be read") as refused:
        list(read_statements(tmp_path / "weg.xml"))

    assert refused.value.file == "weg.xml"


def test_refusal_without_a_place_starts_with_the_reason() -> None:
    assert str(UnreadableFile("no good.")) == f"no good. {UnreadableFile.advice}"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "the file is empty"),
        (b" \r\n ", "the file is empty"),
        (b"%PDF-1.7", "neither a camt.052, .053 or .054 file nor an MT940"),
        (b"datum;bedrag\n2026-12-03;1,00", "neither a camt.052, .053 or .054 file nor an MT940"),
        (b"\xef\xbb\xbf" + CAMT.read_bytes(), "byte order mark"),
        (b"\xef\xbb\xbf" + MT940.read_bytes(), "byte order mark"),
        (MT940.read_text().encode("utf-16"), "byte order mark"),
        (b"<html><body>:20:</body></html>", "namespace none"),
    ],
    ids=range(8),
)
def test_what_is_no_statement_is_refused(data: bytes, reason: str) -> None:
    with pytest.raises(UnreadableStatement, match=reason):
        read(data)


def test_zip_in_a_zip_is_refused() -> None:
    with pytest.raises(UnreadableStatement, match="is itself a ZIP"):
        read(zip_of(a=zip_of(b=CAMT.read_bytes())))


def test_zip_with_too_many_files_is_refused() -> None:
    with pytest.raises(UnreadableStatement, match="the ZIP holds 201 files"):
        read(zip_of(**{f"{number}.xml": b"<" for number in range(201)}))


def test_zip_with_a_directory_too_long_to_read_is_refused() -> None:
    with pytest.raises(UnreadableStatement, match="more files than the 200"):
        read(zip_of(**{f"{number:05}": b"" for number in range(20_000)}))


def test_zip_without_a_file_is_refused() -> None:
    with pytest.raises(UnreadableStatement, match="the ZIP holds 0 files"):
        read(zip_of())


def test_zip_that_unpacks_to_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("balie.formats.statement_archive.MAX_BYTES", 1_000_000)

    with pytest.raises(UnreadableStatement, match="unpacks to more than 1,000,000 bytes"):
        read(zip_of(a=CAMT.read_bytes(), b=b"\0" * 2_000_000))


@pytest.mark.parametrize(
    "name", ["/a.xml", "../a.xml", "b/../a.xml", "b/..", "C:a.xml", "b\\..\\a", "a\n", "a" * 256]
)
def test_zip_with_a_name_that_leads_astray_is_refused(name: str) -> None:
    with pytest.raises(UnreadableStatement, match="odd name"):
        read(zip_of(**{name: CAMT.read_bytes()}))


def test_folders_in_a_zip_are_read() -> None:
    assert read(zip_of(**{"2026/a..b.xml": CAMT.read_bytes()})) == read(CAMT.read_bytes())


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_zip_with_one_name_twice_is_refused() -> None:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        archive.writestr("a.xml", CAMT.read_bytes())
        archive.writestr("a.xml", CAMT.read_bytes())

    with pytest.raises(UnreadableStatement, match=r"two files with the name a\.xml"):
        read(stream.getvalue())


def test_encrypted_zip_is_refused() -> None:
    data = bytearray(zip_of(a=CAMT.read_bytes()))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 8] |= 1

    with pytest.raises(UnreadableStatement, match="encrypted"):
        read(bytes(data))


@pytest.mark.parametrize("at", [0.1, 0.5, 0.9])
def test_damaged_zip_is_refused(at: float) -> None:
    data = zip_of(a=CAMT.read_bytes())
    middle = int(len(data) * at)
    flipped = data[:middle] + bytes([data[middle] ^ 0xFF]) + data[middle + 1 :]

    with pytest.raises(UnreadableStatement):
        read(data[:middle])
    with pytest.raises(UnreadableStatement):
        read(flipped)


def test_name_that_is_no_text_is_refused() -> None:
    with pytest.raises(UnreadableStatement, match="not text"):
        list(read_statements("\ud800.xml"))


def test_zip_that_a_mac_packed_is_read(tmp_path: Path) -> None:
    packed = tmp_path / "statements.zip"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("day.940", ":20:X\n:25:1\n:28C:1\n:60F:C261202EUR1,\n:62F:C261202EUR1,\n")
        archive.writestr("__MACOSX/._day.940", b"\0\5\x16\7")

    (statement,) = read_statements(packed)

    assert statement.opening_cents == 100


def test_empty_remittance_of_a_tagged_line_is_nothing() -> None:
    lines = ":20:X\n:25:1\n:28C:1\n:60F:C261202EUR1,\n:61:261202C1,NTRF\n:86:/REMI//\n"
    (statement,) = read_statements_from(f"{lines}:62F:C261202EUR2,\n".encode(), "x.940")

    assert statement.entries[0].text is None
