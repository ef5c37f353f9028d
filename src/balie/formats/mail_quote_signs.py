"""The marks by which mail programs show that they quote: Dutch, English, some German and French.

Every pattern looks at a few hundred characters at most, so that no line can take long.
"""

import re

LONGEST = 500
# As Gmail, Apple and Thunderbird: Op di 3 nov 2026 om 10:12 schreef Piet <piet@x.example>
DATED = re.compile(
    r"[\s*_-]*(?:op|on|am|le|den)\s(?=.{0,300}\d).{3,320}?"
    r"\b(?:schreef|geschreven|wrote|writes|schrieb|geschrieben|a écrit)\b"
    r"(?:.{0,200}:[\s*_-]*|\s*-{2,}\s*)",
    re.IGNORECASE,
)
# As Roundcube: Piet schreef op 03-11-2026 10:12
NAMED = re.compile(
    r"[\s*_-]*\S.{0,200}?\b(?:schreef|wrote|schrieb)\s+(?:het volgende\s+)?(?:op|on|am)\s"
    r"(?=.{0,80}\d).{3,120}:[\s*_-]*",
    re.IGNORECASE,
)
# As Yahoo on a telephone: the quoted text goes on behind the colon.
RUN_ON = re.compile(
    r"\s*(?:op|on|am)\s(?=.{0,60}\d[:.]\d\d).{3,120}?\b(?:schreef|wrote|schrieb)\b.{0,120}?"
    r"<[^<>\s]{1,64}@[^<>\s]{1,200}>:\s.*",
    re.IGNORECASE,
)
# As older Gmail: 2026-11-03 10:12 GMT+01:00 Piet <piet@x.example>
# As Tutanota: 3 nov. 2026 10:12 door piet@x.example
STAMPED = re.compile(
    r"\s*\d{4}-\d\d-\d\d,? \d\d?:\d\d.{0,200}<[^<>\s]{3,200}@[^<>\s]{1,200}>\s*:\s*"
    r"|\s*\d{1,2} \w{3,9}\.? \d{4},? \d\d?:\d\d (?:door|by|von) [^@\s]{1,64}@[^@\s]{1,200}:\s*"
)
# Only with quoted lines right below: "Piet schreef:", "Citeren Piet <piet@x.example>:"
SHORT = re.compile(
    r"\s*(?:\S.{0,120}\b(?:schreef|wrote|schrieb|writes|het volgende geschreven)"
    r"|(?:citeren|citaat van|quoting|zitat von|bericht van)\s\S.{0,200})\s*:\s*",
    re.IGNORECASE,
)
# A person telling what he wrote: "Op 3 november schreef ik u het volgende:"
TOLD = re.compile(
    r"\b(?:schreef|schreven|heeft|hebt|heb|hebben|had|wrote|schrieb)\s+"
    r"(?:ik|wij|we|u|jij|je|jullie|men|i|you|they|ich|wir)\b|"
    r"\b(?:i|we|you|they|ik|wij|we)\s+(?:wrote|schreef|schreven)\b",
    re.IGNORECASE,
)
STRONG = re.compile(r"\d{1,2}[:.]\d{2}|[^\s<>]@[^\s<>]")

