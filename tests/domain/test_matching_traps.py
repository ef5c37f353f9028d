"""Texts made to mislead: each would be booked wrongly, or not at all, by one rule less."""

import pytest

from balie.domain.matching import Evidence, Match, Matcher, OpenItem, Transfer
from balie.domain.numbering import InvoiceNumber, payment_reference

CENTS = 12100


def _item(
    number: str, *, customer: str, domain: str = "", reference: str | None = None
) -> OpenItem:
    return OpenItem(
        key=number,
        invoice_number=number,
        payment_reference=reference,
        customer_number=customer,
        domains=(domain,) if domain else (),
        open_cents=CENTS,
    )


ITEMS = [
    _item("F2026-00123", customer="K10023", domain="voorbeeld.nl"),
    _item("F2026-00124", customer="K10024", domain="ander.nl"),
    _item("F2026-12345", customer="K10025", domain="dubbel.nl"),
    _item("F2026-00046", customer="K10026"),
    _item("F2026-05567", customer="K10027"),
    _item("F2026-05568", customer="K10028"),
    _item("F2026-00068", customer="K10028"),
    _item("F2025-02026", customer="K10029"),
]
MATCHER = Matcher(ITEMS)


def _match(text: str, *, cents: int = CENTS, end_to_end_id: str | None = None) -> Match:
    return MATCHER.match(Transfer(amount_cents=cents, text=text, end_to_end_id=end_to_end_id))


@pytest.mark.parametrize(
    "text",
    [
        "F2026-00123 hosting\nander.nl",  # open, it surely names another customer
        "F2026-00123-a",
        "F2026-00123 |4",
        "F2026-00123\n4 jaar",
        "3F2026-00123",
        "1K10023",
        "K10023a",
        "K10023\n4 jaar",
        "mail.voorbeeld .nl",
        "F2026-00123 124,00",  # no amount of this transfer, so perhaps F2026-00124
        "F2026-00123 NL91ABNA04171643001",
        "F2026-00123 RF12F202600124",
        "F2026-00123 ander nl F2026-00124",
        "F2026-00123, 23-11-2026-00124",
        "F2026-00123 € 2026-00124",
        "F2026-00123 0 2026-00124",
        "F2026-00123 F2026124 F2026124",
        "F2026-00123voorbeeld.nlF2026-00124",
        "F2026-00123NL91ABNA0417164300F2026-00124",
    ],
)
def test_misleading_text_is_not_certain(text: str) -> None:
    assert _match(text).certainty != "certain"


@pytest.mark.parametrize(
    ("text", "invoice"),
    [
        ("F2026-00123 webhosting 2025/2026", "F2026-00123"),  # F2025-02026 is open as well
        ("brief\nF2026-1234\n5", "F2026-12345"),  # only with one fold open and the other closed
        ("F2026-00123\nvoorbeeld.nl", "F2026-00123"),
        ("voorbeeld.nlF2026-00123", "F2026-00123"),
        ("F2026-00123 NL91ABNA0417164300voorbeeld.nl", "F2026-00123"),
    ],
)
def test_text_that_seems_to_mislead_is_certain(text: str, invoice: str) -> None:
    match = _match(text)

    assert match.certainty == "certain"
    assert match.proposals[0].allocations == ((invoice, CENTS),)


@pytest.mark.parametrize("listed", ["F2026-12345/46", "F2026-05567/68"])
def test_short_number_in_a_list_that_may_be_two_things_is_not_certain(listed: str) -> None:
    # 46 is another customer's, and 68 may be 00068 or 05568.
    assert _match(listed, cents=2 * CENTS).certainty == "likely"


def test_random_end_to_end_id_does_not_disturb() -> None:
    assert _match("F2026-00123", end_to_end_id="2026-00124-AB").certainty == "certain"
    assert _match("F2026-00123", end_to_end_id="AB/F2026-00124").certainty == "likely"


def test_reference_of_nobody_is_told_whole() -> None:
    number = InvoiceNumber(series="F", year=2026, sequence=999)

    match = _match(f"F2026-00123 {payment_reference(number)}")

    assert match.doubts == (Evidence("nobodys_number", {"text": payment_reference(number)}),)


def test_reference_of_two_items_does_not_name_both() -> None:
    reference = payment_reference(InvoiceNumber(series="F", year=2026, sequence=123))
    matcher = Matcher(
        [
            _item("F2026-00123", customer="K10023", reference=reference),
            _item("F2026-00124", customer="K10023", reference=reference),
        ]
    )

    match = matcher.match(Transfer(amount_cents=2 * CENTS, structured_reference=reference))

    assert match.certainty == "likely"


def test_account_that_many_share_says_less_than_a_name() -> None:
    shared = {"domains": (), "open_cents": CENTS, "ibans": ("NL20INGB0001234567",)}
    items = [
        OpenItem(key=n, invoice_number=f"F2026-0000{n}", customer_number=f"K1000{n}", **shared)  # type: ignore[arg-type]
        for n in (1, 2, 3)
    ]
    named = OpenItem(
        key=4,
        invoice_number="F2026-00004",
        customer_number="K10004",
        customer_name="De Vries",
        open_cents=CENTS,
    )

    transfer = Transfer(
        amount_cents=CENTS,
        counterparty_name="Hr De Vries",
        counterparty_iban="NL20INGB0001234567",
    )

    match = Matcher([*items, named]).match(transfer)

    assert match.proposals[0].allocations == ((4, CENTS),)
