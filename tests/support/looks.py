"""How a page is looked at: width, colours and language, in two looks or in all eight.

The two meet every value once and come with `make test`; the others with `make test-long`.
"""

from itertools import product

import pytest

from tests.support.browser import PHONE, SCREEN

FIRST = [(PHONE, False, "nl"), (SCREEN, True, "en")]


def _name(look: tuple[int, bool, str]) -> str:
    width, dark, language = look
    return f"{width}-{'dark' if dark else 'light'}-{language}"


in_every_look = pytest.mark.parametrize(
    ("width", "dark", "language"),
    [
        pytest.param(*look, id=_name(look), marks=() if look in FIRST else pytest.mark.long)
        for look in product((PHONE, SCREEN), (False, True), ("nl", "en"))
    ],
)

in_both_widths_and_colours = pytest.mark.parametrize(
    ("width", "dark"),
    [
        pytest.param(width, dark, id=_name((width, dark, "nl")), marks=marks)
        for width, dark in product((PHONE, SCREEN), (False, True))
        for marks in [() if (width, dark) in {look[:2] for look in FIRST} else pytest.mark.long]
    ],
)
"""The same for a walk that goes in Dutch: two looks or all four."""
