"""Search: stemmed words of two languages, nearly right names, and nothing typed is an error."""

import pytest

from balie.apps.customers.models import Customer
from balie.apps.tickets import actions, queries
from balie.domain.search_words import stems_of, wanted_stems
from tests.apps.building import NOW, new_contact, new_customer, new_domain, new_mandate
from tests.apps.tickets.asking import EMPLOYEE, answer, ask, new_employee, viewer_of

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]

HOSTILE = [
    '"',
    "'",
    "*",
    "NEAR(",
    "wachtwoord*",
    '"open',
    "a AND",
    "NOT",
    "words:x",
    "-x",
    "^a",
    "a & b | !c <-> d:*",
    "😀",
    "\\",
    "%_%",
    "'; DROP TABLE tickets_search; --",
    "x" * 5000,
    "\u202e\u0000",
    "ٱلسَّلَامُ नमस्ते 你好",
    " ".join(map(str, range(500))),
]


def found(wanted: str) -> list[str]:
    hits = queries.search_messages(viewer=EMPLOYEE, wanted=wanted, before=None, size=10)
    return [hit.message.body for hit in hits.rows]


@pytest.mark.parametrize(
    ("written", "wanted"),
    [
        ("Ik ben al mijn wachtwoorden kwijt.", "wachtwoord"),
        ("Ik ben mijn wachtwoord kwijt.", "wachtwoorden"),
        ("Waar zijn mijn facturen?", "factuur"),
        ("De site is erg traag.", "trage sites"),
        ("My renewals failed.", "renewal failing"),
        ("Het café in Enschede heet Crème.", "CAFE creme"),
        ("Het gaat om shop.zeezicht-brood.nl.", "zeezicht brood"),
        ("Betreft F2026-00012.", "F2026-00012"),
    ],
)
def test_message_is_found_by_other_forms_of_its_words(written: str, wanted: str) -> None:
    ask(NOW, body=written)
    ask(NOW, body="Iets heel anders over DNS.")

    assert found(wanted) == [written]


def test_every_word_must_be_there_and_the_last_written_comes_first() -> None:
    for body in ("traag en stuk", "alleen traag", "stuk en traag"):
        ask(NOW, body=body)

    assert found("traag stuk") == ["stuk en traag", "traag en stuk"]


def test_answers_notes_subjects_and_names_are_found_too() -> None:
    ticket = ask(NOW, body="Vraag over verhuizing").ticket
    actions.add_note(
        ticket=ticket, body="bellen over certificaat", employee=new_employee(), now=NOW
    )
    answer(ticket, NOW)

    assert found("certificaten") == ["bellen over certificaat"]
    assert found("werkt weer") == ["Zo werkt het weer."]
    assert found("bakker verhuizingen") == ["Vraag over verhuizing"]


@pytest.mark.parametrize("wanted", HOSTILE)
def test_nothing_that_is_typed_is_an_error(wanted: str) -> None:
    ask(NOW, body="Mijn wachtwoord is a & b.")

    queries.search_messages(viewer=EMPLOYEE, wanted=wanted, before=None, size=10)
    queries.customers_like(viewer=EMPLOYEE, wanted=wanted)
    list(queries.customers_by_iban(viewer=EMPLOYEE, wanted=wanted))
    queries.tickets_numbered(viewer=EMPLOYEE, wanted=wanted, most=5)


@pytest.mark.parametrize("body", HOSTILE)
def test_anything_can_be_written_and_indexed(body: str) -> None:
    ask(NOW, body=f"kanarie {body}".replace("\0", ""))

    assert len(found("kanaries")) == 1


@pytest.mark.parametrize("few", [500, 1], ids=["looked up", "walked back"])
def test_pages_are_walked_by_the_last_hit(monkeypatch: pytest.MonkeyPatch, few: int) -> None:
    monkeypatch.setattr("balie.apps.tickets.queries.search.FEW", few)
    for index in range(5):
        ask(NOW, body=f"traag {index}")

    seen: list[str] = []
    before = None
    while True:
        hits = queries.search_messages(viewer=EMPLOYEE, wanted="trage", before=before, size=2)
        seen += [hit.message.body for hit in hits.rows]
        before = hits.before
        if before is None:
            break

    assert seen == [f"traag {index}" for index in (4, 3, 2, 1, 0)]


