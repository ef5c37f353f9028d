"""The words for mail that comes in: what became of it, who sent it, and what is odd about it.

Reading a mail says what it found in constant English sentences; here they get their Dutch. What
is not among them (what was said before this version) is shown as it stands.
"""

from collections.abc import Mapping

from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

TRUST: Mapping[str, Promise] = {
    "proven": _("sender proven: our mail server confirms this contact's address"),
    "unproven": _("address on file, but not proven: anybody can write it on a mail"),
    "unknown": _("sender unknown to us"),
}
TRUST_STATE: Mapping[str, str] = {"proven": "kept", "unproven": "attention", "unknown": "neutral"}
PERHAPS: Mapping[str, Promise] = {
    "number": _("its subject names that number, without our reference"),
    "header": _("its headers name a mail of that question, without proof of who sent it"),
}
KINDS: Mapping[str, Promise] = {
    "": _("not read"),
    "message": _("a message"),
    "auto_reply": _("an automatic reply"),
    "out_of_office": _("an out-of-office message"),
    "bounce": _("a delivery report"),
    "receipt": _("a receipt"),
    "list": _("mail of a list"),
    "no_reply": _("mail that takes no answer"),
    "calendar": _("an invitation"),
    "own": _("a mail of our own"),
}
SENTENCES: tuple[Promise, ...] = (
    _("The mail names no sender that can be read."),
    _("The mail names several senders."),
    _("The sender's address cannot be read as one e-mail address."),
    _("The text is in another character set than the mail says."),
    _("The mail names a character set that does not exist."),
    _("Some characters of the text could not be read."),
    _("Part of the mail is damaged (its base64 or quoted-printable is not right)."),
    _("Part of the mail is encoded in a way that does not exist."),
    _("The mail ends before its last part does."),
    _("The mail says it has parts, and not where they begin."),
    _("The text is longer than is shown; the rest is in the mail as it came."),
    _("The mail's layout is built too oddly to show; its text is shown."),
    _("The winmail.dat of Outlook could not be opened; it is kept as a file."),
    _("The mail is encrypted; nobody here can read it."),
    _("This is one piece of a mail that was sent in pieces."),
    _("Only the head of the mail was read."),
    _("The mail holds no text."),
    _("A header that may stand there once stands there several times."),
    _("It is larger than is taken in."),
    _("It begins with no header of a mail."),
    _("It has more parts than are read."),
    _("It has more parts inside parts than are read."),
    _("Its headers are longer than is read."),
    _("The line between its parts stands everywhere in it."),
    _("The file is larger than is taken in; it is in the mail as it came."),
    _("The file is damaged; it may not open."),
    _("The file is a program."),
    _("The file is of another type than its name says."),
    _("The file had a name that could mislead; it was changed."),
    _("Nothing says that a machine sent this."),
    _("It carries the mark of our own outgoing mail."),
    _("Its own X-Loop header names the address it was sent to."),
    _("It is a delivery report of a mail server (multipart/report)."),
    _("It is a report that some system made (multipart/report)."),
    _("A mail server names the failed recipients in a header."),
    _("It reads as the message of a mail server that could not deliver."),
    _("A mail server's own address sent it."),
    _("It is a report that a mail was delivered."),
    _("It is a report that a mail was opened."),
    _("Its Auto-Submitted header says that a machine sent it (RFC 3834)."),
    _("Its headers name an answering machine."),
    _("Its Precedence header says that it is an automatic answer."),
    _("Its envelope has no sender, so nobody may answer it."),
    _("Its subject and headers are those of an out-of-office message."),
    _("Its subject and text are those of an out-of-office message."),
    _("It came over a mailing list."),
    _("It is a newsletter: one can unsubscribe from it."),
    _("Its Precedence header says that it went to many."),
    _("It is an invitation for a calendar, or an answer to one."),
    _("Its sender's address takes no answers."),
    _("Its sender asks for no automatic answers (X-Auto-Response-Suppress)."),
    _("It came out of another help desk, which may answer every mail by itself."),
    _("It names no sender to answer."),
    _("It is a mail of our own that came back to us."),
    _("It says that it comes from an address of ours."),
    _("It says that a mail did not arrive, and does not show which one."),
    _("It says that a mail of ours did not arrive where we did not send it."),
    _("Reading it went wrong: it took too long, or the reader stopped."),
    _("Not all of its files were kept; they are in the mail as it came."),
)


def sentence(text: str) -> str:
    """Return what reading a mail said, in the language of the page."""
    return gettext(text) if text else ""
