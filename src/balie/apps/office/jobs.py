"""The nightly check, the daily round and bank files by themselves: thin jobs."""

from datetime import datetime, time, timedelta
from pathlib import Path

from django.conf import settings

from balie.apps.banking.models import StatementFile
from balie.apps.office import actions, bank_folder, intake
from balie.apps.office.privacy import retention
from balie.infra import audit_chain
from balie.infra.audit import SYSTEM, Actor
from balie.infra.jobs import job, schedule


@job("daily-round")
def daily_round(now: datetime) -> None:
    """Do what today's round has not done yet."""
    actions.daily_round(by=SYSTEM, now=now)


@job("verify")
def verify(now: datetime) -> None:
    """Check every invariant, before the round."""
    actions.nightly_verify(by=SYSTEM, now=now)


@job(intake.TAKE_IN)
def take_in_bank_file(now: datetime, *, file: int, by: list[str | int | None]) -> None:
    """Take in a file that was uploaded; `by` is who did: kind, id and name."""
    kind, identity, name = by
    actor = Actor(str(kind), int(identity) if identity is not None else None, str(name))
    intake.take_in_stored(file=StatementFile.objects.get(pk=file), by=actor, now=now)


@job("bank-folder")
def look_in_bank_folder(now: datetime) -> None:
    """Take in what stands in the watched folder, when one is set."""
    if settings.BALIE_BANK_FOLDER:
        bank_folder.look_in(Path(settings.BALIE_BANK_FOLDER), now=now)


@job("bank-files-left-behind")
def take_in_left_behind(now: datetime) -> None:
    """Take in what was stored and not booked, because the process was stopped in between."""
    intake.take_in_left_behind(now=now)


@job("seal-audit-trail")
def seal_audit_trail(now: datetime) -> None:
    """Put what was written down since in the chain."""
    audit_chain.seal_waiting(now=now)


@job("let-go")
def let_go(now: datetime) -> None:
    """Let data of people go when its time is over."""
    retention.nightly(now=now)


@job("log-audit-head")
def log_audit_head(now: datetime) -> None:
    """Write the last link of the chain to the log, which is kept apart from the database."""
    audit_chain.log_head()


schedule("seal-audit-trail", job="seal-audit-trail", every=timedelta(minutes=1))
schedule("let-go", job="let-go", daily_at=time(6, 20))
schedule("log-audit-head", job="log-audit-head", daily_at=time(5, 45))
schedule("bank-files-left-behind", job="bank-files-left-behind", every=timedelta(hours=1))
schedule("bank-folder", job="bank-folder", every=timedelta(minutes=1))
schedule("verify", job="verify", daily_at=time(5, 30))
schedule("daily-round", job="daily-round", daily_at=time(6, 0))
