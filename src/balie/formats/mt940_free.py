"""MT940 descriptions without tags: what each Dutch bank writes in its own free form.

Rules: bank guide, section 4. A form is recognised by its own marks; what is not recognised stays
text, and nothing is guessed: a name that cannot be told from the words behind it is left out.
"""

import re
from collections.abc import Sequence
from typing import Any

from balie.formats.bank_statement import filled

_IBAN = re.compile(r"NL[0-9]{2}[A-Z]{4}[0-9]{10}|(?!NL)[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_KENMERK = re.compile(r"[0-9]{7}|[0-9]{9,14}|[0-9]{16}")
_BIC = r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?"
_ACCOUNT = r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}"

# ABN AMRO, in blocks of 32 columns.
_ABN_KEY = re.compile(
    r"(?:^|(?<=\s))"
    r"(IBAN|BIC|NAAM|OMSCHRIJVING|KENMERK|MACHTIGING|INCASSANT|BETALINGSKENM\.|ID DEBITEUR): "
)
# Rabobank, ABN AMRO and others before SEPA.
_OLD_KENMERK = re.compile(r"BETALINGSKENM(?:\.|ERK:?)\s+([0-9]+)")
# Knab, as its last line.
_KNAB = re.compile(r"(?:\A|\n)REK: ([^/\n]+)/NAAM: (.+)\Z", re.DOTALL)
# Triodos, and the German way.
_SUBFIELDS = re.compile(r"[0-9]{3}>")
_SUBFIELD = re.compile(r">([0-9]{2})([^>]*(?:>(?![0-9]{2})[^>]*)*)")
# ING, old form.
_ING_DEBIT = re.compile(
    rf"(?:[0-9]{{10}} )?Europese Incasso,? \w+ ({_ACCOUNT}) {_BIC} (.+?) "
    r"[A-Z]{2}[0-9]{2}[A-Z0-9]{3}[A-Z0-9]{8,28} (?:SEPA )?(\S+) (\S+)(?: |$)"
)
_ING_TRANSFER = re.compile(rf"(?:[0-9]{{10}} )?({_ACCOUNT}) {_BIC} (?:(.+?) NOTPROVIDED )?")
_ING_BATCH = re.compile(r"VERZAMEL EUROBETALING (\S+) REMI TOTAAL ([0-9]{1,9}) POSTEN")
_ING_KENMERK = re.compile(r"SCOR/(?:CUR|ISO)/(\w+)")
_RABO_REFERENCE = 16


def iban_in(text: str | None, *, currency: str = "") -> str | None:
    """The IBAN that `text` is, as banks write one: spaced, or with the currency behind it."""
    if text is None or _IBAN.fullmatch(text):
        return text
    compact = "".join(text.split())
    if currency:
        compact = compact.removesuffix(currency)
    return compact if _IBAN.fullmatch(compact) else None


def kenmerk_in(text: str | None) -> str | None:
    """The betalingskenmerk that `text` is, judged by its length."""
    compact = "".join((text or "").split())
    return compact if _KENMERK.fullmatch(compact) else None


def details_of_free_text(
    *,
    info: Sequence[str],
    reference: str,
    bank_reference: str,
    supplement: Sequence[str],
) -> dict[str, Any]:
    """The fields of an Entry that a description without tags tells, and always its `text`."""
    lines = [line.rstrip() for line in info if line.strip()]
    text = "\n".join(lines)
    joined = "".join(info).strip()
    found: dict[str, Any] = {"text": filled(text), "bank_reference": filled(bank_reference)}
    account = reference.strip()
    if _SUBFIELDS.match(joined):
        found |= _of_triodos(joined)
    elif lines and account and lines[0].split(" ")[0] == account:
        found |= _of_volksbank(lines, account, bank_reference, supplement)
    elif knab := _KNAB.search(text):
        found["text"] = filled(text[: knab.start()])
        found["counterparty_iban"] = iban_in(knab.group(1))
        found["counterparty_name"] = filled(knab.group(2).replace("\n", ""))
    elif len(keys := list(_ABN_KEY.finditer(text))) > 1:
        found |= _of_abn_amro(text, keys)
    elif ing := _ING_DEBIT.match(joined):
        found["counterparty_iban"], found["counterparty_name"] = ing.group(1), filled(ing.group(2))
        found["mandate_reference"], found["end_to_end_id"] = map(filled, ing.group(3, 4))
    elif ing := _ING_TRANSFER.match(joined):
        found["counterparty_iban"], found["counterparty_name"] = ing.group(1), filled(ing.group(2))
    elif ing := _ING_BATCH.match(joined):
        found["batch_payment_information_id"] = filled(ing.group(1))
        found["batch_transactions"] = int(ing.group(2))
    elif len(reference) > _RABO_REFERENCE:
        found["counterparty_name"] = filled(reference[_RABO_REFERENCE:])
    kenmerk = _OLD_KENMERK.search("".join(lines)) or _ING_KENMERK.search(joined)
    if kenmerk and "structured_reference" not in found:
        found["structured_reference"] = kenmerk_in(kenmerk.group(1))
    return found


def _of_triodos(joined: str) -> dict[str, Any]:
    """`>20` is a BIC and `>21` an IBAN, or both are text like the rest; `>31` is our account."""
    fields = [(name, text) for name, text in _SUBFIELD.findall(joined) if "20" <= name <= "30"]
    account = None
    if len(fields) > 1 and re.fullmatch(_BIC, fields[0][1].strip()):
        account = iban_in(fields[1][1])
    if account is not None:
        del fields[:2]
    text = "\n".join(text for _, text in fields)
    return {"counterparty_iban": account, "text": filled(text)}


def _of_volksbank(
    lines: Sequence[str], account: str, bank_reference: str, supplement: Sequence[str]
) -> dict[str, Any]:
    """SNS, ASN and RegioBank repeat account and name of the line above the text.

    Behind `//` they put a betalingskenmerk, which identifies no entry.
    """
    found: dict[str, Any] = {
        "counterparty_iban": iban_in(account),
        "counterparty_name": filled(supplement[0]) if supplement else None,
        "text": filled("\n".join(lines[1:])),
    }
    kenmerk = kenmerk_in(bank_reference)
    if kenmerk is not None:
        found |= {"structured_reference": kenmerk, "bank_reference": None}
    return found


def _of_abn_amro(text: str, keys: Sequence[re.Match[str]]) -> dict[str, Any]:
    ends = [key.start() for key in keys[1:]] + [len(text)]
    said: dict[str, str] = {}
    for key, end in zip(keys, ends, strict=True):
        said.setdefault(key.group(1), text[key.end() : end].strip())
    flat = {key: filled(value.replace("\n", "")) for key, value in said.items()}
    found = {
        "counterparty_iban": iban_in(flat.get("IBAN")),
        "counterparty_name": flat.get("NAAM"),
        "end_to_end_id": flat.get("KENMERK"),
        "mandate_reference": flat.get("MACHTIGING"),
        "text": filled(said.get("OMSCHRIJVING")) or text[: keys[0].start()].strip() or None,
    }
    if kenmerk := kenmerk_in(flat.get("BETALINGSKENM.")):
        found["structured_reference"] = kenmerk
    return found
