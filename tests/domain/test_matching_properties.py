"""What the matcher never does, whatever people write: on many open invoices of one price."""

import string

import pytest
from hypothesis import assume, example, given, settings
from hypothesis import strategies as st

from balie.domain.matching import Match, Matcher, OpenItem, Transfer
from balie.domain.numbering import InvoiceNumber, payment_reference

PRICE = 1210
COUNT = 400


def _item(sequence: int, *, open_cents: int = PRICE) -> OpenItem:
    number = InvoiceNumber(series="F", year=2026, sequence=sequence)
    customer = sequence * 7 % 250
    return OpenItem(
        key=str(number),
        invoice_number=str(number),
        payment_reference=payment_reference(number),
        customer_number=f"K{10000 + customer}",
        customer_name=f"Klant {customer}",
        domains=(f"bedrijf{customer}.nl", f"winkel-{customer}.example"),
        open_cents=open_cents,
        ibans=(),
    )


# Dense small numbers, and some of six digits that begin like those of five.
SEQUENCES = [*range(1, COUNT), *range(12340, 12360), *range(123400, 123600, 7)]
ITEMS = [_item(sequence) for sequence in SEQUENCES]
BY_KEY = {item.key: item for item in ITEMS}
MATCHER = Matcher(ITEMS)

items = st.sampled_from(ITEMS)
glue = st.sampled_from(["", " ", "  ", "\n", " \n", "-", "/", ", ", ".", " en ", " / ", ":"])
noise = st.sampled_from(
    [
        "factuur", "hosting 2026", "23-11-2026", "klant", "nr.", "06-12345678", "2 jaar", "12",
        "124", "€ 12,10", "12,10", "2026", "NL91ABNA0417164300", "bedankt", "ander.example", "T-",
        "www.", "RF", "F", "K", "0", "x", "@", "t/m", "1e", "2026-", "F2026-", "eur", "1-2-", "31",
    ]
)  # fmt: skip


@st.composite
def written(draw: st.DrawFn, item: OpenItem) -> str:
    """One way in which people write what they pay."""
    number, domain = item.invoice_number, item.domains[0]
    year, _, sequence = number[1:].partition("-")
    return draw(
        st.sampled_from(
            [
                number,
                number.lower(),
                number.replace("-", ""),
                number[1:],
                f"F{year} {sequence}",
                f"F{year}-{sequence.lstrip('0')}",
                f"{year}/{sequence}",
                number.replace("0", "O"),
                domain,
                domain.upper(),
                f"www.{domain}",
                item.customer_number,
                f"klant {item.customer_number[1:]}",
                item.payment_reference or "",
            ]
        )
    )


@st.composite
def texts(draw: st.DrawFn, item: OpenItem) -> str:
    """Something that names the item, among other things people write, with folds."""
    pieces = [draw(written(item))]
    if draw(st.booleans()):
        pieces.insert(draw(st.integers(0, 1)), draw(noise))
    if draw(st.booleans()):
        pieces.append(draw(noise))
    text = pieces[0]
    for piece in pieces[1:]:
        text += draw(glue) + piece
    return text


def _match(text: str, *, cents: int = PRICE) -> Match:
    return MATCHER.match(Transfer(amount_cents=cents, text=text))


def _certain_keys(match: Match) -> set[int | str]:
    if match.certainty != "certain":
        return set()
    return {key for key, _ in match.proposals[0].allocations}


def _assert_sound(match: Match, *, cents: int) -> None:
    """Hold what every answer owes: no cent too many, no proposal without a reason."""
    assert (match.certainty == "none") == (match.proposals == ())
    for proposal in match.proposals:
        allocated = [amount for _, amount in proposal.allocations]
        assert 0 < sum(allocated) <= cents
        assert all(
            0 < amount <= BY_KEY[str(key)].open_cents for key, amount in proposal.allocations
        )
        assert len(dict(proposal.allocations)) == len(allocated)
        assert proposal.evidence != ()
    if match.certainty == "certain":
        (proposal,) = match.proposals
        assert sum(amount for _, amount in proposal.allocations) == cents
        assert all(amount == BY_KEY[str(key)].open_cents for key, amount in proposal.allocations)
        assert match.doubts == ()


@settings(max_examples=300)
@given(data=st.data(), item=items)
def test_certain_allocates_exactly_what_came_in(data: st.DataObject, item: OpenItem) -> None:
    text = data.draw(texts(item))

    _assert_sound(_match(text), cents=PRICE)


