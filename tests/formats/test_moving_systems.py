"""What WHMCS and HostFact hand out, with each of their traps."""

import json
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest

from balie.formats.moving import hostfact, whmcs
from balie.formats.moving.records import (
    BrokenFile,
    CustomerRecord,
    InvoiceRecord,
    MandateRecord,
    Moving,
    ServiceRecord,
)


def read_whmcs(rows: object, *, kind: str) -> Moving:
    return whmcs.read(json.dumps(rows).encode(), kind=kind)


def read_hostfact(rows: object, *, kind: str) -> Moving:
    return hostfact.read(json.dumps(rows).encode(), kind=kind)


def client(**changes: object) -> Mapping[str, object]:
    return {
        "result": "success",
        "client": {
            "id": 7,
            "userid": 7,
            "firstname": "Anke",
            "lastname": "de Vries",
            "companyname": "Vries &amp; Zonen",
            "email": "anke@vries.example",
            "address1": "Lange Kade 12 a",
            "postcode": "8911 CJ",
            "city": "Leeuwarden",
            "countrycode": "NL",
            "phonenumber": "0581234567",
            "tax_id": "",
            "status": "Active",
            **changes,
        },
    }


def hosting(**changes: object) -> dict[str, object]:
    return {
        "id": 31,
        "clientid": 7,
        "pid": 2,
        "name": "Web S",
        "domain": "vries.example",
        "username": "vries01",
        "password": "KANARIE",
        "servername": "da3",
        "billingcycle": "Annually",
        "recurringamount": "120.00",
        "regdate": "2024-02-29",
        "nextduedate": "2027-02-28",
        "status": "Active",
        **changes,
    }


def bill(**changes: object) -> dict[str, object]:
    return {
        "result": "success",
        "invoiceid": 501,
        "invoicenum": "",
        "userid": 7,
        "date": "2026-10-01",
        "duedate": "2026-10-15",
        "subtotal": "100.00",
        "credit": "0.00",
        "tax": "21.00",
        "tax2": "0.00",
        "total": "121.00",
        "balance": "121.00",
        "taxrate": "21.00",
        "status": "Unpaid",
        "items": {"item": {"type": "Hosting", "amount": "100.00", "taxed": 1}},
        "transactions": "",
        **changes,
    }


def only(moving: Moving) -> Any:
    assert [str(fault) for fault in moving.faults] == []
    (record,) = moving.records
    return record


def test_whmcs_client_is_a_customer_without_entities() -> None:
    record = only(read_whmcs(client(), kind="customers"))

    assert isinstance(record, CustomerRecord)
    assert (record.key, record.name, record.kind) == ("7", "Vries & Zonen", "business")
    assert (record.street, record.house_number) == ("Lange Kade", "12 a")


def test_whmcs_service_keeps_its_own_day_and_no_password() -> None:
    record = only(
        read_whmcs({"result": "success", "products": {"product": [hosting()]}}, kind="services")
    )

    assert isinstance(record, ServiceRecord)
    assert (record.term, record.price_cents) == ("year", 12000)
    assert (record.started_on, record.next_period_start) == (date(2024, 2, 29), date(2027, 2, 28))
    assert "KANARIE" not in str(record.raw)


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"billingcycle": "Quarterly"}, "billingcycle"),
        ({"nextduedate": "0000-00-00"}, "nextduedate"),
        ({"status": "Suspended"}, "status"),
        ({"recurringamount": "0.00"}, "recurringamount"),
    ],
)
def test_whmcs_service_that_cannot_be_billed_here_is_named(
    changes: dict[str, object], column: str
) -> None:
    moving = read_whmcs([hosting(**changes)], kind="services")

    assert [fault.column for fault in moving.faults] == [column]
    assert moving.records == []


def test_whmcs_service_that_ended_is_left_out_and_counted() -> None:
    moving = read_whmcs([hosting(status="Terminated")], kind="services")

    assert [str(one) for one in moving.left_out] == ["line 1: is Terminated at the source"]


def test_whmcs_invoice_without_number_has_its_id() -> None:
    record = only(read_whmcs(bill(), kind="invoices"))

    assert isinstance(record, InvoiceRecord)
    assert (record.number, record.total_cents, record.open_cents) == ("501", 12100, 12100)


