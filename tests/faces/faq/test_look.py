"""The look in a real browser: accessible, within its budgets, still, and alive while one types."""

import re
import zlib
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from django.test import Client
from playwright.sync_api import Page, Response

from balie import infra
from tests.support.browser import PHONE, SCREEN, Visit

OpenVisit = Callable[..., AbstractContextManager[Visit]]
STATIC = Path(infra.__file__).parent / "static" / "balie"
STYLES = sorted(STATIC.glob("*.css"))
SOURCES = STATIC.parents[2]
COLOUR = re.compile(r"#[0-9a-fA-F]{3,8}\b|\b(?:rgb|hsl|oklch|color-mix)a?\(")
PAGES = (
    "/",
    "/?q=bloemkool",
    "/vraag/",
    "/terugbellen/",
    "/inloggegevens/",
    "/inloggegevens/verzonden/",
    "/inloggegevens/nieuw/verlopen/",
    "/inloggen/",
    "/beloften/",
)
LOADED = {
    "tokens.css",
    "base.css",
    "parts.css",
    "portal.css",
    "balie.js",
    "icons.svg",
    "fonts/public-sans-latin.woff2",
}
KILOBYTE = 1000
SHIFTED = """() => new Promise(done => {
    let total = 0;
    const seen = new PerformanceObserver(list => {
        for (const entry of list.getEntries()) total += entry.value;
    });
    seen.observe({type: "layout-shift", buffered: true});
    setTimeout(() => done(total), 300);
})"""


@pytest.mark.browser
@pytest.mark.slow
@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize("language", ["nl", "en"])
@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [PHONE, SCREEN])
def test_every_public_page_is_accessible_and_fits(
    visit: OpenVisit, *, width: int, dark: bool, language: str
) -> None:
    with visit(width=width, dark=dark, language=language) as visitor:
        visitor.page.goto(f"/taal/{language}/")
        for address in PAGES:
            visitor.page.goto(address)
            visitor.assert_accessible()
            visitor.assert_fits()


@pytest.mark.browser
@pytest.mark.usefixtures("committed")
def test_form_with_errors_leads_to_each_field(visit: OpenVisit) -> None:
    with visit() as visitor:
        visitor.expected = (422,)
        page = visitor.page
        page.goto("/vraag/")
        page.get_by_label("Uw e-mailadres").fill("jan@")
        page.get_by_role("button", name="Verstuur de vraag").press("Enter")
        page.locator(".error-summary:focus").wait_for()

        summary = page.get_by_role("alert")
        assert summary.evaluate("element => element === document.activeElement")
        visitor.assert_accessible()
        summary.get_by_role("link", name="Uw e-mailadres").press("Enter")
        field = page.get_by_label("Uw e-mailadres")
        assert field.evaluate("element => element === document.activeElement")
        described = field.get_attribute("aria-describedby") or ""
        told = [page.locator(f"#{name}").inner_text() for name in described.split()]
        assert told[0] == "Daar gaat het antwoord heen."
        assert told[1].startswith("Fout:")


@pytest.mark.browser
@pytest.mark.usefixtures("committed")
def test_first_view_loads_what_is_counted_and_stands_still(visit: OpenVisit) -> None:
    with visit() as visitor:
        visitor.page.goto("/", wait_until="networkidle")
        loaded = visitor.page.evaluate(
            "performance.getEntriesByType('resource').map(one => new URL(one.name).pathname)"
        )

        assert visitor.page.evaluate(SHIFTED) == 0
    assert {name.removeprefix("/static/balie/") for name in loaded} - {"favicon.svg"} == LOADED


@pytest.mark.django_db
def test_first_view_keeps_its_budgets(client: Client) -> None:
    # The server of the browser tests sends files as they are; ours compresses them.
    sizes = {
        address: len(b"".join(client.get(address, headers={"accept-encoding": "gzip"})))
        for address in ["/", *(f"/static/balie/{name}" for name in LOADED)]
    }

    assert sizes["/"] <= 30 * KILOBYTE
    assert sum(size for name, size in sizes.items() if name.endswith(".css")) <= 20 * KILOBYTE
    assert sum(size for name, size in sizes.items() if name.endswith(".js")) <= 30 * KILOBYTE
    assert sum(sizes.values()) <= 60 * KILOBYTE


def answers_of(page: Page) -> list[str]:
    return page.locator("article.answer:visible h2").all_inner_texts()


