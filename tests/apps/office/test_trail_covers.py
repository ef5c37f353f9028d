"""What may not happen without a line in the audit trail; found by reading the actions."""

import ast
from pathlib import Path

import pytest

import balie

SOURCE = Path(balie.__file__).parent
# By what they touch: sign-ins, credentials, addresses, mandates, money, roles, people's data.
MUST = {
    "sign-ins": {"sign_in.succeeded", "sign_in.failed", "sign_in.code_issued", "sessions.ended"},
    "credentials": {
        *("password.set", "recovery.started", "recovery.link_issued", "recovery.link_used"),
        *("factor.*", "panel_password.set", "panel_session.opened"),
    },
    "addresses": {"address_change.*", "address.changed", "address_transfer.seen"},
    "mandates": {"mandate.*"},
    "money": {
        *("invoice.issued", "invoice.credited", "invoice.held", "invoice.released", "invoice.*"),
        *("payment.recorded", "payment.undone", "batch.frozen", "batch.withdrawn", "collection.*"),
        *("dispute.opened", "dispute.closed", "statement.booked", "statement.held"),
        *("slice.claimed", "slice.unclaimed", "bank-account.registered"),
    },
    "roles": {
        *("customer.registered", "contact.registered", "contact.role_changed", "contact.removed"),
        *("employee.registered", "employee.role_changed", "employee.deactivated"),
        *("looking.begun", "looking.ended", "hold.placed", "hold.lifted"),
    },
    "people's data": {"contact.exported", "contact.erased", "numbers.erased"},
    "figures": {"policy.applied"},
}


def events_recorded() -> set[str]:
    """Every name of an event in a call that records one; what is filled in becomes a star."""
    found = set()
    for path in SOURCE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if not isinstance(node, ast.Call):
                continue
            called = ast.unparse(node.func)
            if "record" not in called and called != "audit.Event":
                continue
            given = [key.value for key in node.keywords if key.arg == "event"] + node.args[:1]
            found |= {name for one in given for name in _names(one)}
    return found


def _names(node: ast.expr) -> set[str]:
    if isinstance(node, ast.IfExp):
        return _names(node.body) | _names(node.orelse)
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        return {node.value}
    if isinstance(node, ast.JoinedStr):
        parts = [str(part.value) if isinstance(part, ast.Constant) else "*" for part in node.values]
        return {"".join(parts)}
    return set()


@pytest.mark.parametrize("subject", MUST)
def test_what_touches_it_leaves_a_line(subject: str) -> None:
    assert sorted(MUST[subject] - events_recorded()) == []


def test_event_that_nobody_records_is_missed() -> None:
    assert "iban.looked_at" not in events_recorded()