FOLD_MARK = re.compile(
    r"\s*[-_=*]{2,}\s*(?:oorspronkelijke?|original|origine(?:el|le)|ursprüngliche|beantwoord|reply)"
    r"\s*-?\s*(?:e-?mail(?:bericht)?|bericht|message|mail|nachricht"
    r"|above this line)\s*:?\s*[-_=*]{2,}\s*",
    re.IGNORECASE,
)
FORWARD_MARK = re.compile(
    r"\s*(?:[-_=*]{2,}\s*(?:doorgestuurd(?: e-?mail)?\s?bericht|doorgestuurde e-?mail"
    r"|forwarded message"
    r"|forwarded by .{1,80}|weitergeleitete nachricht)\b.{0,80}"
    r"|begin doorgestuurd bericht\s*:|begin forwarded message\s*:)\s*",
    re.IGNORECASE,
)
RULE = re.compile(r"\s*_{10,}\s*|\s*-{20,}\s*")
FIELD = re.compile(
    r"[\s*]*(?P<name>verzonden(?: op)?|verstuurd|gestuurd|verzenddatum|sent|gesendet|envoyé"
    r"|datum|date"
    r"|aan|to|an|à|onderwerp|subject|betreff|objet|cc|bcc|kopie|antwoord aan|reply-to"
    r"|beantwoorden aan"
    r"|van|from|von|de|afzender|prioriteit|urgentie|importance|bijlagen|attachments)\s{0,3}\*{0,2}:",
    re.IGNORECASE,
)
SENDER = frozenset("van|from|von|de|afzender".split("|"))
WHEN = frozenset(
    "verzonden|verzonden op|verstuurd|gestuurd|verzenddatum|sent|gesendet|envoyé|datum|date".split(
        "|"
    )
)
WHOM = frozenset("aan|to|an|à|onderwerp|subject|betreff|objet".split("|"))
# What no printed head begins with.
LATER = frozenset("cc|bcc|kopie|prioriteit|urgentie|importance|bijlagen|attachments".split("|"))
DEVICE = re.compile(
    r"\s*(?:(?:verzonden|verstuurd|gestuurd|sent|gesendet|envoyé)\s+(?:vanaf|vanuit|via|met"
    r"|from|von|using|with"
    r"|depuis)\s.{2,60}"
    r"|(?:get|download|haal)?\s*outlook\s+(?:for|voor)\s+(?:ios|android|mac)\b.{0,80}"
    r"|(?:verkrijg|get|download)\s+outlook\b.{0,80}"
    r"|(?:verzonden|sent) (?:from|via|vanuit) .{2,40}"
    r"|van(?:af|uit)? mijn .{2,40} (?:verzonden|verstuurd)|von meinem .{2,40} gesendet)\s*",
    re.IGNORECASE,
)
BELOW = re.compile(
    r"\b(?:zie|lees|antwoord\w*|reactie\w*|opmerking\w*|reageer\w*|beantwoord\w*"
    r"|commentaar)\b[^\n.]{0,40}?"
    r"\b(?:hieronder|onder|onderstaand\w*|onderaan|tussen|tussendoor|(?:het )?(?:rood|blauw"
    r"|groen|vet)"
    r"|in de (?:tekst|mail)|in (?:je|uw|jouw) (?:tekst|mail|bericht))\b"
    r"|\b(?:see|answer\w*|comment\w*|repl(?:y|ies)|response\w*)\b[^\n.]{0,40}?"
    r"\b(?:below|in-?line|in (?:red|blue|green|bold)|between the lines|underneath)\b",
    re.IGNORECASE,
)


def attribution_at(lines: list[str], *, weak: bool) -> int:
    """How many of `lines` make up "On ... somebody wrote:", 0 when they do not begin with it.

    Programs fold it over up to five lines. `weak` takes short ones too, where quoted lines follow.
    """
    joined = ""
    for count, line in enumerate(lines[:5], start=1):
        part = line.lstrip("> \t\xa0").rstrip()
        if not part or len(joined) > LONGEST:
            return 0
        joined = f"{joined} {part}" if joined else part
        ends = part.rstrip("*_- ").endswith(":") or (joined[:2] == "--" and part[-2:] == "--")
        if ends and _is_attribution(joined[:LONGEST], weak=weak):
            return count
        if count == 1 and RUN_ON.fullmatch(joined[:LONGEST]):
            return 1
    return 0


def _is_attribution(text: str, *, weak: bool) -> bool:
    if TOLD.search(text):
        return False
    if any(form.fullmatch(text) for form in (DATED, NAMED, STAMPED)):
        return weak or bool(STRONG.search(text))
    return weak and bool(SHORT.fullmatch(text))


def header_block_at(lines: list[str]) -> bool:
    """Whether `lines` begin with the head of a mail as programs print it: Van, Verzonden, Aan.

    A rule of underscores may stand above it. It needs the sender, the moment, and whom or what.
    """
    rest = [line[:LONGEST] for line in lines]
    if rest and RULE.fullmatch(rest[0]):
        rest = rest[1:]
        while rest and not rest[0].strip():
            rest = rest[1:]
    if not rest or not (first := FIELD.match(rest[0])) or first["name"].lower() in LATER:
        return False
    names: set[str] = set()
    others = 0
    for line in rest:
        if found := FIELD.match(line):
            names.add(found["name"].lower())
        else:
            # Long lists of recipients are folded; prose between the names is a person's.
            others += 1
            if others > 4:
                break
    return all(names & needed for needed in (SENDER, WHEN, WHOM))


def is_fold_mark(line: str) -> bool:
    """-----Oorspronkelijk bericht-----."""
    return bool(FOLD_MARK.fullmatch(line[:LONGEST]))


def is_forward_mark(line: str) -> bool:
    """Begin doorgestuurd bericht:."""
    return bool(FORWARD_MARK.fullmatch(line[:LONGEST]))


def is_device_line(line: str) -> bool:
    """Verzonden vanaf mijn iPhone."""
    return len(line) < 160 and bool(DEVICE.fullmatch(line))


def is_signature_mark(line: str) -> bool:
    """Two dashes and a blank (RFC 3676, 4.3)."""
    return line == "-- "


def points_below(text: str) -> bool:
    """Whether somebody says that his answers stand in the mail below."""
    return bool(BELOW.search(text))