@pytest.mark.parametrize(
    ("status", "balance", "open_cents"),
    [
        ("Paid", "0.00", 0),
        ("Collections", "121.00", 12100),
        ("Payment Pending", "21.00", 2100),
        ("Refunded", "0.00", 0),
    ],
)
def test_whmcs_status_says_what_is_open(status: str, balance: str, open_cents: int) -> None:
    record = only(read_whmcs(bill(status=status, balance=balance), kind="invoices"))

    assert record.open_cents == open_cents


@pytest.mark.parametrize("status", ["Draft", "Cancelled"])
def test_whmcs_invoice_that_does_not_count_is_left_out(status: str) -> None:
    moving = read_whmcs(bill(status=status), kind="invoices")

    assert (len(moving.records), len(moving.left_out)) == (0, 1)


def test_whmcs_taxed_and_untaxed_items_stand_apart() -> None:
    items = [{"amount": "60.00", "taxed": 1}, {"amount": "40.00", "taxed": 0}]
    mixed = bill(items={"item": items}, tax="12.60", total="112.60", balance="112.60")

    record = only(read_whmcs(mixed, kind="invoices"))

    assert [(one.basis_points, one.net_cents, one.vat_cents) for one in record.rates] == [
        (2100, 6000, 1260),
        (0, 4000, 0),
    ]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"total": "131.00"}, "total"),
        ({"tax": "20.00", "total": "120.00", "balance": "120.00"}, "tax"),
        ({"items": {"item": {"amount": "99.00", "taxed": 1}}}, "items"),
        ({"balance": "500.00"}, "open"),
        ({"status": "Paint"}, "status"),
    ],
)
def test_whmcs_invoice_that_does_not_add_up_is_named(
    changes: dict[str, object], column: str
) -> None:
    moving = read_whmcs(bill(**changes), kind="invoices")

    assert column in [fault.column for fault in moving.faults]
    assert moving.records == []


def test_whmcs_first_page_alone_is_refused() -> None:
    page = {"result": "success", "totalresults": 312, "products": {"product": [hosting()]}}

    with pytest.raises(BrokenFile, match="the answers hold 1 of 312 rows"):
        read_whmcs(page, kind="services")


def test_whmcs_pages_are_read_together() -> None:
    pages = [
        {"result": "success", "totalresults": 2, "products": {"product": [hosting(id=number)]}}
        for number in (1, 2)
    ]

    moving = read_whmcs(pages, kind="services")

    assert [record.key for record in moving.records] == ["1", "2"]


def test_whmcs_error_and_missing_mandates_are_said() -> None:
    with pytest.raises(BrokenFile, match="an error and holds no rows: Invalid IP"):
        read_whmcs({"result": "error", "message": "Invalid IP"}, kind="customers")
    with pytest.raises(BrokenFile, match="neither the IBAN nor the day a mandate was signed"):
        read_whmcs([], kind="mandates")


def test_whmcs_tables_are_read_as_csv() -> None:
    table = (
        "id,userid,packageid,domain,domainstatus,amount,billingcycle,nextduedate,regdate,username\n"
        "5,7,2,vries.example,Active,10.00,Monthly,2026-12-01,2020-01-01,vries01\n"
    )

    record = only(whmcs.read(table.encode(), kind="services"))

    assert (record.key, record.customer_key, record.price_cents) == ("5", "7", 1000)


def debtor(**changes: object) -> dict[str, object]:
    return {
        "Identifier": "12",
        "DebtorCode": "DB100",
        "CompanyName": "Vries &amp; Zonen",
        "CompanyNumber": "01234567",
        "TaxNumber": "NL123456782B90",
        "Initials": "Anke",
        "SurName": "de Vries",
        "Address": "Lange Kade 12",
        "ZipCode": "8911 CJ",
        "City": "Leeuwarden",
        "Country": "NL",
        "EmailAddress": "anke@vries.example",
        "InvoiceAuthorisation": "yes",
        "MandateID": "HF-100",
        "AccountNumber": "NL39RABO0300065264",
        "AccountName": "A. de Vries",
        "Username": "DB100",
        "Password": "KANARIE",
        **changes,
    }


def factuur(**changes: object) -> dict[str, object]:
    return {
        "Identifier": "9297",
        "InvoiceCode": "F2026-0012",
        "DebtorCode": "DB100",
        "AmountExcl": "100.00",
        "AmountIncl": 121,
        "AmountOpen": 21.5,
        "Date": "2026-10-01",
        "Status": "3",
        **changes,
    }


