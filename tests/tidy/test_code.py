"""Rules on our own code that no linter knows; each is shown to catch a planted break."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.tidy import rules_clock, rules_faces, rules_mail, rules_names, rules_size
from tests.tidy.reading import PACKAGE, ROOT

Rule = Callable[[Path], list[str]]
LONG_FUNCTION = "def walk() -> None:\n" + "    pass\n" * 60
RULES: list[Rule] = [
    rules_clock.apps_that_read_our_clock,
    rules_clock.clock_calls,
    rules_clock.self_filling_columns,
    rules_clock.sql_clocks,
    rules_faces.foreign_pages,
    rules_faces.foreign_tags,
    rules_faces.simulator_in_settings,
    rules_mail.mail_past_the_gate,
    rules_mail.mail_past_the_outbox,
    rules_names.empty_names,
    rules_names.machinery_classes,
    rules_names.signals,
]


@pytest.mark.parametrize("rule", RULES)
def test_code_keeps_the_rule(rule: Rule) -> None:
    assert rule(PACKAGE) == []


@pytest.mark.parametrize("folder", ["src", "tests", "tools"])
@pytest.mark.parametrize("rule", [rules_size.too_long_files, rules_size.too_long_functions])
def test_files_and_functions_can_be_taken_in(rule: Rule, folder: str) -> None:
    assert rule(ROOT / folder) == []


PLANTED: list[tuple[Rule, str, str]] = [
    (rules_size.too_long_files, "apps/billing/actions.py", "\n" * 401),
    (rules_size.too_long_functions, "apps/billing/actions.py", LONG_FUNCTION),
    (rules_clock.clock_calls, "domain/planted.py", "from datetime import date\ndate.today()"),
    (rules_clock.clock_calls, "domain/planted.py", "import datetime as d\nd.datetime.now()"),
    (rules_clock.clock_calls, "infra/outbox.py", "from time import time as seconds"),
    (
        rules_clock.clock_calls,
        "apps/billing/models.py",
        "from django.utils import timezone as tz\nDateTimeField(default=tz.now)",
    ),
    (
        rules_clock.clock_calls,
        "apps/billing/models.py",
        "from datetime import datetime\nmoment = datetime\nmoment.utcnow()",
    ),
    (
        rules_clock.clock_calls,
        "apps/billing/models.py",
        "from datetime import datetime\ngetattr(datetime, 'now')()",
    ),
    (
        rules_clock.clock_calls,
        "apps/billing/queries.py",
        "from django.db.models import functions\nfunctions.Now()",
    ),
    (
        rules_clock.apps_that_read_our_clock,
        "apps/billing/actions/run.py",
        "from balie.infra import clock\nclock.now()",
    ),
    (
        rules_clock.apps_that_read_our_clock,
        "apps/billing/queries.py",
        "from balie.infra.clock import today",
    ),
    (
        rules_clock.self_filling_columns,
        "apps/billing/models.py",
        "from django.db import models\nat = models.DateTimeField(auto_now=True)",
    ),
    (
        rules_clock.self_filling_columns,
        "apps/billing/models.py",
        "from django.db import models\nat = models.DateTimeField(auto_now_add=True)",
    ),
    (
        rules_clock.self_filling_columns,
        "apps/billing/migrations/0002_planted.py",
        "from django.db import models\nat = models.DateTimeField(db_default=X())",
    ),
    (rules_clock.sql_clocks, "apps/billing/queries.py", "sql = 'SELECT CURRENT_TIMESTAMP'"),
    (rules_clock.sql_clocks, "apps/billing/queries.py", "sql = \"SELECT datetime('now')\""),
    (rules_names.empty_names, "apps/billing/utils.py", ""),
    (rules_names.empty_names, "infra/common/mail.py", ""),
    (rules_names.empty_names, "apps/billing/services.py", ""),
    (rules_names.machinery_classes, "apps/billing/actions.py", "class InvoiceManager: ..."),
    (rules_names.machinery_classes, "apps/billing/actions.py", "class BillingService: ..."),
    (rules_names.signals, "apps/billing/apps.py", "from django.db.models.signals import post_save"),
    (rules_names.signals, "apps/billing/apps.py", "from django.dispatch import receiver"),
    (
        rules_names.signals,
        "apps/billing/apps.py",
        "from django.db.models import signals\nsignals.post_save.connect(print)",
    ),
    (rules_faces.foreign_tags, "faces/portal/templates/portal/x.html", "{% load desk_tags %}"),
    (rules_faces.foreign_tags, "faces/portal/templates/portal/x.html", "{% load billing_tags %}"),
    (
        rules_faces.foreign_tags,
        "faces/portal/templates/portal/x.html",
        "{% load chip from desk_tags %}",
    ),
    (
        rules_faces.foreign_pages,
        "faces/portal/templates/portal/x.html",
        '{% include "desk/card.html" %}',
    ),
    (rules_mail.mail_past_the_gate, "apps/tickets/x.py", "import smtplib"),
    (rules_mail.mail_past_the_gate, "faces/desk/x.py", "from django.core.mail import send_mail"),
    (rules_mail.mail_past_the_gate, "infra/x.py", "from django.core import mail"),
    (
        rules_mail.mail_past_the_outbox,
        "apps/tickets/actions/x.py",
        "from balie.infra import mail\nmail.deliver()",
    ),
    (rules_mail.mail_past_the_outbox, "faces/desk/x.py", "from balie.infra.mail import deliver"),
    (
        rules_mail.mail_past_the_outbox,
        "faces/desk/x.py",
        "from balie.apps.tickets.mails import send_answer",
    ),
    (rules_mail.mail_past_the_outbox, "apps/office/x.py", "from balie.apps.tickets import mails"),
    (rules_faces.simulator_in_settings, "config/settings.py", 'APPS = ["balie.simulator"]'),
]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    """A small house with nothing wrong in it."""
    for file in (
        "config/settings.py",
        "config/urls.py",
        "config/wsgi.py",
        "faces/desk/urls.py",
        "faces/portal/urls.py",
        "faces/desk/templatetags/desk_tags.py",
        "apps/billing/templatetags/billing_tags.py",
        "infra/templatetags/money.py",
        "apps/services/models.py",
    ):
        path = tmp_path / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text('"""A docstring may say now() and CURRENT_TIMESTAMP."""\n')
    (tmp_path / "infra/clock.py").write_text("from datetime import datetime\ndatetime.now()")
    (tmp_path / "apps/services/jobs.py").write_text("from balie.infra.clock import now\nnow()")
    page = tmp_path / "faces/desk/templates/desk/x.html"
    page.parent.mkdir(parents=True)
    page.write_text('{% extends "desk/y.html" %}{% load i18n money desk_tags %}')
    return tmp_path


@pytest.mark.parametrize("rule", [*RULES, rules_size.too_long_files, rules_size.too_long_functions])
def test_small_house_keeps_the_rule(tree: Path, rule: Rule) -> None:
    assert rule(tree) == []


@pytest.mark.parametrize(("rule", "file", "content"), PLANTED)
def test_planted_break_is_caught(tree: Path, rule: Rule, file: str, content: str) -> None:
    path = tree / file
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(content)

    faults = rule(tree)

    assert faults != []
    assert {fault.split(":")[0] for fault in faults} == {file}


def test_every_rule_has_a_planted_break() -> None:
    sizes = [rules_size.too_long_files, rules_size.too_long_functions]

    assert {rule for rule, _, _ in PLANTED} == {*RULES, *sizes}
