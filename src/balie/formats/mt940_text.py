"""What a Dutch bank says about an MT940 entry: the `:86:` and the loose ends of the `:61:`.

Rules: bank guide, section 4. Lines are joined without a space, because banks cut inside words and
inside tags; `text` keeps the folds. Only a closed set of tags is known, because `/` is common in
what people write. What stands before the remittance text (`/REMI/`) is the bank's; after it a tag
counts once, the last time, so that a payer cannot put a tag of his own in front of the bank's.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple

from balie.formats.bank_statement import filled
from balie.formats.mt940_free import details_of_free_text, iban_in, kenmerk_in

if TYPE_CHECKING:
    from collections.abc import Sequence

_TAG = re.compile(
    r"/(TRTP|RTYP|IBAN|BIC|NAME|REMI|EREF|MARF|CSID|PREF|NRTX|PIND|RTRN|CNTP|PURP|ISDT|ADDR|ACCW"
    r"|OCMT|CHGS|EXCH|SVCL|KREF|IREF|ULTD//NAME|ULTB//NAME|ULTC//NAME"
    r"|ORDP//NAME|ORDP//ID|BENM//NAME|BENM//ID"
    r"|CDTRREFTP//CD/SCOR/ISSR/(?:CUR|ISO)/CDTRREF)/"
)
_CREDITOR_REFERENCES = (
    "CDTRREFTP//CD/SCOR/ISSR/CUR/CDTRREF",
    "CDTRREFTP//CD/SCOR/ISSR/ISO/CDTRREF",
)
_REASON = re.compile(r"[A-Z]{2}[0-9]{2}|[A-Z]{4}")
_ISSUER = re.compile(r"\s*ISSUER:\s*(?:CUR|ISO)\s+REF:\s*(\S.*)", re.IGNORECASE | re.DOTALL)
_UNSTRUCTURED = "USTD//"
_STRUCTURED = re.compile(r"STRD/(?:CUR|ISO)/([^/]+)/?")
_BANK_CODE = re.compile(r"/TRCD/([0-9]+)/?")
_TOTAL = re.compile(r"TOTAAL ([0-9]{1,9}) (?:VZ|POSTEN)")
_CITY_AND_END = 2  # what follows the name in /CNTP/


class _Value(NamedTuple):
    """The text of one tag, and where it stands in the joined lines."""

    text: str
    start: int
    end: int


def details_of(
    *,
    info: Sequence[str],
    reference: str,
    bank_reference: str,
    supplement: Sequence[str],
    incoming: bool,
) -> dict[str, Any]:
    """The fields of an Entry that the texts of an entry tell.

    `info` holds the lines of its `:86:`, `reference` and `bank_reference` what stands before and
    after `//` in its `:61:`, `supplement` the lines that follow that.
    """
    own_code = _BANK_CODE.search("".join((bank_reference, *supplement)))
    bank_reference = _BANK_CODE.sub("", bank_reference)
    found: dict[str, Any] = {"bank_reference": filled(bank_reference)}
    joined = "".join(info)
    if _TAG.match(joined):
        found |= _details_of_tags(joined, info=info, supplement=supplement, incoming=incoming)
    else:
        found |= details_of_free_text(
            info=info, reference=reference, bank_reference=bank_reference, supplement=supplement
        )
    if own_code is not None:  # ING alone writes this code; a betalingskenmerk is its reference
        found["proprietary_code"] = own_code.group(1)
        if "structured_reference" not in found:
            found["structured_reference"] = kenmerk_in(reference)
    return found


def _details_of_tags(
    joined: str, *, info: Sequence[str], supplement: Sequence[str], incoming: bool
) -> dict[str, Any]:
    values = _values(joined, incoming=incoming)
    said = {tag: value.text.strip() for tag, value in values.items()}
    account, name = _counterparty(said, incoming=incoming)
    if account is None and supplement:
        account = supplement[0]  # Rabobank puts it below the line
    found: dict[str, Any] = {
        "counterparty_name": filled(name),
        "counterparty_iban": iban_in(account),
        "end_to_end_id": _identifier(said.get("EREF")),
        "mandate_reference": _identifier(said.get("MARF")),
        "batch_payment_information_id": _identifier(said.get("PREF")),
        "batch_transactions": _count(said),
        "return_reason": _identifier(said.get("RTRN")),
        "return_text": _identifier(said.get("RTYP")),
    }
    structured, text = _remittance(values.get("REMI"), info=info)
    for tag in _CREDITOR_REFERENCES:
        structured = structured or _identifier(said.get(tag))
    if structured is not None:
        found["structured_reference"] = structured
    found["text"] = text or _identifier(said.get("TRTP")) or _identifier(said.get("RTYP"))
    return found


def _values(joined: str, *, incoming: bool) -> dict[str, _Value]:
    """Tag -> its text, for the tags that are the bank's."""
    found: dict[str, tuple[int, int]] = {}
    after: dict[str, tuple[int, int]] = {}
    for match in _TAG.finditer(joined):
        tag, span = match.group(1), match.span()
        if "REMI" not in found:
            found.setdefault(tag, span)
        elif tag == "REMI":
            if span[0] == found[tag][1]:  # Rabobank writes /REMI//REMI/
                found[tag] = span
        elif tag not in found and (tag != "RTRN" or _is_reason(joined, span[1], incoming=incoming)):
            after[tag] = span
    spans = sorted([*found.items(), *after.items()], key=lambda item: item[1])
    ends = [span[0] for _, span in spans[1:]] + [len(joined)]
    return {
        tag: _Value(joined[span[1] : end], span[1], end)
        for (tag, span), end in zip(spans, ends, strict=True)
    }


