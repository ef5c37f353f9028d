"""Ways to place a transfer, each with its evidence, best first.

A proposal is worth the best thing that names its items, its customer, its account and its name, and
whether the amount fits. The weights stand in docs/algorithms/matching.md.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from balie.domain.matching_evidence import Evidence
from balie.domain.matching_index import OpenItemIndex, positions, tidy_name
from balie.domain.matching_items import Proposal, Transfer
from balie.domain.matching_text import Mention
from balie.formats.iban import normalise_iban

WEIGHTS = {
    "reference": 100,
    "end_to_end": 95,
    "number": 90,
    "number_like": 50,
    "bare": 30,
    "domain": 70,
    "customer": 70,
    "domain_like": 45,
    "customer_like": 40,
    "iban": 30,
    "name": 20,
    "amount": 40,
    "sum": 40,
}
NAMES_ITEMS = frozenset({"reference", "end_to_end", "number"})
_MOST_PROPOSALS = 5
_MOST_PER_CUSTOMER = 5
_MOST_CUSTOMERS = 8
_MOST_ITEMS = 60


@dataclass(frozen=True, slots=True)
class Case:
    """One transfer with everything that was read in it."""

    transfer: Transfer
    mentions: Sequence[Mention]
    index: OpenItemIndex

    def customers_by_iban(self) -> list[int]:
        """Return who has paid from the account before; an account of a payment provider says no."""
        iban = normalise_iban(self.transfer.counterparty_iban or "")
        return positions(self.index.by_iban.get(iban))[:_MOST_ITEMS]

    def customers_by_name(self) -> list[int]:
        """Return who has the name of the payer; of a common name only the first ones."""
        name = tidy_name(self.transfer.counterparty_name or "")
        return positions(self.index.by_name.get(name))[:_MOST_ITEMS]


def proposal_of(case: Case, chosen: Sequence[int]) -> Proposal:
    """Return the proposal that places the money on these items, in this order."""
    return _Weighed.of(case, chosen).proposal


def propose(case: Case) -> tuple[Proposal, ...]:
    """Return the best proposals, none when nothing speaks for any."""
    weighed = [_Weighed.of(case, chosen) for chosen in dict.fromkeys(_candidates(case))]
    weighed.sort(key=lambda candidate: -candidate.weight)
    # Money that does not reach beyond the first item is one proposal, whatever was named after it.
    best: dict[object, Proposal] = {}
    for candidate in weighed:
        best.setdefault(candidate.proposal.allocations, candidate.proposal)
    return tuple(best.values())[:_MOST_PROPOSALS]


@dataclass(frozen=True, slots=True)
class _Weighed:
    weight: int
    proposal: Proposal

    @classmethod
    def of(cls, case: Case, chosen: Sequence[int]) -> "_Weighed":
        weight = 0
        evidence: list[Evidence] = []
        for worth, reasons in (
            _named(case, chosen),
            _customers_named(case, chosen),
            _payer(case, chosen),
            _amount(case, chosen),
        ):
            weight += worth
            evidence.extend(reasons)
        allocations = _allocations(case, chosen)
        return cls(weight, Proposal(allocations=allocations, evidence=tuple(evidence)))


def _candidates(case: Case) -> Iterator[tuple[int, ...]]:
    """Yield what the money could be for, as items in the order in which they are paid."""
    index, amount = case.index, case.transfer.amount_cents
    named = tuple(
        dict.fromkeys(
            item
            for mention in case.mentions
            if mention.kind in NAMES_ITEMS
            for item in mention.items
        )
    )[:_MOST_ITEMS]
    if named:
        yield named
        yield from ((item,) for item in named if index.items[item].open_cents == amount)
        yield from _with_unnamed(case, named)
    for mention in case.mentions:
        if mention.kind in {"number_like", "bare"}:
            yield from _perhaps_named(case, mention, named)
    customers = [customer for mention in case.mentions for customer in mention.customers]
    customers += case.customers_by_iban() + case.customers_by_name()
    for customer in list(dict.fromkeys(customers))[:_MOST_CUSTOMERS]:
        yield from _of_customer(case, customer)
    only = index.by_amount.get(amount)
    if only is not None:
        yield (only,)


def _with_unnamed(case: Case, named: tuple[int, ...]) -> Iterator[tuple[int, ...]]:
    """Yield the named items with one more, or all, of the same customer, of exactly this amount."""
    index, amount = case.index, case.transfer.amount_cents
    customers = {index.customer_of[item] for item in named}
    if len(customers) > 1 or index.open_cents(named) >= amount:
        return
    others = index.positions_of[customers.pop()][:_MOST_ITEMS]
    others = [item for item in others if item not in named]
    left = amount - index.open_cents(named)
    yield from ((*named, item) for item in others if index.items[item].open_cents == left)
    if len(others) > 1 and index.open_cents(others) == left:
        yield (*named, *others)


def _perhaps_named(
    case: Case, mention: Mention, named: tuple[int, ...]
) -> Iterator[tuple[int, ...]]:
    index, amount = case.index, case.transfer.amount_cents
    for item in mention.items[:_MOST_ITEMS]:
        if mention.kind == "number_like" or index.items[item].open_cents == amount:
            yield (item,)
        together = (*named, item)
        if named and item not in named and index.open_cents(together) == amount:
            yield together


def _of_customer(case: Case, customer: int) -> Iterator[tuple[int, ...]]:
    """Yield the customer's items of this amount, else all of them, else the first ones."""
    index, amount = case.index, case.transfer.amount_cents
    exact = index.items_of_amount(customer, amount)[:_MOST_PER_CUSTOMER]
    yield from ((item,) for item in exact)
    everything = tuple(index.positions_of[customer][:_MOST_ITEMS])
    if index.open_cents(everything) == amount:
        yield everything
    elif not exact:
        left, first = amount, 0
        while left > 0 and first < len(everything):
            left -= index.items[everything[first]].open_cents
            first += 1
        yield everything[:first]


