"""The next numbers of a series: gapless per year, and never dated before the one before them."""

from datetime import date

from balie.apps.billing.models import CreditNote, Invoice
from balie.domain.numbering import InvoiceNumber
from balie.infra import sequences


class NumbersWouldGoBack(Exception):
    """A document would carry an earlier date than the one numbered before it."""


def next_numbers(
    model: type[Invoice] | type[CreditNote], *, series: str, issued_on: date, count: int
) -> list[InvoiceNumber]:
    """Take the next numbers of a series in the year of `issued_on`, in the caller's transaction.

    From here until the caller commits nobody else numbers in this series, so what is seen of the
    dates stays true. Raises NumbersWouldGoBack.
    """
    year = issued_on.year
    first = sequences.next_numbers(f"{model._meta.model_name}:{series}:{year}", count=count)
    last = (
        model._default_manager.filter(series=series, year=year)
        .order_by("-sequence")
        .values_list("number", "issued_on")
        .first()
    )
    if last is not None and last[1] > issued_on:
        raise NumbersWouldGoBack(
            f"{last[0]} is dated {last[1]}; nothing can be dated {issued_on} after it. Check the"
            " clock, or go on from that day."
        )
    return [
        InvoiceNumber(series=series, year=year, sequence=sequence)
        for sequence in range(first, first + count)
    ]
