"""Django system checks for settings on which the safety of the data rests.

Measured: SQLite without IMMEDIATE loses most read-then-write transactions to "database is
locked" at once, and without synchronous FULL a power cut can take acknowledged commits.
"""

from __future__ import annotations

from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, register


@register()
def check_environment(**_kwargs: Any) -> list[CheckMessage]:
    """One error per environment variable that could not be used."""
    return [Error(fault, id="balie.E001") for fault in settings.BALIE_SETTINGS_FAULTS]


@register()
def check_sqlite(**_kwargs: Any) -> list[CheckMessage]:
    """SQLite must run with IMMEDIATE, FULL and a timeout of at least 20 seconds."""
    database = settings.DATABASES["default"]
    if "sqlite" not in database["ENGINE"]:
        return []
    options = database.get("OPTIONS", {})
    commands = str(options.get("init_command", "")).replace(" ", "").lower()
    found: list[CheckMessage] = []
    if options.get("transaction_mode") != "IMMEDIATE":
        found.append(Error("SQLite needs transaction_mode IMMEDIATE", id="balie.E002"))
    if "synchronous=full" not in commands or "journal_mode=wal" not in commands:
        found.append(Error("SQLite needs journal_mode WAL, synchronous FULL", id="balie.E003"))
    if float(options.get("timeout", 5)) < 20:
        found.append(Error("SQLite needs a timeout of at least 20 seconds", id="balie.E004"))
    return found
