"""Files that mean harm are refused whole, with a place, in little time and memory."""

import time
import tracemalloc
from collections.abc import Iterator
from pathlib import Path

import pytest

from balie.formats.errors import UnreadableStatement
from balie.formats.statements import read_statements_from

GOOD = (Path(__file__).parent / "fixtures" / "camt" / "camt.053.001.08.xml").read_text()
HEAD, _, BODY = GOOD.partition("\n")
OPEN = BODY[: BODY.index("<GrpHdr>")]
MILLION = 1_000_000
DECLARED = '<?xml version="1.0" encoding="{}"?>\n'

BOMBS = {
    "doctype": HEAD + "<!DOCTYPE Document>" + BODY,
    "entity": (
        f'{HEAD}<!DOCTYPE Document [<!ENTITY naam "J. Jansen">]>'
        + BODY.replace("J. Jansen", "&naam;")
    ),
    "external entity": (
        f'{HEAD}<!DOCTYPE Document [<!ENTITY f SYSTEM "file:///etc/hostname">]>'
        + BODY.replace("J. Jansen", "&f;")
    ),
    "external doctype": HEAD + '<!DOCTYPE Document SYSTEM "http://127.0.0.1/x.dtd">' + BODY,
    "billion laughs": (
        HEAD
        + '<!DOCTYPE Document [<!ENTITY a0 "ha">'
        + "".join(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12))
        + "]>"
        + BODY.replace("J. Jansen", "&a11;")
    ),
    "undefined entity": HEAD + BODY.replace("J. Jansen", "&naam;"),
    "deep": OPEN + "<a>" * MILLION,
    "deep and closed": OPEN + "<a>" * 300_000 + "</a>" * 300_000,
    "one endless tag": OPEN + "<a " + "x" * 20 * MILLION,
    "one endless attribute": OPEN + '<a x="' + "x" * 20 * MILLION,
    "one endless comment": HEAD + "<!--" + "x" * 20 * MILLION,
    "one endless text": OPEN + "<Stmt><Id>" + "x" * 20 * MILLION,
    "many attributes": OPEN + "<a" + "".join(f' x{n}=""' for n in range(200_000)) + "/>",
    "many details": OPEN + "<Stmt><Ntry><NtryDtls>" + "<TxDtls/>" * 300_000,
    "many details in many parts": (
        OPEN + "<Stmt><Ntry>" + ("<NtryDtls>" + "<TxDtls/>" * 100_000 + "</NtryDtls>") * 3
    ),
    "many texts in one entry": (
        OPEN + "<Stmt><Ntry><NtryDtls><TxDtls><RmtInf>" + f"<Ustrd>{'x' * 100}</Ustrd>" * 300_000
    ),
    "long texts in one entry": (
        OPEN + "<Stmt><Ntry><NtryDtls><TxDtls><RmtInf>" + f"<Ustrd>{'x' * 90_000}</Ustrd>" * 300
    ),
    "text in pieces": OPEN + "<Stmt><Id>" + "x<a/>" * 300_000,
    "truncated": GOOD[:-20],
    "nothing after the head": HEAD,
    "two documents": GOOD + BODY,
    "null": GOOD.replace("J. Jansen", "J.\0Jansen"),
}

LIES = {
    "latin-1 called utf-8": GOOD.replace("Jansen", "Jánsen").encode("latin-1"),
    "utf-8 called latin-1": (DECLARED.format("ISO-8859-1") + BODY.replace("J.", "é")).encode(),
    "windows called latin-1": (
        DECLARED.format("ISO-8859-1") + BODY.replace("J.", "\x93J.\x94 é")
    ).encode("latin-1"),
    "latin-1 called ascii": (DECLARED.format("US-ASCII") + BODY.replace("J.", "é")).encode(
        "latin-1"
    ),
    "utf-7": (DECLARED.format("UTF-7") + BODY).encode(),
    "utf-16 by name only": (DECLARED.format("UTF-16") + BODY).encode(),
    "utf-16": GOOD.encode("utf-16"),
    "utf-16 without a mark": GOOD.encode("utf-16-le"),
    "utf-32": GOOD.encode("utf-32"),
    "no such charset": (DECLARED.format("rot13") + BODY).encode(),
}


