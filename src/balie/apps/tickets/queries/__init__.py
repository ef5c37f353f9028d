"""Reads about tickets, by what they are about."""

from balie.apps.tickets.queries.conversations import (
    STILL_OPEN,
    asked_before,
    asked_by,
    conversation,
    is_first,
    missed_questions,
    open_questions,
    queue,
    teams,
    ticket_for,
    tickets_for,
    with_due,
    with_questions,
)
from balie.apps.tickets.queries.files import (
    FileFault,
    GivenFile,
    faults_of,
    file_for,
    within_limits,
)

__all__ = [
    "STILL_OPEN",
    "FileFault",
    "GivenFile",
    "asked_before",
    "asked_by",
    "conversation",
    "faults_of",
    "file_for",
    "is_first",
    "missed_questions",
    "open_questions",
    "queue",
    "teams",
    "ticket_for",
    "tickets_for",
    "with_due",
    "with_questions",
    "within_limits",
]
