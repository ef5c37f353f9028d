"""What a Dutch bank says about an MT940 entry: the `:86:` and the loose ends of the `:61:`.

Rules: bank guide, section 4. Lines are joined without a space, because banks cut inside words and
inside tags; `text` keeps the folds. Only a closed set of tags is known, because `/` is common in
what people write. What stands before the remittance text (`/REMI/`) is the bank's; after it a tag
counts once, the last time, so that a payer cannot put a tag of his own in front of the bank's.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Any

from balie.formats.bank_statement import filled
from balie.formats.mt940_free import details_of_free_text, iban_in, kenmerk_in

_TAG = re.compile(
    r"/(TRTP|RTYP|IBAN|BIC|NAME|REMI|EREF|MARF|CSID|PREF|NRTX|PIND|RTRN|CNTP|PURP|ISDT|ADDR|ACCW"
    r"|OCMT|CHGS|EXCH|SVCL|KREF|IREF|ULTD//NAME|ULTB//NAME|ULTC//NAME"
    r"|ORDP//NAME|ORDP//ID|BENM//NAME|BENM//ID"
    r"|CDTRREFTP//CD/SCOR/ISSR/(?:CUR|ISO)/CDTRREF)/"
)
_PAYER = "REMI"
_IDENTIFIERS = {
    "EREF": "end_to_end_id",
    "MARF": "mandate_reference",
    "PREF": "batch_payment_information_id",
    "RTRN": "return_reason",
    "RTYP": "return_text",
    "CDTRREFTP//CD/SCOR/ISSR/CUR/CDTRREF": "structured_reference",
    "CDTRREFTP//CD/SCOR/ISSR/ISO/CDTRREF": "structured_reference",
}
_REASON = re.compile(r"[A-Z]{2}[0-9]{2}|[A-Z]{4}")
_ISSUER = re.compile(r"\s*ISSUER:\s*(?:CUR|ISO)\s+REF:\s*(\S.*)", re.IGNORECASE | re.DOTALL)
_UNSTRUCTURED = "USTD//"
_TWICE = "/REMI/"
_STRUCTURED = re.compile(r"STRD/(?:CUR|ISO)/([^/]+)/?")
_CODE_OF_ING = "/TRCD/"
_BANK_CODE = re.compile(r"/TRCD/([0-9]+)/?")
_TOTAL = re.compile(r"TOTAAL ([0-9]{1,9}) (?:VZ|POSTEN)")
_NUMBER = re.compile(r"[0-9]{1,9}")
_CITY_AND_END = 2  # what follows the name in /CNTP/


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
    own_code = _bank_code_in("".join(supplement)) if supplement else None
    if _CODE_OF_ING in bank_reference:  # the code may stand behind it on the same line
        own_code = _bank_code_in("".join((bank_reference, *supplement)))
        bank_reference = _BANK_CODE.sub("", bank_reference)
    parts = _TAG.split("".join(info))  # what stands before a tag, tag, text, tag, text, ...
    if not parts[0] and len(parts) > 1:
        found = _details_of_tags(parts, info=info, supplement=supplement, incoming=incoming)
        found["bank_reference"] = filled(bank_reference)
    else:
        found = details_of_free_text(
            info=info, reference=reference, bank_reference=bank_reference, supplement=supplement
        )
    if own_code is not None:  # ING alone writes this code; a betalingskenmerk is its reference
        found["proprietary_code"] = own_code
        if "structured_reference" not in found:
            found["structured_reference"] = kenmerk_in(reference)
    return found


@lru_cache(maxsize=256)  # a bank has few codes
def _bank_code_in(text: str) -> str | None:
    found = _BANK_CODE.search(text)
    return None if found is None else found.group(1)


def _details_of_tags(
    parts: Sequence[str], *, info: Sequence[str], supplement: Sequence[str], incoming: bool
) -> dict[str, Any]:
    said = _values(tags=parts[1::2], texts=parts[2::2], incoming=incoming)
    account, name = _counterparty(said, incoming=incoming)
    if account is None and supplement:
        account = supplement[0]  # Rabobank puts it below the line
    structured, text = _remittance(said, info=info)
    found: dict[str, Any] = {
        _IDENTIFIERS[tag]: _identifier(value) for tag, value in said.items() if tag in _IDENTIFIERS
    }
    found["counterparty_name"] = filled(name)
    found["counterparty_iban"] = iban_in(account)
    found["text"] = text or _identifier(said.get("TRTP")) or _identifier(said.get("RTYP"))
    if structured is not None:
        found["structured_reference"] = structured
    if "PREF" in said:
        found["batch_transactions"] = _count(said)
    return found


def _values(*, tags: Sequence[str], texts: Sequence[str], incoming: bool) -> dict[str, str]:
    """Tag -> its text, for the tags that are the bank's, in the order of the source."""
    said = dict(zip(tags, texts, strict=True))
    if len(said) == len(tags) and ("RTRN" not in said or _PAYER not in said):
        return said
    payer = tags.index(_PAYER) if _PAYER in said else len(tags)
    if len(said) < len(tags) or "RTRN" in tags[payer:]:
        return _said_by_bank(tags, texts, payer=payer, incoming=incoming)
    return said


