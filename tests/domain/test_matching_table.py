"""Every text in docs/algorithms/matching.md is read as it stands there."""

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from balie.domain.matching import Matcher, OpenItem, Transfer
from balie.domain.matching_evidence import CODES
from balie.domain.matching_proposals import WEIGHTS
from balie.domain.money import parse_euro

DOC = Path(__file__).parents[2] / "docs" / "algorithms" / "matching.md"
PROVIDER = "NL02ABNA0123456789"


class Row(NamedTuple):
    """One row of a table of texts."""

    rule: str
    text: str
    besides: str
    amount: str
    certainty: str
    pays: str


def _cells() -> Iterator[list[str]]:
    for line in DOC.read_text(encoding="utf-8").splitlines():
        if line.startswith("|"):
            yield [cell.strip().strip("`") for cell in line.strip("|").split("|")]


def _items() -> Iterator[OpenItem]:
    for cells in _cells():
        if len(cells) == 7 and cells[0].startswith("F"):
            number, reference, customer, name, domains, open_amount, ibans = cells
            yield OpenItem(
                key=number,
                invoice_number=number,
                payment_reference=reference or None,
                customer_number=customer,
                customer_name=name,
                domains=tuple(domains.split()),
                open_cents=parse_euro(open_amount),
                ibans=tuple(ibans.split()),
            )


def _rows() -> list[Row]:
    return [Row(*cells) for cells in _cells() if len(cells) == 6 and cells[0] in CODES]


def _transfer(row: Row) -> Transfer:
    kind, _, value = row.besides.partition(" ")
    return Transfer(
        amount_cents=parse_euro(row.amount),
        counterparty_name=value if kind == "name" else None,
        counterparty_iban=value if kind == "iban" else None,
        end_to_end_id=value if kind == "end-to-end" else None,
        structured_reference=value if kind == "reference" else None,
        text=row.text.replace("⏎", "\n"),
    )


MATCHER = Matcher(_items(), psp_ibans=frozenset({PROVIDER}))
ROWS = _rows()


def test_table_holds_all_it_should() -> None:
    assert len(list(_items())) == 6
    assert len(ROWS) == 24 + 99


@pytest.mark.parametrize("row", ROWS, ids=lambda row: f"{row.text}[{row.besides}]{row.amount}")
def test_text_is_read_as_documented(row: Row) -> None:
    match = MATCHER.match(_transfer(row))

    pays = [key for key, _ in match.proposals[0].allocations] if match.proposals else []
    assert (match.certainty, " ".join(map(str, pays))) == (row.certainty, row.pays)
    told = {evidence.code for proposal in match.proposals[:1] for evidence in proposal.evidence}
    told |= {doubt.code for doubt in match.doubts}
    if row.rule not in told:
        pytest.fail(f"{row.rule} is not among what was told: {sorted(told)}")


def test_weights_are_as_documented() -> None:
    documented = {
        cells[0]: int(cells[1]) for cells in _cells() if len(cells) == 2 and cells[1].isdigit()
    }

    assert documented == WEIGHTS
