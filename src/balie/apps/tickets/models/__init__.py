"""State and constraints of the tickets app, by what they are about."""

from balie.apps.tickets.models.conversations import (
    Assignment,
    Message,
    Question,
    RawSource,
    Team,
    Ticket,
)
from balie.apps.tickets.models.desk import (
    Draft,
    Merge,
    Presence,
    SavedReply,
    Tag,
    TicketLink,
    TicketTag,
)
from balie.apps.tickets.models.files import Attachment, StoredFile

__all__ = [
    "Assignment",
    "Attachment",
    "Draft",
    "Merge",
    "Message",
    "Presence",
    "Question",
    "RawSource",
    "SavedReply",
    "StoredFile",
    "Tag",
    "Team",
    "Ticket",
    "TicketLink",
    "TicketTag",
]
