"""VAT on the lines of an invoice (art. 35a Wet OB: taxable amount and VAT per rate, and a total).

Prices are cents without VAT. A figure is rounded once, half a cent upwards (away from zero, so
that a credit note mirrors its invoice): per line, or per rate of the whole invoice, as policy says.
In the latter case the cents are shared out over the lines, so that the lines still make up the
total to the cent. Which rate applies to whom stands in `balie.domain.vat_treatment`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import ROUND_FLOOR, ROUND_HALF_UP, Decimal


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
    if quantity == 1 and isinstance(unit_price_cents, int):
        net_cents = unit_price_cents
    else:
        net_cents = round_half_up(Decimal(unit_price_cents) * quantity)
    vat_cents = round_half_up(Decimal(net_cents) * vat_rate / 100)
    return LineAmounts(net_cents=net_cents, vat_cents=vat_cents, vat_rate=vat_rate)


def round_per_rate(lines: Sequence[LineAmounts]) -> list[LineAmounts]:
    """Return the lines with the VAT of each rate rounded once over their sum and shared out.

    A line is less than a cent off; of equal claims the first line gets the cent.
    """
    if len(lines) < 2:
        return list(lines)
    per_rate: dict[Decimal, list[int]] = {}
    for index, line in enumerate(lines):
        per_rate.setdefault(line.vat_rate, []).append(index)
    vat = [0] * len(lines)
    for rate, indexes in per_rate.items():
        exact = {index: lines[index].net_cents * rate / 100 for index in indexes}
        for index, claim in exact.items():
            vat[index] = int(claim.to_integral_value(rounding=ROUND_FLOOR))
        net_cents = sum(lines[index].net_cents for index in indexes)
        left = round_half_up(net_cents * rate / 100) - sum(vat[index] for index in indexes)
        for index in sorted(indexes, key=lambda index: vat[index] - exact[index])[:left]:
            vat[index] += 1
    return [
        LineAmounts(net_cents=line.net_cents, vat_cents=cents, vat_rate=line.vat_rate)
        for line, cents in zip(lines, vat, strict=True)
    ]


def part_of(*, whole_cents: int, vat_cents: int, before_cents: int, part_cents: int) -> int:
    """Return the VAT in cents of a part of a line, after parts that came to `before_cents` net.

    All parts of a line together carry its VAT to the cent, however it is cut. Raises ValueError for
    a part that is not left.
    """
    if not 0 <= before_cents <= before_cents + part_cents <= whole_cents:
        raise ValueError(
            f"{part_cents} cents are not left of {whole_cents} after {before_cents} cents."
        )
    if not whole_cents:
        return 0
    upto = [
        round_half_up(Decimal(vat_cents) * cents / whole_cents)
        for cents in (before_cents, before_cents + part_cents)
    ]
    return upto[1] - upto[0]


def invoice_totals(lines: Iterable[LineAmounts]) -> InvoiceTotals:
    """Return the totals of the lines and those per rate; no line at all totals nothing."""
    sums: dict[Decimal, tuple[int, int]] = {}
    for line in lines:
        net_cents, vat_cents = sums.get(line.vat_rate, (0, 0))
        sums[line.vat_rate] = (net_cents + line.net_cents, vat_cents + line.vat_cents)
    rates = tuple(
        LineAmounts(net_cents=sums[rate][0], vat_cents=sums[rate][1], vat_rate=rate)
        for rate in sorted(sums, reverse=True)
    )
    return InvoiceTotals(
        net_cents=sum(rate.net_cents for rate in rates),
        vat_cents=sum(rate.vat_cents for rate in rates),
        per_rate=rates,
    )


def round_half_up(cents: Decimal) -> int:
    """Return whole cents, half a cent away from zero."""
    return int(cents.quantize(Decimal(1), rounding=ROUND_HALF_UP))
