"""MT940: the statement around the entries, dates and amounts, and what refuses a file."""

from datetime import date
from pathlib import Path

import pytest

from balie.formats.bank_statement import Statement
from balie.formats.errors import UnreadableStatement
from balie.formats.statements import read_statements, read_statements_from

FILES = Path(__file__).parent / "fixtures" / "mt940"
GOOD = """:20:X
:25:NL64ABNA0417164301
:28C:337/1
:60F:C261202EUR1000,
:61:2612031203D12,10NTRFNONREF//B1
:86:/TRTP/SEPA OVERBOEKING/NAME/J. JANSEN/REMI/factuur
:62F:C261203EUR987,90
-
"""


def read(text: str) -> list[Statement]:
    return list(read_statements_from(text.encode(), "december.940"))


def only(text: str) -> Statement:
    (statement,) = read(text)
    return statement


@pytest.mark.parametrize("path", sorted(FILES.iterdir()), ids=lambda path: path.name)
def test_every_statement_of_every_bank_adds_up(path: Path) -> None:
    statements = list(read_statements(path))

    assert [statement.difference_cents for statement in statements] == [0] * len(statements)
    assert sum(len(statement.entries) for statement in statements) >= 2


def test_statement_head_says_account_number_and_balances() -> None:
    statement = only(GOOD)

    assert statement.format == "MT940"
    assert (statement.account, statement.iban) == ("NL64ABNA0417164301", "NL64ABNA0417164301")
    assert (statement.statement_id, statement.number, statement.currency) == ("X", "337/1", "EUR")
    assert (statement.opening_cents, statement.opening_on) == (100000, date(2026, 12, 2))
    assert (statement.closing_cents, statement.closing_on) == (98790, date(2026, 12, 3))
    assert statement.adds_up


@pytest.mark.parametrize(
    ("written", "iban"),
    [
        ("NL36INGB0007654321EUR", "NL36INGB0007654321"),
        ("NL88RABO0123987654 EUR", "NL88RABO0123987654"),
        ("NL69 KNAB 0256 7812 34", "NL69KNAB0256781234"),
        ("BE71096123456769", "BE71096123456769"),
        ("1239.87.654EUR", None),
        ("TRIODOSBANK/0198765432", None),
        ("NL36INGB00076543210", None),
    ],
)
def test_account_stands_as_written_and_as_iban_when_it_is_one(
    written: str, iban: str | None
) -> None:
    statement = only(GOOD.replace(":25:NL64ABNA0417164301", f":25:{written}       "))

    assert (statement.account, statement.iban) == (written, iban)


@pytest.mark.parametrize(
    ("line", "cents", "reversal"),
    [
        ("2612031203C1,5NTRF", 150, False),
        ("2612031203D1,NTRF", -100, False),
        ("2612031203d1NTRF", -100, False),
        ("261203D000000000001,05N501NONREF", -105, False),
        ("2612031203RC1,00NTRF", -100, True),
        ("2612031203RD1,00NTRF", 100, True),
        ("2612031203CR1,00NTRF", 100, False),
        ("261203    C1,00NTRF", 100, False),
    ],
)
def test_amount_is_signed_cents(line: str, cents: int, *, reversal: bool) -> None:
    statement = only(GOOD.replace("2612031203D12,10NTRFNONREF//B1", line))

    (entry,) = statement.entries
    assert (entry.amount_cents, entry.reversal) == (cents, reversal)


@pytest.mark.parametrize(
    ("dates", "value_date", "booked_on"),
    [
        ("2612031204", date(2026, 12, 3), date(2026, 12, 4)),
        ("2701011231", date(2027, 1, 1), date(2026, 12, 31)),
        ("2612310102", date(2026, 12, 31), date(2027, 1, 2)),
        ("261203", date(2026, 12, 3), date(2026, 12, 3)),
        ("2803010229", date(2028, 3, 1), date(2028, 2, 29)),
    ],
)
def test_booking_date_takes_the_year_that_brings_it_nearest(
    dates: str, value_date: date, booked_on: date
) -> None:
    statement = only(GOOD.replace(":61:2612031203", f":61:{dates}"))

    (entry,) = statement.entries
    assert (entry.value_date, entry.booked_on) == (value_date, booked_on)


def test_pages_and_days_are_statements_of_their_own() -> None:
    second = GOOD.replace("337/1", "337/2").replace(":60F:", ":60M:").replace(":62F:", ":62M:")
    statements = read(GOOD + second)

    assert [statement.number for statement in statements] == ["337/1", "337/2"]


def test_number_of_the_statement_may_be_folded() -> None:
    assert read(GOOD.replace(":28C:337/1", ":28C:33\n7/1")) == read(GOOD)


def test_what_banks_write_around_a_statement_is_passed_over() -> None:
    around = f"Een regel vooraf\n\n{{1:F01XXXXNL2A}}{{4:\n{GOOD[:-2]}-}}{{5:}}\nABNANL2A\n940\n\x1a"

    assert read(around) == read(GOOD)


def test_text_after_the_closing_balance_says_nothing_about_an_entry() -> None:
    tail = ":64:C261203EUR1,00\n:65:C261204EUR1,00\n:86:/SUM/1/0/12,10/0,00/\nmeer\n-}\n"

    assert read(GOOD.replace("-\n", tail)) == read(GOOD)