@settings(max_examples=300)
@given(data=st.data(), item=items, cents=st.integers(1, 20 * PRICE))
def test_a_wrong_amount_is_never_certain(data: st.DataObject, item: OpenItem, cents: int) -> None:
    assume(cents % PRICE != 0)
    text = data.draw(texts(item))

    match = _match(text, cents=cents)

    _assert_sound(match, cents=cents)
    assert match.certainty != "certain"


@settings(max_examples=500)
@given(data=st.data(), item=items, other=items, between=glue, before=st.booleans())
def test_another_number_takes_away_certainty_about_the_first_alone(
    data: st.DataObject, item: OpenItem, other: OpenItem, between: str, *, before: bool
) -> None:
    assume(item != other)
    text = data.draw(texts(item))
    added = data.draw(st.sampled_from([other.invoice_number, other.invoice_number.lower()]))

    both = f"{added}{between}{text}" if before else f"{text}{between}{added}"

    assert _certain_keys(_match(both)) != {item.key}


@settings(max_examples=500)
@given(data=st.data(), item=items, other=items, between=st.sampled_from([" ", "\n ", ", "]))
def test_another_customer_takes_away_certainty(
    data: st.DataObject, item: OpenItem, other: OpenItem, between: str
) -> None:
    assume(item.customer_number != other.customer_number)
    text = data.draw(texts(item))
    named = data.draw(st.sampled_from([other.domains[0], other.domains[1], other.customer_number]))

    assert _certain_keys(_match(f"{text}{between}{named}")) in [set(), {other.key}]
    assert item.key not in _certain_keys(_match(f"{text}{between}{named}"))


@settings(max_examples=300)
@given(data=st.data(), item=items)
def test_a_fold_never_leads_to_another_invoice(data: st.DataObject, item: OpenItem) -> None:
    text = data.draw(texts(item).filter(lambda text: "\n" not in text))
    unfolded = _certain_keys(_match(text))
    assume(unfolded)
    place = data.draw(st.integers(0, len(text)))

    folded = _certain_keys(_match(text[:place] + "\n" + text[place:]))

    assert folded in [unfolded, set()]


@settings(max_examples=300)
@given(item=items, more=st.text(string.digits, min_size=1, max_size=4), zero=st.booleans())
def test_a_longer_number_is_never_the_shorter_one(item: OpenItem, more: str, *, zero: bool) -> None:
    year, _, sequence = item.invoice_number.partition("-")
    typed = f"{year}-{more}{sequence}" if zero else f"{item.invoice_number}{more}"

    assert _certain_keys(_match(typed)) - {typed} == set()
    assert _certain_keys(_match(f"{item.invoice_number} {more}")) in [set(), {item.key}]


@pytest.mark.parametrize("swap", [False, True])
@settings(max_examples=300)
@given(item=items, place=st.integers(6, 10), digit=st.sampled_from(string.digits))
def test_a_typing_error_is_never_certain_about_what_was_meant(
    item: OpenItem, place: int, digit: str, *, swap: bool
) -> None:
    number = item.invoice_number
    if swap:
        typed = number[: place - 1] + number[place] + number[place - 1] + number[place + 1 :]
    else:
        typed = number[:place] + digit + number[place + 1 :]
    assume(typed.replace("-", "") != number.replace("-", ""))

    assert item.key not in _certain_keys(_match(typed))


@settings(max_examples=500)
@given(
    text=st.one_of(
        st.text(max_size=140),
        st.text("F2O0I1-/. \nkKnl€,:;@xXrR\u2013\u0663ü|~", max_size=60),
        st.lists(noise, max_size=8).map("\n".join),
    ),
    reference=st.one_of(st.none(), st.text(max_size=40)),
    cents=st.integers(1, 10**9),
)
@example(text="a." * 70, reference=None, cents=PRICE)
@example(text="1 " * 70, reference="9" * 40, cents=PRICE)
@example(text="F2026-" * 20, reference="RF" * 17, cents=PRICE)
def test_any_text_gets_a_sound_answer(text: str, reference: str | None, cents: int) -> None:
    transfer = Transfer(
        amount_cents=cents, text=text, structured_reference=reference, end_to_end_id=reference
    )

    _assert_sound(MATCHER.match(transfer), cents=cents)
