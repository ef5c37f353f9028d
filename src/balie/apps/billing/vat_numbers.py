"""The register of VAT numbers behind a port: the EU's own (VIES), and a fake with its contract.

Only the number leaves, never a name or an address. What the register answers is kept by
`actions.check_vat_number`; when it gives no answer, nothing is known and nothing is guessed.
"""

import http.client
import json
import urllib.request
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Protocol

from django.conf import settings

ADDRESS = "https://ec.europa.eu/taxation_customs/vies/rest-api/check-vat-number"
SECONDS = 10
MOST_BYTES = 100_000


class NoAnswer(Exception):
    """The register could not be asked, or said neither yes nor no; the message says why."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the register said. `reference` proves that we asked; `holder` is empty when it is kept
    from us, as some countries do.
    """

    is_valid: bool
    reference: str
    holder: str


class VatRegister(Protocol):
    """Somebody who knows which VAT numbers are in use."""

    def ask(self, number: str, *, asked_by: str) -> Answer:
        """Return the answer about a number; `asked_by` is our own. Raises NoAnswer."""
        ...


class Vies:
    """The register of the European Commission, by its REST interface."""

    def __init__(self, address: str = ADDRESS) -> None:
        self.address = address

    def ask(self, number: str, *, asked_by: str) -> Answer:
        """Return the answer about a number; `asked_by` is our own. Raises NoAnswer."""
        question = {
            "countryCode": number[:2],
            "vatNumber": number[2:],
            "requesterMemberStateCode": asked_by[:2],
            "requesterNumber": asked_by[2:],
        }
        return read_answer(self._post(question))

    def _post(self, question: Mapping[str, str]) -> Any:
        request = urllib.request.Request(  # noqa: S310 - the address is ours, not a visitor's
            self.address,
            data=json.dumps(question).encode(),
            headers={"Content-Type": "application/json", "Accept": "application/json"},
        )
        try:
            with urllib.request.urlopen(request, timeout=SECONDS) as response:  # noqa: S310
                return json.loads(response.read(MOST_BYTES))
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise NoAnswer(f"the register did not answer: {error}") from error


def read_answer(answered: Any) -> Answer:
    """Return what VIES answered. Raises NoAnswer for an error and for anything odd."""
    if not isinstance(answered, dict) or not isinstance(answered.get("valid"), bool):
        raise NoAnswer(f"the register said neither yes nor no: {str(answered)[:200]}")
    holder = str(answered.get("name") or "")
    return Answer(
        is_valid=answered["valid"],
        reference=str(answered.get("requestIdentifier") or "")[:60],
        holder="" if holder == "---" else holder[:200],
    )


class FakeVatRegister:
    """A register that knows the numbers it was given; a number of None has no answer today."""

    def __init__(self, numbers: Mapping[str, bool | None]) -> None:
        self.numbers = dict(numbers)
        self.asked: list[str] = []

    def ask(self, number: str, *, asked_by: str) -> Answer:
        """Return the answer about a number; unknown ones are not valid. Raises NoAnswer."""
        self.asked.append(number)
        known = self.numbers.get(number, False)
        if known is None:
            raise NoAnswer("MS_UNAVAILABLE")
        return Answer(
            is_valid=known, reference=f"WAPI{len(self.asked):06d}" if known else "", holder=""
        )


def register_in_use() -> VatRegister | None:
    """Return the register that the settings name, or None: then nobody is asked."""
    return Vies() if settings.BALIE_VAT_REGISTER == "vies" else None
