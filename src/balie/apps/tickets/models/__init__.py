"""State and constraints of the tickets app, by what they are about."""

from balie.apps.tickets.models.conversations import (
    Assignment,
    Message,
    Question,
    RawSource,
    Team,
    Ticket,
)
from balie.apps.tickets.models.files import Attachment, StoredFile

__all__ = [
    "Assignment",
    "Attachment",
    "Message",
    "Question",
    "RawSource",
    "StoredFile",
    "Team",
    "Ticket",
]
