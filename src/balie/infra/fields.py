"""Columns and constraints that several apps need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from django.db import models

_Set_contra = TypeVar("_Set_contra", contravariant=True)
_Get_co = TypeVar("_Get_co", covariant=True)

if TYPE_CHECKING:
    _Integer = models.BigIntegerField
else:

    class _Integer(models.BigIntegerField):
        """Django's column, subscriptable at run time as its type stub says it is."""

        def __class_getitem__(cls, _item: Any) -> type:
            return cls


class CentsField(_Integer[_Set_contra, _Get_co]):
    """An amount of money in whole euro cents (rule 2: SQLite keeps a decimal as a float)."""

    description = "Amount in euro cents"

    def get_prep_value(self, value: Any) -> Any:
        """The number of cents; anything but an int raises TypeError, as 12.5 would be euros."""
        whole = isinstance(value, int) and not isinstance(value, bool)
        if value is None or whole or hasattr(value, "resolve_expression"):
            return super().get_prep_value(value)
        raise TypeError(f"{self.name}: an amount is a whole number of cents, not {value!r}")


def one_of(column: str, choices: type[models.TextChoices], *, name: str) -> models.CheckConstraint:
    """A constraint that lets a column hold nothing but the values of ``choices``."""
    return models.CheckConstraint(
        condition=models.Q(**{f"{column}__in": choices.values}), name=name
    )
