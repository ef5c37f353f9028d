"""VAT is reversed only for a number that the register knows, and its answer is kept."""

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from balie.apps.billing import actions
from balie.apps.billing.models import VatNumberCheck
from balie.apps.billing.vat_numbers import Answer, FakeVatRegister, NoAnswer, Vies, read_answer
from balie.apps.customers.models import Customer
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, TODAY, new_customer, new_service
from tests.apps.killing import broken_invariants

BELGIAN = "BE0428759497"
OURS = "NL123456782B01"


def belgian(number: str = BELGIAN) -> Customer:
    customer = new_customer()
    Customer.objects.filter(pk=customer.pk).update(country="BE", vat_number=number)
    customer.refresh_from_db()
    return customer


def check(customer: Customer, *, known: bool | None) -> VatNumberCheck:
    register = FakeVatRegister({BELGIAN: known})
    return actions.check_vat_number(customer=customer, register=register, by=SYSTEM, now=NOW)


@pytest.mark.django_db
def test_business_with_a_checked_number_has_its_vat_reversed() -> None:
    customer = belgian("BE 0428.759.497")
    answer = check(customer, known=True)
    new_service(customer, price_cents=1000)

    (invoice,) = actions.run(today=TODAY, by=SYSTEM, now=NOW).issued

    assert (invoice.vat_cents, invoice.total_cents) == (0, 1000)
    assert (invoice.vat_treatment, invoice.vat_check) == ("reverse_charge", answer)
    assert answer.reference == "WAPI000001"
    assert broken_invariants() == []


@pytest.mark.django_db
@pytest.mark.parametrize("known", [False, None])
def test_business_without_a_yes_of_the_register_is_charged_our_vat(*, known: bool | None) -> None:
    customer = belgian()
    check(customer, known=known)
    new_service(customer, price_cents=1000)

    (invoice,) = actions.run(today=TODAY, by=SYSTEM, now=NOW).issued

    assert (invoice.vat_cents, invoice.vat_treatment) == (210, "home")


@pytest.mark.django_db
def test_register_that_is_down_does_not_undo_its_last_answer() -> None:
    customer = belgian()
    check(customer, known=True)
    check(customer, known=None)
    new_service(customer)

    (invoice,) = actions.run(today=TODAY, by=SYSTEM, now=NOW).issued

    assert invoice.vat_treatment == "reverse_charge"


@pytest.mark.django_db
def test_number_that_was_changed_since_is_not_a_checked_one() -> None:
    customer = belgian()
    check(customer, known=True)
    Customer.objects.filter(pk=customer.pk).update(vat_number="BE0403019261")
    new_service(customer)

    (invoice,) = actions.run(today=TODAY, by=SYSTEM, now=NOW).issued

    assert invoice.vat_treatment == "home"


@pytest.mark.django_db
def test_unsound_number_is_invalid_without_asking() -> None:
    register = FakeVatRegister({})

    answer = actions.check_vat_number(
        customer=belgian("BE0428759498"), register=register, by=SYSTEM, now=NOW
    )

    assert (answer.outcome, register.asked) == ("invalid", [])


@pytest.mark.django_db
def test_round_asks_about_each_number_once_and_again_when_the_answer_is_old() -> None:
    belgian()
    new_customer()
    register = FakeVatRegister({BELGIAN: True})

    asked = [
        len(actions.check_due_vat_numbers(register=register, by=SYSTEM, now=moment))
        for moment in (NOW, NOW, NOW + timedelta(days=89), NOW + timedelta(days=91))
    ]

    assert asked == [1, 0, 0, 1]
    assert actions.check_due_vat_numbers(register=None, by=SYSTEM, now=NOW) == []


class Register(BaseHTTPRequestHandler):
    """Answers as the documentation of VIES shows it."""

    questions: list[Any]
    answer: bytes

    def do_POST(self) -> None:
        length = int(self.headers["Content-Length"])
        self.questions.append(json.loads(self.rfile.read(length)))
        self.send_response(200)
        self.end_headers()
        self.wfile.write(self.answer)

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - its own name
        """Say nothing."""


@pytest.fixture
def vies() -> Iterator[tuple[Vies, type[Register]]]:
    class Mine(Register):
        questions: list[Any] = []
        answer = b"{}"

    server = HTTPServer(("127.0.0.1", 0), Mine)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield Vies(f"http://127.0.0.1:{server.server_port}/"), Mine
    server.shutdown()
    server.server_close()


def test_vies_is_asked_with_our_own_number_and_nothing_of_the_customer_else(
    vies: tuple[Vies, type[Register]],
) -> None:
    register, served = vies
    served.answer = (
        b'{"countryCode": "BE", "vatNumber": "0428759497", "valid": true,'
        b' "requestIdentifier": "WAPIAAAAYY", "name": "---", "address": "---"}'
    )

    answer = register.ask(BELGIAN, asked_by=OURS)

    assert answer == Answer(is_valid=True, reference="WAPIAAAAYY", holder="")
    assert served.questions == [
        {
            "countryCode": "BE",
            "vatNumber": "0428759497",
            "requesterMemberStateCode": "NL",
            "requesterNumber": "123456782B01",
        }
    ]


@pytest.mark.parametrize("said", [b"<html>", b"", b"[]"])
def test_vies_that_says_something_else_gives_no_answer(
    said: bytes, vies: tuple[Vies, type[Register]]
) -> None:
    register, served = vies
    served.answer = said

    with pytest.raises(NoAnswer):
        register.ask(BELGIAN, asked_by=OURS)


def test_vies_that_is_not_there_gives_no_answer() -> None:
    with pytest.raises(NoAnswer, match="did not answer"):
        Vies("http://127.0.0.1:9/").ask(BELGIAN, asked_by=OURS)


def test_error_of_a_member_state_is_no_answer() -> None:
    with pytest.raises(NoAnswer, match="MS_UNAVAILABLE"):
        read_answer({"actionSucceed": False, "errorWrappers": [{"error": "MS_UNAVAILABLE"}]})
