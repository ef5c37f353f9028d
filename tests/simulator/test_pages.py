"""The demo's own pages: the bar of time on every page, whom to be, and the mails that were sent."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from django.conf import settings as django_settings
from django.db import connection
from django.test import Client
from playwright.sync_api import Browser, Page, Route
from pytest_django import Settings

from balie import infra
from balie.apps.customers.models import Contact
from balie.apps.tickets.models import Question
from balie.config import demo_settings
from balie.infra import clock
from balie.simulator import demo, mailbox, world
from balie.simulator import guests as people
from tests.apps.conftest import committed
from tests.support.browser import visit
from tests.support.looks import in_both_widths_and_colours
from tests.support.signing_in import sign_in

__all__ = ["committed"]

STATIC = Path(infra.__file__).parent / "static" / "balie"
WHERE = "http://localhost"
PLAN = demo.Plan(seed=3, until=date(2026, 11, 23), customers=4, days=12)


@pytest.fixture
def lived(db: None, settings: Settings, tmp_path: Path) -> Iterator[world.World]:
    """Twelve days of a company with four customers, served as the demo is."""
    for name in ("INSTALLED_APPS", "MIDDLEWARE", "ROOT_URLCONF", "EMAIL_BACKEND", "BALIE_DEMO"):
        setattr(settings, name, getattr(demo_settings, name))
    settings.LOCALE_PATHS = list(django_settings.LOCALE_PATHS)  # reads the words of the new app
    settings.BALIE_HOME = tmp_path
    found = demo.build(PLAN, progress=lambda done, total: None)
    with clock.frozen(found.moment):
        yield found
    clock.set_offset(timedelta(0))


@pytest.fixture
def guest(lived: world.World) -> Client:
    """A visitor who became the first customer of the list."""
    client = Client()
    contact = Contact.objects.order_by("pk")[0]
    sign_in(client, contact.user)
    return client


def fetch(client: Client, addresses: list[str]) -> dict[str, tuple[dict[str, str], bytes]]:
    """Headers and content of pages as the test client gets them, and of the files they load.

    In a thread of its own: in this one the browser's event loop runs.
    """
    with ThreadPoolExecutor(max_workers=1) as thread:
        return thread.submit(_fetch, client, addresses).result()


def _fetch(client: Client, addresses: list[str]) -> dict[str, tuple[dict[str, str], bytes]]:
    files = [path.relative_to(STATIC.parent).as_posix() for path in STATIC.rglob("*.*")]
    found = {}
    try:
        for address in [*addresses, *(f"/static/{name}" for name in files)]:
            answer = client.get(address)
            found[address] = (dict(answer.headers), b"".join(answer))
    finally:
        connection.close()
    return found


def serve(page: Page, fetched: dict[str, tuple[dict[str, str], bytes]]) -> None:
    """Let a browser see what was fetched: the server of the browser tests has no demo in it."""

    def answer(route: Route) -> None:
        headers, content = fetched[urlsplit(route.request.url).path]
        route.fulfill(status=200, headers=headers, body=content)

    page.route(f"{WHERE}/**", answer)


def test_bar_stands_on_every_page_with_the_moment_and_who_one_is(guest: Client) -> None:
    pages = [guest.get(address).content.decode() for address in ("/", "/klant/", "/demo/post/")]

    contact = Contact.objects.order_by("pk")[0]
    for page in pages:
        assert page.count('<div class="time-bar no-print"') == 1
        assert "ma\u00a023\u00a0nov\u00a02026, 11:00" in page
        assert f"U bent {contact.name}; wees iemand anders" in page


def test_list_of_guests_leads_to_the_portal_and_the_desk(lived: world.World) -> None:
    client = Client()
    page = client.get("/demo/").content.decode()
    addresses = [part.split('"')[0] for part in page.split('action="')[1:] if "/word/" in part[:40]]

    homes = {client.post(address)["Location"] for address in addresses}

    assert homes == {"/klant/", "/balie/"}
    assert client.post("/demo/word/contact/999/").status_code == 404


def test_guests_are_different_people_and_stay_the_same(guest: Client) -> None:
    before = people.guests()

    for _ in range(3):
        guest.post("/demo/tijd/", {"to": "day", "back": "/demo/"})

    kinds = [one.kind for one in before]
    assert (kinds.count("employee"), kinds.count("contact") in {1, 2, 3}) == (3, True)
    assert len({(one.kind, one.person_id) for one in before}) == len(before)
    assert people.guests() == before


def test_day_passes_with_what_is_due_in_it(guest: Client, lived: world.World) -> None:
    before = Question.objects.count()

    response = guest.post("/demo/tijd/", {"to": "day", "back": "/klant/"})

    assert response["Location"] == "/klant/"
    moved = clock.offset() + clock.machine() - lived.moment
    assert timedelta(hours=23, minutes=59) < moved < timedelta(hours=24, minutes=1)
    assert world.load(Path(django_settings.BALIE_HOME)).moment == lived.moment + timedelta(days=1)
    assert Question.objects.count() >= before


def test_next_event_comes_within_a_day_and_leads_nobody_elsewhere(
    guest: Client, lived: world.World
) -> None:
    response = guest.post("/demo/tijd/", {"to": "event", "back": "https://elders.example/"})

    moved = clock.offset() + clock.machine() - lived.moment
    assert timedelta(0) < moved < timedelta(hours=24, minutes=1)
    assert response["Location"] == "/"


def test_mails_are_listed_and_read_with_pictures_and_attachments(guest: Client) -> None:
    listed = guest.get("/demo/post/").content.decode()
    mail = next(one for one in mailbox.last_mails(count=500) if one.subject.startswith("Factuur"))
    assert mailbox.last_mails(count=1)[0].subject in listed

    shown = guest.get(f"/demo/post/{mail.name}/").content.decode()
    laid_out = guest.get(f"/demo/post/{mail.name}/opgemaakt/")
    html = laid_out.content.decode()
    picture = guest.get(html.split('<img src="')[1].split('"')[0])
    part = shown.split(f"/demo/post/{mail.name}/deel/")[1].split("/")[0]
    paper = guest.get(f"/demo/post/{mail.name}/deel/{part}/")

    assert mail.subject in shown
    assert laid_out["Content-Security-Policy"].startswith("sandbox")
    assert "time-bar" not in html
    assert picture.content.startswith(b"\x89PNG")
    assert paper.content.startswith(b"%PDF")


def test_mail_that_was_not_sent_is_not_there(guest: Client) -> None:
    address = "/demo/post/20261123T100000-0000000000000000/"
    known = f"/demo/post/{mailbox.last_mails(count=1)[0].name}/"

    for missing in (address, f"{address}opgemaakt/", f"{known}deel/0/", f"{known}deel/99/"):
        assert guest.get(missing).status_code == 404


@pytest.mark.browser
@pytest.mark.usefixtures("committed")
@in_both_widths_and_colours
def test_pages_of_the_demo_are_accessible_and_fit(
    chromium: Browser, guest: Client, *, width: int, dark: bool
) -> None:
    mail = mailbox.last_mails(count=1)[0]
    addresses = ["/", "/klant/", "/demo/", "/demo/post/", f"/demo/post/{mail.name}/"]
    laid_out = f"/demo/post/{mail.name}/opgemaakt/"
    fetched = fetch(guest, [*addresses, laid_out])
    with visit(chromium, base_url=WHERE, width=width, dark=dark) as visitor:
        serve(visitor.page, fetched)
        for address in addresses:
            visitor.page.goto(address)
            visitor.assert_accessible()
            visitor.assert_fits()
        visitor.page.goto(laid_out)
        visitor.assert_fits()
