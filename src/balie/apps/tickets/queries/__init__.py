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

__all__ = [
    "STILL_OPEN",
    "asked_before",
    "asked_by",
    "conversation",
    "is_first",
    "missed_questions",
    "open_questions",
    "queue",
    "teams",
    "ticket_for",
    "tickets_for",
    "with_due",
    "with_questions",
]
