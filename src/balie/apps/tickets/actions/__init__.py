"""Writes about tickets: ask, answer, note, assign, close. Only an answer keeps a promise."""

from balie.apps.tickets.actions.about import note_about
from balie.apps.tickets.actions.alarming import tell_of_misses
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
from balie.apps.tickets.actions.confirming import (
    UnableToConfirm,
    confirm_asker,
    confirm_by_link,
    confirm_by_mail,
    issue_confirmation,
)
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
from balie.apps.tickets.actions.satisfaction import AlreadyGiven, say_satisfied
from balie.apps.tickets.actions.searching import (
    index_messages,
    reindex,
)
from balie.apps.tickets.actions.sorting import (
    UnableToEndQuestion,
    assign,
    close,
    needs_answer_after_all,
    needs_no_answer,
)
from balie.apps.tickets.actions.staffing import (
    UnableToAddSkill,
    UnableToKeepRule,
    UnableToRoster,
    add_exception,
    add_rule,
    add_shift,
    add_skill,
    change_rule,
    end_shift,
    raise_rule,
    remove_exception,
    remove_rule,
    set_skills,
    set_teams,
    switch_rule,
)
from balie.apps.tickets.actions.suggesting import confirm_no_answer
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
from balie.apps.tickets.actions.triage import (
    MODELS_KEPT,
    SUGGEST,
    UnableToAccept,
    accept,
    keep_model,
    learn_apart,
    suggest,
    suggest_soon,
    train,
)
from balie.apps.tickets.actions.visits import note_asked, note_helped, note_opened
from balie.apps.tickets.actions.warning import warn_of_due_promises

__all__ = [
    "MODELS_KEPT",
    "SUGGEST",
    "UNDELIVERED",
    "AlreadyGiven",
    "Told",
    "UnableToAccept",
    "UnableToAddSkill",
    "UnableToAnswer",
    "UnableToConfirm",
    "UnableToEndQuestion",
    "UnableToKeepFiles",
    "UnableToKeepRule",
    "UnableToLogCall",
    "UnableToMerge",
    "UnableToReach",
    "UnableToRoster",
    "UnableToSaveReply",
    "UnableToSplit",
    "UnableToTag",
    "UnableToTakeBack",
    "WrittenElsewhere",
    "WrittenMeanwhile",
    "accept",
    "add_exception",
    "add_note",
    "add_rule",
    "add_shift",
    "add_skill",
    "add_tag",
    "answer",
    "ask",
    "ask_again",
    "assign",
    "be_present",
    "change_rule",
    "close",
    "confirm_asker",
    "confirm_by_link",
    "confirm_by_mail",
    "confirm_no_answer",
    "drop_draft",
    "end_shift",
    "erase_numbers",
    "index_messages",
    "issue_confirmation",
    "keep_files",
    "keep_model",
    "learn_apart",
    "link",
    "log_call",
    "merge",
    "needs_answer_after_all",
    "needs_no_answer",
    "note_about",
    "note_asked",
    "note_delivered",
    "note_helped",
    "note_not_reached",
    "note_opened",
    "note_reached",
    "note_undelivered",
    "raise_rule",
    "record_event",
    "reindex",
    "remove_exception",
    "remove_rule",
    "remove_tag",
    "request_call_back",
    "retire_reply",
    "save_draft",
    "save_reply",
    "say_satisfied",
    "set_extension",
    "set_skills",
    "set_teams",
    "settle_call",
    "settle_calls",
    "settle_due",
    "show_answers",
    "split",
    "suggest",
    "suggest_soon",
    "switch_rule",
    "tag_name",
    "take_back",
    "tell",
    "tell_of_misses",
    "train",
    "unlink",
    "unmerge",
    "warn_of_due_promises",
]
