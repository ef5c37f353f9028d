"""The articles that Balie comes with, in files beside this one; staff change them on the desk."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).with_name("shipped")


@dataclass(frozen=True, kw_only=True)
class Shipped:
    """One text as it is shipped: `01-anchor.nl.md` holds title, keywords and the body."""

    position: int
    anchor: str
    language: str
    title: str
    keywords: str
    body: str


def shipped_texts() -> Iterator[Shipped]:
    """Yield every shipped text in the order of the page."""
    for path in sorted(FOLDER.glob("*.md")):
        name, language = path.stem.rsplit(".", 1)
        position, _, anchor = name.partition("-")
        head, _, body = path.read_text(encoding="utf-8").partition("\n\n")
        named = dict(line.split(": ", 1) for line in head.splitlines())
        yield Shipped(
            position=int(position),
            anchor=anchor,
            language=language,
            title=named["title"],
            keywords=named["keywords"],
            body=body.strip(),
        )
