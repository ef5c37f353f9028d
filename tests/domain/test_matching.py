"""What the matcher answers besides reading texts: amounts, evidence, accounts, odd open items."""

import pytest

from balie.domain.matching import Evidence, Match, Matcher, OpenItem, Transfer
from balie.domain.matching_evidence import CODES
from balie.domain.numbering import InvoiceNumber, payment_reference

IBAN = "NL20INGB0001234567"


def _item(number: str, *, cents: int = 12100, customer: str = "K10023", **more: object) -> OpenItem:
    fields: dict[str, object] = {
        "key": number,
        "invoice_number": number,
        "payment_reference": None,
        "customer_number": customer,
        "customer_name": "Bakkerij Voorbeeld",
        "domains": ("voorbeeld.nl",),
        "open_cents": cents,
        "ibans": (),
    }
    return OpenItem(**{**fields, **more})  # type: ignore[arg-type]


def _match(items: list[OpenItem], *, cents: int = 12100, text: str = "", **more: str) -> Match:
    return Matcher(items).match(Transfer(amount_cents=cents, text=text, **more))


@pytest.mark.parametrize("cents", [0, -1])
def test_open_item_without_an_open_amount_is_refused(cents: int) -> None:
    with pytest.raises(ValueError, match="F2026-00123 has"):
        _item("F2026-00123", cents=cents)


@pytest.mark.parametrize("cents", [0, -1])
def test_transfer_that_brought_nothing_in_is_refused(cents: int) -> None:
    with pytest.raises(ValueError, match="brought nothing in"):
        Transfer(amount_cents=cents)


@pytest.mark.parametrize("nothing", ["", "  ", "NOTPROVIDED", "notprovided"])
def test_transfer_field_that_says_nothing_is_none(nothing: str) -> None:
    transfer = Transfer(
        amount_cents=1,
        counterparty_name=nothing,
        counterparty_iban=nothing,
        end_to_end_id=nothing,
        structured_reference=nothing,
    )

    assert transfer == Transfer(amount_cents=1)


def test_two_items_with_one_key_are_refused() -> None:
    items = [_item("F2026-00123", key=7), _item("F2026-00124", key=7)]

    with pytest.raises(ValueError, match="the key 7"):
        Matcher(items)


def test_nothing_open_matches_nothing() -> None:
    match = _match([], text="F2026-00123 voorbeeld.nl K10023 124", structured_reference="RF12")

    assert (match.certainty, match.proposals) == ("none", ())


def test_part_payment_is_proposed_and_tells_what_stays_open() -> None:
    match = _match([_item("F2026-00123")], cents=100, text="F2026-00123")

    assert match.certainty == "likely"
    assert match.proposals[0].allocations == (("F2026-00123", 100),)
    assert "Het bedrag is minder dan openstaat: €\u00a0120,00 blijft open." in [
        str(evidence) for evidence in match.proposals[0].evidence
    ]


def test_overpayment_allocates_no_more_than_is_open() -> None:
    match = _match([_item("F2026-00123")], cents=12200, text="F2026-00123")

    assert match.certainty == "likely"
    assert match.proposals[0].allocations == (("F2026-00123", 12100),)
    assert "Het bedrag is €\u00a01,00 meer dan openstaat." in [
        str(evidence) for evidence in match.proposals[0].evidence
    ]


def test_money_for_several_items_is_allocated_in_the_order_they_were_named() -> None:
    items = [_item("F2026-00123", cents=100), _item("F2026-00124", cents=200)]

    match = _match(items, cents=250, text="F2026-00124 en F2026-00123")

    assert match.certainty == "likely"
    assert match.proposals[0].allocations == (("F2026-00124", 200), ("F2026-00123", 50))


def test_customer_who_pays_all_he_owes_is_likely() -> None:
    items = [_item("F2026-00123", cents=100), _item("F2026-00124", cents=200)]

    match = _match(items, cents=300, text="voorbeeld.nl")

    assert match.certainty == "likely"
    assert match.proposals[0].allocations == (("F2026-00123", 100), ("F2026-00124", 200))