@pytest.mark.browser
@pytest.mark.usefixtures("committed")
def test_search_answers_while_one_types(visit: OpenVisit) -> None:
    with visit() as visitor:
        page = visitor.page
        page.goto("/")
        search = page.get_by_label("Waar gaat uw vraag over?")
        assert len(answers_of(page)) == 8

        search.press_sequentially("stórner")
        assert answers_of(page) == ["Waarom automatische incasso?"]
        assert page.get_by_role("status").inner_text() == "Eén antwoord hieronder"
        assert page.locator("[data-contents] li:visible").count() == 1

        search.fill("bloemkool")
        assert answers_of(page) == []
        assert page.get_by_text("Hier hebben we geen pasklaar antwoord op").is_visible()
        visitor.assert_accessible()

        search.fill("")
        assert len(answers_of(page)) == 8
        assert page.get_by_role("status").inner_text() == ""


@pytest.mark.browser
@pytest.mark.usefixtures("committed")
@pytest.mark.parametrize(
    "question", ["wachtwoord vergeten", "incasso mislukt", "geld terug", "iban", "factuur betalen"]
)
def test_script_and_server_give_the_same_answers(visit: OpenVisit, question: str) -> None:
    with visit() as visitor:
        page = visitor.page
        page.goto("/")
        page.get_by_label("Waar gaat uw vraag over?").fill(question)
        typed = answers_of(page)
        page.goto(f"/?q={question}")

        assert answers_of(page) == typed


@pytest.mark.browser
@pytest.mark.usefixtures("committed")
def test_keyboard_reaches_content_search_and_doors_in_order(visit: OpenVisit) -> None:
    with visit() as visitor:
        page = visitor.page
        page.goto("/")
        reached = []
        for _ in range(9):
            page.keyboard.press("Tab")
            reached.append(
                page.evaluate(
                    "document.activeElement.getAttribute('href') || document.activeElement.id"
                    " || document.activeElement.type"
                )
            )
        language = "/taal/en/?next=/"

        assert reached == [
            "#content",
            "/",
            "/klant/",
            language,
            "search",
            "submit",
            "/beloften/",
            "/inloggegevens/",
            "/vraag/",
        ]


@pytest.mark.browser
@pytest.mark.usefixtures("committed")
def test_page_works_without_script(visit: OpenVisit) -> None:
    with visit() as visitor:
        page = visitor.page
        page.route(re.compile(r"\.js"), lambda route: route.fulfill(body=""))
        page.goto("/")
        page.get_by_label("Waar gaat uw vraag over?").fill("storneren")
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("q=storneren"))

        assert answers_of(page) == ["Waarom automatische incasso?"]


@pytest.mark.browser
@pytest.mark.usefixtures("committed")
def test_page_says_no_inline_style_or_script_and_asks_nobody_else(visit: OpenVisit) -> None:
    with visit() as visitor:
        answered: set[int] = set()

        def note(response: Response) -> None:
            answered.add(response.status)

        visitor.page.on("response", note)
        for address in PAGES:
            visitor.page.goto(address)

            assert visitor.page.locator("[style], style, script:not([src])").count() == 0
        assert answered <= {200, 303, 304}


@pytest.mark.django_db
@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_style_sheet_arrives_whole_when_compressed(client: Client, style: Path) -> None:
    response = client.get(f"/static/balie/{style.name}", headers={"accept-encoding": "gzip"})

    # A browser reads one gzip member and no more.
    first_member = zlib.decompressobj(wbits=31).decompress(b"".join(response))
    assert first_member == style.read_bytes()
    assert response.headers["Content-Encoding"] == "gzip"


@pytest.mark.parametrize("style", STYLES, ids=lambda path: path.name)
def test_colours_stand_in_the_tokens_alone(style: Path) -> None:
    colours = COLOUR.findall(style.read_text(encoding="utf-8"))

    assert bool(colours) == (style.name == "tokens.css")


def test_every_property_that_a_style_uses_is_set_somewhere() -> None:
    texts = [style.read_text(encoding="utf-8") for style in STYLES]
    used = {name for text in texts for name in re.findall(r"var\((--[\w-]+)", text)}
    made = {name for text in texts for name in re.findall(r"(--[\w-]+):", text)}

    assert used - made == set()


def test_every_icon_that_a_page_asks_for_is_in_the_sprite() -> None:
    drawn = set(re.findall(r'<symbol id="(\w+)"', (STATIC / "icons.svg").read_text()))
    asked = {
        name
        for template in SOURCES.rglob("templates/**/*.html")
        for name in re.findall(r'{% icon "(\w+)" %}', template.read_text(encoding="utf-8"))
    }

    assert asked
    assert asked - drawn == set()
