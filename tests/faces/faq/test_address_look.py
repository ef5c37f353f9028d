"""The pages of a change of address in a browser: public, portal and desk; keyboard alone."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import timedelta

import pytest
from pytest_django import Settings
from pytest_django.live_server_helper import LiveServer

from balie.apps.credentials.actions import addresses_end, addresses_proof
from balie.apps.credentials.models import AddressChange
from balie.infra import clock, jobs
from tests.apps.credentials.changing import (
    Mover,
    actor_of,
    new_employee,
    secret_of,
    stop_secret_of,
)
from tests.support.browser import PHONE, Visit
from tests.support.looks import in_both_widths_and_colours, in_every_look
from tests.support.signing_in import let_in

OpenVisit = Callable[..., AbstractContextManager[Visit]]

pytestmark = [pytest.mark.browser, pytest.mark.usefixtures("committed")]


@pytest.fixture(autouse=True)
def _demo(settings: Settings) -> None:
    settings.BALIE_DEMO = True


def public_pages() -> list[str]:
    """Each state of the pages that open without signing in."""
    now = clock.now()
    fresh, confirmed, done, back = Mover(), Mover(), Mover(), Mover()
    confirmed.start_in_public(now=now)
    addresses_proof.confirm(secret=secret_of(confirmed.change), now=now)
    fresh.start(now=now)
    for mover in (done, back):
        codes = mover.add_factor()
        mover.start_in_public(now=now)
        secret = secret_of(mover.change)
        addresses_proof.confirm(secret=secret, now=now)
        addresses_proof.prove_with_code(secret=secret, code=codes[0], now=now)
    addresses_end.stop(secret=stop_secret_of(back.change, back.contact), now=now)
    return [
        "/inloggegevens/adres/",
        "/inloggegevens/adres/verzonden/",
        "/inloggegevens/adres/onbekend/",
        *(
            f"/inloggegevens/adres/{secret_of(mover.change)}/"
            for mover in (fresh, confirmed, done, back)
        ),
        *(
            f"/inloggegevens/adres/stop/{stop_secret_of(mover.change, mover.contact)}/"
            for mover in (fresh, done, back)
        ),
    ]


@in_every_look
def test_public_pages_are_accessible_and_fit(
    visit: OpenVisit, *, width: int, dark: bool, language: str
) -> None:
    pages = public_pages()
    with visit(width=width, dark=dark, language=language) as visitor:
        visitor.page.goto(f"/taal/{language}/")
        for address in pages:
            visitor.page.goto(address)
            visitor.assert_accessible()
            visitor.assert_fits()


@in_both_widths_and_colours
def test_portal_and_desk_pages_are_accessible_and_fit(
    visit: OpenVisit, live_server: LiveServer, *, width: int, dark: bool
) -> None:
    now = clock.now()
    mover, first, second = Mover(), new_employee(), new_employee(role="admin")
    earlier = mover.start(now=now - timedelta(days=1))
    addresses_end.cancel(change=earlier, by=mover.actor, now=now)
    change = mover.call(first, now=now)
    addresses_proof.confirm(secret=secret_of(change), now=now)
    addresses_proof.witness(
        change=change, employee=first, text="Paspoort gezien.", by=actor_of(first), now=now
    )
    with visit(width=width, dark=dark) as visitor:
        let_in(visitor, mover.user, strongly=True)
        for address in ("/klant/adres/", "/klant/adres/wijzigen/"):
            visitor.page.goto(address)
            visitor.assert_accessible()
            visitor.assert_fits()
    with visit(width=width, dark=dark) as visitor:
        let_in(visitor, second.user, strongly=True)
        for address in (
            "/balie/adressen/",
            "/balie/adressen/?toon=alles",
            f"/balie/adressen/{change.pk}/",
            f"/balie/klanten/{mover.customer.number}/",
            f"/balie/klanten/{mover.customer.number}/adres/",
        ):
            visitor.page.goto(address)
            visitor.assert_accessible()
            visitor.assert_fits()


def test_walk_by_keyboard_from_the_lost_login_to_the_code(visit: OpenVisit) -> None:
    mover = Mover()
    with visit(width=PHONE) as visitor:
        page = visitor.page
        page.goto("/inloggegevens/")
        page.get_by_role("link", name="Wijzig het").press("Enter")
        page.get_by_label("Uw klantnummer, domeinnaam of oude e-mailadres").fill(mover.old_email)
        page.keyboard.press("Tab")
        page.keyboard.type(mover.new_email)
        page.keyboard.press("Enter")
        page.get_by_role("heading", name="Kijk in uw nieuwe mailbox").wait_for()
        jobs.run_pending(now=clock.now())
        change = AddressChange.objects.get()
        page.goto(f"/inloggegevens/adres/{secret_of(change)}/")
        page.get_by_role("button", name="Ja, dit is mijn adres").press("Enter")
        page.get_by_role("heading", name="Maak één cent over").wait_for()

        assert page.get_by_text(change.bank_code).first.is_visible()


def test_one_press_stops_a_change(visit: OpenVisit) -> None:
    mover = Mover()
    change = mover.start(now=clock.now())
    with visit(width=PHONE) as visitor:
        page = visitor.page
        page.goto(f"/inloggegevens/adres/stop/{stop_secret_of(change, mover.contact)}/")
        page.get_by_role("button", name="Tegenhouden").press("Enter")
        page.get_by_role("heading", name="De wijziging is tegengehouden").wait_for()

    assert mover.change.state == "stopped"
