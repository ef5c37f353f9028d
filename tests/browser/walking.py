"""Somebody who walks through the pages with a keyboard alone, and looks well at each he meets."""

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email import message_from_bytes
from email.policy import default

from django.core import mail
from playwright.sync_api import Browser, Locator, expect

from tests.support.browser import HEIGHT, PHONE, SCREEN, Visit, visit

MOST_TABS = 80
MILLISECONDS = 10_000
IS_FOCUSED = "element => element === document.activeElement"
FOCUSED = "document.activeElement.outerHTML.slice(0, 200)"


@dataclass
class Walker:
    """A visitor without a mouse. Each page he meets must fit and be accessible, by night too."""

    visitor: Visit
    met: list[str] = field(default_factory=list)

    def open(self, address: str) -> None:
        """Type an address, or follow a link from a mail."""
        self.visitor.page.goto(address)
        self.look_around()

    def tab_to(self, target: Locator) -> None:
        """Press Tab until the target has the focus; fails when the keyboard does not reach it."""
        keyboard = self.visitor.page.keyboard
        expect(target).to_be_visible(timeout=MILLISECONDS)
        for _ in range(MOST_TABS):
            if target.evaluate(IS_FOCUSED):
                return
            keyboard.press("Tab")
        focused = self.visitor.page.evaluate(FOCUSED)
        raise AssertionError(f"Tab does not reach {target}; the focus is on {focused}")

    def fill_in(self, label: str | re.Pattern[str], text: str) -> None:
        """Type into a field that is called so."""
        self.tab_to(self.visitor.page.get_by_label(label))
        self.type(text)

    def use_key(self, key: str) -> None:
        """Use one of the keys of the desk."""
        self.visitor.page.keyboard.press(key)

    def type(self, text: str) -> None:
        """Type where the focus is."""
        self.visitor.page.keyboard.type(text)

    def follow(self, name: str | re.Pattern[str]) -> None:
        """Open a link with Enter, and look around on the page behind it."""
        self._press_enter(self.visitor.page.get_by_role("link", name=name).first)

    def press(self, name: str) -> None:
        """Press a button with Enter, and look around on the page that comes."""
        self._press_enter(self.visitor.page.get_by_role("button", name=name, exact=True))

    def copy(self, name: str) -> str:
        """Press a button that copies; return what one would paste then."""
        page = self.visitor.page
        page.context.grant_permissions(["clipboard-read", "clipboard-write"])
        self.tab_to(page.get_by_role("button", name=name, exact=True))
        page.keyboard.press("Enter")
        expect(page.get_by_role("status").last).to_have_text("Gekopieerd")
        return str(page.evaluate("navigator.clipboard.readText()"))

    def reads(self, *texts: str) -> None:
        """Fail unless each text stands on the page, in sight."""
        seen = " ".join(self.visitor.page.locator("body").inner_text().split())
        assert [text for text in texts if text not in seen] == [], seen

    def reads_not(self, *texts: str) -> None:
        """Fail when one of the texts stands on the page."""
        seen = " ".join(self.visitor.page.locator("body").inner_text().split())
        assert [text for text in texts if text in seen] == [], seen

    def look_around(self) -> None:
        """Judge the page on a phone by day, and on a screen by night."""
        page = self.visitor.page
        self.met.append(re.sub(r"^https?://[^/]+", "", page.url))
        self.visitor.assert_accessible()
        self.visitor.assert_fits()
        page.set_viewport_size({"width": SCREEN, "height": HEIGHT})
        page.emulate_media(color_scheme="dark")
        self.visitor.assert_accessible()
        self.visitor.assert_fits()
        page.set_viewport_size({"width": PHONE, "height": HEIGHT})
        page.emulate_media(color_scheme="light")

    def _press_enter(self, target: Locator) -> None:
        self.tab_to(target)
        with self.visitor.page.expect_navigation(timeout=MILLISECONDS):
            self.visitor.page.keyboard.press("Enter")
        self.look_around()


@contextmanager
def walk(browser: Browser, *, base_url: str) -> Iterator[Walker]:
    """A walker with a browser of his own; at the end none of his pages did anything wrong."""
    with visit(browser, base_url=base_url) as visitor:
        # Half-way between day and night a colour is neither.
        visitor.page.emulate_media(reduced_motion="reduce")
        yield Walker(visitor)


def last_letter() -> tuple[str, str, str]:
    """Address, subject and text of the mail that left last."""
    letter = mail.outbox[-1]
    whole = message_from_bytes(letter.message().as_bytes(), policy=default)
    body = whole.get_body(("plain",))
    assert body is not None
    return letter.to[0], str(letter.subject), str(body.get_content())
