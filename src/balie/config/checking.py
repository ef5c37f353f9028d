"""What ``balie check`` looks at. Each look returns its faults as lines: what, where, what to do."""

from __future__ import annotations

import stat
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.core import checks
from django.db import Error, connection

from balie.config import database
from balie.infra import append_only, halt, imap, jobs, mail, outbox
from balie.infra.models import Schedule

Look = Callable[[datetime], list[str]]

# What only the owner of a whole domain can decide, and what we set per request.
NOT_OURS = {"security.W005", "security.W021"}


def look_at(look: Look, *, now: datetime) -> list[str]:
    """The faults of one subject; when the database fails in it, that is the fault."""
    try:
        return look(now)
    except Error as error:
        return [f"the database cannot be used for this: {str(error).strip()}"]


def settings_faults(now: datetime) -> list[str]:
    """Environment variables that could not be used, and what Django itself finds."""
    found = list(settings.BALIE_SETTINGS_FAULTS)
    deployed = not settings.BALIE_IS_LOCAL
    for message in checks.run_checks(include_deployment_checks=deployed):
        known = message.id in NOT_OURS or message.id == "balie.E001"
        if not known and message.level >= checks.WARNING and not message.is_silenced():
            found.append(f"{message.msg} ({message.id})")
    return found


def home_faults(now: datetime) -> list[str]:
    """Whether other users of the machine may look into BALIE_HOME or read the key."""
    home = Path(settings.BALIE_HOME)
    return [
        f"{path} can be read by other users; run: chmod go-rwx {path}"
        for path in (home, home / "secret.key")
        if path.exists() and stat.S_IMODE(path.stat().st_mode) & 0o077
    ]


def database_faults(now: datetime) -> list[str]:
    """Migrations, the settings the engine really runs with, and the append-only triggers."""
    newer = database.unknown_migrations()
    if newer:
        return [f"the database is of a newer version ({newer[-1]}); install that one"]
    pending = database.pending_migrations()
    if pending:
        return [f"{len(pending)} migration(s) are pending ({pending[0]} …); run: balie migrate"]
    engine = sqlite_faults() if connection.vendor == "sqlite" else postgresql_faults()
    triggers = [f"{table} can be changed: its triggers are gone" for table in append_only.missing()]
    return engine + triggers


def sqlite_faults() -> list[str]:
    """Pragmas of the open connection that would lose commits or break references."""
    wanted = {"journal_mode": "wal", "synchronous": 2, "foreign_keys": 1}
    found = [
        f"SQLite runs with {name} = {value}, it needs {wanted[name]}"
        for name in wanted
        if (value := shown(f"PRAGMA {name}")) != wanted[name]
    ]
    if int(str(shown("PRAGMA busy_timeout"))) < 20_000:
        found.append("SQLite waits less than 20 seconds for another writer")
    if shown("PRAGMA quick_check") != "ok":
        found.append("the database file is damaged; restore a backup")
    return found


def postgresql_faults() -> list[str]:
    """Server settings without which an acknowledged commit may be lost, and the version."""
    found = [
        f"PostgreSQL runs with {name} = off; an acknowledged commit could be lost"
        for name in ("fsync", "full_page_writes", "synchronous_commit")
        if shown(f"SHOW {name}") == "off"
    ]
    if int(str(shown("SHOW server_version_num"))) < 150_000:
        found.append("PostgreSQL is older than 15")
    return found


def shown(statement: str) -> object:
    """The one value that a statement without parameters returns."""
    with connection.cursor() as cursor:
        cursor.execute(statement)
        row = cursor.fetchone()
    return row[0] if row else None


def mail_faults(now: datetime) -> list[str]:
    """Whether a mail server is named, answers and lets us in."""
    if settings.EMAIL_BACKEND != mail.SMTP_BACKEND:
        return []
    if not settings.BALIE_SMTP_HOST:
        return ["no mail server is named; set BALIE_SMTP_HOST (and _PORT, _USER, _PASSWORD)"]
    server = f"{settings.EMAIL_HOST}:{settings.EMAIL_PORT}"
    why = mail.why_out_of_reach()
    return [] if why is None else [f"the mail server {server} does not let us in: {why}"]


def mailbox_faults(now: datetime) -> list[str]:
    """Whether the mailbox lets us in, every mail in it can be fetched, and none waits for a person.

    Without a mailbox in the settings mail comes in by a pipe, or not at all.
    """
    from balie.apps.tickets.intake import account
    from balie.apps.tickets.queries import inbound

    found = []
    if settings.BALIE_IMAP_HOST:
        for name in settings.BALIE_IMAP_FOLDERS:
            try:
                with imap.open_folder(account(), name):
                    pass
            except imap.UnableToReadMailbox as error:
                found.append(f"the mailbox {name} cannot be read: {error}")
    found += [
        f"{folder.left_behind} mail(s) of {folder.name} could not be fetched; look in the mailbox"
        for folder in inbound.mail_folders()
        if folder.left_behind
    ]
    waiting = inbound.quarantined().count()
    if waiting:
        found.append(f"{waiting} mail(s) wait in quarantine for a person: /balie/post/")
    return found


def policy_faults(now: datetime) -> list[str]:
    """Whether the company that bills and mails is a real one."""
    from balie.apps.promises import queries
    from balie.apps.promises.models import PolicyVersion

    try:
        policy = queries.policy_in_force(now=now)
    except PolicyVersion.DoesNotExist as error:
        return [str(error)]
    if settings.BALIE_DEMO:
        return []
    if settings.BALIE_IS_LOCAL and not policy.example_settings:
        address = settings.BALIE_BASE_URL
        return [f"BALIE_BASE_URL is {address}, which leads customers nowhere; set the desk's own"]
    return [
        f"{path} is still the example's; write it in the policy file, then: balie policy apply FILE"
        for path in policy.example_settings
    ]


def work_faults(now: datetime) -> list[str]:
    """Work that stands still: halts, missing schedules, jobs given up, mail that does not leave."""
    found = [
        f"{what} is halted: {why}; when it is mended: balie resume --reason …"
        for what in (halt.MONEY, halt.OUTGOING)
        if (why := halt.reason(what=what))
    ]
    if not Schedule.objects.exists():
        found.append("no job runs by itself; run: balie migrate")
    given_up = jobs.failed()
    if given_up.exists():
        last = given_up[0]
        found.append(
            f"{given_up.count()} job(s) were given up, last {last.name}: {last.last_error}"
        )
    late = jobs.overdue(now=now)
    if late:
        named = ", ".join(late)
        found.append(f"not begun for 15 minutes: {named}; is `balie serve` or `work` running?")
    waiting = outbox.stuck(now=now)
    if waiting.exists():
        why = waiting[0].last_error or "nobody tried; is `balie serve` or `work` running?"
        found.append(f"{waiting.count()} message(s) have not left for 15 minutes: {why}")
    return found


SUBJECTS: dict[str, Look] = {
    "settings": settings_faults,
    "files": home_faults,
    "database": database_faults,
    "mail server": mail_faults,
    "mailbox": mailbox_faults,
    "policy and bank data": policy_faults,
    "work": work_faults,
}
