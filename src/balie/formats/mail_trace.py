"""What our own servers wrote on a mail: when they took it, and what they found of its sender.

Everything below our own lines was written by the sender and proves nothing. That is why a line
counts only with the name of a server of ours in it, and only the topmost one. Our mail server must
take out the lines that others wrote in its name (RFC 8601, 5).
"""

import re
from datetime import UTC, datetime, timedelta, timezone
from typing import cast, get_args

from balie.formats.mail_mime import Part, read_headers
from balie.formats.mail_shapes import LIMITS, Authentication, Verdict

BY = re.compile(r"(?:^|\s)by\s+([A-Za-z0-9._-]{1,253})(?=\s|;|$)", re.IGNORECASE)
MOMENT = re.compile(
    r"(\d{1,2})\s+([A-Za-z]{3})[a-z]*\s+(\d{4})\s+(\d{1,2}):(\d{2})(?::(\d{2}))?\s*"
    r"([+-]\d{4}|[A-Za-z]{1,5})"
)
MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
# RFC 5322, 4.3: the only names with a meaning; all others mean nothing.
ZONES = {
    "ut": 0,
    "gmt": 0,
    "utc": 0,
    "z": 0,
    "est": -5,
    "edt": -4,
    "cst": -6,
    "cdt": -5,
    "mst": -7,
    "mdt": -6,
    "pst": -8,
    "pdt": -7,
}
RESULT = re.compile(r"\s*(spf|dkim|dmarc)(?:/\d+)?\s*=\s*([a-z]+)\b(.*)", re.DOTALL)
HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*([a-z0-9._-]+)")


def received_at(raw: bytes, *, trusted_hosts: frozenset[str]) -> datetime | None:
    """The moment (UTC) at which a mail server of ours took the mail, None when none says so.

    Read from the topmost Received header written by one of `trusted_hosts`; never from Date, which
    is the sender's to write. With None the caller takes the mailbox's own INTERNALDATE.
    """
    ours = {host.lower() for host in trusted_hosts}
    for value in read_headers(raw, limits=LIMITS).all("received"):
        text = without_comments(value)
        if text is None:
            # A greeting can spoil our own line; what stands below it was written by others.
            return None
        clause, semicolon, date = text.rpartition(";")
        names = BY.findall(clause)
        if semicolon and names and names[-1].lower().rstrip(".") in ours:
            return moment(date)
    return None


def moment(text: str) -> datetime | None:
    """A date of RFC 5322 in UTC; None without a zone that means something."""
    found = MOMENT.search(text)
    if found is None or found[2].lower() not in MONTHS:
        return None
    zone = _zone(found[7])
    if zone is None:
        return None
    day, year, hour, minute = (int(found[place]) for place in (1, 3, 4, 5))
    # A leap second is the last moment of its minute.
    second = min(int(found[6] or 0), 59)
    try:
        local = datetime(
            year, MONTHS.index(found[2].lower()) + 1, day, hour, minute, second, tzinfo=zone
        )
        return local.astimezone(UTC)
    except (ValueError, OverflowError):
        return None


def _zone(text: str) -> timezone | None:
    if text[0] in "+-":
        minutes = int(text[1:3]) * 60 + int(text[3:])
        if minutes >= 24 * 60:
            return None
        return timezone(timedelta(minutes=-minutes if text[0] == "-" else minutes))
    hours = ZONES.get(text.lower())
    return None if hours is None else timezone(timedelta(hours=hours))


def authentication_of(root: Part, *, trusted: frozenset[str]) -> Authentication:
    """What the topmost Authentication-Results of one of `trusted` (authserv-ids) says."""
    ours = {one.lower() for one in trusted}
    for value in root.all("authentication-results"):
        text = without_comments(value.lower(), quoted=True)
        # An unclosed comment spoils the verdicts, not the name of who wrote them.
        head, *results = (text if text is not None else value.lower()).split(";")
        by = (head.split() or [""])[0]
        if by in ours:
            return Authentication() if text is None else _verdicts(by, results)
    return Authentication()


def _verdicts(by: str, results: list[str]) -> Authentication:
    said: dict[str, Verdict] = {}
    domain = ""
    for result in results:
        found = RESULT.fullmatch(result)
        if found is None or found[2] not in get_args(Verdict):
            continue
        method, verdict = found[1], cast(Verdict, found[2])
        if method == "dmarc" and method not in said:
            domain = named[1] if (named := HEADER_FROM.search(found[3])) else ""
        # A mail may carry several signatures; one that is right is enough (RFC 6376).
        if method not in said or (method == "dkim" and verdict == "pass"):
            said[method] = verdict
    return Authentication(
        spf=said.get("spf", "none"),
        dkim=said.get("dkim", "none"),
        dmarc=said.get("dmarc", "none"),
        by=by,
        dmarc_domain=domain,
    )


def without_comments(value: str, *, quoted: bool = False) -> str | None:
    """Leave out (comments), nested as well, and with `quoted` "strings" too; None if unclosed.

    Senders choose what stands in those: the name they greet with, the part before the @.
    """
    kept: list[str] = []
    depth, string, at = 0, False, 0
    while at < len(value):
        one = value[at]
        if one == "\\" and (depth or string):
            at += 2
            continue
        if string:
            string = one != '"'
        elif one == '"' and not depth:
            string = quoted
            kept.append("" if quoted else one)
        elif one == "(":
            depth += 1
        elif one == ")":
            if not depth:
                return None
            depth -= 1
            kept.append(" ")
        elif not depth:
            kept.append(one)
        at += 1
    return None if depth or string else "".join(kept)
