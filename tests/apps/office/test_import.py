"""Moving in: everything once, nothing mailed or billed, totals that agree, whatever is killed."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

import pytest
from django.db import IntegrityError, connection, transaction

from balie.apps.billing import actions as billing
from balie.apps.billing.models import Invoice
from balie.apps.customers.models import Contact, Customer
from balie.apps.ledger import accounts
from balie.apps.ledger.models import JournalEntry, Posting
from balie.apps.ledger.queries import balance
from balie.apps.mandates.models import Mandate
from balie.apps.office.importing import Report, preview_import, run_import
from balie.apps.office.importing.invariants import taken_over_is_booked
from balie.apps.office.models import ForeignInvoice, ImportedRow
from balie.apps.office.queries import verify
from balie.apps.promises.models import Promise
from balie.apps.promises.queries import policy_in_force
from balie.apps.services.models import PanelAccount, Product, Service
from balie.config.cli import main
from balie.formats.moving import own
from balie.infra.audit import SYSTEM
from balie.infra.models import OutboxRow
from tests.apps.building import NOW, TODAY, new_customer
from tests.apps.killing import kill_points

CUSTOMERS = """debtor_code;name;street;house_number;postcode;city;email;kvk_number
DB1;Bakkerij Één;Kade;1;8911 CJ;Leeuwarden;een@klant.example;01234567
DB2;Jansen;Kade;2;8911 CJ;Leeuwarden;twee@klant.example;
DB3;Zonder Post;Kade;3;8911 CJ;Leeuwarden;;
"""
SERVICES = """service_id;debtor_code;product_code;product_name;domain;term;price;started_on;\
next_period_start;panel;user_name
S1;DB1;web-s;Web S;een.example;month;10,00;31-01-2020;28-02-2027;da3;een01
S2;DB1;web-s;Web S;;month;12,50;01-01-2020;01-12-2026;da3;een02
S3;DB2;domein;Domein;twee.example;year;9,95;05-05-2019;05-05-2027;;
"""
MANDATES = """debtor_code;account_name;iban;mandate_id;signed_on;scheme;last_collected_on;\
original_mandate_id
DB1;Bakkerij Een;NL39RABO0300065264;Oud-1;2015-03-02;CORE;2026-10-28;
DB2;Jansen;NL39RABO0300065264;Oud-2;2015-03-02;CORE;2020-10-28;
DB3;Post;NL39RABO0300065264;Oud-3;2024-03-02;CORE;2026-10-28;Ouder-3
"""
INVOICES = """invoice_number;debtor_code;issued_on;due_on;vat_rate;net;vat;open
2025-7;DB1;2025-10-01;2025-10-15;21;100,00;21,00;0
2026-1;DB1;2026-10-01;2026-10-15;21;100,00;21,00;121,00
2026-2;DB1;2026-11-01;2026-11-15;9;10,00;0,90;5,45
2026-3;DB2;2026-11-01;2026-11-15;21;-50,00;-10,50;-60,50
"""
FILES = {
    "customers": CUSTOMERS,
    "services": SERVICES,
    "mandates": MANDATES,
    "invoices": INVOICES,
}


def take(kind: str, text: str, *, source: str = "csv", dry_run: bool = False) -> Report:
    act = preview_import if dry_run else run_import
    return act(
        own.read(text.encode(), kind=kind),
        source=source,
        kind=kind,
        file_name=f"{kind}.csv",
        policy=policy_in_force(now=NOW),
        by=SYSTEM,
        now=NOW,
    )


def take_all() -> list[Report]:
    return [take(kind, text) for kind, text in FILES.items()]


def everything() -> dict[str, object]:
    """What is here, without numbers that depend on when it was made."""
    return {
        "customers": sorted(Customer.objects.values_list("name", "kvk_number", "kind")),
        "contacts": sorted(Contact.objects.values_list("user__email", "customers__name")),
        "services": sorted(
            Service.objects.values_list(
                "customer__name", "price_cents", "anchor_day", "next_period_start"
            )
        ),
        "panels": sorted(PanelAccount.objects.values_list("panel", "user_name")),
        "mandates": sorted(Mandate.objects.values_list("mandate_reference", "status")),
        "invoices": sorted(ForeignInvoice.objects.values_list("number", "customer__name")),
        "booked": sorted(Posting.objects.values_list("account__code", "amount_cents")),
        "rows": sorted(ImportedRow.objects.values_list("kind", "key", "line")),
        "done": ImportedRow.objects.filter(committed_at__isnull=True).count(),
    }


def refusals(report: Report) -> Sequence[str]:
    return [str(remark) for remark in report.refused]


@pytest.mark.postgres
@pytest.mark.django_db
def test_everything_is_taken_over_and_the_totals_agree() -> None:
    reports = take_all()

    assert [(one.new, one.known, one.differences) for one in reports] == [
        (3, 0, []),
        (3, 0, []),
        (3, 0, []),
        (4, 0, []),
    ]
    assert reports[3].after["open cents"] == 12100 + 545 - 6050
    assert reports[3].after["invoiced 2026 at 21 %, net cents"] == 10000 - 5000
    assert reports[1].after["services on da3"] == 2
    assert balance(accounts.TAKEN_OVER) == 12100 + 545 - 6050
    assert balance(accounts.RECEIVABLE) == 0
    assert [result.name for result in verify(now=NOW) if not result.holds] == []


@pytest.mark.postgres
@pytest.mark.django_db
def test_second_time_nothing_is_new() -> None:
    take_all()
    before = everything()

    again = take_all()

    assert [(one.new, one.known, one.is_whole) for one in again] == [
        (0, 3, True),
        (0, 3, True),
        (0, 3, True),
        (0, 4, True),
    ]
    assert everything() == before


@pytest.mark.django_db
def test_nothing_is_mailed_promised_or_billed() -> None:
    take_all()

    assert OutboxRow.objects.count() == 0
    assert Promise.objects.count() == 0
    assert Invoice.objects.count() == 0


@pytest.mark.django_db
def test_service_is_billed_from_its_next_day_only() -> None:
    take_all()

    billing.run(today=TODAY, by=SYSTEM, now=NOW)

    assert Invoice.objects.count() == 0
    anchors = Service.objects.order_by("price_cents").values_list("anchor_day", flat=True)
    assert list(anchors) == [5, 31, 1]
    assert Product.objects.get(code="domein").yearly_cents == 995


@pytest.mark.django_db
def test_mandate_comes_in_as_it_may_be_used() -> None:
    take_all()

    found = Mandate.objects.order_by("mandate_reference")
    assert [(one.mandate_reference, one.status) for one in found] == [
        ("Oud-1", "active"),
        ("Oud-2", "lapsed"),
        ("Oud-3", "suspended"),
    ]
    assert found[0].signed_on == date(2015, 3, 2)
    assert found[0].last_presented_on == date(2026, 10, 28)


@pytest.mark.postgres
@pytest.mark.django_db
def test_opening_balance_is_one_booking_per_customer() -> None:
    take_all()

    entries = JournalEntry.objects.order_by("key").values_list("key", flat=True)
    assert list(entries) == ["taken-over:csv:2025-7", "taken-over:csv:2026-3"]


@pytest.mark.postgres
@pytest.mark.django_db
def test_foreign_invoice_never_changes() -> None:
    take_all()

    with pytest.raises(IntegrityError), transaction.atomic():
        ForeignInvoice.objects.update(open_cents=0)
    with pytest.raises(IntegrityError), transaction.atomic():
        ForeignInvoice.objects.all().delete()


@pytest.mark.postgres
@pytest.mark.django_db
def test_dry_run_says_the_same_and_leaves_nothing() -> None:
    take("customers", CUSTOMERS)
    before = everything()

    dry = take("services", SERVICES, dry_run=True)
    after_dry = everything()
    real = take("services", SERVICES)

    assert after_dry == before
    assert (dry.new, dry.after, dry.refused) == (real.new, real.after, real.refused)


@pytest.mark.django_db
def test_row_that_changed_since_is_named_and_not_applied() -> None:
    take("customers", CUSTOMERS)

    again = take("customers", CUSTOMERS.replace("Jansen", "Janssen"))

    assert [str(one) for one in again.changed] == [
        "line 3: DB2 was taken over before and differs now; change it at the desk"
    ]
    assert Customer.objects.filter(name="Jansen").count() == 1
    assert not again.is_whole


@pytest.mark.django_db
def test_corrected_row_is_taken_over_the_second_time() -> None:
    wrong = CUSTOMERS.replace("twee@klant.example", "geen adres")
    first = take("customers", wrong)

    second = take("customers", CUSTOMERS)

    assert (first.new, second.new) == (2, 1)
    assert refusals(first) == [
        "line 3, column email: 'geen adres' is no e-mail address; correct it or leave it empty"
    ]


@pytest.mark.django_db
def test_row_of_nobody_here_is_refused() -> None:
    report = take("services", SERVICES)

    assert (report.new, Service.objects.count()) == (0, 0)
    assert refusals(report)[0] == (
        "line 2: debtor DB1 is not here; import the customers of csv first"
    )


@pytest.mark.django_db
def test_customer_with_one_wrong_row_waits_as_a_whole() -> None:
    take("customers", CUSTOMERS)
    head, first, second, third = SERVICES.splitlines()
    take("services", f"{head}\n{third}")
    taken = second.replace("Web S;;", "Web S;twee.example;")

    report = take("services", f"{head}\n{first}\n{taken}")

    assert refusals(report) == [
        (
            "line 2: waits for line 3 of the same customer: twee.example belongs to another"
            " customer here; look which of the two is right"
        ),
        "line 3: twee.example belongs to another customer here; look which of the two is right",
    ]
    assert Service.objects.count() == 1


@pytest.mark.django_db
def test_own_customer_number_will_do() -> None:
    customer = new_customer()

    report = take("mandates", MANDATES.replace("DB1", customer.number))

    assert report.new == 1
    assert Mandate.objects.get().customer == customer


@pytest.mark.django_db
def test_two_sources_may_use_the_same_numbers() -> None:
    take("customers", CUSTOMERS, source="oud")

    report = take("customers", CUSTOMERS.replace("@klant", "@ander"), source="nieuw")

    assert (report.new, Customer.objects.count()) == (3, 6)


@pytest.mark.postgres
@pytest.mark.django_db
def test_broken_opening_balance_is_found() -> None:
    take_all()
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM ledger_journalentry WHERE key = 'taken-over:csv:2025-7'")
        (entry,) = cursor.fetchone()
    receivable = Posting.objects.filter(entry=entry, account__code=accounts.TAKEN_OVER).get()
    Posting.objects.create(
        entry=receivable.entry,
        account=receivable.account,
        customer=receivable.customer,
        amount_cents=1,
    )

    result = taken_over_is_booked(now=NOW)

    assert [violation.detail for violation in result.violations] == [
        "12646 cents booked, 12645 open when taken over"
    ]


@pytest.mark.postgres
@pytest.mark.parametrize("kind", ["customers", "services", "mandates", "invoices"])
def test_import_killed_anywhere_and_run_again_ends_the_same(kind: str, committed: None) -> None:
    def work(source: str) -> Report:
        return take(kind, own_file(kind, source), source=source)

    def do(source: str) -> None:
        work(source)

    def prepare() -> str:
        source = f"k{len(sources)}"
        sources.append(source)
        if kind != "customers":
            take("customers", own_file("customers", source), source=source)
        return source

    sources: list[str] = []
    expected: dict[str, int] = {}
    killed = 0
    for point, source in kill_points(prepare, do):
        report = work(source)
        found = {name.replace(source, ""): total for name, total in report.after.items()}
        expected = expected or found
        assert (report.differences, found) == ([], expected), point
        assert ImportedRow.objects.filter(committed_at__isnull=True).count() == 0
        killed += 1
        assert Customer.objects.count() == 3 * len(sources), point
    assert killed > 5
    assert taken_over_is_booked(now=NOW).holds


def own_file(kind: str, source: str) -> str:
    """A file of which nothing stands in the file of another source."""
    text = (
        FILES[kind]
        .replace("klant.example", f"klant{source}.example")
        .replace(";da3;", f";{source};")
    )
    return (
        text.replace("een.example", f"een{source}.example")
        .replace("twee.example", f"twee{source}.example")
        .replace("Oud", f"Oud{source}")
    )


@pytest.mark.django_db
def test_command_prints_its_totals_and_says_what_it_refused(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "debiteuren.csv"
    file.write_bytes(CUSTOMERS.replace("twee@klant.example", "x").encode("cp1252"))

    dry = main(["import", str(file), "--kind", "customers", "--dry-run"])
    said = capsys.readouterr()
    code = main(["import", str(file), "--kind", "customers"])

    assert (dry, code) == (1, 1)
    assert "2 would be taken over, 0 known already, 0 left out" in said.out
    assert "line 3, column email: 'x' is no e-mail address" in said.err
    assert Customer.objects.count() == 2


def test_command_refuses_a_file_that_is_none(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["import", str(tmp_path / "geen.csv"), "--kind", "customers"]) == 1
    assert "cannot be read" in capsys.readouterr().err
