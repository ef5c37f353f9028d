"""Build the fictional company by living through its months, or take up the one that is there."""

import hashlib
import json
import shutil
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from pathlib import Path

from django.conf import settings

from balie.apps.banking import actions as banking
from balie.apps.banking.models import StatementEntry
from balie.apps.billing.models import Invoice
from balie.apps.customers.models import Customer, User
from balie.apps.office import actions as office
from balie.apps.promises import actions as promises
from balie.apps.promises.queries import policy_in_force
from balie.apps.services import actions as services
from balie.apps.services.models import PanelKind
from balie.apps.tickets.models import Question
from balie.infra import audit, audit_chain, clock, jobs
from balie.infra.audit import DEMO_BEGUN, SYSTEM
from balie.infra.models import AuditEvent, Schedule
from balie.simulator import life, panel, people, present, staffing, world
from balie.simulator.bank import SimulatedBank
from balie.simulator.calendar import at
from balie.simulator.world import World

CUSTOMERS = 104
DAYS = 184
HOUR = 11
OPENING_CENTS = 1_250_000
TOO_OFTEN = (
    *("verify", "note-misses", "train-routing", "bank-folder"),
    *("fetch-mail", "place-mail", "settle-calls"),
    *("warn-of-due-promises", "tell-of-misses", "compare-panels", "seal-audit-trail"),
)
BUILT = "demo.built"

Progress = Callable[[int, int], None]


class NotADemo(Exception):
    """The database holds what no demo made; the message says what to do."""


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What to build: from which seed, until when, how many customers and days."""

    seed: int
    until: date
    customers: int = CUSTOMERS
    days: int = DAYS


def take_up(plan: Plan, *, progress: Progress) -> World:
    """Return the world of `plan`: the one that is there when it is the same, else built now.

    Raises NotADemo when the database holds anything that a demo did not make.
    """
    begun = AuditEvent.objects.filter(event=DEMO_BEGUN).order_by("pk").first()
    if begun is None:
        _refuse_what_is_not_ours()
        return build(plan, progress=progress)
    is_same = begun.data == _named(plan) and AuditEvent.objects.filter(event=BUILT).exists()
    try:
        found = world.load(Path(settings.BALIE_HOME))
    except (OSError, ValueError, KeyError, TypeError):
        is_same = False
    if not is_same:
        msg = (
            "this database holds another demo, or one that was not finished; "
            "run `balie demo --fresh` to make a new one in its place"
        )
        raise NotADemo(msg)
    return found


def _refuse_what_is_not_ours() -> None:
    holds = [
        name
        for name, model in (("customers", Customer), ("users", User), ("audit events", AuditEvent))
        if model.objects.exists()
    ]
    if holds:
        msg = (
            f"this database holds {' and '.join(holds)} that no demo made; "
            "let BALIE_HOME and BALIE_DATABASE_URL name an empty place"
        )
        raise NotADemo(msg)


def named_plan() -> dict[str, audit.JSON] | None:
    """Return what the demo in this database was built from, or None when there is none."""
    begun = AuditEvent.objects.filter(event=DEMO_BEGUN).order_by("pk").first()
    return begun.data if begun else None


def forget_files() -> None:
    """Remove what a demo left beside its database."""
    home = Path(settings.BALIE_HOME)
    for name in ("bank", "mail"):
        shutil.rmtree(home / name, ignore_errors=True)
    for name in (world.FILE_NAME, panel.FILE_NAME):
        (home / name).unlink(missing_ok=True)


def _named(plan: Plan) -> dict[str, audit.JSON]:
    return {
        "seed": plan.seed,
        "until": plan.until.isoformat(),
        "customers": plan.customers,
        "days": plan.days,
    }


def build(plan: Plan, *, progress: Progress) -> World:
    """Live through the months that end at `plan.until`, with the real actions."""
    home = Path(settings.BALIE_HOME)
    forget_files()
    first = plan.until - timedelta(days=plan.days)
    start = at(first, 0)
    with clock.frozen(start):
        audit.record(event=DEMO_BEGUN, by=SYSTEM, subject=("demo", 1), now=start, data=_named(plan))
        # Written down at the migration, by the machine's clock; here they count from the start.
        Schedule.objects.all().delete()
        jobs.ensure_schedules(now=start)
        # Done after each moment these would take most of the time: misses are noted in the daily
        # round as well, people are warned and told at the ticks of a day, everything is checked
        # once, at the end, and `present` lets Balie learn. Nobody mails or calls by themselves.
        Schedule.objects.filter(name__in=TOO_OFTEN).delete()
        lived = _found_company(plan, home=home, start=start)
    life.begin(lived, first)
    present.plan(lived, plan.until)
    passed = 0

    def count(_day: date) -> None:
        nonlocal passed
        passed += 1
        progress(passed, plan.days)

    end = at(plan.until, HOUR)
    life.live_until(lived, end, after_day=count)
    jobs.ensure_schedules(now=end)
    audit_chain.seal_waiting(now=end)
    # What fell due since the round of this morning: the job that notes it was left out until now.
    promises.note_misses(now=end)
    services.compare_panels(now=end)
    office.nightly_verify(by=SYSTEM, now=end)
    audit.record(event=BUILT, by=SYSTEM, subject=("demo", 1), now=end)
    return lived


def _found_company(plan: Plan, *, home: Path, start: datetime) -> World:
    """Open the bank account, appoint the staff, fill the catalogue and let the customers come."""
    policy = policy_in_force(now=start)
    first = clock.local(start).date()
    bank = SimulatedBank.open(
        iban=policy.company.iban, opened_on=first, opening_cents=OPENING_CENTS, seed=plan.seed
    )
    banking.register_account(
        iban=policy.company.iban,
        name=policy.company.name,
        opening_cents=OPENING_CENTS,
        by=SYSTEM,
        now=start,
    )
    staffing.fill_roster(people.appoint_staff(now=start), now=start)
    catalogue = people.fill_catalogue(now=start)
    services.add_panel(
        code="demo", name="Control Panel", kind=PanelKind.SIMULATED, by=SYSTEM, now=start
    )
    found = World(seed=plan.seed, moment=start, bank=bank, personas=[], home=home)
    for index in range(1, plan.customers + 1):
        chance = found.chance(first, f"person/{index}")
        found.personas.append(
            people.settle_in(index, catalogue=catalogue, chance=chance, now=start)
        )
    return found


def fingerprint() -> str:
    """Return the hash over customers, invoices, bank entries and questions."""
    content = [
        list(Customer.objects.order_by("pk").values_list("number", "name", "city")),
        [
            [*row[:3], row[3].isoformat()]
            for row in Invoice.objects.order_by("pk").values_list(
                "number", "total_cents", "open_cents", "issued_on"
            )
        ],
        [
            [row[0], row[1], row[2].isoformat()]
            for row in StatementEntry.objects.order_by("pk").values_list(
                "bank_reference", "amount_cents", "booked_on"
            )
        ],
        [
            [row[0], *(moment.isoformat() if moment else None for moment in row[1:])]
            for row in Question.objects.order_by("pk").values_list(
                "ticket__number", "promise__made_at", "promise__due_at", "promise__kept_at"
            )
        ],
    ]
    return hashlib.sha256(json.dumps(content).encode()).hexdigest()
