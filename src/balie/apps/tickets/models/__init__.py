"""State and constraints of the tickets app, by what they are about."""

from balie.apps.tickets.models.about import About
from balie.apps.tickets.models.asker import AskerConfirmation, BrokenPromise, Satisfaction
from balie.apps.tickets.models.calls import (
    Call,
    CallBack,
    Caller,
    CallEvent,
    Extension,
    PhoneTalk,
)
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
from balie.apps.tickets.models.inbound import (
    InboundMail,
    MailCopy,
    MailFolder,
    PerhapsBelongsTo,
)
from balie.apps.tickets.models.staffing import (
    EmployeeSkill,
    RosterException,
    RoutingModel,
    RoutingRule,
    Shift,
    Skill,
    Suggestion,
    TeamMember,
)
from balie.apps.tickets.models.visits import AnswerVisit
from balie.apps.tickets.models.warnings import PromiseWarning

__all__ = [
    "About",
    "AnswerVisit",
    "AskerConfirmation",
    "Assignment",
    "Attachment",
    "BrokenPromise",
    "Call",
    "CallBack",
    "CallEvent",
    "Caller",
    "Draft",
    "EmployeeSkill",
    "Extension",
    "InboundMail",
    "MailCopy",
    "MailFolder",
    "Merge",
    "Message",
    "PerhapsBelongsTo",
    "PhoneTalk",
    "Presence",
    "PromiseWarning",
    "Question",
    "RawSource",
    "RosterException",
    "RoutingModel",
    "RoutingRule",
    "Satisfaction",
    "SavedReply",
    "Shift",
    "Skill",
    "StoredFile",
    "Suggestion",
    "Tag",
    "Team",
    "TeamMember",
    "Ticket",
    "TicketLink",
    "TicketTag",
]
