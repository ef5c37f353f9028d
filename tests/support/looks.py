"""How a page is looked at: width, colours and language, in two looks or in all eight.

The two meet every value once and come with `make test`; the six beside them with `make test-long`.
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