def test_excerpt_marks_what_was_found_and_nothing_else() -> None:
    ask(NOW, body="Woord " * 100 + "dan <b>wachtwoorden</b> kwijt. " + "Woord " * 100)

    (hit,) = queries.search_messages(viewer=EMPLOYEE, wanted="wachtwoord", before=None, size=5).rows

    assert [piece.text for piece in hit.excerpt if piece.found] == ["wachtwoorden"]
    text = "".join(piece.text for piece in hit.excerpt)
    assert text.startswith("…")
    assert text.endswith("…")
    assert len(text) < 400


def test_only_employees_search() -> None:
    customer = new_customer(with_contact=False, name="Bakkerij Zeezicht")
    contact = new_contact(customer)
    mandate = new_mandate(customer)
    ticket = ask(NOW, contact=contact, customer=customer, body="traag").ticket
    viewer = viewer_of(contact, customer)

    assert not queries.search_messages(viewer=viewer, wanted="traag", before=None, size=5).rows
    assert not queries.customers_like(viewer=viewer, wanted="zeezicht")
    assert not queries.customers_by_iban(viewer=viewer, wanted=mandate.iban[-4:])
    assert not queries.tickets_numbered(viewer=viewer, wanted=ticket.number, most=5)


@pytest.mark.parametrize(
    "typed",
    [
        "Bakkerij Zeezciht",
        "zeezict",
        "zeezicht-broot.nl",
        "zeezicht-brod",
        "jansn",
        "janssen@zezicht.nl",
    ],
)
def test_customer_is_found_by_what_is_nearly_right(typed: str) -> None:
    customer = new_customer(with_contact=False, name="Bakkerij Zeezicht")
    new_domain(customer, "zeezicht-brood.nl")
    contact = new_contact(customer)
    contact.name = "P. Janssen"
    contact.save()
    contact.user.email = "janssen@zeezicht.nl"
    contact.user.save()
    new_customer(name="Camping De Eik")

    assert queries.customers_like(viewer=EMPLOYEE, wanted=typed) == [customer]


def test_customer_is_found_by_the_end_of_his_account_number() -> None:
    customer = new_customer()
    mandate = new_mandate(customer)
    new_customer()

    def by(figures: str) -> list[Customer]:
        return list(queries.customers_by_iban(viewer=EMPLOYEE, wanted=figures))

    assert by(mandate.iban[-4:]) == by(f"{mandate.iban[-6:-4]} {mandate.iban[-4:]}") == [customer]
    assert by(mandate.iban[-3:]) == []


@pytest.mark.parametrize("typed", ["{number}", "{end}", "{short}"])
def test_ticket_is_found_by_the_end_of_its_number(typed: str) -> None:
    ticket = ask(NOW).ticket
    ask(NOW)
    end = ticket.number.rpartition("-")[2]

    wanted = typed.format(number=ticket.number, end=end, short=int(end))
    assert queries.tickets_numbered(viewer=EMPLOYEE, wanted=wanted, most=5) == [ticket]


def test_index_can_be_written_anew() -> None:
    for index in range(3):
        ask(NOW, body=f"traag {index}")

    assert actions.reindex() == 3
    assert len(found("trage")) == 3
    assert queries.unindexed_messages() == []


def test_stems_are_plain_letters_and_figures() -> None:
    assert stems_of("Incasso's! FACTUREN, crème") == stems_of("incasso's facturen creme")
    assert wanted_stems("de het een") == wanted_stems("De  HET een")
    assert wanted_stems("de factuur") == wanted_stems("factuur")
    assert all(stem.isalnum() for stem in stems_of(*HOSTILE))
