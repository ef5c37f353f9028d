"""The figures of the desk itself: what may come in, what warns, and what waits before it leaves."""

from dataclasses import dataclass
from datetime import time
from typing import Annotated

from balie.domain.policy_kinds import Whole
from balie.domain.policy_section import Section
from balie.domain.policy_times import Clock


@dataclass(frozen=True, kw_only=True)
class Desk(Section):
    """Limits of what comes in and goes out at the desk.

    A mail over `mail_megabytes` becomes a ticket without its text, under a running clock.
    To an address that nobody has shown to be his own one acknowledgement a day goes. The figures
    count those to an address that was confirmed, about questions that may be another's. The bank
    data is stale when the statement of a TARGET day is not there the day after at `statement_by`.
    """

    mail_megabytes: Annotated[int, Whole(least=1, most=200, unit="megabytes")] = 30
    attachment_megabytes: Annotated[int, Whole(least=1, most=100, unit="megabytes")] = 10
    attachments: Annotated[int, Whole(least=0, most=100, unit="files")] = 10
    acknowledgements_per_hour: Annotated[int, Whole(least=1, most=100, unit="mails")] = 3
    acknowledgements_per_day: Annotated[int, Whole(least=1, most=1000, unit="mails")] = 10
    undo_seconds: Annotated[int, Whole(least=0, most=300, unit="seconds")] = 10
    warn_minutes: Annotated[int, Whole(least=1, most=1440, unit="minutes")] = 60
    statement_by: Annotated[time, Clock()] = time(10)
