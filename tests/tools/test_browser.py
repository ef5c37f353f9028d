"""What the browser tests look for is found when it is there."""

import pytest
from playwright.sync_api import Browser

from tests.support.browser import Visit, visit

pytestmark = pytest.mark.browser
PAGE = """<!doctype html><html lang="nl"><head><title>Vraag</title></head>
<body><main><h1>Uw vraag</h1>{}</main></body></html>"""
UNREADABLE = '<p style="color:#ccc;background:#fff">Te licht</p>'
NAMELESS = "<button></button>"


def open_page(visitor: Visit, content: str = "") -> None:
    visitor.page.set_content(PAGE.format(content))


def test_good_page_passes(chromium: Browser) -> None:
    with visit(chromium, base_url="http://127.0.0.1") as visitor:
        open_page(visitor, "<p>Beantwoord voor morgen 10.15 uur.</p>")

        visitor.assert_accessible()
        visitor.assert_fits()


@pytest.mark.parametrize(
    ("content", "rule"), [(UNREADABLE, "color-contrast"), (NAMELESS, "button-name")]
)
def test_page_that_shuts_somebody_out_is_caught(chromium: Browser, content: str, rule: str) -> None:
    with visit(chromium, base_url="http://127.0.0.1") as visitor:
        open_page(visitor, content)

        with pytest.raises(AssertionError, match=rule):
            visitor.assert_accessible()


def test_page_too_wide_for_a_phone_is_caught(chromium: Browser) -> None:
    with visit(chromium, base_url="http://127.0.0.1") as visitor:
        open_page(visitor, '<p style="width:400px">Te breed</p>')

        with pytest.raises(AssertionError, match="px wide on a screen of"):
            visitor.assert_fits()


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ('<img alt="" src="http://images.example/x.png">', "asks another host"),
        ("<script>throw new Error('kapot')</script>", "script error"),
        ("<script>console.error('kapot')</script>", "console: kapot"),
    ],
)
def test_visit_that_was_not_clean_fails(chromium: Browser, content: str, fault: str) -> None:
    with visit(chromium, base_url="http://127.0.0.1") as visitor:
        open_page(visitor, content)
        visitor.page.wait_for_timeout(200)

        with pytest.raises(AssertionError, match=fault):
            visitor.assert_clean()
        visitor.faults.clear()
