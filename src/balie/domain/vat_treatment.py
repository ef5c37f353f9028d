"""Who is charged which VAT, and what the invoice says when it is none.

Hosting and domain names are electronic services: between businesses taxed where the customer is
(art. 44 of the VAT directive), to consumers of the EU at our rate below the threshold of art. 59c,
outside the EU not at all (art. 59). The small-business scheme (KOR, art. 25 Wet OB) leaves VAT out
altogether. Nothing here asks a register: whether a number was checked is an argument.
"""

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum

from stdnum.eu import vat as eu_vat
from stdnum.exceptions import ValidationError

from balie.domain.policy import Policy

# The 27; Northern Ireland counts as EU for goods only, and what we sell are services.
EU_COUNTRIES = frozenset(
    "AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK".split()
)
_PREFIXES = {"GR": "EL"}


class Treatment(StrEnum):
    """How a customer's invoices are taxed; one for all lines of an invoice."""

    HOME = "home"
    REVERSE_CHARGE = "reverse_charge"
    OUTSIDE_EU = "outside_eu"
    SMALL_BUSINESS = "small_business"


class Category(StrEnum):
    """What a product is to the VAT: the rates of table I (9 %) and II (0 %), and the ordinary."""

    HIGH = "high"
    LOW = "low"
    ZERO = "zero"


class UnableToTax(Exception):
    """It cannot be said which VAT applies; the message says why and what to do."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Buyer:
    """Who buys, as far as VAT asks. `number_is_checked`: the register said yes, not too long ago.

    `vat_number` is in capitals without spaces, empty when he has none.
    """

    is_business: bool
    country: str
    vat_number: str
    number_is_checked: bool


def treatment_of(buyer: Buyer, *, policy: Policy) -> Treatment:
    """Return how a buyer is taxed. Raises UnableToTax for a consumer abroad past the threshold.

    A business elsewhere in the EU without a checked number is charged our VAT: without the number
    the burden of proof is ours (art. 18 Regulation 282/2011).
    """
    home = policy.company.country
    if policy.vat.small_business:
        return Treatment.SMALL_BUSINESS
    if buyer.country == home:
        return Treatment.HOME
    if buyer.country not in EU_COUNTRIES:
        return Treatment.OUTSIDE_EU
    if buyer.is_business and buyer.number_is_checked and is_number_of(buyer):
        return Treatment.REVERSE_CHARGE
    if not buyer.is_business and policy.vat.eu_consumers == "refuse":
        raise UnableToTax(
            f"a consumer in {buyer.country} pays the VAT of his country, which the one-stop shop"
            " asks for; bill him by hand"
        )
    return Treatment.HOME


def rate_of(category: str, *, treatment: Treatment, policy: Policy) -> Decimal:
    """Return the rate in per cent of a product's category for a buyer treated so."""
    if treatment != Treatment.HOME:
        return Decimal(0)
    return {
        Category.HIGH: policy.billing.vat_rate,
        Category.LOW: policy.vat.low_rate,
        Category.ZERO: Decimal(0),
    }[Category(category)]


def compact_number(typed: str) -> str:
    """Return a VAT number as it is kept: capitals, no spaces or dots."""
    return "".join(sign for sign in typed.upper() if sign.isalnum())


def is_sound_number(number: str, *, country: str) -> bool:
    """Tell whether the check digits and form of a VAT number of that EU country are right."""
    if not number.startswith(_PREFIXES.get(country, country)):
        return False
    try:
        eu_vat.validate(number)
    except ValidationError:
        return False
    return True


def is_number_of(buyer: Buyer) -> bool:
    """Tell whether the buyer's number is a sound one of his own country."""
    return is_sound_number(buyer.vat_number, country=buyer.country)
