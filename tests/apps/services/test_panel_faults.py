"""Every fault that a panel can have, lived through: docs/algorithms/panels.md is the table."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import pytest

from balie.apps.services import actions
from balie.apps.services.models import ChangeVerb, Panel, PanelAttempt, PanelChange, PanelKind
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, new_contact, new_customer, new_domain, new_service
from tests.apps.services.panels import MINUTE, Desk, send
from tests.support.certificates import Authority, new_authority, new_certificate
from tests.support.directadmin import FakeDirectAdmin, running

TABLE = Path(__file__).parents[3] / "docs" / "algorithms" / "panels.md"
SECRET = "Password-canary-91c2"
STRANGER = {"domain": "stranger.nl", "email": "other@klant.example"}
OURS = {"domain": "jansen1.nl", "email": "jansen@klant.example"}
ON_OUR_SIDE: dict[str, dict[str, str]] = {
    "away": {"base_address": "https://127.0.0.1:9"},
    "kept_by_hand": {"kind": PanelKind.BY_HAND},
}
HELD_BY_THE_PANEL: dict[str, dict[str, dict[str, str]]] = {
    "exists_foreign": {"jansen1": STRANGER, "bakker1": STRANGER},
    "exists_ours": {"jansen1": OURS},
    "gone": {"bakker1": {}},
    "already_so": {"bakker1": {"suspended": "yes"}},
    "suspended_refuses_password": {"bakker1": {"suspended": "yes"}},
}
LATER = (2 * MINUTE, 5 * MINUTE, 20 * MINUTE, timedelta(hours=2))


def rows() -> Iterator[tuple[str, ...]]:
    """The lines of the fault table: fault, asked, outcome, in the end, times asked, a person."""
    for line in TABLE.read_text().splitlines():
        cells = tuple(cell.strip().strip("`") for cell in line.strip("|").split("|"))
        if line.startswith("| `"):
            yield cells


@pytest.mark.django_db
@pytest.mark.parametrize("row", list(rows()), ids=lambda row: f"{row[0]}-{row[1]}")
def test_fault_ends_as_the_table_says(
    desk: Desk, authority: Authority, tmp_path: Path, keys: Path, row: tuple[str, ...]
) -> None:
    fault, asked, *expected = row

    with broken(desk, fault, authority=authority, keys=keys, folder=tmp_path):
        change, attempt = ask(desk, asked)
        halted = Panel.objects.get(pk=desk.panel.pk).halted_at is not None
        so_far = len(desk.fake.asked)
        send(NOW + MINUTE)
        if halted:
            assert len(desk.fake.asked) == so_far, "a halted panel is left alone"
            assert desk.fake.refused_logins <= 1
    if halted:
        actions.resume_panel(panel=desk.panel, by=SYSTEM, now=NOW + MINUTE)
    for later in LATER:
        send(NOW + later)

    assert lived(desk, change, attempt, halted=halted) == tuple(expected)


@contextmanager
def broken(
    desk: Desk, fault: str, *, authority: Authority, keys: Path, folder: Path
) -> Iterator[None]:
    """Let a fault happen while the block runs."""
    if fault.startswith("certificate_"):
        with other_certificate(desk, fault, authority=authority, folder=folder):
            yield
        return
    key = keys / "da1.key"
    right = key.read_text()
    if fault in {"wrong_key", "no_key"}:
        key.write_text("wrong-key" if fault == "wrong_key" else "")
    elif fault in ON_OUR_SIDE:
        Panel.objects.filter(pk=desk.panel.pk).update(**ON_OUR_SIDE[fault])
    elif fault in HELD_BY_THE_PANEL:
        for user_name, values in HELD_BY_THE_PANEL[fault].items():
            held = desk.fake.users.pop(user_name, {})
            if values:
                desk.fake.add(user_name, **{**held, **values})
        desk.fake.breaks(fault)
    elif fault != "none":
        desk.fake.breaks(fault)
    yield
    desk.fake.mend()
    key.write_text(right)
    Panel.objects.filter(pk=desk.panel.pk).update(base_address=desk.fake.address)


@contextmanager
def other_certificate(
    desk: Desk, fault: str, *, authority: Authority, folder: Path
) -> Iterator[None]:
    """Let another server stand at the panel's address, with a certificate that is not its own."""
    certificate = new_certificate(
        new_authority(folder) if fault == "certificate_unknown" else authority,
        folder,
        host="panel.example" if fault == "certificate_other_name" else "127.0.0.1",
        expired=fault == "certificate_expired",
    )
    panel = Panel.objects.filter(pk=desk.panel.pk)
    with running(FakeDirectAdmin(), certificate) as other:
        panel.update(base_address=other.address)
        yield
        assert other.asked == []
    panel.update(base_address=desk.fake.address)


def ask(desk: Desk, asked: str) -> tuple[PanelChange | None, PanelAttempt | None]:
    """Ask for something, and let it leave once."""
    if asked == "set_password":
        attempt = actions.set_panel_password(
            account=desk.account, password=SECRET, by=SYSTEM, now=NOW
        )
        return None, attempt
    if asked == "create":
        customer = new_customer(with_contact=False)
        contact = new_contact(customer)
        contact.user.email = "jansen@klant.example"
        contact.user.save()
        change = actions.order_account(
            service=new_service(customer, domain=new_domain(customer, "jansen1.nl")),
            panel=desk.panel,
            user_name="jansen1",
            package="basis",
            by=SYSTEM,
            now=NOW,
        )
    else:
        change = actions.ask_change(
            account=desk.account, verb=ChangeVerb(asked), reason="test", by=SYSTEM, now=NOW
        )
    send(NOW)
    return change, change.attempts.order_by("pk").first()


def lived(
    desk: Desk, change: PanelChange | None, attempt: PanelAttempt | None, *, halted: bool
) -> tuple[str, ...]:
    """The outcome, how it ended, how often a change was asked for, and what a person gets."""
    person = "looks at the panel" if halted else "—"
    ended = "—"
    if change is not None:
        change.refresh_from_db()
        ended = change.outcome
        if ended == "failed":
            person = "gets an alarm"
    outcome = attempt.outcome if attempt is not None else "nothing asked"
    return (outcome, ended, str(desk.fake.changes()), person)