def test_line_ends_and_blank_lines_make_no_difference() -> None:
    spaced = GOOD.replace(":86:", "\n:86:").replace("\n", "\r\n")

    assert read(spaced) == read(GOOD)


def test_line_that_starts_with_a_dash_is_text() -> None:
    (entry,) = only(GOOD.replace("factuur\n", "factuur\n- nummer 3\n-\n")).entries

    assert entry.text == "factuur\n- nummer 3\n-"


@pytest.mark.parametrize(
    ("data", "text"),
    [(b"caf\xc3\xa9 \xe2\x82\xac", "café €"), (b"caf\xe9 \x80", "café €")],
    ids=["utf-8", "windows-1252"],
)
def test_text_in_either_charset_is_read(data: bytes, text: str) -> None:
    (statement,) = read_statements_from(GOOD.encode().replace(b"factuur", data), "x.940")

    assert statement.entries[0].text == text


@pytest.mark.parametrize(
    ("old", "new", "line", "reason"),
    [
        ("D12,10", "12,10", 5, "is not an entry"),
        (":61:", ":61:\n", 5, "is not an entry"),
        (":25:", ":25:\n", 3, "goes on on a second line"),
        ("D12,10", "D12,101", 5, "more than 2 decimals"),
        ("D12,10", "D12.10", 5, "is not an entry"),
        ("D12,10", "D-12,10", 5, "is not an entry"),
        (":61:2612031203", ":61:2613031203", 5, "date that does not exist: 261303"),
        (":61:2612031203", ":61:2612031232", 5, "booking date that does not exist: 1232"),
        (":60F:C261202EUR1000,", ":60F:C261202EUR1000,001", 4, "more than 2 decimals"),
        (":60F:C261202EUR1000,", ":60F:C261202EU1000,", 4, "holds no balance"),
        (":60F:C261202EUR1000,", ":60F:261202EUR1000,", 4, "holds no balance"),
        (":60F:C261202EUR1000,", ":60F:C260230EUR1000,", 4, "date that does not exist"),
        (":60F:C261202EUR1000,\n", "", 4, "stands before the opening balance"),
        (":62F:C261203EUR", ":62F:C261203USD", 7, "is in USD"),
        (":62F:C261203EUR987,90\n-\n", "", 1, "no closing balance"),
        (":62F:C261203EUR987,90\n-\n", "-}\n", 7, "ends without a closing balance"),
        (":25:NL64ABNA0417164301\n", "", 1, "no account"),
        (":25:NL64ABNA0417164301", ":25:", 2, "is empty, is repeated or does not belong"),
        (":28C:337/1\n", ":28C:337/1\n:28C:338/1\n", 4, "is repeated"),
        (":25:NL64ABNA0417164301", ":25:NL64ABNA04\n17164301", 3, "goes on on a second line"),
        (":20:X\n", ":20:X\n:86:vooraf\n", 2, "describes no entry"),
        (":20:X\n", ":20:X\n:99:vooraf\n", 2, "does not belong in an MT940"),
        ("-\n", ":61:2612031203D1,NTRF\n", 8, "stands outside a statement"),
        (":20:X\n", ":25:1\n:20:X\n", 1, "stands outside a statement"),
        ("factuur", "fac\x02tuur", 6, "control character"),
        ("factuur", "fac\rtuur", 6, "control character"),
        ("factuur", "a" * 10_000, 6, "is longer than 10,000 characters"),
        ("factuur", "a" * 150_000, 6, "a line longer than"),
        ("factuur", "a\n" * 10_000, 0, "is longer than"),
        ("factuur", "a\n:86:" * 300, 0, "about one entry"),
        ("factuur", f"{'a' * 9000}\n:86:" * 2, 0, "about one entry"),
    ],
)
def test_line_that_is_not_as_it_must_be_refuses_the_file(
    old: str, new: str, line: int, reason: str
) -> None:
    with pytest.raises(UnreadableStatement, match=reason) as refused:
        read(GOOD.replace(old, new))

    assert refused.value.file == "december.940"
    assert refused.value.line == line or not line


@pytest.mark.parametrize(
    ("limit", "reason"),
    [
        ("mt940.MAX_ENTRIES", "more than 1 entries"),
        ("mt940_fields.MAX_BYTES", "larger than 1 bytes"),
    ],
)
def test_file_beyond_the_limits_is_refused(
    limit: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(f"balie.formats.{limit}", 1)

    with pytest.raises(UnreadableStatement, match=reason):
        read(GOOD.replace(":62F:", ":61:2612031203D1,NTRF\n:62F:"))


def test_bytes_in_no_charset_refuse_the_file() -> None:
    data = GOOD.encode().replace(b"factuur", b"\x81\x8d")

    with pytest.raises(UnreadableStatement, match="neither UTF-8 nor Windows-1252") as refused:
        list(read_statements_from(data, "x.940"))

    assert refused.value.line == 6


def test_statement_that_does_not_add_up_is_read_all_the_same() -> None:
    statement = only(GOOD.replace("987,90", "900,00"))

    assert statement.difference_cents == -8790
    assert not statement.adds_up
