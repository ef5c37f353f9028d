"""What the matcher has to know: open invoices with all their customers may be known by."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from django.db.models import Q
from django.utils.translation import get_language

from balie.apps.banking.models import EntrySlice
from balie.apps.billing.models import Invoice, Payment
from balie.apps.customers.models import Customer
from balie.apps.mandates.models import Mandate
from balie.apps.services import queries as services
from balie.domain.matching import Match, Matcher, OpenItem, Transfer
from balie.domain.matching_evidence import CODES, Evidence

# An account from which so many customers paid is a payment provider's: it identifies nobody.
CUSTOMERS_OF_A_PROVIDER = 3


@dataclass(frozen=True, kw_only=True)
class Suggestion:
    """One way to place a slice: cents per invoice, and why, for an employee to say yes to.

    `reasons` and `doubts` are sentences in the language in force; the rest of the slice would be
    the customer's credit.
    """

    allocations: tuple[tuple[Invoice, int], ...]
    reasons: tuple[str, ...]
    doubts: tuple[str, ...]

    @property
    def customer(self) -> Customer:
        """Whose invoices these are."""
        return self.allocations[0][0].customer

    @property
    def numbers(self) -> str:
        """The invoice numbers as an employee types them."""
        return " ".join(invoice.number for invoice, _ in self.allocations)


@dataclass(frozen=True, kw_only=True)
class Finder:
    """A matcher over what is open now, and the invoices behind its keys."""

    matcher: Matcher
    invoices: Mapping[int, Invoice]

    def match(self, piece: EntrySlice) -> Match:
        """Return what the matcher makes of a slice of money that came in."""
        return self.matcher.match(transfer_of(piece))


def finder() -> Finder:
    """Build a matcher over all open invoices, in four queries."""
    invoices = {
        invoice.pk: invoice
        for invoice in Invoice.objects.filter(open_cents__gt=0).select_related("customer")
    }
    ids = {invoice.customer_id for invoice in invoices.values()}
    domains = services.domains_by_customer()
    ibans = known_ibans(ids)
    items = [
        OpenItem(
            key=invoice.pk,
            invoice_number=invoice.number,
            payment_reference=invoice.payment_reference,
            customer_number=invoice.customer.number,
            customer_name=invoice.customer.name,
            domains=domains.get(invoice.customer_id, ()),
            open_cents=invoice.open_cents,
            ibans=ibans.get(invoice.customer_id, ()),
        )
        for invoice in invoices.values()
    ]
    used = Counter(iban for known in ibans.values() for iban in known)
    providers = {iban for iban, count in used.items() if count >= CUSTOMERS_OF_A_PROVIDER}
    return Finder(matcher=Matcher(items, psp_ibans=providers), invoices=invoices)


def proposals_for(pieces: Sequence[EntrySlice]) -> dict[int, list[Suggestion]]:
    """Return how each slice may be placed, best first, by its id; the matcher is built once."""
    transfers = [piece for piece in pieces if is_transfer(piece)]
    if not transfers:
        return {}
    found = finder()
    return {piece.pk: _suggestions(found, piece) for piece in transfers}


def _suggestions(found: Finder, piece: EntrySlice) -> list[Suggestion]:
    language = "en" if get_language() == "en" else "nl"
    match = found.match(piece)
    return [
        Suggestion(
            allocations=tuple(
                (found.invoices[int(key)], cents) for key, cents in proposal.allocations
            ),
            reasons=tuple(each.sentence(language) for each in proposal.evidence),
            doubts=tuple(each.sentence(language) for each in match.doubts),
        )
        for proposal in match.proposals
    ]


def known_ibans(customer_ids: Iterable[int]) -> dict[int, tuple[str, ...]]:
    """Return from which accounts customers may be paying: of a mandate, or paid from before."""
    ids = set(customer_ids)
    pairs = set(Mandate.objects.filter(customer__in=ids).values_list("customer_id", "iban"))
    pairs |= set(
        Payment.objects.filter(
            customer__in=ids, claim__undone_at__isnull=True, claim__slice__amount_cents__gt=0
        )
        .exclude(claim__slice__counterparty_iban="")
        .values_list("customer_id", "claim__slice__counterparty_iban")
    )
    found: dict[int, tuple[str, ...]] = {}
    for customer_id, iban in sorted(pairs):
        found[customer_id] = (*found.get(customer_id, ()), iban)
    return found


def transfer_of(piece: EntrySlice) -> Transfer:
    """Return a slice of money that came in as the matcher reads it."""
    return Transfer(
        amount_cents=piece.amount_cents,
        counterparty_name=piece.counterparty_name,
        counterparty_iban=piece.counterparty_iban,
        end_to_end_id=piece.end_to_end_id,
        structured_reference=piece.structured_reference,
        text=piece.text,
    )


def is_transfer(piece: EntrySlice) -> bool:
    """Tell whether a slice may be a customer's transfer: money in, no batch of ours, no return."""
    return piece.amount_cents > 0 and not piece.payment_information_id and not piece.return_reason


# The same, asked of the database.
TRANSFERS = Q(amount_cents__gt=0, payment_information_id="", return_reason="")


def evidence_words(payment: Payment, *, language: str) -> list[str]:
    """Return why a payment was recognised as its customer's, as sentences."""
    words = []
    for item in payment.evidence:
        known = isinstance(item, dict) and item.get("code") in CODES
        words.append(
            Evidence(item["code"], item["values"]).sentence(language) if known else str(item)
        )
    return words