def _said_by_bank(
    tags: Sequence[str], texts: Sequence[str], *, payer: int, incoming: bool
) -> dict[str, str]:
    """Tag -> its text; a tag that is only text stands in the text before it."""
    only_text = _not_of_the_bank(tags, texts, payer=payer, incoming=incoming)
    said: dict[str, list[str]] = {}
    parts: list[str] = []
    for index, (tag, text) in enumerate(zip(tags, texts, strict=True)):
        if index in only_text:
            parts += ("/", tag, "/", text)
        else:
            said[tag] = parts = [text]
    return {tag: "".join(parts) for tag, parts in said.items()}


def _not_of_the_bank(
    tags: Sequence[str], texts: Sequence[str], *, payer: int, incoming: bool
) -> set[int]:
    """The places of tags that are only text; the first tag never is."""
    found = set()
    seen: set[str] = set()
    for index in range(min(payer + 1, len(tags))):
        if tags[index] in seen:
            found.add(index)
        seen.add(tags[index])
    for index in range(len(tags) - 1, payer, -1):
        tag = tags[index]
        # On money that came in a reason code after the text may be the payer's own.
        is_forged = tag == "RTRN" and (incoming or _REASON.match(texts[index]) is None)
        if tag in seen or is_forged:
            found.add(index)
        seen.add(tag)
    return found


def _counterparty(said: dict[str, str], *, incoming: bool) -> tuple[str | None, str | None]:
    """Account and name of the other party."""
    if "CNTP" in said:
        account, _, rest = said["CNTP"].partition("/")
        parts = rest.split("/")[1:]  # after the BIC: name, city and an empty end
        name = parts[:1] if len(parts) <= _CITY_AND_END else parts[:-_CITY_AND_END]
        return account, "/".join(name)
    first, second = ("ORDP//NAME", "BENM//NAME") if incoming else ("BENM//NAME", "ORDP//NAME")
    return said.get("IBAN"), said.get("NAME") or said.get(first) or said.get(second)


def _remittance(said: Mapping[str, str], *, info: Sequence[str]) -> tuple[str | None, str | None]:
    """The structured reference and the text of the payer, with the folds of the source."""
    text = said.get(_PAYER)
    if text is None:
        return None, None
    if structured := _STRUCTURED.match(text):
        return filled(structured.group(1)), None
    if issued := _ISSUER.match(text):
        return filled("".join(issued.group(1).split())), None
    before, after = "", ""
    if text.startswith(_TWICE):  # Rabobank writes /REMI//REMI/
        before = _TWICE
    elif text.startswith(_UNSTRUCTURED):
        before, after = _UNSTRUCTURED, "/"
    rest = text.removeprefix(before).removesuffix(after)
    if len(info) > 1:
        start = _start_of(_PAYER, said) + len(before)
        rest = _with_folds(info, start=start, end=start + len(rest))
    return None, filled(rest) if rest.strip("/ \n") else None


def _start_of(tag: str, said: Mapping[str, str]) -> int:
    """Where the text of `tag` begins in the joined lines; each tag stands between two slashes."""
    start = 0
    for each, text in said.items():
        start += len(each) + 2
        if each == tag:
            break
        start += len(text)
    return start


def _with_folds(info: Sequence[str], *, start: int, end: int) -> str:
    """The joined lines from `start` to `end`, with a newline where a line ended."""
    parts, begin = [], 0
    for line in info:
        finish = begin + len(line)
        if start < finish and begin < end:
            parts.append(line[max(start - begin, 0) : end - begin])
        begin = finish
    return "\n".join(parts)


def _identifier(text: str | None) -> str | None:
    """A reference; ING ends it with a slash, which none may end with."""
    return None if text is None else filled(text.rstrip("/"))


def _count(said: dict[str, str]) -> int | None:
    """How many payments a batch holds."""
    number = said.get("NRTX", "").strip("/ ")
    if not number and (total := _TOTAL.search(said.get(_PAYER, ""))):
        number = total.group(1)
    return int(number) if _NUMBER.fullmatch(number) else None
