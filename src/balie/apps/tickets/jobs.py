"""Work behind the desk: take mail in, suggest who can help, see what comes of calls."""

from datetime import datetime, time, timedelta

from balie.apps.tickets import actions, intake
from balie.apps.tickets.actions.inbound import PLACE_MAIL
from balie.apps.tickets.models import Ticket
from balie.infra.jobs import job, schedule


@job("fetch-mail")
def fetch_mail(now: datetime) -> None:
    """Store what is new in the mailbox; without one in the settings there is nothing to do."""
    intake.fetch_all(now=now)


@job(PLACE_MAIL)
def place_mail(now: datetime) -> None:
    """Place what is stored, and what an earlier time could not."""
    intake.place_waiting(now=now)


@job(actions.SUGGEST)
def suggest_routing(now: datetime, *, ticket: int) -> None:
    """Suggest a team and a colleague for a new question."""
    actions.suggest(ticket=Ticket.objects.get(pk=ticket), now=now)


@job("train-routing")
def train_routing(now: datetime) -> None:
    """Learn from the questions answered so far."""
    actions.train(now=now)


@job("settle-calls")
def settle_calls(now: datetime) -> None:
    """See what comes of every call that is over."""
    actions.settle_calls(now=now)


@job("erase-numbers")
def erase_numbers(now: datetime) -> None:
    """Forget telephone numbers that have done their work."""
    actions.erase_numbers(now=now)


@job("tell-of-misses")
def tell_of_misses(now: datetime) -> None:
    """Tell who asked, and who leads the team, of every promise that broke."""
    actions.tell_of_misses(now=now)


@job("warn-of-due-promises")
def warn_of_due_promises(now: datetime) -> None:
    """Warn who can still keep a promise that falls due soon."""
    actions.warn_of_due_promises(now=now)


schedule("warn-of-due-promises", job="warn-of-due-promises", every=timedelta(minutes=1))
schedule("tell-of-misses", job="tell-of-misses", every=timedelta(minutes=1))
schedule("fetch-mail", job="fetch-mail", every=timedelta(minutes=1))
schedule(PLACE_MAIL, job=PLACE_MAIL, every=timedelta(minutes=5))
schedule("settle-calls", job="settle-calls", every=timedelta(minutes=1))
schedule("train-routing", job="train-routing", daily_at=time(3, 30))
schedule("erase-numbers", job="erase-numbers", daily_at=time(3, 40))
