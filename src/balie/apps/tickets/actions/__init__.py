"""Writes about tickets: ask, answer, note, assign, close. Only an answer keeps a promise."""

from balie.apps.tickets.actions.answering import (
    UNDELIVERED,
    UnableToAnswer,
    add_note,
    answer,
    note_delivered,
    note_undelivered,
    show_answers,
)
from balie.apps.tickets.actions.asking import ask, ask_again
from balie.apps.tickets.actions.files import UnableToKeepFiles, keep_files
from balie.apps.tickets.actions.sorting import (
    UnableToEndQuestion,
    assign,
    close,
    needs_no_answer,
)

__all__ = [
    "UNDELIVERED",
    "UnableToAnswer",
    "UnableToEndQuestion",
    "UnableToKeepFiles",
    "add_note",
    "answer",
    "ask",
    "ask_again",
    "assign",
    "close",
    "keep_files",
    "needs_no_answer",
    "note_delivered",
    "note_undelivered",
    "show_answers",
]
