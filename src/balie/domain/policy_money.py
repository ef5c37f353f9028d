"""The figures of the VAT on an invoice, and of what may be billed and shown without a person."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated

from balie.domain.policy_kinds import Choice, Flag, Percentage, Whole
from balie.domain.policy_section import Section


@dataclass(frozen=True, kw_only=True)
class Vat(Section):
    """How VAT is worked out; the high rate is `billing.vat_rate`, zero needs no setting.

    `rounding` says whether VAT is rounded per line, or once per rate of the invoice. A consumer in
    another country of the EU is billed at our rate until our sales there pass the threshold; with
    `eu_consumers = "refuse"` he is parked, as the rates of his country are not ours to guess. The
    answer of the register of VAT numbers counts for `number_days`.
    """

    low_rate: Annotated[Decimal, Percentage()] = Decimal(9)
    rounding: Annotated[str, Choice(options=("invoice", "line"))] = "invoice"
    small_business: Annotated[bool, Flag()] = False
    eu_consumers: Annotated[str, Choice(options=("home", "refuse"))] = "home"
    number_days: Annotated[int, Whole(least=1, most=366, unit="days")] = 90


@dataclass(frozen=True, kw_only=True)
class Invoices(Section):
    """What may be billed without a person's word, and how a debited invoice reaches the customer.

    `debited` is "mail" when it is mailed at issue, "portal" when it is to be seen there at once,
    "portal_after_debit" when it is to be seen once its debit is booked, so that nobody pays twice.
    The announcement of the debit is a mail of its own in every case.
    """

    largest_euros: Annotated[int, Whole(least=1, most=10_000_000, unit="euros")] = 5000
    debited: Annotated[str, Choice(options=("mail", "portal", "portal_after_debit"))] = "portal"