def _named(case: Case, chosen: Sequence[int]) -> tuple[int, list[Evidence]]:
    """Weigh what names the items: the mean of the best mention of each.

    Who names one and pays exactly what is open on more names them all by the amount.
    """
    worth, counted, reasons = 0, 0, []
    is_exact = case.index.open_cents(chosen) == case.transfer.amount_cents
    for item in chosen:
        best = None
        for mention in case.mentions:
            weight = WEIGHTS.get(mention.kind, 0)
            if item in mention.items and (best is None or weight > best[0]):
                best = (weight, mention)
        if best is not None and best[0]:
            worth += best[0]
            counted += 1
            values = {"text": best[1].text, "invoice": case.index.items[item].invoice_number}
            reasons.append(Evidence(best[1].kind, values))
    return worth // (max(counted, 1) if is_exact else len(chosen)), reasons


def _customers_named(case: Case, chosen: Sequence[int]) -> tuple[int, list[Evidence]]:
    """Weigh what names a customer of the items: the best mention, all of them told."""
    customers = {case.index.customer_of[item] for item in chosen}
    worth, reasons = 0, []
    for mention in case.mentions:
        if customers.isdisjoint(mention.customers):
            continue
        kind = "customer_like" if mention.kind == "bare" else mention.kind
        worth = max(worth, WEIGHTS[kind])
        known = next(customer for customer in mention.customers if customer in customers)
        number = case.index.customer_number(known)
        reasons.append(Evidence(kind, {"text": mention.text, "customer": number}))
    return worth, reasons


def _payer(case: Case, chosen: Sequence[int]) -> tuple[int, list[Evidence]]:
    """Weigh account and name of the payer."""
    customers = {case.index.customer_of[item] for item in chosen}
    worth, reasons = 0, []
    for code, known in (("iban", case.customers_by_iban()), ("name", case.customers_by_name())):
        customer = next((each for each in known if each in customers), None)
        if customer is not None:
            # An account or a name that several customers share says less.
            worth += WEIGHTS[code] // len(set(known))
            reasons.append(Evidence(code, {"customer": case.index.customer_number(customer)}))
    return worth, reasons


def _amount(case: Case, chosen: Sequence[int]) -> tuple[int, list[Evidence]]:
    """Weigh how the amount fits what is open."""
    index, amount = case.index, case.transfer.amount_cents
    total = index.open_cents(chosen)
    if total > amount:
        return 0, [Evidence("part", {"amount_cents": total - amount})]
    if total < amount:
        return 0, [Evidence("over", {"amount_cents": amount - total})]
    numbers = [index.items[item].invoice_number for item in chosen]
    if len(numbers) > 1:
        values: dict[str, str | int] = {"invoices": ", ".join(numbers), "amount_cents": total}
        return WEIGHTS["sum"], [Evidence("sum", values)]
    values = {"invoice": numbers[0], "amount_cents": total}
    customer = index.customer_of[chosen[0]]
    if len(index.items_of_amount(customer, amount)) > 1:
        return WEIGHTS["amount"], [Evidence("amount", values)]
    values["customer"] = index.customer_number(customer)
    return WEIGHTS["amount"] + 1, [Evidence("only_of_amount", values)]


def _allocations(case: Case, chosen: Iterable[int]) -> tuple[tuple[int | str, int], ...]:
    """Pay the items one after the other as far as the money goes."""
    left, allocations = case.transfer.amount_cents, []
    for position in chosen:
        item = case.index.items[position]
        cents = min(left, item.open_cents)
        if cents:
            allocations.append((item.key, cents))
            left -= cents
    return tuple(allocations)
