"""Every field of every table is classified: a new one fails here until somebody says what it is."""

import pytest
from django.apps import apps

from balie.apps.office.privacy.fields import Held, faults, fields_of, held
from balie.apps.office.privacy.house import REGISTER

BY_LABEL = {one.label: one for one in REGISTER}


def without(label: str, *, field: str = "") -> tuple[Held, ...]:
    """The register as if nobody had classified a table, or one field of it."""
    kept = tuple(one for one in REGISTER if one.label != label)
    if not field:
        return kept
    one = BY_LABEL[label]
    kinds = {name: kind for name, kind in one.kinds.items() if name != field}
    return (*kept, Held(label=label, whose=one.whose, basis=one.basis, kept=one.kept, kinds=kinds))


def test_every_field_of_every_table_is_classified() -> None:
    assert list(faults(REGISTER)) == []


def test_count_of_what_is_classified() -> None:
    models = apps.get_models(include_auto_created=True)

    assert sum(len(one.kinds) for one in REGISTER) == sum(len(fields_of(one)) for one in models)


def test_new_table_is_noticed() -> None:
    assert list(faults(without("customers.Contact"))) == [
        "customers.Contact: classify this table in balie/apps/office/privacy"
    ]


def test_new_field_is_noticed() -> None:
    assert list(faults(without("customers.Contact", field="phone"))) == [
        "customers.Contact.phone: say what this field holds, in balie/apps/office/privacy"
    ]


def test_table_and_field_that_are_gone_are_noticed() -> None:
    gone = held("shop.Basket", "customer", "contract", "short", technical="id")
    old = held("tickets.Tag", "nobody", "none", "always", technical="id name colour")

    assert list(faults((*without("tickets.Tag"), old, gone))) == [
        "shop.Basket: this table is gone, take it out of balie/apps/office/privacy",
        "tickets.Tag.colour: this field is gone, take it out of balie/apps/office/privacy",
    ]


def test_field_of_two_kinds_or_of_no_kind_is_refused() -> None:
    with pytest.raises(ValueError, match="x is both contact and content"):
        held("a.B", "nobody", "none", "always", contact="x", content="x")
    with pytest.raises(ValueError, match="secret is none of"):
        held("a.B", "nobody", "none", "always", secret="x")


def test_what_names_or_reaches_a_person_has_an_owner_and_an_end() -> None:
    """Nothing personal stands in a table that is said to be about nobody, or kept for ever."""
    personal = {"contact", "content", "credential"}
    wrong = [
        one.label
        for one in REGISTER
        if personal & set(one.kinds.values()) and (one.whose == "nobody" or one.kept == "always")
    ]

    assert wrong == []
