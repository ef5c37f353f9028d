"""A real browser for the tests: headless Chromium that is on the machine already.

``Visit`` opens pages as a customer would (320 px wide, Dutch) and remembers what a page must not
do: ask another host for something, or write an error to the console.
"""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from urllib.parse import urlsplit

from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, sync_playwright

from tests.support.network import is_loopback

NAMES = ("chromium", "chromium-browser", "google-chrome-stable", "google-chrome")
FLAGS = (
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-quic",
    "--no-first-run",
)
RULES = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa")
PHONE = 320
SCREEN = 1280
HEIGHT = 800


def is_foreign(url: str) -> bool:
    """Whether an address is on another machine; ``data:`` and ``blob:`` are in the page itself."""
    address = urlsplit(url)
    return address.scheme in {"http", "https", "ws", "wss"} and not is_loopback(address.hostname)


def find_chromium() -> str | None:
    """The program ``BALIE_CHROMIUM`` names, or the first known one on the path."""
    given = os.environ.get("BALIE_CHROMIUM")
    if given:
        return given if os.access(given, os.X_OK) else None
    return next((path for path in map(shutil.which, NAMES) if path), None)


@contextmanager
def running_chromium(program: str) -> Iterator[Browser]:
    """A browser that is closed at the end, also after a failure."""
    sandbox = ("--no-sandbox",) if os.geteuid() == 0 else ()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=program, args=[*FLAGS, *sandbox])
        try:
            yield browser
        finally:
            browser.close()


@dataclass
class Visit:
    """One visitor with a browser window of his own; ``faults`` is what his pages did wrong.

    ``expected`` are answers (``422``) that the visit is about; the browser writes each to the
    console as an error, at a moment of its own choosing.
    """

    page: Page
    faults: list[str] = field(default_factory=list)
    expected: tuple[int, ...] = ()

    def watch(self) -> None:
        """Start to note requests to other hosts, errors of scripts and of the console."""
        self.page.on("request", self._note_request)
        self.page.on("pageerror", lambda error: self.faults.append(f"script error: {error}"))
        self.page.on("console", self._note_console)

    def _note_request(self, request: Request) -> None:
        if is_foreign(request.url):
            self.faults.append(f"asks another host: {request.url}")

    def _note_console(self, message: ConsoleMessage) -> None:
        answers = [f"the server responded with a status of {status}" for status in self.expected]
        if message.type == "error" and not any(answer in message.text for answer in answers):
            self.faults.append(f"console: {message.text}")

    def assert_accessible(self) -> None:
        """Fail with every WCAG 2.2 AA rule (axe-core) that the page breaks as it stands.

        A press of a button is done before its page has its style; without it no target is large.
        """
        self.page.wait_for_load_state()
        options = {"runOnly": {"type": "tag", "values": list(RULES)}, "resultTypes": ["violations"]}
        found = Axe().run(self.page, options=options).response["violations"]
        lines = [
            f"{rule['id']}: {rule['help']}: {node['html'][:200]}"
            for rule in found
            for node in rule["nodes"]
        ]
        assert lines == [], f"{self.page.url}\n" + "\n".join(lines)

    def assert_fits(self) -> None:
        """Fail when the page has to be scrolled sideways."""
        self.page.wait_for_load_state()
        width, room = self.page.evaluate(
            "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        )
        assert width <= room, f"{self.page.url} is {width} px wide on a screen of {room} px"

    def assert_clean(self) -> None:
        """Fail with everything that any page of this visit did wrong."""
        assert not self.faults, "\n".join(self.faults)


@contextmanager
def visit(
    browser: Browser, *, base_url: str, width: int = PHONE, language: str = "nl", dark: bool = False
) -> Iterator[Visit]:
    """A new visitor without cookies; at the end his visit must have been clean."""
    context = browser.new_context(
        base_url=base_url,
        viewport={"width": width, "height": HEIGHT},
        locale=language,
        timezone_id="Europe/Amsterdam",
        color_scheme="dark" if dark else "light",
    )
    context.route(is_foreign, lambda route: route.abort())
    try:
        visitor = Visit(context.new_page())
        visitor.watch()
        yield visitor
        visitor.assert_clean()
    finally:
        context.close()