def test_hostfact_debtor_is_a_customer_without_password() -> None:
    answer = {"controller": "debtor", "status": "success", "totalresults": 1, "debtors": [debtor()]}

    record = only(read_hostfact(answer, kind="customers"))

    assert (record.key, record.name, record.kvk_number) == ("DB100", "Vries & Zonen", "01234567")
    assert "KANARIE" not in str(record.raw)


def test_hostfact_amounts_of_every_kind_are_read() -> None:
    record = only(read_hostfact([factuur()], kind="invoices"))

    assert (record.total_cents, record.open_cents) == (12100, 2150)
    assert [one.basis_points for one in record.rates] == [2100]


@pytest.mark.parametrize("changes", [{"Status": "0"}, {"InvoiceCode": "[concept]0009"}])
def test_hostfact_concept_has_no_number_and_stays_out(changes: dict[str, object]) -> None:
    moving = read_hostfact([factuur(**changes)], kind="invoices")

    assert (len(moving.records), len(moving.left_out)) == (0, 1)


def test_hostfact_credit_invoice_is_negative_and_settled() -> None:
    credit = factuur(AmountExcl="-100.00", AmountIncl="-121.00", AmountOpen=0, Status="8")

    record = only(read_hostfact([credit], kind="invoices"))

    assert (record.total_cents, record.open_cents) == (-12100, 0)


def test_hostfact_lines_of_several_rates_stand_apart() -> None:
    lines = [
        {"Number": "2", "PriceExcl": "30.00", "TaxPercentage": "21"},
        {"Number": "1", "PriceExcl": "40.00", "TaxPercentage": "9"},
    ]
    mixed = factuur(AmountIncl="116.20", AmountOpen="116.20", InvoiceLines=lines)

    record = only(read_hostfact([mixed], kind="invoices"))

    assert [(one.basis_points, one.net_cents, one.vat_cents) for one in record.rates] == [
        (2100, 6000, 1260),
        (900, 4000, 360),
    ]


@pytest.mark.parametrize(
    ("changes", "column"),
    [
        ({"AmountIncl": "116.20"}, "amountincl"),
        ({"AmountTax": "20.00"}, "amounttax"),
        ({"AmountOpen": "500"}, "open"),
        ({"Status": "5"}, "status"),
    ],
)
def test_hostfact_invoice_that_does_not_add_up_is_named(
    changes: dict[str, object], column: str
) -> None:
    moving = read_hostfact([factuur(**changes)], kind="invoices")

    assert column in [fault.column for fault in moving.faults]


def test_hostfact_mandate_needs_the_day_it_was_signed() -> None:
    without = read_hostfact([debtor()], kind="mandates")
    record = only(read_hostfact([debtor(signed_on="2020-05-01")], kind="mandates"))

    assert [fault.column for fault in without.faults] == ["signed_on"]
    assert isinstance(record, MandateRecord)
    assert (record.customer_key, record.reference) == ("DB100", "HF-100")


def test_hostfact_debtor_who_transfers_has_no_mandate() -> None:
    moving = read_hostfact([debtor(InvoiceAuthorisation="no")], kind="mandates")

    assert len(moving.left_out) == 1


def test_hostfact_wrong_key_is_said_although_it_answers_with_200() -> None:
    answer = {"controller": "invalid", "status": "error", "errors": ["API key is invalid"]}

    with pytest.raises(BrokenFile, match="API key is invalid"):
        read_hostfact(answer, kind="customers")


def test_hostfact_subscription_is_a_service() -> None:
    row = {
        "Identifier": 4,
        "DebtorCode": "DB100",
        "ProductCode": "P001",
        "Description": "Web S",
        "Number": "1",
        "PriceExcl": "10",
        "Periods": "1",
        "Periodic": "m",
        "NextDate": "2026-12-31",
        "StartContract": "2025-10-31",
        "TerminationDate": "0000-00-00",
    }

    record = only(
        read_hostfact(
            {"status": "success", "controller": "subscription", "subscriptions": [row]},
            kind="services",
        )
    )
    other = read_hostfact([row | {"Periods": "3"}], kind="services")

    assert (record.term, record.price_cents) == ("month", 1000)
    assert [fault.column for fault in other.faults] == ["periodic"]
