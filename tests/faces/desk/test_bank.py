"""The bank at the desk: what is held, refused or announced, and what an employee decides."""

import io
import zipfile
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from balie.apps.banking import queries as banking
from balie.apps.banking.models import EntryNotice, SliceClaim, Statement, StatementFile
from balie.apps.ledger import accounts
from balie.apps.ledger import queries as ledger
from balie.apps.ledger.models import Account
from balie.apps.office.models import FolderFault
from balie.faces.desk import bank_views
from balie.infra import jobs
from tests.apps.banking.announcing import notification
from tests.apps.building import (
    NOW,
    Entry,
    camt,
    days_ago,
    new_account,
    new_invoice,
)
from tests.faces.desk.building import says, take_in, text_of

pytestmark = pytest.mark.django_db

BANK = "/balie/bank/"
WORK_LIST = "/balie/bank/te-plaatsen/"
STRANGER = "NL20INGB0001234567"


@pytest.fixture(autouse=True)
def _account(db: None) -> None:
    new_account(opening=0)


def page(client: Client, address: str = BANK, language: str = "nl") -> str:
    client.cookies["balie-language"] = language
    return text_of(client.get(address))


def upload(client: Client, content: bytes, name: str = "bank.xml") -> Any:
    return client.post("/balie/bank/inlezen/", {"file": SimpleUploadedFile(name, content)})


def held(closing: int = 150) -> Statement:
    """Statement 7 in another version than the one that is booked."""
    take_in(camt(Entry(cents=100, reference="R1", text="huur"), opening=0, number="7"))
    take_in(camt(Entry(cents=closing, reference="R1", text="pacht"), opening=0, number="7"))
    return banking.held_statements().get()


def test_page_shows_each_account_beside_its_last_statement(finance: Client) -> None:
    new_account(iban=STRANGER, opening=1000)
    take_in(camt(Entry(cents=1210, iban=STRANGER, name="X", text="x"), opening=0))

    text = page(finance)

    assert "laatste afschrift: ma 23 nov 2026 € 12,10 € 12,10 € 0,00" in text
    assert "beginsaldo € 10,00 € 10,00 € 0,00" in text
    assert "Alle bankrekeningen € 22,10 € 22,10 € 0,00" in text
    assert "alles wat nog niet herkend is € 12,10 € 12,10 € 0,00" in text


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("nl", "ander bedrag € 1,00 , ma 23 nov 2026 J. Bakker NL39 RABO 0300 0652 64 huur € 1,50"),
        ("en", "other amount €1.00 , Mon 23 Nov 2026 J. Bakker NL39 RABO 0300 0652 64 huur €1.50"),
    ],
)
def test_corrected_statement_is_shown_entry_by_entry(
    finance: Client, language: str, words: str
) -> None:
    statement = held()

    assert words in page(finance, f"{BANK}aangehouden/{statement.pk}/", language)


def test_correction_is_booked_from_its_page(finance: Client) -> None:
    statement = held()

    response = finance.post(
        f"{BANK}aangehouden/{statement.pk}/corrigeren/", {"because": "De bank belde"}
    )

    assert response["Location"] == BANK
    assert says(response)[0].startswith("De correctie is geboekt.")
    assert ledger.balance(accounts.BANK) == 150
    assert "Aangehouden" not in page(finance)


def test_statement_is_set_aside_and_taken_up_again(finance: Client) -> None:
    statement = held()
    address = f"{BANK}aangehouden/{statement.pk}/"

    finance.post(f"{address}opzij/", {"because": "Dubbel verstuurd"})
    aside = page(finance)
    again = page(finance, address)
    finance.post(f"{address}opnieuw/")

    assert "Opzijgelegd NL91 ABNA 0417 1643 00, afschrift 7" in aside
    assert "Dubbel verstuurd" in aside
    assert "Opnieuw bekijken" in again
    assert banking.held_statements().get() == statement


@pytest.mark.parametrize("decision", ["opzij", "corrigeren"])
def test_decision_without_a_reason_is_asked_for_one(finance: Client, decision: str) -> None:
    statement = held()

    response = finance.post(f"{BANK}aangehouden/{statement.pk}/{decision}/", {"because": " "})

    assert response.status_code == 422
    assert "Dit veld is verplicht." in text_of(response)
    assert banking.held_statements().get() == statement


def test_decision_on_what_a_colleague_decided_says_so(finance: Client) -> None:
    statement = held()
    address = f"{BANK}aangehouden/{statement.pk}/opzij/"
    finance.post(address, {"because": "a"})

    response = finance.post(address, {"because": "b"})

    statement.refresh_from_db()
    assert says(response)[-1] == "Dit is ondertussen veranderd. Kijk er nog eens naar."
    assert statement.decided_because == "a"


