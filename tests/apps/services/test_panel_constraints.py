"""What the database judges about panels: one create, one waiting change, TLS, why it halts."""

from typing import Any

import pytest
from django.db import IntegrityError, transaction
from django.db.models import QuerySet

from balie.apps.services import actions
from balie.apps.services.models import (
    ChangeVerb,
    Panel,
    PanelAccount,
    PanelAttempt,
    PanelChange,
    PanelHandOver,
)
from balie.infra import outbox
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, new_customer, new_domain, new_service
from tests.apps.services.panels import new_panel

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture
def account() -> PanelAccount:
    customer = new_customer()
    service = new_service(customer, domain=new_domain(customer))
    panel = new_panel("https://127.0.0.1:9")
    return actions.note_account(
        service=service, user_name="bakker1", panel=panel, by=SYSTEM, now=NOW
    )


def ask(account: PanelAccount, verb: ChangeVerb) -> PanelChange:
    return actions.ask_change(account=account, verb=verb, reason="test", by=SYSTEM, now=NOW)


def sent(change: PanelChange, outcome: str) -> PanelAttempt:
    return PanelAttempt.objects.create(
        account=change.account,
        change=change,
        verb="create",
        started_at=NOW,
        started_by="system",
        outcome=outcome,
    )


def refused(rows: QuerySet[Any], **changes: object) -> None:
    with pytest.raises(IntegrityError), transaction.atomic():
        rows.update(**changes)


@pytest.mark.parametrize("first", ["running", "unknown", "done", "already_exists", "rejected"])
def test_create_that_may_have_arrived_is_never_sent_again(
    account: PanelAccount, first: str
) -> None:
    change = ask(account, ChangeVerb.SUSPEND)
    sent(change, first)

    with pytest.raises(IntegrityError), transaction.atomic():
        sent(change, "running")


@pytest.mark.parametrize("first", ["unreachable", "busy", "auth_failed"])
def test_create_that_surely_did_not_arrive_may_be_sent_again(
    account: PanelAccount, first: str
) -> None:
    change = ask(account, ChangeVerb.SUSPEND)
    sent(change, first)

    assert sent(change, "running").pk


def test_same_change_asked_twice_is_one_row_and_one_in_the_outbox(account: PanelAccount) -> None:
    first, second = ask(account, ChangeVerb.SUSPEND), ask(account, ChangeVerb.SUSPEND)

    assert first == second
    assert OutboxRow.objects.filter(kind="panel-change").count() == 1


def test_last_word_counts_and_only_it_is_sent(account: PanelAccount) -> None:
    first = ask(account, ChangeVerb.SUSPEND)
    last = ask(account, ChangeVerb.UNSUSPEND)

    outbox.send_due(now=NOW)

    states = dict(OutboxRow.objects.values_list("event", "state"))
    assert states == {
        f"panel-change:{first.pk}": "withdrawn",
        f"panel-change:{last.pk}": "queued",
    }


def test_account_has_one_waiting_change(account: PanelAccount) -> None:
    change = ask(account, ChangeVerb.SUSPEND)
    ask(account, ChangeVerb.UNSUSPEND)

    refused(PanelChange.objects.filter(pk=change.pk), outcome="waiting", ended_at=None)


@pytest.mark.parametrize(
    "changes",
    [
        {"base_address": "http://server1.example"},
        {"base_address": ""},
        {"kind": "other"},
        {"halted_at": NOW},
        {"halted_reason": "because"},
    ],
)
def test_odd_panel_is_refused(account: PanelAccount, changes: dict[str, object]) -> None:
    refused(Panel.objects.filter(pk=account.panel_id), **changes)


@pytest.mark.parametrize(
    "changes", [{"outcome": "done"}, {"ended_at": NOW}, {"verb": "x"}, {"outcome": "x"}]
)
def test_odd_change_is_refused(account: PanelAccount, changes: dict[str, object]) -> None:
    change = ask(account, ChangeVerb.SUSPEND)

    refused(PanelChange.objects.filter(pk=change.pk), **changes)


def test_arrival_counts_once(account: PanelAccount) -> None:
    PanelHandOver.objects.create(account=account, signature_sha256="a" * 64, arrived_at=NOW)

    with pytest.raises(IntegrityError), transaction.atomic():
        PanelHandOver.objects.create(account=account, signature_sha256="a" * 64, arrived_at=NOW)


@pytest.mark.parametrize(
    ("state", "verb"),
    [
        ("deleted", ChangeVerb.SUSPEND),
        ("deleted", ChangeVerb.CREATE),
        ("ordered", ChangeVerb.SUSPEND),
        ("ordered", ChangeVerb.UNSUSPEND),
        ("active", ChangeVerb.CREATE),
        ("suspended", ChangeVerb.CREATE),
    ],
)
def test_change_that_cannot_be_is_not_asked(
    account: PanelAccount, state: str, verb: ChangeVerb
) -> None:
    PanelAccount.objects.update(state=state)

    with pytest.raises(actions.UnableToChangeAccount):
        ask(account, verb)
