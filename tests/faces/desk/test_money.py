"""What finance does: place money by a proposal or by hand, take in bank files, release invoices."""

import re
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from balie.apps.banking.models import EntrySlice, Statement
from balie.apps.banking.queries import unclaimed_slices
from balie.apps.billing.models import InvoiceHold, Payment
from balie.apps.directdebit import actions as directdebit
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, TODAY, Entry, camt, new_account, new_customer, new_invoice
from tests.faces.desk.building import (
    announced,
    at_the_bank,
    came_back,
    collected,
    says,
    take_in,
    text_of,
)

pytestmark = pytest.mark.django_db

STRANGER = "NL20INGB0001234567"
WORK_LIST = "/balie/bank/te-plaatsen/"


def money_in(cents: int = 1210, *, name: str = "Onbekend", text: str = "hosting") -> EntrySlice:
    """Money nobody recognises by itself."""
    new_account(opening=0)
    take_in(camt(Entry(cents=cents, name=name, iban=STRANGER, text=text), opening=0))
    return unclaimed_slices().get()


def test_proposal_shows_its_evidence_and_places_with_one_click(finance: Client) -> None:
    customer = new_customer(name="Bakkerij Zeezicht")
    invoices = [new_invoice(customer), new_invoice(customer)]
    piece = money_in(name="Bakkerij Zeezicht")

    page = finance.get(WORK_LIST)
    offered = re.findall(r'name="numbers" value="([^"]+)"', page.content.decode())
    response = finance.post(f"{WORK_LIST}{piece.pk}/", {"numbers": offered[0]})

    text = text_of(page)
    assert "De naam van de betaler is die van klant" in text
    assert offered == [invoice.number for invoice in invoices]
    assert response["Location"] == WORK_LIST
    assert says(response) == [f"Geplaatst op {invoices[0].number}."]
    invoices[0].refresh_from_db()
    assert invoices[0].open_cents == 0
    assert unclaimed_slices().count() == 0


def test_reasons_that_all_proposals_share_are_said_once(finance: Client) -> None:
    customer = new_customer(name="Bakkerij Zeezicht")
    new_invoice(customer)
    new_invoice(customer)
    money_in(name="Bakkerij Zeezicht")

    text = text_of(finance.get(WORK_LIST))

    assert text.count("De naam van de betaler is die van klant") == 1
    assert text.count("Het bedrag is precies wat op factuur") == 2


@pytest.mark.parametrize("typed", ["{0} {1}", "{0}, {1}", " {0};{1} ", "{0}\n{1}"])
def test_typed_numbers_pay_several_invoices(finance: Client, typed: str) -> None:
    customer = new_customer()
    first, second = new_invoice(customer), new_invoice(customer, cents=2000)
    piece = money_in(3630)

    finance.post(
        f"{WORK_LIST}{piece.pk}/", {"numbers": typed.format(first.number.lower(), second.number)}
    )

    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.open_cents, second.open_cents) == (0, 0)
    assert Payment.objects.get().recorded_by.startswith("employee:")


@pytest.mark.parametrize(
    ("numbers", "error"),
    [
        ("", "Dit veld is verplicht."),
        (" ,; ", "Er is geen factuur"),
        ("F2026-99999", "Er is geen factuur F2026-99999."),
        ("{mine} F2026-99999", "Er is geen factuur F2026-99999."),
        ("{mine} {theirs}", "Deze facturen zijn van verschillende klanten"),
    ],
)
def test_numbers_that_cannot_be_are_shown_beside_their_amount(
    finance: Client, numbers: str, error: str
) -> None:
    mine, theirs = new_invoice(), new_invoice()
    piece = money_in(999)

    response = finance.post(
        f"{WORK_LIST}{piece.pk}/",
        {"numbers": numbers.format(mine=mine.number, theirs=theirs.number)},
    )

    assert response.status_code == 422
    assert error in text_of(response)
    assert f'id="place_{piece.pk}_numbers_error"' in response.content.decode()
    assert unclaimed_slices().count() == 1


def test_what_a_colleague_placed_first_is_not_placed_twice(finance: Client) -> None:
    first, second = new_invoice(), new_invoice()
    piece = money_in(999)
    finance.post(f"{WORK_LIST}{piece.pk}/", {"numbers": first.number})

    response = finance.post(f"{WORK_LIST}{piece.pk}/", {"numbers": second.number})

    second.refresh_from_db()
    assert says(response)[-1] == "Dit is ondertussen veranderd. Kijk er nog eens naar."
    assert second.open_cents == 1210
    assert Payment.objects.count() == 1


def test_what_was_booked_is_taken_back_with_one_click(finance: Client) -> None:
    invoice = new_invoice(new_customer(name="Bakkerij Zeezicht"))
    piece = money_in(1300, name="Jansen")
    finance.post(f"{WORK_LIST}{piece.pk}/", {"numbers": invoice.number})
    payment = Payment.objects.get()
    shown = text_of(finance.get(WORK_LIST))
    undo = f"/balie/bank/overgeboekt/{payment.pk}/terug/"

    first, second = finance.post(undo), finance.post(undo)

    invoice.refresh_from_db()
    assert "Onlangs op facturen geboekt" in shown
    assert f"Bakkerij Zeezicht : {invoice.number} € 12,10" in shown
    assert says(first)[-1] == "Het staat weer op de lijst."
    assert says(second)[-1] == "Dit is ondertussen veranderd. Kijk er nog eens naar."
    assert invoice.open_cents == 1210
    assert unclaimed_slices().get() == piece


