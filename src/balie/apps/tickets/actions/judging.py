"""What a person made of a suggestion: the first team he gives the ticket to tells."""

from datetime import datetime

from balie.apps.tickets.models import Suggestion, Ticket
from balie.infra.audit import Actor


def judge_suggestion(ticket: Ticket, *, by: Actor, now: datetime) -> None:
    """Note that a suggestion was accepted or overruled, once the ticket has a team; only once."""
    if ticket.team_id is None:
        return
    open_ones = Suggestion.objects.filter(
        ticket=ticket, team__isnull=False, accepted_at__isnull=True, overruled_at__isnull=True
    )
    if not open_ones.filter(team=ticket.team_id).update(accepted_at=now, accepted_by=str(by)):
        open_ones.update(overruled_at=now, overruled_by=str(by))
