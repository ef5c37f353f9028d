"""Which open invoice a transfer pays: "I transferred it", read as people write it.

Only what is certain may be booked unattended: the amount is exactly what is open on all that is
named, it is named beyond doubt, and nothing else in the text names somebody else or nobody. The
rules and twenty-four worked texts stand in docs/algorithms/matching.md and are tested against this.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from balie.domain.matching_evidence import Evidence
from balie.domain.matching_index import OpenItemIndex
from balie.domain.matching_items import (
    CERTAIN,
    LIKELY,
    NONE,
    Match,
    OpenItem,
    Proposal,
    Transfer,
)
from balie.domain.matching_names import find_customers, find_domains, find_remaining_domains
from balie.domain.matching_noise import (
    find_leftovers,
    find_references,
    mask_figures,
    reference_mention,
)
from balie.domain.matching_numbers import find_numbers, number_mentions
from balie.domain.matching_proposals import NAMES_ITEMS, Case, proposal_of, propose
from balie.domain.matching_text import Mention, Scan, readings
from balie.domain.matching_typos import resembling

__all__ = ["Evidence", "Match", "Matcher", "OpenItem", "Proposal", "Transfer"]

_MOST_DOUBTS = 5
_LONGEST_TEXT = 2000


class Matcher:
    """Matches transfers with one set of open items; build it once, ask it often.

    `psp_ibans` are accounts of payment providers, which pay for many: they identify nobody. Raises
    ValueError when two items share a key.
    """

    def __init__(
        self, open_items: Iterable[OpenItem], *, psp_ibans: Iterable[str] = frozenset()
    ) -> None:
        self._index = OpenItemIndex(open_items, psp_ibans=psp_ibans)

    def match(self, transfer: Transfer) -> Match:
        """Return how certain it is what the transfer pays, and the proposals, best first."""
        index, amount = self._index, transfer.amount_cents
        beside = self._beside_text(transfer)
        texts = readings(transfer.text[:_LONGEST_TEXT])
        read = [beside + self._read(text, amount) for text in texts]
        chosen = self._certain(read, amount)
        if len(transfer.text) > _LONGEST_TEXT:
            chosen = None
        if chosen is not None:
            case = Case(transfer, _together(read), index)
            return Match(certainty=CERTAIN, proposals=(proposal_of(case, chosen),))
        mentions = _together(read)
        mentions += resembling(mentions, texts[0], amount_cents=amount, index=index)
        proposals = propose(Case(transfer, mentions, index))
        return Match(
            certainty=LIKELY if proposals else NONE,
            proposals=proposals,
            doubts=tuple(self._doubts(read, amount))[:_MOST_DOUBTS],
        )

    def _read(self, text: str, amount_cents: int) -> list[Mention]:
        """Return everything that one reading of a text names, each place of it once."""
        scan = Scan(text)
        find_references(scan, self._index)
        mask_figures(scan, amount_cents=amount_cents)
        find_domains(scan, self._index)
        find_numbers(scan, self._index)
        find_customers(scan, self._index)
        find_remaining_domains(scan, self._index)
        find_leftovers(scan, self._index)
        return scan.mentions

    def _beside_text(self, transfer: Transfer) -> list[Mention]:
        """Return what the structured reference and the end-to-end id name."""
        found: list[Mention] = []
        if transfer.structured_reference is not None:
            reference = reference_mention(transfer.structured_reference, self._index)
            if reference is not None:
                found.append(reference)
            else:
                text = readings(transfer.structured_reference[:_LONGEST_TEXT])[0]
                found.extend(self._read(text, transfer.amount_cents))
        if transfer.end_to_end_id is not None:
            found.extend(self._end_to_end(transfer.end_to_end_id))
        return found

    def _end_to_end(self, typed: str) -> list[Mention]:
        """Return what an end-to-end id names: it is ours only as a whole.

        Banks and bookkeeping programs write what they like in it, so digits in it say nothing.
        """
        reference = reference_mention(typed, self._index)
        if reference is not None and reference.items:
            return [replace(reference, kind="end_to_end")]
        numbers = number_mentions(typed, self._index)
        found = [each for each in numbers if each.items and each.text[0].isalpha()]
        for mention in found:
            if mention.text == typed.strip():
                return [replace(mention, kind="end_to_end")]
        return found

    def _certain(self, read: Sequence[list[Mention]], amount_cents: int) -> tuple[int, ...] | None:
        """Return the items that are certainly paid, or None.

        One reading must name them beyond doubt and leave nothing unexplained; no other reading may
        name anything else beyond doubt, or fit other items.
        """
        for mentions in read:
            chosen = self._fit(mentions, amount_cents, folded=False)
            if chosen is None or not all(self._explains(chosen, each) for each in mentions):
                continue
            agreed = True
            for other in read:
                fit = self._fit(other, amount_cents, folded=True)
                sure = (mention for mention in other if mention.sure)
                agreed &= fit is None or set(fit) == set(chosen)
                agreed &= all(self._explains(chosen, mention) for mention in sure)
            if agreed:
                return chosen
        return None

    def _fit(
        self, mentions: Sequence[Mention], amount_cents: int, *, folded: bool
    ) -> tuple[int, ...] | None:
        """Return the items of exactly this amount that the sure mentions name together.

        With `folded` a mention that only a fold makes unsure counts as well.
        """
        index = self._index
        sure = [mention for mention in mentions if mention.sure or (folded and mention.folded)]
        named = tuple(
            dict.fromkeys(
                item for mention in sure if mention.kind in NAMES_ITEMS for item in mention.items
            )
        )
        if named:
            return named if index.open_cents(named) == amount_cents else None
        customers = [set(mention.customers) for mention in sure if mention.customers]
        meant = set.intersection(*customers) if customers else set()
        if len(meant) != 1:
            return None
        fitting = index.items_of_amount(meant.pop(), amount_cents)
        return tuple(fitting) if len(fitting) == 1 else None

    def _explains(self, chosen: Sequence[int], mention: Mention) -> bool:
        """Tell whether paying these items accounts for what the text mentions."""
        if mention.kind == "other_domain":
            return True
        customers = {self._index.customer_of[item] for item in chosen}
        if mention.kind == "small":
            # A lone "12" says nothing, unless the same customer has an invoice 12.
            others = set(mention.items) - set(chosen)
            return customers.isdisjoint(self._index.customer_of[item] for item in others)
        return not (
            customers.isdisjoint(mention.customers) and set(chosen).isdisjoint(mention.items)
        )

    def _doubts(self, read: Sequence[list[Mention]], amount_cents: int) -> Iterator[Evidence]:
        """Yield why nothing is certain, the most telling first."""
        mentions = read[0]
        chosen = self._fit(mentions, amount_cents, folded=True)
        if chosen is None:
            yield self._misfit([mention for each in read for mention in each], amount_cents)
        for mention in mentions:
            if mention.kind == "nobodys_number":
                yield Evidence("nobodys_number", {"text": mention.text})
            elif chosen is not None and not self._explains(chosen, mention):
                yield self._other(mention)
        if len(read) > 1:
            yield Evidence("other_reading")

    def _misfit(self, mentions: Sequence[Mention], amount_cents: int) -> Evidence:
        """Return why what is named does not come to this amount."""
        index = self._index
        sure = [mention for mention in mentions if mention.sure]
        customers = [set(mention.customers) for mention in sure if mention.customers]
        if not sure:
            return Evidence("names_nothing")
        if any(mention.items for mention in sure):
            return Evidence("amount_differs")
        meant = set.intersection(*customers)
        if len(meant) != 1:
            return Evidence("several_customers")
        customer = meant.pop()
        count = len(index.items_of_amount(customer, amount_cents))
        if count < 2:
            return Evidence("amount_differs")
        number = index.customer_number(customer)
        return Evidence("several_of_amount", {"customer": number, "count": str(count)})

    def _other(self, mention: Mention) -> Evidence:
        """Return whom else a mention names."""
        if mention.items:
            number = self._index.items[mention.items[0]].invoice_number
            return Evidence("other_invoice", {"invoice": number})
        number = self._index.customer_number(mention.customers[0])
        return Evidence("other_customer", {"customer": number})


def _together(read: Sequence[list[Mention]]) -> list[Mention]:
    """Return the mentions of all readings, each once."""
    return list(dict.fromkeys(mention for mentions in read for mention in mentions))