def test_money_that_went_out_cannot_be_placed_on_an_invoice(finance: Client) -> None:
    new_account(opening=5000)
    take_in(camt(Entry(cents=-300, name="Bank", iban=STRANGER, text="Kosten"), opening=5000))

    text = text_of(finance.get(WORK_LIST))

    assert "Geld dat eraf ging en dat geen bestand van ons verklaart." in text
    assert "Zelf plaatsen" not in text


def upload(client: Client, content: bytes, name: str = "bank.xml") -> Any:
    file = SimpleUploadedFile(name, content)
    return client.post("/balie/bank/inlezen/", {"file": file})


def test_bank_file_is_booked_and_what_is_certain_placed(finance: Client) -> None:
    new_account(opening=0)
    invoice = new_invoice()

    response = upload(finance, camt(Entry(cents=1210, text=invoice.number), opening=0))

    invoice.refresh_from_db()
    assert response["Location"] == "/balie/bank/"
    assert says(response) == ["1 afschrift geboekt, mutaties: 1."]
    assert invoice.open_cents == 0


def test_same_file_twice_is_known(finance: Client) -> None:
    new_account(opening=0)
    content = camt(Entry(cents=1210), opening=0)
    upload(finance, content)

    response = upload(finance, content)

    assert says(response)[-1] == "1 afschrift was al bekend."
    assert Statement.objects.count() == 1


def test_statement_after_a_gap_is_held_with_the_difference(finance: Client) -> None:
    new_account(opening=0)

    response = upload(finance, camt(Entry(cents=500), opening=7000))

    assert "aangehouden" in says(response)[0]
    text = text_of(finance.get("/balie/bank/"))
    assert "Aangehouden 1" in text
    assert "€ 70,00" in text


def test_file_that_is_no_statement_is_refused_and_shown(finance: Client) -> None:
    new_account(opening=0)

    response = upload(finance, b"geen afschrift", "vakantie.txt")

    assert len(says(response)) == 1
    assert "Geweigerd 1 vakantie.txt" in text_of(finance.get("/balie/bank/"))


@pytest.mark.parametrize(
    ("language", "error"), [("nl", "Dit veld is verplicht."), ("en", "This field is required.")]
)
def test_upload_without_a_file_says_so(finance: Client, language: str, error: str) -> None:
    finance.cookies["balie-language"] = language

    response = finance.post("/balie/bank/inlezen/")

    assert response.status_code == 422
    assert error in text_of(response)


def test_file_that_is_too_large_says_so(finance: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("balie.faces.desk.forms.LARGEST_FILE", 10)

    response = upload(finance, b"12345678901")

    assert response.status_code == 422
    assert "Dit bestand is groter dan 50 MB." in text_of(response)


def test_released_invoice_is_announced_again(finance: Client) -> None:
    new_account(opening=0)
    invoice, collection = announced()
    at_the_bank(collection)
    collected(collection)
    came_back(collection, opening=1210)
    page = text_of(finance.get(f"/balie/facturen/{invoice.number}/"))
    kept_out = directdebit.announce(today=date(2026, 12, 1), by=SYSTEM, now=NOW)

    response = finance.post(f"/balie/facturen/{invoice.number}/vrijgeven/")

    let_in = directdebit.announce(today=date(2026, 12, 1), by=SYSTEM, now=NOW)
    hold = InvoiceHold.objects.get(invoice=invoice)
    assert "Vrijgeven voor incasso" in page
    assert kept_out.announced == []
    assert says(response)[0].startswith("Vrijgegeven.")
    assert hold.lifted_at == NOW
    assert [one.amount_cents for one in let_in.announced] == [1210]


def test_debit_claimed_back_after_the_last_day_goes_to_an_employee(finance: Client) -> None:
    new_account(opening=0)
    _, collection = announced()
    at_the_bank(collection)
    collected(collection)
    came_back(collection, opening=1210, reason="MD01", on=date(2028, 1, 3))

    text = text_of(finance.get("/balie/incasso/mislukt/"))

    assert "te laat teruggevraagd" in text
    assert "Vraag onze bank het terug te draaien." in text


def test_invoice_that_nothing_holds_has_nothing_to_release(finance: Client) -> None:
    invoice = new_invoice()

    page = text_of(finance.get(f"/balie/facturen/{invoice.number}/"))
    response = finance.post(f"/balie/facturen/{invoice.number}/vrijgeven/")

    assert "Vrijgeven voor incasso" not in page
    assert says(response) == []


def test_ledger_and_bank_that_differ_are_shown(finance: Client) -> None:
    account = new_account(opening=0)
    take_in(camt(Entry(cents=500, text="x"), opening=0, on=TODAY))
    account.refresh_from_db()
    Statement.objects.update(closing_cents=600)

    text = text_of(finance.get("/balie/bank/"))

    assert "€ 5,00 € 6,00 € 1,00" in text
