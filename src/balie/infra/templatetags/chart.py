"""Bars drawn on the server: an SVG picture with the table of its figures under it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

WIDTH, HEIGHT = 640, 160  # the units of the picture; it scales with the page
FOOT = 22  # room for the labels
GAP = 0.35  # of a bar's place
LABELS = 12  # more would overlap on a phone


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
    middle: float
    is_labelled: bool


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
    every = -(-len(bars) // LABELS)
    room = HEIGHT - FOOT
    drawn = []
    for index, bar in enumerate(bars):
        height = round(room * bar.value / top, 1) if top else 0.0
        drawn.append(
            DrawnBar(
                bar=bar,
                x=round(index * place + place * GAP / 2, 1),
                y=round(room - height, 1),
                width=round(place * (1 - GAP), 1),
                height=height,
                middle=round((index + 0.5) * place, 1),
                is_labelled=index % every == 0,
            )
        )
    return drawn
