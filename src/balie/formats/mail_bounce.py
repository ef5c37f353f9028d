"""Mail that came back: delivery reports (RFC 3464) and the prose of servers that send none.

A report may be forged: it says which of our mails it is about, and the caller checks that such a
mail went to that recipient.
"""

import re
from dataclasses import dataclass

from balie.formats import mail_sentences as say
from balie.formats.mail_addresses import identifier, identifiers
from balie.formats.mail_characters import decoded
from balie.formats.mail_mime import Part
from balie.formats.mail_params import one_line, unfolded_words
from balie.formats.mail_shapes import Bounce

MAX_RECIPIENTS = 50
PROSE = 20_000
ADDRESS = re.compile(
    r"[A-Za-z0-9][A-Za-z0-9.!#$%&'*+/=?^_{|}~-]{0,63}@[A-Za-z0-9][A-Za-z0-9.-]{1,252}"
)
STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
REPLY_CODE = re.compile(r"(?<![\d.])([45]\d\d)(?=[\s-])")
# Addresses at which nobody sits, and those at which somebody may.
MACHINE = re.compile(
    r"^(?:mailer-?daemon|mail-daemon|mdaemon|microsoftexchange[0-9a-f]{10,})(?:$|[+._-])",
    re.IGNORECASE,
)
DAEMON = re.compile(r"^(?:postmaster|bounces?|smtp-?error)(?:$|[+._-])", re.IGNORECASE)
SUBJECT = re.compile(
    r"\s*(?:undeliver(?:ed|able)|undelivered mail|delivery (?:status|failure|has failed"
    r"|problem|delayed)|mail delivery"
    r"|failure notice|returned mail|message (?:could not|undeliverable|status|delayed)"
    r"|mail (?:system error|failure)"
    r"|non[- ]?delivery|warning: (?:could not|message)|delayed|nondeliverable"
    r"|onbestelbaar|niet (?:bezorgd|afgeleverd|bestelbaar)|bezorging (?:mislukt|vertraagd)"
    r"|vertraagd"
    r"|niet-bezorgd|retour|kan niet worden bezorgd|unzustellbar|nicht zugestellt|zustellung)",
    re.IGNORECASE,
)
PHRASE = re.compile(
    r"(?:could not|couldn't|was(?:n't| not)|cannot|unable to|has not|not) (?:yet )?(?:be "
    r"|been )?deliver"
    r"|(?:delivery|your message)[^.\n]{0,60}(?:failed|not delivered|undeliverable|wasn't delivered)"
    r"|permanent(?:ly)? (?:fatal )?(?:error|failure|fail)|didn't reach|did not reach"
    r"|following address(?:es)? failed"
    r"|niet (?:worden )?(?:bezorgd|afgeleverd|besteld)|onbestelbaar"
    r"|bezorging[^.\n]{0,60}(?:mislukt|vertraagd)"
    r"|konden? niet (?:worden )?(?:bezorg|aflever)|nicht zugestellt|konnte[^.\n]{0,60}zugestellt"
    r"|returned to sender|undeliverable|message[^.\n]{0,40}(?:delayed|still in the queue)"
    r"|vertraagd",
    re.IGNORECASE,
)
DELAY = re.compile(
    r"\bdelay(?:ed)?\b|vertraag|not (?:been )?delivered yet|not yet been delivered"
    r"|nog niet (?:kunnen )?(?:worden )?bezorg"
    r"|will (?:keep|continue|be retried)|still (?:being )?(?:trying|retried|in the queue)"
    r"|do not need to resend"
    r"|u hoeft (?:het|uw) (?:bericht|e-?mail) niet opnieuw|warning:? message|verzögert",
    re.IGNORECASE,
)
FINAL = re.compile(
    r"giving up|given up|permanent|opgegeven|will not be (?:retried|tried again)|mislukt"
    r"|endgültig|bounced",
    re.IGNORECASE,
)
COPY = re.compile(
    r"^[-= ]*(?:below this line is a copy|this is a copy of|original message (?:headers"
    r"|follows)|undelivered message"
    r"|the (?:header|body) of the original|oorspronkelijke? (?:bericht\w*|e-?mail)"
    r"|diagnos\w+ (?:information|informatie)"
    r"|received:|return-path:|copy of (?:your|the) (?:message|mail))",
    re.IGNORECASE | re.MULTILINE,
)
MESSAGE_ID = re.compile(
    r"^[> \t]*message-id:\s{0,5}(<[^<>\s]{1,900}>)", re.IGNORECASE | re.MULTILINE
)


@dataclass(frozen=True, kw_only=True)
class Returned:
    """The bounces of a mail and the sentence that says how they were recognised."""

    bounces: tuple[Bounce, ...] = ()
    why: str = ""


def bounces_of(root: Part, *, subject: str, text: str, from_address: str | None) -> Returned:
    """Return what `root` says of mail that came back; nothing when it does not say so."""
    report = next(
        (part for part in _own_parts(root) if part.type == "message/delivery-status"), None
    )
    if report is not None:
        return Returned(bounces=_from_report(root, report), why=say.WHY_REPORT)
    named = ADDRESS.findall(" ".join(root.all("x-failed-recipients"))[:PROSE])
    if named:
        return Returned(bounces=_from_prose(root, text, subject, named), why=say.WHY_BOUNCE_HEADER)
    if _is_prose_bounce(root, subject=subject, text=text, from_address=from_address):
        prose = COPY.split(text[:PROSE], maxsplit=1)[0]
        own = {(from_address or "").lower(), *(one.lower() for one in _to(root))}
        found = [one for one in _failed_addresses(prose) if one.lower() not in own]
        return Returned(bounces=_from_prose(root, text, subject, found), why=say.WHY_BOUNCE_TEXT)
    return Returned()


