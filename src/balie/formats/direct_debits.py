"""An order to collect as values, and everything that can be wrong with it.

What `balie.formats.pain008` writes. A file once handed to the bank cannot be taken back, so all
faults are found before the first byte is written. Rules: EPC130-08 (what stands where), EPC217-08
(characters), and of the banks: structured address and BIC for debtors outside the EEA only.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Literal

from balie.formats.characters import latin, reference_fault
from balie.formats.iban import is_compact_iban, is_eea_iban, is_sepa_iban, masked_iban
from balie.formats.references import is_valid_creditor_identifier

Version = Literal["pain.008.001.08", "pain.008.001.02"]
"""The message versions that can be written."""
SMNDA = "SMNDA"
"""`Amendment.original_debtor_account` when the debtor's former IBAN is not known."""
NAME_LENGTH = 70
TEXT_LENGTH = 140

_BIC = re.compile(r"[A-Z]{6}[A-Z0-9]{2}(?:[A-Z0-9]{3})?\Z")
_COUNTRY = re.compile(r"[A-Z]{2}\Z")
_LETTER_OR_DIGIT = re.compile(r"[A-Za-z0-9]")
_HIGHEST_AMOUNT_CENTS = 999_999_999_99
_FAULTS_IN_MESSAGE = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Creditor:
    """Who collects: the name, account and identifier (AT-02) under which the bank knows him."""

    name: str
    iban: str
    bic: str
    creditor_identifier: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """A structured postal address, for a debtor outside the EEA only; `country` is ISO 3166."""

    street: str
    house_number: str
    postcode: str
    city: str
    country: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Amendment:
    """What the mandate said before; sent once, with the first collection after the change.

    `original_debtor_account` is the former IBAN, or `SMNDA` when it is not known.
    """

    original_mandate_reference: str | None = None
    original_creditor_name: str | None = None
    original_creditor_identifier: str | None = None
    original_debtor_account: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectDebit:
    """One debit of one debtor. `end_to_end_id` comes back with everything that happens to it."""

    end_to_end_id: str
    amount_cents: int
    mandate_reference: str
    signed_on: date
    debtor_name: str
    debtor_iban: str
    remittance_information: str
    amendment: Amendment | None = None
    debtor_bic: str | None = None
    debtor_address: Address | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PaymentBlock:
    """Collections of one day, one scheme and one sequence type: one credit line on the statement.

    FRST is no sequence type here: since November 2016 a first collection may be sent as RCUR.
    """

    payment_information_id: str
    collection_date: date
    sequence_type: Literal["RCUR", "OOFF", "FNAL"]
    scheme: Literal["CORE", "B2B"]
    collections: Sequence[DirectDebit]


@dataclass(frozen=True, slots=True, kw_only=True)
class DirectDebitFile:
    """One file for the bank. `created_at` is aware."""

    message_id: str
    created_at: datetime
    creditor: Creditor
    blocks: Sequence[PaymentBlock]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """One reason why the file cannot be written: where, what is wrong, what to do about it."""

    path: str
    problem: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.path}: {self.problem}; {self.remedy}"


class InvalidDirectDebitFile(ValueError):
    """The file was not written; `faults` holds everything that is wrong with it, not the first."""

    def __init__(self, faults: tuple[Fault, ...]) -> None:
        self.faults = faults
        lines = [str(fault) for fault in faults[:_FAULTS_IN_MESSAGE]]
        if len(faults) > len(lines):
            lines.append(f"and {len(faults) - len(lines)} more")
        super().__init__("\n".join(lines))


