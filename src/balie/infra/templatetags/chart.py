"""Bars drawn on the server: an SVG picture with the table of its figures under it.

The picture is stretched to the width of the page, so it holds shapes only; words stand around it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 140  # the units of the picture
GAP = 0.3  # of a bar's place
HAIR = 2.0  # the least height of a bar that is not nothing


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One bar: its label on the axis, its figure, and that figure as people read it."""

    label: str
    value: float
    words: str


@dataclass(frozen=True, kw_only=True)
class DrawnBar:
    """Where a bar stands in the picture, in units of the picture."""

    bar: Bar
    x: float
    y: float
    width: float
    height: float


def draw(bars: Sequence[Bar], *, highest: float | None = None) -> list[DrawnBar]:
    """Place the bars side by side, the highest value (or `highest`) reaching the top.

    Raises ValueError for a value below zero or above `highest`.
    """
    if not bars:
        return []
    top = highest if highest is not None else max(bar.value for bar in bars)
    if any(not 0 <= bar.value <= top for bar in bars):
        raise ValueError(f"bars lie between 0 and {top}")
    place = WIDTH / len(bars)
    drawn = []
    for index, bar in enumerate(bars):
        height = max(round(HEIGHT * bar.value / top, 1), HAIR) if bar.value else 0.0
        drawn.append(
            DrawnBar(
                bar=bar,
                x=round((index + GAP / 2) * place, 1),
                y=round(HEIGHT - height, 1),
                width=round(place * (1 - GAP), 1),
                height=height,
            )
        )
    return drawn