def test_booked_statement_has_no_page_of_a_held_one(finance: Client) -> None:
    take_in(camt(opening=0))

    response = finance.get(f"{BANK}aangehouden/{Statement.objects.get().pk}/")

    assert response.status_code == 404


def test_agent_may_compare_but_decides_nothing(agent: Client) -> None:
    statement = held()
    address = f"{BANK}aangehouden/{statement.pk}/"

    looked = agent.get(address)
    statuses = [
        agent.post(f"{address}{what}/", {"because": "x"}).status_code
        for what in ("opzij", "corrigeren", "opnieuw")
    ]

    assert looked.status_code == 200
    assert f'action="{address}' not in looked.content.decode()
    assert statuses == [404, 404, 404]
    assert banking.held_statements().get() == statement


@pytest.mark.parametrize(
    ("content", "dutch", "english"),
    [
        (b"geen afschrift", "Dit bestand is niet te lezen", "This file cannot be read"),
        (
            camt(opening=0, iban=STRANGER),
            f"Rekening {STRANGER} is niet van ons",
            f"Account {STRANGER} is not one of ours",
        ),
        (camt(opening=0, currency="USD"), "is in USD en is niet geboekt", "is in USD and is not"),
    ],
)
def test_refusal_is_read_in_the_language_of_the_reader(
    finance: Client, content: bytes, dutch: str, english: str
) -> None:
    finance.cookies["balie-language"] = "en"
    said = says(upload(finance, content))

    assert english in said[-1]
    assert dutch in page(finance)
    assert english in page(finance, language="en")


def test_refused_file_leaves_the_list_with_a_reason(finance: Client) -> None:
    upload(finance, b"geen afschrift", "vakantie.txt")
    file = StatementFile.objects.get()
    address = f"{BANK}geweigerd/{file.pk}/gezien/"
    on_today = page(finance, "/balie/")

    without = finance.post(address, {"because": ""})
    finance.post(address, {"because": "Vakantiefoto"})

    assert "1 bankbestand is geweigerd" in on_today
    assert says(without)[-1].startswith("Schrijf waarom")
    file.refresh_from_db()
    assert file.seen_because == "Vakantiefoto"
    assert "bankbestand is geweigerd" not in page(finance, "/balie/")


def test_advance_notices_are_shown_until_the_statement_books_them(finance: Client) -> None:
    said = says(upload(finance, notification(Entry(cents=1210, reference="R1", text="vooraf"))))
    announced = page(finance)

    upload(finance, camt(Entry(cents=1210, reference="R1"), opening=0))

    assert said[-1].startswith("1 vooraankondiging ingelezen")
    assert "Aangekondigd door de bank 1" in announced
    assert "Van de lijst" not in announced
    assert "Aangekondigd door de bank" not in page(finance)


def test_notice_that_the_statement_of_its_day_lacks_is_marked_and_dismissed(
    finance: Client,
) -> None:
    upload(finance, notification(Entry(cents=1210, on=days_ago(1), reference="R1")))
    upload(finance, camt(Entry(cents=5, iban=STRANGER), opening=0))
    marked = page(finance)

    address = f"{BANK}vooraf/{EntryNotice.objects.get().pk}/gezien/"
    finance.post(address, {"because": "Ingetrokken"})

    assert "Het afschrift van die dag is zonder deze geboekt." in marked
    assert "Aangekondigd door de bank" not in page(finance)


def test_fault_of_the_folder_is_an_alarm_on_both_pages(finance: Client) -> None:
    FolderFault.objects.create(
        name="groot.xml", code="too_large", values={"megabytes": "300"}, since_at=NOW
    )

    assert "groot.xml Dit bestand is groter dan 300 MB" in page(finance)
    assert "In de map voor bankbestanden staat iets" in page(finance, "/balie/")


def test_large_upload_is_taken_in_by_a_job(
    finance: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_views, "BOOKED_AT_ONCE", 100)
    invoice = new_invoice()

    response = upload(finance, camt(Entry(cents=1210, text=invoice.number), opening=0), "jaar.xml")
    waiting = page(finance)
    jobs.run_pending(now=NOW)

    invoice.refresh_from_db()
    file = StatementFile.objects.get()
    assert says(response) == [
        "jaar.xml is groot en wordt ingelezen. U kunt verder; hieronder ziet u hoe ver het is."
    ]
    assert "Wordt ingelezen 1 jaar.xml" in waiting
    assert file.received_by.startswith("employee:")
    assert invoice.open_cents == 0
    assert "Wordt ingelezen" not in page(finance)
    assert "Onlangs ingelezen jaar.xml ma 23 nov 2026, 10:00 geboekt: 1" in page(finance)


