"""Relations between tables point down the order of the apps, and leave no way back up.

The import linter sees imports; a foreign key named by a string, a reverse manager, a generic key
and a model fetched by name are imports it cannot see.
"""

import ast
import configparser
from collections.abc import Iterable
from pathlib import Path

from django.contrib.contenttypes.fields import GenericForeignKey
from django.db.models import Field, Model

from tests.tidy.reading import Module, modules

RELATIONS = frozenset({"ForeignKey", "OneToOneField", "ManyToManyField"})


def app_ranks(contracts: Path) -> dict[str, int]:
    """Height of each app by its label, from the layers contract: the lowest app has 1."""
    parser = configparser.ConfigParser()
    parser.read(contracts)
    layers = parser["importlinter:contract:apps"]["layers"].split("\n")
    lines = [line for line in layers if line.strip()]
    return {
        name.strip(" ()"): height
        for height, line in enumerate(reversed(lines), start=1)
        for name in line.split("|")
    }


def upward_relations(models: Iterable[type[Model]], ranks: dict[str, int]) -> list[str]:
    """Relations of our models to an app that does not stand lower; others' apps stand at 0."""
    faults = []
    for model, field, target in _relations(models):
        source = model._meta.app_label
        ours, theirs = ranks.get(source, 0), ranks.get(target._meta.app_label, 0)
        if source != target._meta.app_label and ours <= theirs:
            faults.append(
                f"{model._meta.label}.{field.name} points up or sideways to {target._meta.label}"
            )
    return faults


def open_ways_back(models: Iterable[type[Model]]) -> list[str]:
    """Relations to another app without ``related_name="+"``: they let the lower app look up."""
    return [
        f'{model._meta.label}.{field.name} needs related_name="+"'
        for model, field, target in _relations(models)
        if model._meta.app_label != target._meta.app_label and not field.remote_field.hidden  # type: ignore[union-attr]
    ]


def generic_keys(models: Iterable[type[Model]]) -> list[str]:
    """Generic foreign keys: they may point anywhere, also up."""
    return [
        f"{model._meta.label}.{field.name} may point to any table"
        for model in models
        for field in model._meta.private_fields
        if isinstance(field, GenericForeignKey)
    ]


def relations_by_string(package: Path) -> list[str]:
    """Relations to another app by a string or a setting, and models fetched by name."""
    return [
        f"{module.place}:{node.lineno}: {fault}"
        for module in modules(package)
        if "/migrations/" not in module.place
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Call) and (fault := _named_fault(module, node))
    ]


def _named_fault(module: Module, call: ast.Call) -> str | None:
    if not isinstance(call.func, ast.Name | ast.Attribute):
        return None
    called = call.func.id if isinstance(call.func, ast.Name) else call.func.attr
    if called == "get_model":
        return "a model is imported, not fetched by name"
    if called not in RELATIONS:
        return None
    given = [keyword.value for keyword in call.keywords if keyword.arg in {"to", "through"}]
    for target in (*call.args[:1], *given):
        if isinstance(target, ast.Constant) and "." in str(target.value):
            return f"{target.value!r} is named by a string; give the class"
        if module.qualified(target) == "django.conf.settings.AUTH_USER_MODEL":
            return "AUTH_USER_MODEL is a string; give the class"
    return None


def _relations(
    models: Iterable[type[Model]],
) -> Iterable[tuple[type[Model], "Field[object, object]", type[Model]]]:
    for model in models:
        for field in (*model._meta.local_fields, *model._meta.local_many_to_many):
            target = field.related_model
            if isinstance(target, type) and issubclass(target, Model):
                yield model, field, target
