"""From the tree of parts to what a mail holds: blocks of text, files, an invitation."""

from dataclasses import dataclass, field

from balie.formats import mail_sentences as say
from balie.formats.mail_calendar import invitation_of
from balie.formats.mail_characters import decoded
from balie.formats.mail_files import incoming_file
from balie.formats.mail_mime import Part
from balie.formats.mail_params import one_line, unfolded_words
from balie.formats.mail_shapes import IncomingFile, Invitation, MailLimits
from balie.formats.mail_text import WORD, Block, joined, unflowed
from balie.formats.mail_tnef import unpack

TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})
SEALED = frozenset({"application/pkcs7-mime", "application/x-pkcs7-mime"})
# What a delivery report says is read elsewhere; the mail that came back stays a file.
SILENT = frozenset({"message/delivery-status", "message/disposition-notification"})
# Versions for readers that no desk has.
OTHER_VERSIONS = frozenset({"text/x-amp-html", "text/watch-html"})


@dataclass(kw_only=True)
class Held:
    """What was found so far, in the order of the mail."""

    limits: MailLimits
    faults: list[str]
    blocks: list[Block] = field(default_factory=list)
    files: list[IncomingFile] = field(default_factory=list)
    nested: list[str] = field(default_factory=list)
    invitation: Invitation | None = None

    def inside(self) -> "Held":
        """Return an empty one for a part inside, with the same limits and faults."""
        return Held(limits=self.limits, faults=self.faults)

    def take(self, other: "Held") -> None:
        """Add what `other` found besides its text."""
        self.files += other.files
        self.nested += other.nested
        self.invitation = self.invitation or other.invitation


def gather(part: Part, held: Held) -> None:
    """Add what `part` and the parts inside it hold."""
    if part.type == "multipart/alternative":
        _alternative(part, held)
    elif part.type.startswith("multipart/"):
        if part.type == "multipart/encrypted":
            held.faults.append(say.ENCRYPTED)
        for child in part.children:
            gather(child, held)
    elif part.type in {"message/rfc822", "message/global"} and part.children:
        _message(part, held)
    elif part.type not in SILENT:
        _leaf(part, held)


def _alternative(part: Part, held: Held) -> None:
    """One block of what says the same in several ways."""
    versions = []
    for child in part.children:
        if child.type not in OTHER_VERSIONS:
            version = held.inside()
            gather(child, version)
            held.take(version)
            versions.append(joined(version.blocks))
    text = next((words for words, html in versions if html is None and WORD.search(words)), "")
    html = next((html for _, html in versions if html), "")
    if text or html:
        held.blocks.append(Block(text=text, html=html or ""))


def _message(part: Part, held: Held) -> None:
    """A mail inside the mail: a file, and its text below the mail's own."""
    inner = part.children[0]
    subject = one_line(unfolded_words(inner.first("subject"))).replace("/", "_")
    name = _name_of(part) or subject or "e-mail"
    held.files.append(
        incoming_file(
            inner.raw[inner.top : inner.end],
            claimed_name=name if name.lower().endswith(".eml") else f"{name}.eml",
            declared_type="message/rfc822",
            limit=held.limits.attachment_bytes,
        )
    )
    found = held.inside()
    gather(inner, found)
    words, _ = joined(found.blocks)
    head = [
        f"{label}: {one_line(unfolded_words(value))[:300]}"
        for label, value in (("From", inner.first("from")), ("Subject", inner.first("subject")))
        if value
    ]
    held.nested.append("\n".join(["---------- Forwarded message ---------", *head, "", words]))
    held.nested += found.nested


def _leaf(part: Part, held: Held) -> None:
    name = _name_of(part)
    if _is_body(part, name, held):
        content = part.content(held.faults)
        # No letter takes more than four bytes; what would be cut anyway is not decoded first.
        most = 4 * max(held.limits.text_characters, held.limits.html_characters)
        if len(content) > most:
            held.faults.append(say.TEXT_CUT)
            content = content[:most]
        text, fault = decoded(content, part.parameters.get("charset", "us-ascii"))
        if fault:
            held.faults.append(fault)
        if part.type == "text/html":
            held.blocks.append(Block(html=text))
        else:
            held.blocks.append(Block(text=_laid_out(text, part)))
        return
    if part.type == "text/calendar":
        _calendar(part, held)
    faults: list[str] = []
    content = part.content(faults)
    if part.type in TNEF or name.lower() == "winmail.dat":
        if _winmail(content, held):
            return
        held.faults.append(say.BROKEN_TNEF)
    if part.type in SEALED:
        held.faults.append(say.ENCRYPTED)
    if part.type == "message/partial":
        held.faults.append(say.PARTIAL)
    held.files.append(
        incoming_file(
            content,
            claimed_name=name,
            declared_type=part.type,
            limit=held.limits.attachment_bytes,
            content_id=one_line(part.first("content-id")).strip("<> "),
            inline=part.disposition == "inline",
            damaged=bool(faults),
        )
    )


def _laid_out(text: str, part: Part) -> str:
    if part.parameters.get("format", "").lower() != "flowed":
        return text
    return unflowed(text, delete_space=part.parameters.get("delsp", "").lower() == "yes")


def _is_body(part: Part, name: str, held: Held) -> bool:
    """Text that belongs to the mail itself; a name makes it a file, unless it is the only text."""
    if part.type not in {"text/plain", "text/html"} or part.disposition == "attachment":
        return False
    if not name:
        return True
    return not part.disposition and not held.blocks


def _name_of(part: Part) -> str:
    named = part.disposition_parameters.get("filename") or part.parameters.get("name", "")
    return named[:2000]


def _calendar(part: Part, held: Held) -> None:
    if held.invitation is None and part.disposition != "attachment":
        text, _ = decoded(part.content([])[:200_000], part.parameters.get("charset", "utf-8"))
        held.invitation = invitation_of(text)


def _winmail(content: bytes, held: Held) -> bool:
    """Take what is inside; False when it could not be opened whole, so that it stays a file."""
    found = unpack(content)
    if found is None:
        return False
    # Outlook sends the same words outside as well, as a rule.
    if not any(WORD.search(block.words()) for block in held.blocks):
        held.blocks.append(Block(text=found.text, html=found.html))
    for name, inner in found.files[: held.limits.parts]:
        held.files.append(
            incoming_file(
                inner,
                claimed_name=name,
                declared_type="application/octet-stream",
                limit=held.limits.attachment_bytes,
            )
        )
    return found.complete
