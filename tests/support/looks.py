"""How a page is looked at: width, colours and language, in two looks or in all eight.

The two meet every value once and come with `make test`; the others with `make test-long`.
"""

from collections.abc import Iterable
from itertools import product
from typing import Any

import pytest

from tests.support.browser import PHONE, SCREEN

WIDTHS, DARK, LANGUAGES = (PHONE, SCREEN), (False, True), ("nl", "en")
FIRST = [(PHONE, False, "nl"), (SCREEN, True, "en")]


def _every(names: str, looks: Iterable[tuple[Any, ...]], first: set[Any]) -> pytest.MarkDecorator:
    """Run a test in each of the looks; those that are not among the first are for `test-long`."""
    return pytest.mark.parametrize(
        tuple(names.split()),
        [
            pytest.param(*look, id=_name(*look), marks=() if look in first else pytest.mark.long)
            for look in looks
        ],
    )


def _name(width: int, dark: bool, language: str = "nl") -> str:  # noqa: FBT001 - one look
    return f"{width}-{'dark' if dark else 'light'}-{language}"


in_every_look = _every("width dark language", product(WIDTHS, DARK, LANGUAGES), set(FIRST))
in_both_widths_and_colours = _every(
    "width dark", product(WIDTHS, DARK), {look[:2] for look in FIRST}
)
"""The same for a walk that goes in Dutch: two looks or all four."""