def faults_of(file: DirectDebitFile, *, version: Version) -> Iterator[Fault]:
    """Yield all that keeps `file` from being written in `version`, in the order of the file."""
    yield from _identifier(file.message_id, path="message_id")
    if file.created_at.tzinfo is None:
        yield Fault(path="created_at", problem="it has no time zone", remedy="pass an aware moment")
    yield from _faults_of_creditor(file.creditor)
    if not file.blocks:
        yield Fault(path="blocks", problem="there is none", remedy="write no file without a block")
    block_ids: set[str] = set()
    end_to_end_ids: set[str] = set()
    for number, block in enumerate(file.blocks):
        path = f"blocks[{number}]"
        yield from _faults_of_block(block, path=path)
        yield from _unique(block.payment_information_id, block_ids, path=path, what="block")
        for place, debit in enumerate(block.collections):
            where = f"{path}.collections[{place}]"
            yield from _faults_of_debit(debit, path=where, on=block.collection_date)
            yield from _faults_of_debtor(debit, path=where, version=version)
            yield from _unique(debit.end_to_end_id, end_to_end_ids, path=where, what="collection")


def faults_of_one(debit: DirectDebit, *, on: date, version: Version) -> Iterator[Fault]:
    """Yield all that keeps one debit from being written, whatever else is in the file."""
    yield from _faults_of_debit(debit, path="debit", on=on)
    yield from _faults_of_debtor(debit, path="debit", version=version)


def is_writable_name(text: str) -> bool:
    """Tell whether a name has a letter or digit left in the characters of a SEPA file."""
    return _LETTER_OR_DIGIT.search(latin(text)[:NAME_LENGTH]) is not None


def _faults_of_creditor(creditor: Creditor) -> Iterator[Fault]:
    yield from _name(creditor.name, path="creditor.name")
    if not is_compact_iban(creditor.iban):
        yield Fault(
            path="creditor.iban",
            problem=f"{masked_iban(creditor.iban)} is no valid IBAN without spaces",
            remedy="write the account number of the company as the bank gave it",
        )
    yield from _bic(creditor.bic, path="creditor.bic")
    if not is_valid_creditor_identifier(creditor.creditor_identifier):
        yield Fault(
            path="creditor.creditor_identifier",
            problem=f"{creditor.creditor_identifier!r} is no valid creditor identifier",
            remedy="write the 19 characters from the direct debit contract",
        )


def _faults_of_block(block: PaymentBlock, *, path: str) -> Iterator[Fault]:
    yield from _identifier(block.payment_information_id, path=f"{path}.payment_information_id")
    if block.sequence_type not in {"RCUR", "OOFF", "FNAL"}:
        yield Fault(
            path=f"{path}.sequence_type",
            problem=f"{block.sequence_type!r} is not written",
            remedy="use RCUR, or OOFF for a single collection, or FNAL for the last one",
        )
    if block.scheme not in {"CORE", "B2B"}:
        yield Fault(
            path=f"{path}.scheme",
            problem=f"{block.scheme!r} is no scheme",
            remedy="use CORE or B2B",
        )
    if not block.collections:
        yield Fault(
            path=f"{path}.collections",
            problem="there is none",
            remedy="leave out a block without collections",
        )


def _faults_of_debit(debit: DirectDebit, *, path: str, on: date) -> Iterator[Fault]:
    yield from _identifier(debit.end_to_end_id, path=f"{path}.end_to_end_id")
    yield from _identifier(debit.mandate_reference, path=f"{path}.mandate_reference")
    if not 0 < debit.amount_cents <= _HIGHEST_AMOUNT_CENTS:
        yield Fault(
            path=f"{path}.amount_cents",
            problem=f"{debit.amount_cents} cents cannot be collected",
            remedy=f"collect at least 1 and at most {_HIGHEST_AMOUNT_CENTS} cents",
        )
    if debit.signed_on > on:
        yield Fault(
            path=f"{path}.signed_on",
            problem=f"the mandate is signed on {debit.signed_on}, after the collection on {on}",
            remedy="collect only after the mandate was given",
        )
    if not 0 < len(latin(debit.remittance_information)) <= TEXT_LENGTH:
        yield Fault(
            path=f"{path}.remittance_information",
            problem=f"it must be 1 to {TEXT_LENGTH} characters in the SEPA character set",
            remedy="say in one line what is collected",
        )
    if debit.amendment is not None:
        yield from _faults_of_amendment(debit.amendment, path=f"{path}.amendment")


