"""VAT on the lines of an invoice (art. 35a Wet OB: taxable amount and VAT per rate, and a total).

Prices are cents without VAT. Each figure is rounded once, per line, half a cent upwards (away from
zero, so that a credit note mirrors its invoice); totals are sums of lines and never rounded again.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal


@dataclass(frozen=True, kw_only=True, slots=True)
class LineAmounts:
    """Net and VAT of one line, or of all lines of one rate, in cents. `vat_rate` is in per cent."""

    net_cents: int
    vat_cents: int
    vat_rate: Decimal

    @property
    def gross_cents(self) -> int:
        """What is to be paid."""
        return self.net_cents + self.vat_cents


@dataclass(frozen=True, kw_only=True, slots=True)
class InvoiceTotals:
    """The totals of an invoice in cents; `per_rate` begins with the highest rate."""

    net_cents: int
    vat_cents: int
    per_rate: tuple[LineAmounts, ...]

    @property
    def gross_cents(self) -> int:
        """What is to be paid."""
        return self.net_cents + self.vat_cents


def line_amounts(
    *, unit_price_cents: int | Decimal, vat_rate: Decimal, quantity: int | Decimal = 1
) -> LineAmounts:
    """Return net and VAT of a line of `quantity` times a price without VAT in cents.

    `vat_rate` is in per cent (21). Raises ValueError when it is negative or over 100.
    """
    if not 0 <= vat_rate <= 100:
        raise ValueError(f"A VAT rate is in per cent, from 0 to 100, not {vat_rate}.")
    net_cents = round_half_up(Decimal(unit_price_cents) * quantity)
    vat_cents = round_half_up(Decimal(net_cents) * vat_rate / 100)
    return LineAmounts(net_cents=net_cents, vat_cents=vat_cents, vat_rate=vat_rate)


def invoice_totals(lines: Iterable[LineAmounts]) -> InvoiceTotals:
    """Return the totals of the lines and those per rate; no line at all totals nothing."""
    per_rate: dict[Decimal, LineAmounts] = {}
    for line in lines:
        so_far = per_rate.get(line.vat_rate)
        per_rate[line.vat_rate] = LineAmounts(
            net_cents=line.net_cents + (so_far.net_cents if so_far else 0),
            vat_cents=line.vat_cents + (so_far.vat_cents if so_far else 0),
            vat_rate=line.vat_rate,
        )
    rates = tuple(per_rate[rate] for rate in sorted(per_rate, reverse=True))
    return InvoiceTotals(
        net_cents=sum(rate.net_cents for rate in rates),
        vat_cents=sum(rate.vat_cents for rate in rates),
        per_rate=rates,
    )


def round_half_up(cents: Decimal) -> int:
    """Return whole cents, half a cent away from zero."""
    return int(cents.quantize(Decimal(1), rounding=ROUND_HALF_UP))