def test_zip_is_taken_in_by_a_job_however_small_it_is(finance: Client) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("bank.xml", camt(Entry(cents=1210), opening=0))

    upload(finance, packed.getvalue(), "dag.zip")
    booked = ledger.balance(accounts.BANK)
    jobs.run_pending(now=NOW)

    assert (booked, ledger.balance(accounts.BANK)) == (0, 1210)


def test_large_upload_that_is_sent_twice_is_taken_in_once(
    finance: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bank_views, "BOOKED_AT_ONCE", 100)
    content = camt(Entry(cents=1210, iban=STRANGER), opening=0)

    for _ in range(2):
        upload(finance, content)
    jobs.run_pending(now=NOW)

    assert ledger.balance(accounts.BANK) == 1210


def money_out() -> int:
    take_in(camt(Entry(cents=-300, name="KPN", iban=STRANGER, text="Internet"), opening=0))
    return banking.unclaimed_slices().get().pk


def test_outgoing_money_is_booked_on_an_account_and_taken_back(finance: Client) -> None:
    pk = money_out()
    costs = Account.objects.get(code=accounts.OTHER_COSTS)

    response = finance.post(
        f"{WORK_LIST}{pk}/rekening/", {"account": costs.pk, "because": "Internet kantoor"}
    )
    placed = page(finance, WORK_LIST)
    claim = SliceClaim.objects.get()
    undone = finance.post(f"/balie/bank/geplaatst/{claim.pk}/terug/")

    assert says(response) == ["Geboekt op 4900."]
    assert "4900 Overige kosten: Internet kantoor (Marit" in placed
    assert says(undone)[-1] == "Het staat weer op de lijst."
    assert banking.unclaimed_slices().get().pk == pk
    assert ledger.balance(accounts.OTHER_COSTS) == 0


def test_older_bookings_by_hand_are_a_page_further_and_can_be_undone(finance: Client) -> None:
    entries = [Entry(cents=-100 - n, name=f"KPN {n}", iban=STRANGER) for n in range(11)]
    take_in(camt(*entries, opening=0))
    costs = Account.objects.get(code=accounts.OTHER_COSTS)
    for piece in list(banking.unclaimed_slices()):
        data = {"account": costs.pk, "because": "Internet kantoor"}
        finance.post(f"{WORK_LIST}{piece.pk}/rekening/", data)
    first = SliceClaim.objects.earliest("pk")
    undo = f"/balie/bank/geplaatst/{first.pk}/terug/"

    shown = [undo in finance.get(f"{WORK_LIST}{more}").text for more in ("", "?geplaatst=2")]

    assert shown == [False, True]


def test_more_announcements_than_are_shown_are_counted(finance: Client) -> None:
    take_in(notification(*(Entry(cents=100 + n, reference=f"R{n}") for n in range(51))))

    assert "Aangekondigd door de bank 51" in page(finance, "/balie/bank/")
    assert "Dit zijn de 50 oudste." in page(finance, "/balie/bank/")


@pytest.mark.parametrize("wrong", ["account", "because", "bank"])
def test_account_or_reason_that_is_missing_is_asked_for(finance: Client, wrong: str) -> None:
    pk = money_out()
    code = accounts.BANK if wrong == "bank" else accounts.OTHER_COSTS
    data = {"account": Account.objects.get(code=code).pk, "because": "Internet"}
    data.pop(wrong, None)

    response = finance.post(f"{WORK_LIST}{pk}/rekening/", data)

    field = "because" if wrong == "because" else "account"
    assert response.status_code == 422
    assert f'id="ledger_{pk}_{field}_error"' in response.content.decode()
    assert banking.suspense_total() == -300


def test_agent_books_nothing_on_an_account(agent: Client) -> None:
    pk = money_out()
    costs = Account.objects.get(code=accounts.OTHER_COSTS).pk

    response = agent.post(f"{WORK_LIST}{pk}/rekening/", {"account": costs, "because": "x"})

    assert response.status_code == 404
    assert banking.suspense_total() == -300


def test_doubt_about_a_debit_is_told_in_dutch_and_waits(finance: Client) -> None:
    back = camt(Entry(cents=-1210, code="IDDT/UPDD", iban=STRANGER, text="storno"), opening=0)

    response = upload(finance, back)

    assert says(response)[-1].startswith("1 mutatie lijkt een incasso van ons")
    assert banking.suspense_total() == -1210
