"""Rows that a constraint refuses, and which constraints an app has."""

from typing import Any

import pytest
from django.apps import apps
from django.db import IntegrityError, models, transaction


def copy_of(row: Any, **changes: Any) -> Any:
    """The same row once more, with these changes, not saved."""
    row.pk = None
    row._state.adding = True
    for name, value in changes.items():
        setattr(row, name, value)
    return row


def declared(app: str) -> set[str]:
    """The constraints of an app by name; a unique column as `table.column`."""
    names: set[str] = set()
    for model in apps.get_app_config(app).get_models():
        names |= {constraint.name for constraint in model._meta.constraints}
        names |= {
            f"{model._meta.db_table}.{field.column}"
            for field in model._meta.local_fields
            if field.unique and not field.primary_key
        }
    return names


def assert_refused(row: models.Model, constraint: str) -> None:
    """Saving the row breaks this constraint; SQLite names the columns of a unique one instead."""
    with pytest.raises(IntegrityError) as caught, transaction.atomic():
        row.save(force_insert=True)
    said = str(caught.value)
    table, _, column = constraint.partition(".")
    assert (
        constraint in said
        or f"{table}_{column}" in said
        or (said.startswith("UNIQUE constraint failed") and row._meta.db_table in said)
    )