def _is_reason(joined: str, start: int, *, incoming: bool) -> bool:
    """Whether a reason code stands here. On money that came in the payer may have written it."""
    return not incoming and _REASON.match(joined, start) is not None


def _counterparty(said: dict[str, str], *, incoming: bool) -> tuple[str | None, str | None]:
    """Account and name of the other party."""
    if "CNTP" in said:
        account, _, rest = said["CNTP"].partition("/")
        parts = rest.split("/")[1:]  # after the BIC: name, city and an empty end
        return account, "/".join(parts[:1] if len(parts) < 3 else parts[:-_CITY_AND_END])
    first, second = ("ORDP//NAME", "BENM//NAME") if incoming else ("BENM//NAME", "ORDP//NAME")
    return said.get("IBAN"), said.get("NAME") or said.get(first) or said.get(second)


def _remittance(value: _Value | None, *, info: Sequence[str]) -> tuple[str | None, str | None]:
    """The structured reference and the text of the payer, with the folds of the source."""
    if value is None:
        return None, None
    text, start, end = value
    if structured := _STRUCTURED.match(text):
        return structured.group(1).strip(), None
    if issued := _ISSUER.match(text):
        return "".join(issued.group(1).split()), None
    if text.startswith(_UNSTRUCTURED):
        start += len(_UNSTRUCTURED)
        end -= text.endswith("/")
    return None, filled(_with_folds(info, start=start, end=end))


def _with_folds(info: Sequence[str], *, start: int, end: int) -> str:
    """The joined lines from `start` to `end`, with a newline where a line ended."""
    parts, begin = [], 0
    for line in info:
        if begin < end and start < begin + len(line):
            parts.append(line[max(start - begin, 0) : end - begin])
        begin += len(line)
    return "\n".join(parts)


def _identifier(text: str | None) -> str | None:
    """A reference; ING ends it with a slash, which none may end with."""
    return None if text is None else filled(text.rstrip("/"))


def _count(said: dict[str, str]) -> int | None:
    """How many payments a batch holds."""
    if "PREF" not in said:
        return None
    number = said.get("NRTX", "").strip("/ ")
    if not number and (total := _TOTAL.search(said.get("REMI", ""))):
        number = total.group(1)
    return int(number) if number.isascii() and number.isdigit() and len(number) < 10 else None
