"""Writes about tickets: ask, answer, note, assign, close. Only an answer keeps a promise."""

from balie.apps.tickets.actions.about import note_about
from balie.apps.tickets.actions.answering import (
    UNDELIVERED,
    UnableToAnswer,
    WrittenMeanwhile,
    add_note,
    answer,
    note_delivered,
    note_undelivered,
    show_answers,
)
from balie.apps.tickets.actions.asking import ask, ask_again
from balie.apps.tickets.actions.calls import erase_numbers, record_event, settle_call, settle_calls
from balie.apps.tickets.actions.drafts import (
    WrittenElsewhere,
    drop_draft,
    save_draft,
)
from balie.apps.tickets.actions.due import (
    settle_due,
)
from balie.apps.tickets.actions.files import UnableToKeepFiles, keep_files
from balie.apps.tickets.actions.merging import (
    UnableToMerge,
    UnableToSplit,
    link,
    merge,
    split,
    unlink,
    unmerge,
)
from balie.apps.tickets.actions.presence import (
    be_present,
)
from balie.apps.tickets.actions.replies import (
    UnableToSaveReply,
    retire_reply,
    save_reply,
)
from balie.apps.tickets.actions.searching import (
    index_messages,
    reindex,
)
from balie.apps.tickets.actions.sorting import (
    UnableToEndQuestion,
    assign,
    close,
    needs_no_answer,
)
from balie.apps.tickets.actions.tagging import (
    UnableToTag,
    add_tag,
    remove_tag,
    tag_name,
)
from balie.apps.tickets.actions.taking_back import (
    UnableToTakeBack,
    take_back,
)
from balie.apps.tickets.actions.talks import (
    Told,
    UnableToLogCall,
    UnableToReach,
    log_call,
    note_not_reached,
    note_reached,
    request_call_back,
    set_extension,
    tell,
)
from balie.apps.tickets.actions.visits import note_asked, note_helped, note_opened

__all__ = [
    "UNDELIVERED",
    "Told",
    "UnableToAnswer",
    "UnableToEndQuestion",
    "UnableToKeepFiles",
    "UnableToLogCall",
    "UnableToMerge",
    "UnableToReach",
    "UnableToSaveReply",
    "UnableToSplit",
    "UnableToTag",
    "UnableToTakeBack",
    "WrittenElsewhere",
    "WrittenMeanwhile",
    "add_note",
    "add_tag",
    "answer",
    "ask",
    "ask_again",
    "assign",
    "be_present",
    "close",
    "drop_draft",
    "erase_numbers",
    "index_messages",
    "keep_files",
    "link",
    "log_call",
    "merge",
    "needs_no_answer",
    "note_about",
    "note_asked",
    "note_delivered",
    "note_helped",
    "note_not_reached",
    "note_opened",
    "note_reached",
    "note_undelivered",
    "record_event",
    "reindex",
    "remove_tag",
    "request_call_back",
    "retire_reply",
    "save_draft",
    "save_reply",
    "set_extension",
    "settle_call",
    "settle_calls",
    "settle_due",
    "show_answers",
    "split",
    "tag_name",
    "take_back",
    "tell",
    "unlink",
    "unmerge",
]