def test_evidence_speaks_both_languages() -> None:
    match = _match([_item("F2026-00123")], text="factuur f2026-00123")

    (proposal,) = match.proposals
    assert [evidence.sentence("nl") for evidence in proposal.evidence] == [
        'In de omschrijving staat factuurnummer F2026-00123 (als "f2026-00123").',
        "Klant K10023 heeft precies één factuur waarop €\u00a0121,00 openstaat: F2026-00123.",
    ]
    assert [evidence.sentence("en") for evidence in proposal.evidence] == [
        'The text holds invoice number F2026-00123 (as "f2026-00123").',
        "Customer K10023 has exactly one invoice with €121.00 open: F2026-00123.",
    ]


@pytest.mark.parametrize("code", sorted(CODES))
def test_every_evidence_is_a_sentence_in_both_languages(code: str) -> None:
    values: dict[str, str | int] = {
        "text": "x", "invoice": "F2026-00123", "invoices": "F2026-00123, F2026-00124",
        "customer": "K10023", "count": "2", "amount_cents": 12100,
    }  # fmt: skip
    evidence = Evidence(code, values)

    assert str(evidence) == evidence.sentence("nl")
    assert evidence.sentence("nl") != evidence.sentence("en")
    for sentence in (evidence.sentence("nl"), evidence.sentence("en")):
        assert sentence.endswith(".")
        assert "{" not in sentence


def test_doubts_tell_which_number_is_nobodys() -> None:
    match = _match([_item("F2026-00123")], text="F2026-00123 7654321")

    assert [str(doubt) for doubt in match.doubts] == [
        '"7654321" is geen nummer dat nu bij een openstaande factuur of klant hoort.'
    ]


def test_doubts_quote_the_text_as_it_was_typed() -> None:
    match = _match([_item("F2026-00123")], text="Factuur F2026-\n00999")

    assert match.doubts[1] == Evidence("nobodys_number", {"text": "F2026-00999"})


def test_account_is_a_hint_unless_it_is_a_payment_providers() -> None:
    items = [_item("F2026-00123", ibans=(IBAN,)), _item("F2026-00124", customer="K10024")]
    transfer = Transfer(amount_cents=12100, counterparty_iban="nl20 ingb 0001 2345 67")

    known = Matcher(items).match(transfer)
    provider = Matcher(items, psp_ibans=frozenset({IBAN})).match(transfer)

    assert known.certainty == "likely"
    assert known.proposals[0].allocations == (("F2026-00123", 12100),)
    assert (provider.certainty, provider.proposals) == ("none", ())


def test_reference_beats_the_account_of_another_customer() -> None:
    items = [
        _item("F2026-00123", customer="K10023"),
        _item("F2026-00124", customer="K10024", ibans=(IBAN,), domains=()),
    ]

    match = _match(items, text="F2026-00123", counterparty_iban=IBAN)

    assert match.certainty == "certain"
    assert match.proposals[0].allocations == (("F2026-00123", 12100),)


def test_name_of_the_payer_is_compared_without_legal_form_order_and_accents() -> None:
    items = [
        _item("F2026-00123", customer_name="Café Één B.V."),
        _item("F2026-00124", customer="K10024"),
    ]

    match = _match(items, counterparty_name="BV Een Cafe")

    assert match.certainty == "likely"
    assert match.proposals[0].allocations == (("F2026-00123", 12100),)


def test_domain_of_two_customers_names_neither() -> None:
    items = [_item("F2026-00123"), _item("F2026-00124", customer="K10024")]

    match = _match(items, text="voorbeeld.nl")

    assert match.certainty == "likely"
    assert len(match.proposals) == 2
    assert match.doubts == (Evidence("several_customers"),)


def test_domain_of_two_customers_beside_the_number_of_one_is_explained() -> None:
    items = [_item("F2026-00123"), _item("F2026-00124", customer="K10024")]

    match = _match(items, text="voorbeeld.nl K10024")

    assert match.certainty == "certain"
    assert match.proposals[0].allocations == (("F2026-00124", 12100),)


def test_items_without_customer_number_are_of_different_customers() -> None:
    items = [
        _item("F2026-00123", customer="", domains=("een.nl",)),
        _item("F2026-00124", customer="", domains=("twee.nl",)),
    ]

    match = _match(items, text="twee.nl")

    assert match.certainty == "certain"
    assert match.proposals[0].allocations == (("F2026-00124", 12100),)


def test_same_sequence_in_two_years_needs_the_year() -> None:
    items = [_item("F2025-00123"), _item("F2026-00123", customer="K10024", domains=())]

    assert _match(items, text="2026-00123").proposals[0].allocations[0][0] == "F2026-00123"
    assert _match(items, text="2026-00123").certainty == "certain"
    assert _match(items, text="00123").certainty == "likely"
    assert _match(items, text="hosting 2026 00123").certainty == "likely"


