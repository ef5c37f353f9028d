"""Mutilated bank files: statements come out or one refusal, nothing else, and soon."""

import io
import time
import zipfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from balie.formats.statements import Statement, UnreadableStatement, read_statements_from

FIXTURES = Path(__file__).parent / "fixtures"
SEEDS = [
    path.read_bytes()
    for folder in ("camt", "mt940")
    for path in sorted(FIXTURES.glob(f"{folder}/*"))
]
XML = "<Ntry> </Ntry> <Amt> <Cd>BOOK</Cd> <Sts/> <!-- --> <![CDATA[ ]]> <?xml <!DOCTYPE &amp; &a;"
VALUES = "<Dt>9999-12-31</Dt> <DtTm>0001-01-01T00:00:00Z</DtTm> xmlns='' &#0; -0 + 1e9 NaN"
LINES = ":20:X :25:1 :28C:1 :60F:C261202EUR1, :61:2602290229D1,NTRF :86: :62F:C261203EUR0, -}"
TAGS = "/REMI/ /EREF/ /CNTP/ /RTRN/ /IBAN/ // >20 >31 000> REK: /NAAM: IBAN: NAAM:"
BYTES = [b"\r\n", b"\n", b"\0", b"\xff\xfe", b"\xc3", b"\x81", b"\x1a", b"PK\x03\x04"]
WORDS = [
    *(word.encode() for word in f"{XML} {VALUES} {TAGS}".split()),
    *(f"\n{line}\n".encode() for line in LINES.split()),
    *BYTES,
]
SECONDS = 2


@dataclass(frozen=True)
class Change:
    """Where in a file, as a share of its length, how much of it goes, and what comes instead."""

    at: float
    length: int
    instead: bytes


CHANGES = st.builds(
    Change,
    at=st.floats(min_value=0, max_value=1),
    length=st.integers(min_value=0, max_value=200),
    instead=st.one_of(st.just(b""), st.sampled_from(WORDS), st.binary(max_size=20)),
)


def mutilated(data: bytes, changes: Sequence[Change], *, keep: float) -> bytes:
    for change in changes:
        at = int(change.at * len(data))
        data = data[:at] + change.instead + data[at + change.length :]
    return data[: int(keep * len(data))]


def zipped(data: bytes) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("a", data)
    return stream.getvalue()


def outcome(data: bytes) -> list[Statement] | UnreadableStatement:
    try:
        return list(read_statements_from(data, "fuzz"))
    except UnreadableStatement as refusal:
        return refusal


def is_sound(found: list[Statement] | UnreadableStatement) -> bool:
    if isinstance(found, UnreadableStatement):
        return bool(found.reason) and found.file is not None
    return bool(found) and all(type(statement) is Statement for statement in found)


@settings(
    max_examples=500, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck)
)
@given(
    seed=st.sampled_from([*SEEDS, *map(zipped, SEEDS[::5])]),
    changes=st.lists(CHANGES, max_size=4),
    keep=st.one_of(st.just(1.0), st.floats(min_value=0, max_value=1)),
)
def test_mutilated_file_gives_statements_or_one_refusal(
    seed: bytes, changes: list[Change], keep: float
) -> None:
    data = mutilated(seed, changes, keep=keep)
    started = time.process_time()

    found = outcome(data)

    assert is_sound(found)
    assert time.process_time() - started < SECONDS


@settings(max_examples=200, deadline=None, derandomize=True)
@given(st.binary(max_size=400))
def test_any_bytes_give_statements_or_one_refusal(data: bytes) -> None:
    for head in (b"", b"<Document", b":20:", b"PK\x03\x04", b"PK\x05\x06"):
        assert is_sound(outcome(head + data))


def test_unharmed_seeds_are_all_read() -> None:
    refused = [seed for seed in SEEDS if isinstance(outcome(seed), UnreadableStatement)]

    assert len(SEEDS) >= 15
    assert refused == []
