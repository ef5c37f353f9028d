"""A new password on the panel logins one ticks: within the request, stored nowhere, told truly."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from balie.apps.credentials import actions, queries
from balie.apps.credentials.actions import LinkNotUsable, TooManyTries, UnableToChoose, panels
from balie.apps.credentials.models import PanelPassword, RecoveryLink
from balie.apps.customers import actions as customers
from balie.apps.customers.models import CustomerContact, User
from balie.apps.services.models import PanelAttempt
from balie.apps.services.panels import port, registry
from balie.infra import clock
from balie.infra.audit import SYSTEM
from balie.infra.models import AuditEvent
from tests.apps.building import NOW
from tests.apps.credentials.panels import ScriptedPanel, new_login, scripted
from tests.apps.credentials.recovering import (
    PASSWORD,
    Loser,
    recover,
    secret_of,
    send,
    text_of,
    whole_database,
)

# The row of a try is committed before the call, so the database of these tests is a real one.
pytestmark = [pytest.mark.postgres, pytest.mark.usefixtures("committed")]

CHOOSE, PANELS = "/inloggegevens/wachtwoord/", "/inloggegevens/control-panels/"
AGAIN = "een andere lange zin voor het paneel"
MINUTE = timedelta(minutes=1)


@pytest.fixture
def panel(monkeypatch: pytest.MonkeyPatch) -> ScriptedPanel:
    return scripted(monkeypatch)


@pytest.fixture
def loser() -> Loser:
    return Loser()


def visitor_of(loser: Loser) -> Client:
    """Somebody who followed the link of his mail."""
    recover(loser.user.email)
    client = Client()
    client.get(f"/inloggegevens/nieuw/{secret_of(loser)}/")
    return client


@pytest.fixture(autouse=True)
def _frozen() -> Iterator[None]:
    with clock.frozen(NOW):
        yield


def test_password_is_set_on_what_is_ticked_and_nowhere_else(
    loser: Loser, panel: ScriptedPanel
) -> None:
    ticked, other = new_login(loser), new_login(loser)
    visitor = visitor_of(loser)
    shown = visitor.get(CHOOSE).content.decode()

    response = visitor.post(CHOOSE, {"password": PASSWORD, "logins": [str(ticked.pk)]})
    page = visitor.get(response["Location"]).content.decode()

    assert f"{other.panel.name}: {other.user_name}" in shown
    assert panel.passwords == {ticked.user_name: PASSWORD}
    assert not loser.user.has_usable_password()
    assert "Wachtwoord ingesteld" in page
    assert "_auth_user_id" not in visitor.session


def test_password_is_set_on_the_portal_and_on_panels_alike(
    loser: Loser, panel: ScriptedPanel
) -> None:
    login = new_login(loser)
    visitor = visitor_of(loser)

    visitor.post(CHOOSE, {"password": PASSWORD, "logins": ["portal", str(login.pk)]})

    assert panel.passwords == {login.user_name: PASSWORD}
    assert loser.user.check_password(PASSWORD)
    assert "_auth_user_id" in visitor.session


def test_password_is_kept_nowhere(
    loser: Loser, panel: ScriptedPanel, caplog: pytest.LogCaptureFixture
) -> None:
    login = new_login(loser)
    panel.script = [port.Rejected("te zwak")]
    visitor = visitor_of(loser)
    secret = secret_of(loser)

    with caplog.at_level(0):
        visitor.post(CHOOSE, {"password": PASSWORD, "logins": ["portal", str(login.pk)]})
        visitor.post(PANELS, {"password": AGAIN, "logins": [str(login.pk)]})
        send(NOW + MINUTE)

    kept = whole_database() + caplog.text + "".join(text_of(one) for one in mail.outbox)
    assert login.user_name in kept
    assert panel.passwords == {login.user_name: AGAIN}
    for hidden in (PASSWORD, AGAIN, secret):
        assert hidden not in kept


def test_try_stands_before_the_call_is_made(loser: Loser, monkeypatch: pytest.MonkeyPatch) -> None:
    login, seen = new_login(loser), list[str]()

    class Looking(ScriptedPanel):
        def set_password(self, user_name: str, *, password: str) -> port.Done | port.Failure:
            seen.append(PanelAttempt.objects.get(account__user_name=user_name).outcome)
            return super().set_password(user_name, password=password)

    monkeypatch.setitem(registry._openers, "simulated", lambda _panel: Looking())
    visitor_of(loser).post(CHOOSE, {"password": PASSWORD, "logins": [str(login.pk)]})

    assert seen == ["running"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (port.OutcomeUnknown("cut off"), "Niet zeker"),
        (port.Rejected("te kort"), "te kort"),
        (port.Unreachable("no connection"), "niet bereikbaar"),
        (port.Busy(), "niet bereikbaar"),
        (port.NotFound(), "kent dit account niet"),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_is_not_certain_is_said_and_may_be_tried_again(
    loser: Loser, panel: ScriptedPanel, answer: port.Failure, words: str
) -> None:
    login = new_login(loser)
    panel.script = [answer]
    visitor = visitor_of(loser)
    visitor.post(CHOOSE, {"password": PASSWORD, "logins": [str(login.pk)]})

    page = visitor.get(PANELS).content.decode()
    visitor.post(PANELS, {"password": AGAIN, "logins": [str(login.pk)]})

    assert words in page
    assert panel.passwords == {login.user_name: AGAIN}
    assert "Wachtwoord ingesteld" in visitor.get(PANELS).content.decode()
    # What is set is not set once more.
    assert 'name="password"' not in visitor.get(PANELS).content.decode()


def test_after_ten_seconds_no_other_panel_is_called(
    loser: Loser, panel: ScriptedPanel, monkeypatch: pytest.MonkeyPatch
) -> None:
    for _ in range(3):
        new_login(loser)
    visitor_of(loser)
    monkeypatch.setattr(panels, "BUDGET", timedelta(0))
    chosen = [one.pk for one in queries.panel_logins_of(loser.user)]
    link = actions.set_new_password(
        secret=secret_of(loser), password=PASSWORD, portal=False, panel_logins=chosen, now=NOW
    )

    results = actions.set_on_panels(link=link, password=PASSWORD, now=NOW)

    assert ([one.outcome for one in results], panel.calls) == (["not_tried"] * 3, 0)


def test_first_link_of_another_browser_shows_nothing_of_panels(
    loser: Loser, panel: ScriptedPanel
) -> None:
    login = new_login(loser)
    visitor_of(loser).post(CHOOSE, {"password": PASSWORD, "logins": [str(login.pk)]})

    page = Client().get(PANELS).content.decode()

    assert login.user_name not in page
    assert "Deze link werkt niet meer" in page


def test_tries_with_one_link_have_an_end(loser: Loser, panel: ScriptedPanel) -> None:
    login = new_login(loser)
    panel.script = [port.Rejected("nee")] * 9
    recover(loser.user.email)
    link = actions.set_new_password(
        secret=secret_of(loser), password=PASSWORD, portal=False, panel_logins=[login.pk], now=NOW
    )
    for _ in range(panels.MOST_TRIES):
        actions.set_on_panels(link=link, password=PASSWORD, now=NOW)

    with pytest.raises(TooManyTries):
        actions.set_on_panels(link=link, password=PASSWORD, now=NOW)
    with pytest.raises(LinkNotUsable):
        actions.set_on_panels(link=link, password=PASSWORD, now=NOW + 60 * MINUTE)

    assert panel.calls == panels.MOST_TRIES


def test_login_of_somebody_else_cannot_be_chosen(loser: Loser, panel: ScriptedPanel) -> None:
    foreign = new_login(Loser())
    new_login(loser)
    visitor = visitor_of(loser)

    response = visitor.post(CHOOSE, {"password": PASSWORD, "logins": [str(foreign.pk)]})
    with pytest.raises(UnableToChoose):
        actions.set_new_password(
            secret=secret_of(loser), password=PASSWORD, panel_logins=[foreign.pk], now=NOW
        )

    assert (response.status_code, panel.calls) == (422, 0)
    assert not PanelPassword.objects.exists()
    assert RecoveryLink.objects.get().used_at is None


def test_contact_for_the_money_hears_and_sets_nothing_of_panels(loser: Loser) -> None:
    login = new_login(loser)
    CustomerContact.objects.filter(contact=loser.contact).update(role="finance")
    recover(loser.user.email)
    send()

    assert login.user_name not in text_of(mail.outbox[-1])
    with pytest.raises(UnableToChoose):
        actions.set_new_password(
            secret=secret_of(loser), password=PASSWORD, panel_logins=[login.pk], now=NOW
        )


def test_panel_kept_by_hand_is_not_offered(loser: Loser) -> None:
    new_login(loser, "handwerk", kind="by_hand")

    page = visitor_of(loser).get(CHOOSE).content.decode()

    assert "handwerk" not in page


def test_mail_says_what_came_of_it(loser: Loser, panel: ScriptedPanel) -> None:
    first, second, third = (new_login(loser, name) for name in ("aa", "bb", "cc"))
    panel.script = [port.Done(), port.OutcomeUnknown("cut"), port.Rejected("nee")]
    chosen = [str(one.pk) for one in (first, second, third)]
    visitor_of(loser).post(CHOOSE, {"password": PASSWORD, "logins": chosen})

    send(NOW)
    before = len(mail.outbox)
    send(NOW + MINUTE)

    # The mail waits until the panels have answered.
    assert (before, len(mail.outbox)) == (0, 1)
    words = text_of(mail.outbox[-1])
    assert f"{first.panel.name}: aa\n" in words
    assert f"{second.panel.name}: bb (uitkomst nog onbekend)" in words
    assert "cc" not in words
    assert AuditEvent.objects.filter(event__startswith="panel_password.").count() == 3


def test_mail_of_panels_that_took_nothing_is_not_sent(loser: Loser, panel: ScriptedPanel) -> None:
    login = new_login(loser)
    panel.script = [port.Rejected("nee")]
    visitor_of(loser).post(CHOOSE, {"password": PASSWORD, "logins": [str(login.pk)]})

    report = send(NOW + MINUTE)

    assert (report.refused, report.accepted) == (2, 0)  # the link was used, and nothing was set
    assert RecoveryLink.objects.get().used_at == NOW


@pytest.mark.parametrize("switch", ["hold", "address", "closed", "later link", "password", "none"])
def test_used_link_sets_nothing_once_the_account_was_taken_back(
    loser: Loser, panel: ScriptedPanel, switch: str
) -> None:
    first, second = new_login(loser), new_login(loser)
    visitor = visitor_of(loser)
    visitor.post(CHOOSE, {"password": PASSWORD, "logins": [str(first.pk)]})
    at = NOW + 11 * MINUTE
    with clock.frozen(at):
        if switch == "hold":
            customers.place_hold(
                customer=loser.customer, blocks="credentials", reason="x", by=SYSTEM, now=at
            )
        elif switch == "address":
            customers.change_address(user=loser.user, email="n@anders.example", by=SYSTEM, now=at)
        elif switch == "closed":
            User.objects.filter(pk=loser.user.pk).update(is_active=False)
        elif switch == "later link":
            recover(loser.user.email, at=at)
            actions.set_new_password(
                secret=secret_of(loser),
                password=AGAIN,
                portal=False,
                panel_logins=[first.pk],
                now=at,
            )
        elif switch == "password":
            customers.set_password(user=loser.user, password=AGAIN, by=SYSTEM, now=at)

        visitor.post(PANELS, {"password": AGAIN, "logins": [str(second.pk)]})

    assert (second.user_name in panel.passwords) == (switch == "none")


def test_used_link_is_refused_by_the_writes_themselves(loser: Loser, panel: ScriptedPanel) -> None:
    login = new_login(loser)
    visitor_of(loser).post(CHOOSE, {"password": PASSWORD, "logins": ["portal"]})
    link = RecoveryLink.objects.get(user=loser.user)
    User.objects.filter(pk=loser.user.pk).update(is_active=False)

    with pytest.raises(LinkNotUsable):
        actions.choose_panel_logins(link=link, panel_logins=[login.pk], now=NOW)
    with pytest.raises(LinkNotUsable):
        panels.set_on_panels(link=link, password=AGAIN, now=NOW)

    assert panel.passwords == {}