def _faults_of_debtor(debit: DirectDebit, *, path: str, version: Version) -> Iterator[Fault]:
    yield from _name(debit.debtor_name, path=f"{path}.debtor_name")
    if debit.debtor_bic is not None:
        yield from _bic(debit.debtor_bic, path=f"{path}.debtor_bic")
    if not (is_compact_iban(debit.debtor_iban) and is_sepa_iban(debit.debtor_iban)):
        yield Fault(
            path=f"{path}.debtor_iban",
            problem=f"{masked_iban(debit.debtor_iban)} is no valid IBAN in the SEPA area",
            remedy="ask the customer for the right account",
        )
    elif not is_eea_iban(debit.debtor_iban):
        yield from _faults_of_address(debit, path=path, version=version)


def _faults_of_address(debit: DirectDebit, *, path: str, version: Version) -> Iterator[Fault]:
    """Outside the EEA the banks need BIC and address, since November 2026 a structured one."""
    address = debit.debtor_address
    if version == "pain.008.001.02":
        yield Fault(
            path=f"{path}.debtor_iban",
            problem="the account is outside the EEA and this version has no structured address",
            remedy="write pain.008.001.08",
        )
    if debit.debtor_bic is None or address is None:
        yield Fault(
            path=f"{path}.debtor_address",
            problem="the account is outside the EEA; address or BIC is missing",
            remedy="add both, or let the customer transfer the amount",
        )
    elif not (latin(address.city) and _COUNTRY.match(address.country)):
        yield Fault(
            path=f"{path}.debtor_address",
            problem="it lacks a city or a country code of two capitals",
            remedy="complete the address",
        )


def _faults_of_amendment(amendment: Amendment, *, path: str) -> Iterator[Fault]:
    account = amendment.original_debtor_account
    if amendment == Amendment():
        yield Fault(path=path, problem="it changes nothing", remedy="leave it out")
    if amendment.original_mandate_reference is not None:
        yield from _identifier(
            amendment.original_mandate_reference, path=f"{path}.original_mandate_reference"
        )
    if amendment.original_creditor_name is not None:
        yield from _name(amendment.original_creditor_name, path=f"{path}.original_creditor_name")
    identifier = amendment.original_creditor_identifier
    if identifier is not None and not is_valid_creditor_identifier(identifier):
        yield Fault(
            path=f"{path}.original_creditor_identifier",
            problem=f"{identifier!r} is no valid creditor identifier",
            remedy="write the former identifier as it stood in earlier files",
        )
    if account is not None and account != SMNDA and not is_compact_iban(account):
        yield Fault(
            path=f"{path}.original_debtor_account",
            problem=f"{masked_iban(account)} is no valid IBAN",
            remedy=f"write the former IBAN, or {SMNDA} when it is not known",
        )


def _identifier(text: str, *, path: str) -> Iterator[Fault]:
    if (problem := reference_fault(text)) is not None:
        yield Fault(
            path=path, problem=f"{text!r} is no reference: {problem}", remedy="make it anew"
        )


def _unique(text: str, seen: set[str], *, path: str, what: str) -> Iterator[Fault]:
    if text in seen:
        yield Fault(
            path=path,
            problem=f"{text!r} names more than one {what} in this file",
            remedy="give each its own",
        )
    seen.add(text)


def _name(text: str, *, path: str) -> Iterator[Fault]:
    if not is_writable_name(text):
        yield Fault(
            path=path,
            problem="the name has no letter or digit that a SEPA file may carry",
            remedy="fill in the name in Latin letters",
        )


def _bic(text: str, *, path: str) -> Iterator[Fault]:
    if _BIC.match(text) is None:
        yield Fault(
            path=path,
            problem=f"{text!r} is no BIC",
            remedy="write 8 or 11 capitals and digits, such as ABNANL2A",
        )
