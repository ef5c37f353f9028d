"""Log lines on stderr: one line per event as ``key=value``, without secrets.

One-use links carry their secret in the path, and Django logs the path of a page it did not find:
whatever looks like a token is cut out before a line is written. So is the middle of an IBAN, with
and without blanks: an exception may quote the bank's file.
"""

from __future__ import annotations

import logging
import re
from datetime import UTC, datetime

STANDARD = frozenset(logging.makeLogRecord({}).__dict__) | {"message", "asctime", "request"}
TOKEN = re.compile(r"(?<![\w-])(?=[\w-]*\d)(?=[\w-]*[A-Za-z])[\w-]{20,}(?![\w-])")
IBAN = re.compile(r"\b([A-Z]{2}\d{2})(?: ?[A-Z0-9]{4}){2,6}(?: ?[A-Z0-9]{1,4})?(?![A-Z0-9])")
CONTROL = re.compile(r"[\x00-\x1f\x7f\u0085\u2028\u2029]")
SECRET_NAME = re.compile(
    r"password|passwd|secret|token|cookie|authorization|session", re.IGNORECASE
)


class LineFormatter(logging.Formatter):
    """Formats a record as one line; values given with ``extra=`` follow as ``key=value``."""

    def format(self, record: logging.LogRecord) -> str:
        """The line; a traceback follows on lines of its own."""
        stamp = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        parts = [
            stamp.replace("+00:00", "Z"),
            record.levelname.lower(),
            record.name,
            one_line(record.getMessage()),
        ]
        for key, value in record.__dict__.items():
            if key not in STANDARD and not key.startswith("_"):
                shown = "…" if SECRET_NAME.search(key) else one_line(str(value))
                parts.append(f"{key}={shown!r}" if " " in shown else f"{key}={shown}")
        line = " ".join(parts)
        if record.exc_info:
            line += "\n" + without_tokens(self.formatException(record.exc_info))
        return line


def one_line(text: str) -> str:
    """The text without tokens and without control characters: nobody forges a second line."""
    return CONTROL.sub(lambda found: repr(found[0])[1:-1], without_tokens(text))


def without_tokens(text: str) -> str:
    """The text without long words of mixed letters and digits, and without whole IBANs."""
    return TOKEN.sub("…", IBAN.sub(r"\1…", text))
