"""State and constraints of the tickets app, by what they are about."""

from balie.apps.tickets.models.about import About
from balie.apps.tickets.models.calls import Call, CallBack, Caller, CallEvent, Extension, PhoneTalk
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
from balie.apps.tickets.models.visits import AnswerVisit

__all__ = [
    "About",
    "AnswerVisit",
    "Assignment",
    "Attachment",
    "Call",
    "CallBack",
    "CallEvent",
    "Caller",
    "Draft",
    "Extension",
    "Merge",
    "Message",
    "PhoneTalk",
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
