"""Up to which day the bank must have told us what happened.

A bank closes its statement at the end of a TARGET day and hands it out in the night after it. The
policy says at what time on the next calendar day it has to be here (`[desk] statement_by`). So the
statement of Friday is due on Saturday, and what is due never moves back: not over a weekend, not
over Easter.
"""

from datetime import date, datetime, timedelta

from balie.domain import workdays
from balie.domain.policy import Policy


def statements_due_through(moment: datetime, *, policy: Policy) -> date:
    """Return the last TARGET day whose statement must be here at the aware moment."""
    local = workdays.utc_moment(moment).astimezone(policy.zone)
    nights = 1 if local.time() >= policy.desk.statement_by else 2
    return last_target_day(local.date() - timedelta(days=nights))


def last_target_day(day: date) -> date:
    """Return the last TARGET day on or before the day; the day itself when it is one."""
    while not workdays.is_target_day(day):
        day -= timedelta(days=1)
    return day