def test_same_number_in_two_series_needs_the_letter() -> None:
    items = [_item("F2026-00123"), _item("FA2026-00123", customer="K10024", domains=())]

    with_letter = _match(items, text="fa2026-00123")

    assert with_letter.certainty == "certain"
    assert with_letter.proposals[0].allocations == (("FA2026-00123", 12100),)
    assert _match(items, text="2026-00123").certainty == "likely"


def test_longer_sequences_beside_short_ones_are_told_apart() -> None:
    items = [
        _item("F2026-12345", customer="K10024", domains=()),
        _item("F2026-123456", customer="K10025", domains=()),
    ]

    assert _match(items, text="F2026-123456").proposals[0].allocations[0][0] == "F2026-123456"
    assert _match(items, text="F2026-12345").proposals[0].allocations[0][0] == "F2026-12345"
    assert _match(items, text="F2026-12345\n6").certainty == "likely"
    assert _match(items, text="F2026-12345 6").certainty == "likely"


def test_number_of_another_make_is_only_a_hint() -> None:
    items = [_item("INV-10482"), _item("F2026-00123", customer="K10024", domains=())]

    match = _match(items, text="INV-10482")

    assert match.certainty == "likely"
    assert match.proposals[0].allocations == (("INV-10482", 12100),)
    assert _match(items, text="F2026-00123 10482").certainty == "likely"


def test_customer_number_of_digits_alone_counts_as_a_whole() -> None:
    items = [
        _item("F2026-00123", customer="77001", domains=()),
        _item("F2026-00124", customer="77002", domains=()),
    ]

    assert _match(items, text="77001").certainty == "certain"
    assert _match(items, text="klant 77002").proposals[0].allocations[0][0] == "F2026-00124"
    assert _match(items, text="factuur 77001").certainty == "none"
    assert _match(items, text="770010").certainty == "none"


def test_kenmerk_without_check_digit_is_only_a_hint() -> None:
    items = [_item("F2026-00123", payment_reference="1234567"), _item("F2026-00124", domains=())]

    match = _match(items, structured_reference="1234567")

    assert match.certainty == "likely"
    assert match.proposals[0].allocations == (("F2026-00123", 12100),)


def test_reference_of_two_items_is_certain_about_neither() -> None:
    reference = payment_reference(InvoiceNumber(series="F", year=2026, sequence=123))
    items = [
        _item("F2026-00123", payment_reference=reference, customer="K10024"),
        _item("F2026-00124", payment_reference=reference),
    ]

    assert _match(items, structured_reference=reference).certainty == "likely"


def test_small_digits_that_are_another_invoice_of_the_customer_raise_doubt() -> None:
    items = [_item("F2026-00012"), _item("F2026-00047"), _item("F2026-00031", customer="K10024")]

    assert _match(items, text="F2026-00012 week 47").certainty == "likely"
    assert _match(items, text="F2026-00012 week 31").certainty == "certain"


def test_text_too_long_to_read_whole_is_not_certain() -> None:
    items = [_item("F2026-00123")]

    assert _match(items, text="F2026-00123 " + "x" * 1900).certainty == "certain"
    assert _match(items, text="F2026-00123 " + "x" * 2000).certainty == "likely"


def test_forty_numbers_quoted_for_a_cent_prove_nothing() -> None:
    items = [_item(f"F2026-{sequence:05d}", domains=()) for sequence in range(1, 41)]
    text = " ".join(item.invoice_number for item in items)

    match = _match(items, cents=1, text=text)

    assert match.certainty == "likely"
    assert match.proposals[0].allocations == (("F2026-00001", 1),)


def test_at_most_five_proposals_none_of_them_twice() -> None:
    items = [_item(f"F2026-{sequence:05d}") for sequence in range(1, 41)]

    match = _match(items, text="voorbeeld.nl")

    assert len(match.proposals) == 5
    assert len({proposal.allocations for proposal in match.proposals}) == 5


def test_digits_of_other_scripts_and_invisible_signs_are_read() -> None:
    items = [_item("F2026-00123")]

    assert _match(items, text="F2026-00123 ٧٦٥٤").certainty == "likely"
    assert _match(items, text="F2026\u201300\u200b123").certainty == "certain"
    assert _match(items, text="Ｆ２０２６－００１２３").certainty == "certain"