@pytest.fixture
def _bounds() -> Iterator[None]:
    tracemalloc.start()
    started = time.process_time()
    yield
    assert time.process_time() - started < 20
    assert tracemalloc.get_traced_memory()[1] < 200_000_000
    tracemalloc.stop()


@pytest.mark.usefixtures("_bounds")
@pytest.mark.parametrize("name", BOMBS)
def test_hostile_xml_is_refused_in_bounded_time_and_memory(name: str) -> None:
    with pytest.raises(UnreadableStatement) as refused:
        list(read_statements_from(BOMBS[name].encode(), "camt.xml"))

    assert refused.value.line is not None
    assert refused.value.reason


@pytest.mark.parametrize("name", LIES)
def test_charset_that_is_not_what_the_file_says_is_refused(name: str) -> None:
    with pytest.raises(UnreadableStatement):
        list(read_statements_from(LIES[name], "camt.xml"))


@pytest.mark.parametrize("charset", ["UTF-8", "ISO-8859-1", "ISO-8859-15", "windows-1252"])
def test_true_charset_is_read(charset: str) -> None:
    text = DECLARED.format(charset) + BODY.replace("J. Jansen", "Café Ünal")
    (statement,) = read_statements_from(text.encode(charset), "camt.xml")

    assert statement.entries[-1].counterparty_name == "Café Ünal"


def test_entity_is_never_read_as_empty_text() -> None:
    data = f'<!DOCTYPE Document [<!ENTITY a "10">]>{BODY.replace("157.30", "&a;7.30")}'.encode()

    with pytest.raises(UnreadableStatement, match="DOCTYPE"):
        list(read_statements_from(data, "camt.xml"))


@pytest.mark.usefixtures("_bounds")
@pytest.mark.parametrize(
    "tail",
    ["x" * 20 * MILLION, "\n" * 300_000, "x\n" * MILLION, ":86:x\n" * MILLION],
    ids=["one line", "blank lines", "one field", "many fields"],
)
def test_hostile_mt940_is_refused_in_bounded_time_and_memory(
    tail: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("balie.formats.mt940_fields.MAX_LINES", 200_000)
    head = ":20:X\n:25:1\n:28C:1\n:60F:C261202EUR1,\n:61:261203D1,NTRF\n:86:"

    with pytest.raises(UnreadableStatement) as refused:
        list(read_statements_from((head + tail).encode(), "x.940"))

    assert refused.value.line is not None


@pytest.mark.usefixtures("_bounds")
@pytest.mark.parametrize("blank", ["\n", "\r\n", " \n", "\t", "\x01"])
def test_run_of_blanks_is_gone_through_once(blank: str) -> None:
    with pytest.raises(UnreadableStatement):
        list(read_statements_from(("x" + blank * 60_000 + "y").encode(), "x.940"))


@pytest.mark.parametrize("day", ["0001-01-01", "1900-01-01", "9999-12-31"])
def test_day_that_means_no_day_is_refused(day: str) -> None:
    with pytest.raises(UnreadableStatement, match="is not a date"):
        list(read_statements_from(GOOD.replace("2026-12-03", day).encode(), "camt.xml"))


def test_amount_that_no_account_holds_is_refused_in_every_format() -> None:
    mt940 = ":20:X\n:25:1\n:28C:1\n:60F:C261202EUR{},\n:62F:C261202EUR1,\n"

    with pytest.raises(UnreadableStatement, match="than any account holds"):
        list(read_statements_from(GOOD.replace("157.30", "9" * 15).encode(), "camt.xml"))
    with pytest.raises(UnreadableStatement, match="no account holds"):
        list(read_statements_from(mt940.format("9" * 15).encode(), "x.940"))
    assert list(read_statements_from(mt940.format("99999999999").encode(), "x.940"))
