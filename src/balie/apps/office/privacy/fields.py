"""What every field of every table holds: the register that a test keeps complete.

A table says whose data it holds, on what basis (GDPR art. 6) and until when; each of its fields has
one kind. A new field belongs in `people.py`, `credentials.py`, `questions.py`, `money.py` or
`house.py`.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from django.apps import apps
from django.db.models import Model

Whose = Literal["contact", "customer", "asker", "employee", "anybody", "nobody"]
Basis = Literal["contract", "law", "interest", "none"]
# `erasure`: until it is erased on request, at the latest when retention says so. `seven_years`: the
# books and what proves them (AWR art. 52). `short`: days, by retention. `employment`: as long as
# somebody works here. `trail`: as long as the audit trail. `always`: there is nobody in it.
Kept = Literal["erasure", "seven_years", "short", "employment", "trail", "always"]
KINDS = ("technical", "contact", "content", "financial", "credential", "trace")


@dataclass(frozen=True, kw_only=True)
class Held:
    """A table: whose data it holds, why, until when, and each field by its kind.

    `contact`: how to reach or name a person. `content`: what somebody wrote or sent. `financial`:
    the books. `credential`: what lets somebody in. `trace`: who did it, and when. `technical`: the
    rest, in which there is nobody.
    """

    label: str
    whose: Whose
    basis: Basis
    kept: Kept
    kinds: dict[str, str]


def held(label: str, whose: Whose, basis: Basis, kept: Kept, **names: str) -> Held:
    """Classify a table; the fields of each kind follow as words: ``contact="name phone"``."""
    unknown = set(names) - set(KINDS)
    if unknown:
        raise ValueError(f"{label}: {', '.join(sorted(unknown))} is none of {', '.join(KINDS)}")
    kinds: dict[str, str] = {}
    for kind, listed in names.items():
        for name in listed.split():
            if name in kinds:
                raise ValueError(f"{label}.{name} is both {kinds[name]} and {kind}")
            kinds[name] = kind
    return Held(label=label, whose=whose, basis=basis, kept=kept, kinds=kinds)


def nobody(label: str, names: str, **others: str) -> Held:
    """Classify a table in which there is nobody, save perhaps who of us did it."""
    return held(label, "nobody", "none", "always", technical=names, **others)


def fields_of(model: type[Model]) -> set[str]:
    """The names of a table's own columns."""
    return {field.name for field in model._meta.local_fields}


def faults(register: tuple[Held, ...]) -> Iterator[str]:
    """What the register does not say, or says of what is not there; each with what to do."""
    models = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}
    known = {one.label: one for one in register}
    if len(known) != len(register):
        yield "a table is classified twice"
    for label in sorted(models.keys() - known.keys()):
        yield f"{label}: classify this table in balie/apps/office/privacy"
    for label in sorted(known.keys() - models.keys()):
        yield f"{label}: this table is gone, take it out of balie/apps/office/privacy"
    for label in sorted(models.keys() & known.keys()):
        there, said = fields_of(models[label]), set(known[label].kinds)
        for name in sorted(there - said):
            yield f"{label}.{name}: say what this field holds, in balie/apps/office/privacy"
        for name in sorted(said - there):
            yield f"{label}.{name}: this field is gone, take it out of balie/apps/office/privacy"