def _own_parts(root: Part) -> list[Part]:
    """The parts of this mail, not those of a mail inside it: somebody may forward a report."""
    found = [root]
    for child in root.children if root.type.startswith("multipart/") else []:
        found += _own_parts(child)
    return found


def _to(root: Part) -> list[str]:
    return ADDRESS.findall(" ".join(root.all("to"))[:PROSE])


def _from_report(root: Part, report: Part) -> tuple[Bounce, ...]:
    groups = _groups(report)
    original = original_id(root)
    found = [
        _from_group(group, original)
        for group in groups[:MAX_RECIPIENTS]
        if {"final-recipient", "original-recipient", "action", "status"} & group.keys()
    ]
    if found:
        return tuple(found)
    # A report that names nobody still says that something was not delivered.
    return (
        Bounce(
            recipient="",
            status="",
            action="failed",
            diagnostic="",
            original_message_id=original,
            final=True,
        ),
    )


def _groups(report: Part) -> list[dict[str, str]]:
    text = decoded(report.content([])[:200_000], report.parameters.get("charset", "utf-8"))[0]
    groups: list[dict[str, str]] = [{}]
    name = ""
    for line in text.split("\n"):
        if not line.strip():
            groups.append({})
        elif line[0] in " \t" and name in groups[-1]:
            groups[-1][name] = f"{groups[-1][name]} {line.strip()}"[:2000]
        else:
            head, _, value = line.partition(":")
            name = head.strip().lower()
            groups[-1].setdefault(name, value.strip()[:2000])
    return groups


def _from_group(group: dict[str, str], original: str) -> Bounce:
    # Our own address for him stands in Original-Recipient; Final may be where he forwards to.
    said = group.get("original-recipient") or group.get("final-recipient", "")
    address = ADDRESS.search(said.partition(";")[2] or said)
    diagnostic = one_line(unfolded_words(group.get("diagnostic-code", "")))[:500]
    status = STATUS.search(group.get("status", "")) or STATUS.search(diagnostic)
    action = group.get("action", "").partition("(")[0].strip().lower()
    if action not in {"failed", "delayed", "delivered", "relayed", "expanded"}:
        action = "delivered" if status and status[1].startswith("2") else "failed"
    return Bounce(
        recipient=address[0] if address else "",
        status=status[1] if status else "",
        action=action,
        diagnostic=diagnostic,
        original_message_id=original,
        final=action == "failed",
    )


def original_id(root: Part) -> str:
    """The Message-ID of the mail that came back, "" when the bounce does not tell."""
    for part in root.walk():
        if part is not root and part.type == "message/rfc822" and part.children:
            found = identifier(part.children[0].first("message-id"))
            if found:
                return found
        if part.type in {"text/rfc822-headers", "message/rfc822-headers", "text/rfc822"}:
            text = decoded(part.content([])[:PROSE], "utf-8")[0]
            if named := MESSAGE_ID.search(text):
                return identifier(named[1])
    for name in ("in-reply-to", "references"):
        if known := identifiers(root.first(name)):
            return known[-1]
    return ""


def _is_prose_bounce(root: Part, *, subject: str, text: str, from_address: str | None) -> bool:
    """A machine's address with the words, or a mail server's sign with subject and words.

    At a postmaster's sits a person too, who may ask why mail is not delivered.
    """
    local = (from_address or "").rpartition("@")[0]
    null = bool(root.all("return-path")) and root.first("return-path").replace(" ", "") == "<>"
    if not PHRASE.search(text[:PROSE]):
        return False
    if MACHINE.search(local):
        return True
    return bool((null or DAEMON.search(local)) and SUBJECT.match(subject))


def _failed_addresses(prose: str) -> list[str]:
    """Addresses that stand at the beginning of a line, as servers list them; else all there are."""
    heads = [
        found[0]
        for line in prose.split("\n")
        if (found := ADDRESS.match(line.strip().lstrip("<*-•'\" ").removeprefix("mailto:")))
    ]
    return list(dict.fromkeys(heads or ADDRESS.findall(prose)))[:MAX_RECIPIENTS]


def _from_prose(root: Part, text: str, subject: str, named: list[str]) -> tuple[Bounce, ...]:
    prose = COPY.split(text[:PROSE], maxsplit=1)[0]
    original = original_id(root)
    if not original and (found := MESSAGE_ID.search(text)):
        original = identifier(found[1])
    delayed = bool(DELAY.search(f"{subject}\n{prose}")) and not FINAL.search(prose)
    recipients = list(dict.fromkeys(named))[:MAX_RECIPIENTS] or [""]
    return tuple(_from_words(one, prose, original, delayed=delayed) for one in recipients)


def _from_words(recipient: str, prose: str, original: str, *, delayed: bool) -> Bounce:
    """The words right behind the address are about it: the rest of its line and the next few."""
    at = prose.find(recipient) if recipient else 0
    about = prose[max(at, 0) + len(recipient) :][:1200]
    status = STATUS.search(about) or STATUS.search(prose)
    code = REPLY_CODE.search(about) or REPLY_CODE.search(prose)
    said = one_line(about)[:300].lstrip(">:), ")
    return Bounce(
        recipient=recipient,
        status=status[1] if status else (f"{code[1][0]}.0.0" if code else ""),
        action="delayed" if delayed else "failed",
        diagnostic=said,
        original_message_id=original,
        final=not delayed,
    )
