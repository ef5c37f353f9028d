"""Reading bank statements beside three peers and a floor: entries per second and peak memory.

``make bench-statements`` writes camt.053 (versions .02 and .08) and MT940 (ING and ABN AMRO) of
10,000 and 100,000 entries and reads each file in a process of its own: with `read_statements`, with
mt-940, bankstatementparser and pyiso20022, and with a floor that only touches every element (expat)
or every line. Seconds are processor time without imports, the best of RUNS. ``ARGS="--quick"`` is a
small run.
"""

import argparse
import importlib
import json
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple
from xml.parsers import expat

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))  # it runs as a script

from bench.statement_files import camt, mt940

SIZES = (10_000, 100_000)
QUICK_SIZES = (1_000, 5_000)
RUNS = 3
SLOW = 20
"""Seconds; a reader that took longer is not run again."""
IN_EACH = 100
"""Entries in a statement, where a file holds many."""

Reader = Callable[[], int]
"""Reads the file and returns how many entries it saw."""


# --- Readers: each gets its file, imports what it needs, and returns what is timed ----------------
def balie(path: Path) -> Reader:
    """Every field of every entry."""
    from balie.formats.statements import read_statements  # noqa: PLC0415 - in its own process

    return lambda: sum(len(statement.entries) for statement in read_statements(path))


def expat_floor(path: Path) -> Reader:
    """Every element is touched at its start and its end, and nothing is kept."""

    def read() -> int:
        entries = 0

        def on_start(tag: str, attributes: dict[str, str]) -> None:
            nonlocal entries
            entries += tag.endswith(" Ntry")

        parser = expat.ParserCreate(namespace_separator=" ")
        parser.StartElementHandler = on_start
        parser.EndElementHandler = lambda tag: None
        with path.open("rb") as source:
            parser.ParseFile(source)
        return entries

    return read


def line_floor(path: Path) -> Reader:
    """Every line is decoded and looked at, and nothing is kept."""

    def read() -> int:
        with path.open("rb") as source:
            return sum(line.decode().startswith(":61:") for line in source)

    return read


def mt_940(path: Path) -> Reader:
    """The description stays one text."""
    library = importlib.import_module("mt940")
    return lambda: sum(1 for _ in library.parse(str(path)))


def bankstatementparser(path: Path) -> Reader:
    """A table of amounts, dates and, for camt, names; the description of MT940 stays one text."""
    library = importlib.import_module("bankstatementparser")
    parser = library.CamtParser if path.suffix == ".xml" else library.Mt940Parser
    return lambda: len(parser(str(path)).parse())


def bankstatementparser_86(path: Path) -> Reader:
    """The same, and then its own reader of the description."""
    library = importlib.import_module("bankstatementparser")

    def read() -> int:
        table = library.Mt940Parser(str(path)).parse()
        return len([library.parse_field_86(text) for text in table["description"]])

    return read


def pyiso20022(path: Path) -> Reader:
    """A tree of dataclasses of the whole document."""
    version = "08" if "08" in path.name else "02"
    library = importlib.import_module(f"pyiso20022.camt.camt_053_001_{version}")
    parsers = importlib.import_module("xsdata.formats.dataclass.parsers")

    def read() -> int:
        document = parsers.XmlParser().from_path(path, library.Document)
        return sum(len(statement.ntry) for statement in document.bk_to_cstmr_stmt.stmt)

    return read


READERS = {
    "Balie": balie,
    "expat, touching only": expat_floor,
    "lines, touching only": line_floor,
    "mt-940": mt_940,
    "bankstatementparser": bankstatementparser,
    "bankstatementparser, :86: read": bankstatementparser_86,
    "pyiso20022": pyiso20022,
}
FLOORS = {"expat, touching only", "lines, touching only"}
IN_CAMT = ("Balie", "bankstatementparser", "pyiso20022", "expat, touching only")
IN_MT940 = (
    *("Balie", "mt-940", "bankstatementparser", "bankstatementparser, :86: read"),
    "lines, touching only",
)


class Kind(NamedTuple):
    """A format of one bank: how such a file is called and made, and who reads it."""

    name: str
    file: str
    write: Callable[[int, int], Iterator[str]]
    readers: Sequence[str]


KINDS = (
    Kind(
        "camt.053.001.02",
        "camt02.xml",
        lambda n, each: camt(n, in_each=each, version="02"),
        IN_CAMT,
    ),
    Kind(
        "camt.053.001.08",
        "camt08.xml",
        lambda n, each: camt(n, in_each=each, version="08"),
        IN_CAMT,
    ),
    Kind("MT940 of ING", "ing.sta", lambda n, each: mt940(n, in_each=each, bank="ing"), IN_MT940),
    Kind(
        "MT940 of ABN AMRO", "abn.sta", lambda n, each: mt940(n, in_each=each, bank="abn"), IN_MT940
    ),
)


