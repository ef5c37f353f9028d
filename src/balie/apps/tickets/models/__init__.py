"""State and constraints of the tickets app, by what they are about."""

from balie.apps.tickets.models.conversations import (
    Assignment,
    Message,
    Question,
    RawSource,
    Team,
    Ticket,
)

__all__ = ["Assignment", "Message", "Question", "RawSource", "Team", "Ticket"]
