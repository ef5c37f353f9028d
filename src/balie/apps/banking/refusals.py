"""Why a bank file, or a statement in it, was refused: codes as stored, and the sentence to read.

What the reader says about a broken file names line and place in the file and stays as it is; the
sentence around it says what that means and what to do.
"""

from django.utils.translation import gettext as _

from balie.apps.banking.models import StatementFile
from balie.formats.errors import UnreadableFile
from balie.infra.audit import JSON

UNREADABLE = "unreadable"
OTHER_CURRENCY = "other_currency"
OTHER_ACCOUNT = "other_account"
UNREADABLE_ANSWER = "unreadable_answer"
ANSWER_TO_NOTHING = "answer_to_nothing"

Refusal = dict[str, JSON]


def obstacle(error: UnreadableFile) -> str:
    """Return where a reader stopped and why, as a refusal keeps it; what to do we say ourselves."""
    line = None if error.line is None else f"line {error.line}"
    where = ", ".join(part for part in (error.file, line, error.path) if part)
    return f"{where}: {error.reason}" if where else error.reason


def sentence_for(refusal: Refusal) -> str:
    """Return why something was refused and what to do, in the language in force."""
    values = {name: value for name, value in refusal.items() if name != "code"}
    return _sentences()[str(refusal["code"])] % values


def sentences_of(file: StatementFile) -> list[str]:
    """Return what of a file was refused, one sentence each, in the language in force."""
    return [sentence_for(refusal) for refusal in file.refusals]


def _sentences() -> dict[str, str]:
    return {
        UNREADABLE: _(
            "This file cannot be read and nothing of it is booked. Fetch it from the bank once"
            " more, as camt.053 if you can choose. What stands in the way: %(reason)s"
        ),
        OTHER_CURRENCY: _(
            "The statement of %(account)s is in %(currency)s and is not booked: only accounts in"
            " euros are kept here."
        ),
        OTHER_ACCOUNT: _(
            "Account %(account)s is not one of ours, so its statement is not booked. Register the"
            " account first if it is, and take the file in again."
        ),
        UNREADABLE_ANSWER: _(
            "This answer of the bank cannot be read and nothing of it is taken over. Fetch it from"
            " the bank once more. What stands in the way: %(reason)s"
        ),
        ANSWER_TO_NOTHING: _(
            "This answer of the bank is about something that no file of ours fits: %(names)s. Look"
            " at the bank which file it answers."
        ),
    }
