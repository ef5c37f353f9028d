"""DirectAdmin: what each verb asks, and what it makes of every answer."""

import logging
from collections.abc import Callable
from pathlib import Path

import pytest

from balie.apps.services.panels import port
from balie.apps.services.panels.directadmin import DirectAdmin
from balie.apps.services.panels.port import ControlPanel, NewAccount
from balie.infra.https import Server
from tests.support.certificates import Authority, new_authority, new_certificate
from tests.support.directadmin import KEY, USER, FakeDirectAdmin, running

SECRET = "Password-canary-91c2"
NEW = NewAccount(user_name="jansen1", domain="jansen1.nl", email="j@klant.example", package="basis")


@pytest.fixture
def panel(fake: FakeDirectAdmin, authority: Authority) -> DirectAdmin:
    fake.add("bakker1", email="b@klant.example", package="basis")
    return adapter(fake, authority)


def adapter(
    fake: FakeDirectAdmin, authority: Authority | None, *, seconds: float = 1.0, key: str = KEY
) -> DirectAdmin:
    """The adapter of a fake, which waits no longer than `seconds`."""
    server = Server(
        host="127.0.0.1",
        port=int(fake.address.rpartition(":")[2]),
        seconds=seconds,
        ca_file=str(authority.file) if authority else "",
        most_bytes=100_000,
    )
    return DirectAdmin(server=server, user_name=USER, key=key)


def test_account_is_made_and_described(panel: DirectAdmin, fake: FakeDirectAdmin) -> None:
    assert panel.create(NEW, password=SECRET) == port.Done()

    found = panel.get("jansen1")

    assert found == port.PanelUser(
        user_name="jansen1",
        domain="jansen1.nl",
        email="j@klant.example",
        package="basis",
        is_suspended=False,
    )
    assert fake.users["jansen1"]["password"] == SECRET


def test_create_takes_an_address_that_the_panel_has(
    panel: DirectAdmin, fake: FakeDirectAdmin
) -> None:
    panel.create(NEW, password=SECRET)

    fields = next(fields for name, fields, _ in fake.asked if name == "CMD_API_ACCOUNT_USER")
    assert (fields["ip"], fields["notify"]) == ("192.0.2.10", "no")


def test_name_that_is_taken_is_said_to_exist(panel: DirectAdmin, fake: FakeDirectAdmin) -> None:
    fake.add("jansen1", domain="stranger.nl")

    assert isinstance(panel.create(NEW, password=SECRET), port.AlreadyExists)


def test_password_is_set_in_one_call(panel: DirectAdmin, fake: FakeDirectAdmin) -> None:
    assert panel.set_password("bakker1", password=SECRET) == port.Done()

    assert fake.users["bakker1"]["password"] == SECRET
    assert len(fake.asked) == 1


def test_suspending_twice_is_done_once(panel: DirectAdmin, fake: FakeDirectAdmin) -> None:
    assert panel.suspend("bakker1") == port.Done()
    assert isinstance(panel.suspend("bakker1"), port.AlreadyInState)
    assert fake.users["bakker1"]["suspended"] == "yes"
    assert panel.unsuspend("bakker1") == port.Done()
    assert isinstance(panel.unsuspend("bakker1"), port.AlreadyInState)
    assert fake.times("CMD_API_SELECT_USERS") == 2


def test_who_is_not_there_is_not_found(panel: DirectAdmin) -> None:
    assert isinstance(panel.get("nobody"), port.NotFound)
    assert isinstance(panel.suspend("nobody"), port.NotFound)
    assert isinstance(panel.delete("nobody"), port.NotFound)


def test_delete_that_reports_an_error_and_did_it_is_done(
    panel: DirectAdmin, fake: FakeDirectAdmin
) -> None:
    fake.breaks("error_but_done")

    assert panel.delete("bakker1") == port.Done()


def test_list_describes_everybody(panel: DirectAdmin, fake: FakeDirectAdmin) -> None:
    fake.add("bakker2", suspended="yes")

    found = panel.list()

    assert isinstance(found, port.Listed)
    assert [(one.user_name, one.is_suspended) for one in found.users] == [
        ("bakker1", False),
        ("bakker2", True),
    ]


def test_empty_panel_is_an_empty_list(panel: DirectAdmin, fake: FakeDirectAdmin) -> None:
    fake.users.clear()

    assert panel.list() == port.Listed(())


def test_list_of_which_a_part_fails_is_none(panel: DirectAdmin, fake: FakeDirectAdmin) -> None:
    fake.add("bakker2")
    fake.breaks("status_500", "CMD_API_SHOW_USER_CONFIG")

    assert isinstance(panel.list(), port.OutcomeUnknown)


def test_link_is_made_for_the_user_and_not_shown(panel: DirectAdmin, fake: FakeDirectAdmin) -> None:
    found = panel.login_url("bakker1")

    assert isinstance(found, port.LoginUrl)
    assert found.url.startswith("https://127.0.0.1:2222/")
    assert fake.asked[-1][2] == f"{USER}|bakker1"
    assert "canary" not in repr(found)


def test_link_that_leads_elsewhere_is_not_followed(
    panel: DirectAdmin, fake: FakeDirectAdmin
) -> None:
    fake.fault = "foreign_link"

    assert isinstance(panel.login_url("bakker1"), port.Rejected)


