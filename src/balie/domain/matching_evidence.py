"""Why the matcher proposes something, or dares not: a code, its details and a sentence."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from balie.domain.money import format_euro

_SENTENCES: Mapping[str, tuple[str, str]] = {
    "reference": (
        "Het betalingskenmerk {text} met kloppend controlegetal is van factuur {invoice}.",
        "Payment reference {text}, with the right check digits, is of invoice {invoice}.",
    ),
    "end_to_end": (
        "De betaling draagt het kenmerk dat wij factuur {invoice} gaven: {text}.",
        "The payment carries the identification that we gave invoice {invoice}: {text}.",
    ),
    "number": (
        'In de omschrijving staat factuurnummer {invoice} (als "{text}").',
        'The text holds invoice number {invoice} (as "{text}").',
    ),
    "number_like": (
        '"{text}" in de omschrijving lijkt op factuurnummer {invoice}.',
        '"{text}" in the text looks like invoice number {invoice}.',
    ),
    "bare": (
        '"{text}" in de omschrijving kan het volgnummer van factuur {invoice} zijn.',
        '"{text}" in the text may be the sequence of invoice {invoice}.',
    ),
    "domain": (
        "De domeinnaam {text} is van klant {customer}.",
        "The domain name {text} is of customer {customer}.",
    ),
    "domain_like": (
        '"{text}" lijkt op een domeinnaam van klant {customer}.',
        '"{text}" looks like a domain name of customer {customer}.',
    ),
    "customer": (
        "In de omschrijving staat klantnummer {customer}.",
        "The text holds customer number {customer}.",
    ),
    "customer_like": (
        '"{text}" in de omschrijving lijkt op klantnummer {customer}.',
        '"{text}" in the text looks like customer number {customer}.',
    ),
    "iban": (
        "Klant {customer} betaalde al eerder vanaf deze rekening.",
        "Customer {customer} has paid from this account before.",
    ),
    "name": (
        "De naam van de betaler is die van klant {customer}.",
        "The payer's name is that of customer {customer}.",
    ),
    "amount": (
        "Het bedrag is precies wat op factuur {invoice} openstaat: {amount}.",
        "The amount is exactly what is open on invoice {invoice}: {amount}.",
    ),
    "only_of_amount": (
        "Klant {customer} heeft precies één factuur waarop {amount} openstaat: {invoice}.",
        "Customer {customer} has exactly one invoice with {amount} open: {invoice}.",
    ),
    "sum": (
        "Het bedrag is precies de som van {invoices}: {amount}.",
        "The amount is exactly the sum of {invoices}: {amount}.",
    ),
    "part": (
        "Het bedrag is minder dan openstaat: {amount} blijft open.",
        "The amount is less than what is open: {amount} stays open.",
    ),
    "over": (
        "Het bedrag is {amount} meer dan openstaat.",
        "The amount is {amount} more than what is open.",
    ),
    "nobodys_number": (
        '"{text}" is geen nummer dat nu bij een openstaande factuur of klant hoort.',
        '"{text}" is no number of an invoice or customer with something open.',
    ),
    "other_invoice": (
        "De omschrijving noemt ook factuur {invoice}.",
        "The text also names invoice {invoice}.",
    ),
    "other_customer": (
        "De omschrijving noemt ook klant {customer}.",
        "The text also names customer {customer}.",
    ),
    "several_customers": (
        "De omschrijving noemt meer dan één klant.",
        "The text names more than one customer.",
    ),
    "several_of_amount": (
        "Klant {customer} heeft {count} facturen waarop precies dit bedrag openstaat.",
        "Customer {customer} has {count} invoices with exactly this amount open.",
    ),
    "other_reading": (
        "Waar de bank de regel afbrak, kan de omschrijving op twee manieren worden gelezen.",
        "Where the bank folded the line, the text can be read in two ways.",
    ),
    "amount_differs": (
        "Het bedrag past niet precies bij wat de omschrijving noemt.",
        "The amount does not exactly fit what the text names.",
    ),
    "names_nothing": (
        "De omschrijving noemt geen factuur of klant zonder twijfel.",
        "The text names no invoice or customer beyond doubt.",
    ),
}
CODES = frozenset(_SENTENCES)


@dataclass(frozen=True, slots=True)
class Evidence:
    """One named reason with what it speaks about; `str()` gives the Dutch sentence.

    The values are text, or cents under a name that ends in `_cents`.
    """

    code: str
    values: Mapping[str, str | int] = field(default_factory=dict, hash=False)

    def sentence(self, language: str = "nl") -> str:
        """Return the reason as a sentence, in Dutch or (`language="en"`) in English."""
        words = {
            name.removesuffix("_cents"): format_euro(value, language=language)
            if isinstance(value, int)
            else value
            for name, value in self.values.items()
        }
        dutch, english = _SENTENCES[self.code]
        return (english if language == "en" else dutch).format_map(words)

    def __str__(self) -> str:
        return self.sentence()
