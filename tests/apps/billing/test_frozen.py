"""What is issued is never changed or removed: the database itself refuses it, on both engines."""

from typing import Any

import pytest
from django.db import IntegrityError, models, transaction

from balie.apps.billing import actions
from balie.apps.billing.models import CreditNote, CreditNoteLine, Invoice, InvoiceLine, WriteOff
from balie.infra.audit import SYSTEM
from tests.apps.building import NOW, TODAY, new_invoice

pytestmark = [pytest.mark.django_db, pytest.mark.postgres]


@pytest.fixture(autouse=True)
def _issued() -> None:
    credited, lost = new_invoice(), new_invoice()
    actions.credit_invoice(invoice=credited, reason="fout", by=SYSTEM, now=NOW)
    actions.write_off(invoice=lost, reason="failliet", by=SYSTEM, now=NOW)


@pytest.mark.parametrize(
    ("model", "changes"),
    [
        (Invoice, {"total_cents": 1211, "net_cents": 1001}),
        (Invoice, {"issued_on": TODAY.replace(day=1)}),
        (Invoice, {"addressee": {"name": "Iemand anders"}}),
        (Invoice, {"number": "F2026-00009"}),
        (InvoiceLine, {"description": "Iets anders"}),
        (InvoiceLine, {"vat_cents": 1}),
        (CreditNote, {"reason": "Iets anders"}),
        (CreditNoteLine, {"net_cents": 1}),
        (WriteOff, {"amount_cents": 1}),
    ],
)
def test_issued_row_is_not_changed(model: type[models.Model], changes: dict[str, Any]) -> None:
    first = model._default_manager.earliest("pk")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model._default_manager.filter(pk=first.pk).update(**changes)


@pytest.mark.parametrize("model", [InvoiceLine, CreditNoteLine, CreditNote, WriteOff, Invoice])
def test_issued_row_is_not_removed(model: type[models.Model]) -> None:
    first = model._default_manager.earliest("pk")

    with pytest.raises(IntegrityError, match="append-only"), transaction.atomic():
        model._default_manager.filter(pk=first.pk)._raw_delete("default")


def test_open_amount_may_change() -> None:
    assert Invoice.objects.update(open_cents=1) == 2