def test_digits_hidden_as_entities_are_read(panel: DirectAdmin, fake: FakeDirectAdmin) -> None:
    fake.fault = "entity_encoded_digits"

    found = panel.get("bakker1")

    assert isinstance(found, port.PanelUser)
    assert (found.user_name, found.domain) == ("bakker1", "bakker1.nl")


def test_words_with_accents_are_kept(panel: DirectAdmin, fake: FakeDirectAdmin) -> None:
    fake.breaks("refused_words")

    assert panel.set_password("bakker1", password=SECRET) == port.Rejected("Café vol – één")


def test_password_in_the_words_of_the_panel_is_cut_out(
    panel: DirectAdmin, fake: FakeDirectAdmin
) -> None:
    fake.breaks("repeats_the_password")

    found = panel.set_password("bakker1", password=SECRET)

    assert found == port.Rejected("Unable: … is too simple")


@pytest.mark.parametrize(
    ("fault", "outcome"),
    [
        ("status_401", port.AuthFailed),
        ("login_page_200", port.AuthFailed),
        ("blocked_page_200", port.AuthFailed),
        ("redirect_to_login", port.AuthFailed),
        ("redirect_elsewhere", port.OutcomeUnknown),
        ("status_403", port.Rejected),
        ("status_404", port.Rejected),
        ("busy_419", port.Busy),
        ("rate_429", port.RateLimited),
        ("status_500", port.OutcomeUnknown),
        ("other_page_200", port.OutcomeUnknown),
        ("garbage", port.OutcomeUnknown),
        ("empty", port.OutcomeUnknown),
        ("done_and_dropped", port.OutcomeUnknown),
        ("cut_off", port.OutcomeUnknown),
        ("drips", port.OutcomeUnknown),
        ("huge", port.OutcomeUnknown),
        ("slow_then_ok", port.Done),
    ],
)
def test_fault_has_its_outcome_for_a_change(
    panel: DirectAdmin, fake: FakeDirectAdmin, fault: str, outcome: type[object]
) -> None:
    fake.breaks(fault)

    found = panel.set_password("bakker1", password=SECRET)

    assert type(found) is outcome
    assert len(fake.asked) == 1


VERBS: dict[str, Callable[[ControlPanel], object]] = {
    "create": lambda panel: panel.create(NEW, password=SECRET),
    "set_password": lambda panel: panel.set_password("bakker1", password=SECRET),
    "suspend": lambda panel: panel.suspend("bakker1"),
    "unsuspend": lambda panel: panel.unsuspend("bakker1"),
    "delete": lambda panel: panel.delete("bakker1"),
    "get": lambda panel: panel.get("bakker1"),
    "list": lambda panel: panel.list(),
    "login_url": lambda panel: panel.login_url("bakker1"),
    "ping": lambda panel: panel.ping(),
}


@pytest.mark.parametrize("verb", VERBS)
def test_wrong_key_is_one_refused_login(
    fake: FakeDirectAdmin, authority: Authority, verb: str
) -> None:
    fake.add("bakker1")

    found = VERBS[verb](adapter(fake, authority, key="wrong"))

    assert isinstance(found, port.AuthFailed)
    assert fake.refused_logins == 1


@pytest.mark.parametrize("verb", VERBS)
def test_certificate_of_an_authority_we_do_not_know_is_never_spoken_to(
    fake: FakeDirectAdmin, verb: str
) -> None:
    found = VERBS[verb](adapter(fake, None))

    assert isinstance(found, port.Unreachable)
    assert "certificate" in found.reason
    assert fake.asked == []


@pytest.mark.parametrize("odd", [{"expired": True}, {"host": "panel.example"}])
def test_certificate_that_is_not_this_servers_or_too_old_is_refused(
    tmp_path: Path, authority: Authority, odd: dict[str, object]
) -> None:
    certificate = new_certificate(authority, tmp_path, **odd)  # type: ignore[arg-type]
    with running(FakeDirectAdmin(), certificate) as fake:
        found = adapter(fake, authority).ping()

    assert isinstance(found, port.Unreachable)
    assert "certificate" in found.reason
    assert fake.asked == []


def test_other_authority_is_not_believed_beside_the_one_given(
    tmp_path: Path, certificate: Path
) -> None:
    with running(FakeDirectAdmin(), certificate) as fake:
        found = adapter(fake, new_authority(tmp_path)).ping()

    assert isinstance(found, port.Unreachable)


def test_server_that_is_away_was_asked_nothing(authority: Authority, certificate: Path) -> None:
    with running(FakeDirectAdmin(), certificate) as fake:
        pass

    assert isinstance(adapter(fake, authority).ping(), port.Unreachable)


def test_secret_is_in_no_address_log_or_words(
    panel: DirectAdmin,
    fake: FakeDirectAdmin,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    said = []
    for fault in ("", "status_500", "garbage", "repeats_the_password", "cut_off", "drips"):
        fake.breaks(fault)
        said += [repr(verb(panel)) for verb in VERBS.values()]

    assert any(SECRET in fields.get("passwd", "") for _, fields, _ in fake.asked)
    for text in (*fake.paths, *said, caplog.text, repr(panel)):
        assert "canary" not in text
