"""Invoices in the portal: the list, the money track and what to transfer, in both languages."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries

from balie.apps.billing import actions as billing
from balie.apps.billing.models import Invoice
from balie.apps.customers.models import Customer
from balie.apps.directdebit.models import Collection
from balie.infra.audit import SYSTEM
from balie.infra.clock import FrozenClock
from tests.apps.building import NOW, TODAY, Entry, camt, new_account, new_domain, new_invoice
from tests.faces.desk.building import (
    announced,
    at_the_bank,
    came_back,
    collected,
    disputed,
    take_in,
)
from tests.faces.portal.building import text_of

LIST = "/klant/facturen/"
LIST_QUERIES = 15
DAY = timedelta(days=1)


def shown(client: Client, invoice: Invoice, language: str = "nl") -> str:
    client.cookies["balie-language"] = language
    response = client.get(reverse("portal:invoice", args=[invoice.number]))
    assert response.status_code == 200
    return text_of(response)


def failed(customer: Customer) -> Invoice:
    """An invoice whose debit came back for want of money."""
    new_account()
    invoice, debit = announced(customer)
    at_the_bank(debit)
    collected(debit)
    came_back(debit, opening=1210)
    return invoice


def settled(customer: Customer) -> Invoice:
    """An invoice whose debit arrived."""
    new_account()
    invoice, debit = announced(customer)
    at_the_bank(debit)
    collected(debit)
    return invoice


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "Nog te betalen € 12,10 Aantal facturen 1 {} € 12,10 ma 23 nov 2026 zelf overmaken"),
        ("en", "Still to pay €12.10 Number of invoices 1 {} €12.10 Mon 23 Nov 2026 to transfer"),
    ],
)
def test_list_shows_what_is_open_and_where_the_money_is(
    alice: Client, bakery: Customer, language: str, words: str
) -> None:
    invoice = new_invoice(bakery)
    alice.cookies["balie-language"] = language

    assert words.format(invoice.number) in text_of(alice.get(LIST))


def test_list_without_invoices_says_so(alice: Client) -> None:
    assert "Nog geen facturen Zodra er een is, vindt u die hier." in text_of(alice.get(LIST))


@pytest.mark.parametrize("count", [1, 30])
def test_list_takes_the_same_queries_for_one_and_thirty(
    alice: Client,
    bakery: Customer,
    django_assert_num_queries: DjangoAssertNumQueries,
    count: int,
) -> None:
    for each in range(count):
        new_invoice(bakery, cents=1000 + each)

    with django_assert_num_queries(LIST_QUERIES):
        page = text_of(alice.get(LIST))

    assert len(re.findall(r"F2026-\d{5}", page)) == min(count, 25)
    assert ("1 tot en met 25 van 30" in page) == (count == 30)


def test_second_page_holds_the_rest(alice: Client, bakery: Customer) -> None:
    for each in range(30):
        new_invoice(bakery, cents=1000 + each)

    page = text_of(alice.get(LIST, {"pagina": "2"}))

    assert len(re.findall(r"F2026-\d{5}", page)) == 5


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            [
                "wordt afgeschreven",
                "Wij schrijven € 12,10 af op do 26 nov 2026, van rekening NL39 •••• 5264.",
                "Afgeschreven do 26 nov 2026 U bent hier U hoeft niets te doen.",
                "komt nog: Terug te boeken tot do 21 jan 2027",
            ],
        ),
        (
            "en",
            [
                "will be debited",
                "We debit €12.10 on Thu 26 Nov 2026 from account NL39 •••• 5264.",
                "still to come: You can charge it back until Thu 21 Jan 2027",
            ],
        ),
    ],
)
def test_invoice_that_will_be_debited_says_when_and_from_where(
    alice: Client, bakery: Customer, language: str, words: list[str]
) -> None:
    invoice, _debit = announced(bakery)

    page = shown(alice, invoice, language)

    assert [one for one in words if one not in page] == []
    assert "Zelf overmaken" not in page


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            [
                "Betaald. U kunt het nog laten terugboeken, tot en met do 21 jan 2027.",
                "Terug te boeken tot do 21 jan 2027 U bent hier",
                "binnen 56 dagen door uw bank laten terugboeken, tot en met do 21 jan 2027.",
                "Ik ben het niet eens met deze incasso",
            ],
        ),
        (
            "en",
            [
                "Paid. You can still have it charged back, until Thu 21 Jan 2027 inclusive.",
                "You can charge it back until Thu 21 Jan 2027 You are here",
                "I do not agree with this debit",
            ],
        ),
    ],
)
def test_settled_invoice_says_until_when_it_can_be_charged_back(
    alice: Client, bakery: Customer, frozen: FrozenClock, language: str, words: list[str]
) -> None:
    invoice = settled(bakery)
    frozen.move_to(NOW + 7 * DAY)

    page = shown(alice, invoice, language)

    assert [one for one in words if one not in page] == []


def test_settled_invoice_is_final_some_bank_days_after_the_last_day_to_charge_back(
    alice: Client, bakery: Customer, frozen: FrozenClock
) -> None:
    invoice = settled(bakery)

    said = []
    for days in (59, 60, 80):  # 21 and 22 January, and 11 February 2027
        frozen.move_to(NOW + days * DAY)
        said.append(shown(alice, invoice))

    assert "U kunt het nog laten terugboeken" in said[0]
    assert "Terugboeken kan niet meer; op ma 1 feb 2027 is het definitief." in said[1]
    assert "Betaald, en definitief." in said[2]
    assert "tot 13 maanden erna terugboeken" in said[2]


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "nl",
            [
                "De afschrijving is niet gelukt. Wilt u € 12,10 zelf overmaken?",
                "mislukt: Teruggeboekt vr 27 nov 2026 De bank heeft de incasso niet uitgevoerd.",
                "Wij vragen u zelf over te maken vr 27 nov 2026 U bent hier",
                "Een overboeking is binnen 2 tot 5 werkdagen bij ons.",
                "Naar rekening (IBAN) NL02 ABNA 0123 4567 89",
                "Op naam van Hostingbedrijf De Linde B.V.",
            ],
        ),
        (
            "en",
            [
                "The debit did not succeed. Would you transfer €12.10 yourself?",
                "failed: Charged back Fri 27 Nov 2026 The bank did not carry out the direct debit.",
                "A transfer is with us within 2 to 5 working days",
            ],
        ),
    ],
)
def test_failed_invoice_says_what_to_transfer_and_how_long_that_takes(
    alice: Client, bakery: Customer, frozen: FrozenClock, language: str, words: list[str]
) -> None:
    new_domain(bakery, "zeezicht.nl")
    invoice = failed(bakery)
    frozen.move_to(NOW + 7 * DAY)

    page = shown(alice, invoice, language)

    assert [one for one in words if one not in page] == []
    assert f"{invoice.number} zeezicht.nl" in page
    assert "AM04" not in page


def test_failed_invoice_has_buttons_to_copy_and_a_code_to_scan(
    alice: Client, bakery: Customer, frozen: FrozenClock
) -> None:
    invoice = failed(bakery)
    frozen.move_to(NOW + 7 * DAY)

    html = alice.get(reverse("portal:invoice", args=[invoice.number])).content.decode()

    copied = re.findall(r'data-copy="([^"]*)"', html)
    assert copied == ["12,10", "NL02ABNA0123456789", "Hostingbedrijf De Linde B.V.", invoice.number]
    assert html.count("<svg") > html.count('<svg class="icon"')


def test_invoice_that_was_transferred_says_paid_and_asks_nothing(
    alice: Client, bakery: Customer, frozen: FrozenClock
) -> None:
    new_domain(bakery, "zeezicht.nl")
    invoice = failed(bakery)
    later = TODAY + 7 * DAY
    paid = Entry(cents=1210, on=later, text="hosting zeezicht.nl", name="Bakkerij")
    take_in(camt(paid, opening=0, number="103", on=later), now=NOW + 8 * DAY)
    frozen.move_to(NOW + 8 * DAY)

    page = shown(alice, invoice)

    assert "Betaald. Dank u wel." in page
    assert "Zelf overmaken" not in page
    assert page.index("Teruggeboekt") < page.index("gedaan: Betaald ma 30 nov 2026")


def test_invoice_to_transfer_says_until_when(alice: Client, bakery: Customer) -> None:
    page = shown(alice, new_invoice(bakery))

    assert "Wilt u € 12,10 overmaken, uiterlijk op ma 7 dec 2026?" in page
    assert "Wij vragen u zelf over te maken tot ma 7 dec 2026" in page


def test_credited_invoice_asks_nothing(alice: Client, bakery: Customer) -> None:
    invoice = new_invoice(bakery)
    billing.credit_invoice(invoice=invoice, reason="dubbel", by=SYSTEM, now=NOW)

    page = shown(alice, invoice)

    assert "Deze factuur is gecrediteerd. U hoeft niets te betalen." in page
    assert "Zelf overmaken" not in page


def test_disputed_debit_leads_to_its_conversation(
    alice: Client, bakery: Customer, frozen: FrozenClock
) -> None:
    invoice = settled(bakery)
    frozen.move_to(NOW + 7 * DAY)
    dispute = disputed(Collection.objects.get(parts__invoice=invoice))

    html = alice.get(reverse("portal:invoice", args=[invoice.number])).content.decode()

    assert reverse("portal:question", args=[dispute.ticket.number]) in html
    assert "betwisten" not in html
