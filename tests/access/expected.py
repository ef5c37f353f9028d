"""Who may come where: a rule per face, and every exception by name. What is not here is refused."""

from balie.apps.customers.access import OPEN_FROM_PANEL
from tests.access.routes import Route

NOBODY: frozenset[str] = frozenset()
LOOKING = "agent, looking as A"
FROM_PANEL = "A, from a panel"
OF_TWO = "of A and B, at B"
EMPLOYEES = frozenset({"agent", "finance", "admin", LOOKING})
FINANCE = frozenset({"finance", "admin"})
ADMIN = frozenset({"admin"})
OF_A = frozenset({"customer A", "technical A", "finance A", LOOKING})
TECHNICAL = frozenset({"technical A"})
CONTACTS = OF_A | {"customer B", OF_TWO}
SIGNED_IN = CONTACTS | EMPLOYEES | {"admin, password only"}
EVERYBODY = SIGNED_IN | {"nobody", FROM_PANEL}

FACES = {
    "faq": EVERYBODY,
    "portal": CONTACTS,
    "desk": EMPLOYEES,
    "account": SIGNED_IN,
    # Only a telephone exchange that signs with our secret.
    "api": NOBODY,
}
FOR_FINANCE = (
    *("end_dispute", "release", "upload", "place", "batch_file", "place_ledger", "take_back"),
    "undo_transfer",
    *("set_aside", "correct", "take_up_again", "dismiss_file", "dismiss_notice"),
    *("suspend", "unsuspend", "end_service", "move_service"),
    *("new_product", "product", "change_price", "set_option"),
    *("books", "book", "book_file", "book_audit"),
)
FOR_ADMIN = (
    *("trail", "privacy", "erase", "add_panel", "try_panel", "compare_panels"),
    *("employees", "appoint", "set_employee_role", "close_employee", "open_employee"),
    *("save_letter", "preview_letter", "shipped_letter"),
)
# The roster, who does what, and the routing rules.
FOR_ADMIN_TOO = (
    *("add_shift", "end_shift", "add_exception", "remove_exception", "set_person", "add_skill"),
    *("add_rule", "rule", "change_rule", "switch_rule", "raise_rule", "remove_rule"),
)
# Who has access is the owner's; a change of address is of him who has one running.
FOR_OWNERS = frozenset({"customer A", "customer B", OF_TWO, LOOKING})
FOR_OWNER_A = (
    *("change_role", "remove_person", "withdraw_invitation"),
    *("address_code", "cancel_address"),
)
# Opened by the link in a mail alone, whoever opens it.
BY_SIGNED_LINK = ("portal:arrive", "portal:invitation")
BY_LINK = ("asked", "confirm", "helped_by")
MONEY = (
    *("invoices", "invoice", "invoice_pdf", "dispute"),
    *("mandate", "give_mandate", "revoke_mandate"),
    *("invoices_of_year", "billing_address", "plans", "change_plan", "keep_plan"),
    *("cancel", "keep", "withdraw", "withdrawn"),
)
SIGNING_IN = (
    *("sign_in", "ask_code", "enter_code", "prove_passkey", "passkey_question"),
    *("second_step", "sign_out"),
)
EXCEPTIONS = {
    **{f"desk:{name}": FINANCE for name in FOR_FINANCE},
    **{f"desk:{name}": ADMIN for name in (*FOR_ADMIN, *FOR_ADMIN_TOO)},
    **{f"faq:{name}": NOBODY for name in BY_LINK},
    **{f"account:{name}": EVERYBODY for name in SIGNING_IN},
    "account:recovery_codes": EVERYBODY - {"nobody", "admin, password only", FROM_PANEL},
    "portal:people": FOR_OWNERS,
    "portal:choose_customer": OF_A | {OF_TWO},
    "portal:open_panel": OF_A - {"finance A"},
    # Where a panel sends its own visitors, by a link it signed; closed unless the policy opens it.
    "portal:arrive": NOBODY,
    "portal:invitation": NOBODY,
    **{f"portal:{name}": frozenset({"customer A"}) for name in FOR_OWNER_A},
    # One's own sessions and factors; the crawl asks for those of customer A.
    "account:end_session": frozenset({"customer A"}),
    "account:remove_factor": frozenset({"customer A"}),
}
# Where people of money compare a whole account number with the bank's, or send it to the bank.
WHOLE_IBANS = (
    *("desk:work_list", "desk:place", "desk:place_ledger", "desk:batch_file"),
    *("desk:held", "desk:set_aside", "desk:correct"),
)


class UnknownFace(Exception):
    """A face of which nobody said who may come in; the message says where to say it."""


def allowed(route: Route) -> frozenset[str]:
    """Who may reach a route that is filled with something of customer A's."""
    if route.name in EXCEPTIONS:
        return EXCEPTIONS[route.name]
    if route.face not in FACES:
        msg = f"{route.name}: say in tests/access/expected.py who may reach the face {route.face!r}"
        raise UnknownFace(msg)
    everybody = FACES[route.face]
    if route.name in OPEN_FROM_PANEL:
        everybody |= {FROM_PANEL}
    if route.face != "portal":
        return everybody
    if route.needs:  # what the portal shows by its number is of one customer
        everybody &= OF_A | {FROM_PANEL}
    is_money = route.name.partition(":")[2] in MONEY
    return everybody - TECHNICAL if is_money else everybody