# --- Measuring ------------------------------------------------------------------------------------
class Figure(NamedTuple):
    """What one reader did with one file: entries per second, and memory at its peak in MB."""

    rate: float
    megabytes: float


def peak_megabytes() -> float:
    """The most memory this process ever held."""
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) / 1024
    raise OSError("this system does not tell the memory of a process in /proc")


def measure_here(reader: str, path: Path) -> None:
    """Read once in this process, and print the figures as JSON."""
    read = READERS[reader](path)
    started = time.process_time()
    entries = read()
    seconds = time.process_time() - started
    print(json.dumps({"entries": entries, "seconds": seconds, "megabytes": peak_megabytes()}))


def measure(readers: Sequence[str], path: Path, *, entries: int) -> dict[str, Figure]:
    """The best of RUNS of each, in fresh processes and in turn; every entry must have been seen."""
    seen: dict[str, list[dict[str, float]]] = {reader: [] for reader in readers}
    for _ in range(RUNS):
        for reader, runs in seen.items():
            if runs and runs[0]["seconds"] > SLOW:
                continue
            command = [sys.executable, __file__, "--reader", reader, "--file", str(path)]
            done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
            runs.append(json.loads(done.stdout))
            if runs[-1]["entries"] != entries:
                raise AssertionError(f"{reader} saw {runs[-1]['entries']} entries in {path.name}")
    return {
        reader: Figure(
            rate=entries / min(each["seconds"] for each in runs),
            megabytes=max(each["megabytes"] for each in runs),
        )
        for reader, runs in seen.items()
    }


def written(kind: Kind, folder: Path, *, entries: int, in_each: int) -> Path:
    """A file of this kind in `folder`."""
    path = folder / f"{entries}-{in_each}-{kind.file}"
    with path.open("w") as target:
        target.writelines(kind.write(entries, in_each))
    return path


def compare(kind: Kind, folder: Path, *, sizes: Sequence[int]) -> None:
    """Print one table: every reader on the same files of many statements."""
    found: dict[str, list[Figure]] = {reader: [] for reader in kind.readers}
    for entries in sizes:
        path = written(kind, folder, entries=entries, in_each=IN_EACH)
        for reader, figure in measure(kind.readers, path, entries=entries).items():
            found[reader].append(figure)
        path.unlink()
    heads = [f"{size:,}: entries/s | MB" for size in sizes]
    print(
        f"\n| {kind.name} | {' | '.join(heads)} | Balie is |\n|---{'|---:' * (2 * len(sizes) + 1)}|"
    )
    for reader, figures in found.items():
        cells = " | ".join(f"{each.rate:,.0f} | {each.megabytes:.0f}" for each in figures)
        ratios = [ours.rate / each.rate for ours, each in zip(found["Balie"], figures, strict=True)]
        said = "" if reader == "Balie" else " and ".join(f"{ratio:.2f}" for ratio in ratios) + " x"
        print(f"| {reader} | {cells} | {said} |", flush=True)


def one_statement(folder: Path, *, entries: int) -> None:
    """Print what Balie needs when all entries stand in one statement."""
    print(f"\n| One statement of {entries:,} entries | entries/s | MB |\n|---|---:|---:|")
    for kind in KINDS:
        path = written(kind, folder, entries=entries, in_each=entries)
        figure = measure(("Balie",), path, entries=entries)["Balie"]
        path.unlink()
        print(f"| {kind.name} | {figure.rate:,.0f} | {figure.megabytes:.0f} |", flush=True)


def main() -> None:
    """Write the files, read them with everyone, and print the tables."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--quick", action="store_true", help="a small run")
    parser.add_argument("--reader", choices=READERS, help=argparse.SUPPRESS)
    parser.add_argument("--file", type=Path, help=argparse.SUPPRESS)
    asked = parser.parse_args()
    if asked.reader:
        measure_here(asked.reader, asked.file)
        return
    sizes = QUICK_SIZES if asked.quick else SIZES
    print(
        f"Python {platform.python_version()}, {platform.machine()}; {IN_EACH} entries a statement"
    )
    with tempfile.TemporaryDirectory() as folder:
        for kind in KINDS:
            compare(kind, Path(folder), sizes=sizes)
        one_statement(Path(folder), entries=sizes[-1])


if __name__ == "__main__":
    main()
