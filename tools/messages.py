"""Keep the Dutch catalogs equal to the texts in the code, without gettext on the machine.

``tools/messages.py [PATH...]`` reads every marked text under ``src/balie`` (or only the catalogs
below PATH), adds what is new to ``locale/nl/LC_MESSAGES/django.po`` as untranslated, drops what is
gone, writes ``django.mo`` next to it and lists what still needs a translation.
``--check`` writes nothing and exits 1 when a catalog is not complete and up to date.

A text belongs to the nearest folder above it that has a ``locale`` folder; without one, to its app
(``apps/<app>``) or its floor (``faces``, ``infra``, ``simulator``).
"""

from __future__ import annotations

import argparse
import ast
import re
import sys
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import polib
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "nl"
CATALOG = Path("locale") / LANGUAGE / "LC_MESSAGES" / "django.po"
TEMPLATES = frozenset({".html", ".txt", ".svg", ".xml"})
HEADER = {
    "Language": LANGUAGE,
    "MIME-Version": "1.0",
    "Content-Type": "text/plain; charset=UTF-8",
    "Content-Transfer-Encoding": "8bit",
    "Plural-Forms": "nplurals=2; plural=(n != 1);",
}

# What the arguments of each marking function are, in order.
ARGUMENTS = {
    "gettext": ("msgid",),
    "ngettext": ("msgid", "plural"),
    "pgettext": ("context", "msgid"),
    "npgettext": ("context", "msgid", "plural"),
}
TRANSLATION_MODULE = "django.utils.translation"
PLACEHOLDER = re.compile(r"%\(\w+\)[sd]|(?<!%)%[sd]|\{\w*\}")
STRING = r"""u?(?:'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*")"""
TEMPLATE_CALL = re.compile(
    rf"\s(?P<function>n?p?gettext|_)\((?P<arguments>{STRING}(?:,\s*{STRING})*)"
)


@dataclass(frozen=True, order=True)
class Message:
    """One marked text; a context tells equal texts with another meaning apart."""

    msgid: str
    context: str | None = None
    plural: str | None = field(default=None, compare=False)

    @property
    def key(self) -> tuple[str, str]:
        """What makes a text the same text in a catalog."""
        return self.context or "", self.msgid


@dataclass
class Found:
    """The texts of one catalog with the files they stand in, and what is wrong in those files."""

    messages: dict[Message, set[str]] = field(default_factory=dict)
    faults: list[str] = field(default_factory=list)

    def add(self, message: Message, place: str) -> None:
        """Note that ``message`` stands in the file ``place``; a plural form wins over none."""
        known = next((one for one in self.messages if one == message), message)
        places = self.messages.pop(known, set()) | {place}
        self.messages[message if message.plural else known] = places


def function_name(name: str) -> str:
    """The plain name of a marking function: ``ngettext_lazy`` marks as ``ngettext`` does."""
    return name.removesuffix("_lazy").removesuffix("_noop")


def marking_names(tree: ast.Module) -> tuple[dict[str, str], set[str]]:
    """Names under which a module knows the marking functions, and the translation module."""
    functions: dict[str, str] = {}
    modules: set[str] = set()
    for node in ast.walk(tree):
        if not isinstance(node, ast.ImportFrom):
            continue
        for alias in node.names:
            local = alias.asname or alias.name
            if node.module == TRANSLATION_MODULE and function_name(alias.name) in ARGUMENTS:
                functions[local] = function_name(alias.name)
            if node.module == "django.utils" and alias.name == "translation":
                modules.add(local)
    return functions, modules


def marking_function(call: ast.Call, functions: dict[str, str], modules: set[str]) -> str | None:
    """The marking function that ``call`` calls, or None."""
    match call.func:
        case ast.Name(id=name):
            return functions.get(name)
        case ast.Attribute(value=ast.Name(id=module), attr=name) if module in modules:
            return function_name(name) if function_name(name) in ARGUMENTS else None
    return None


def texts_in_python(source: str, place: str, found: Found) -> None:
    """Add every literal text that a Python file marks; a built-up text is a fault.

    A plain name or attribute may be passed: such a text is marked where it is written.
    """
    tree = ast.parse(source, place)
    functions, modules = marking_names(tree)
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call):
            continue
        function = marking_function(node, functions, modules)
        if function is None:
            continue
        given = node.args[: len(ARGUMENTS[function])]
        literals = [
            argument.value
            for argument in given
            if isinstance(argument, ast.Constant) and isinstance(argument.value, str)
        ]
        if len(literals) == len(ARGUMENTS[function]):
            found.add(message_of(function, literals), place)
        elif any(isinstance(argument, ast.JoinedStr | ast.BinOp) for argument in given):
            found.faults.append(
                f"{place}:{node.lineno}: a text to translate is one literal; "
                "put the values in with %(name)s afterwards"
            )


def texts_in_template(source: str, place: str, found: Found) -> None:
    """Add every text that a template marks; one over several lines needs ``trimmed``."""
    try:
        marked = templatize(source, origin=place)
    except SyntaxError as error:
        found.faults.append(f"{place}: {error}")
        return
    for call in TEMPLATE_CALL.finditer(marked):
        function = "gettext" if call["function"] == "_" else call["function"]
        literals = list(ast.literal_eval(f"({call['arguments']},)"))
        message = message_of(function, literals[: len(ARGUMENTS[function])])
        if "\n" in message.msgid + (message.plural or ""):
            first = message.msgid.strip().splitlines()[0]
            found.faults.append(f"{place}: write {{% blocktranslate trimmed %}} around {first!r}")
        found.add(message, place)


def message_of(function: str, literals: list[str]) -> Message:
    """The message that a call of a marking function with these literals marks."""
    given = dict(zip(ARGUMENTS[function], literals, strict=True))
    return Message(given["msgid"], given.get("context"), given.get("plural"))


def home_of(path: Path, package: Path) -> Path:
    """The folder whose catalog translates the texts of ``path``."""
    inner = path.relative_to(package).parts
    default = package.joinpath(*inner[: 2 if inner[0] == "apps" else 1])
    for parent in path.parents:
        if parent == package:
            break
        if (parent / "locale").is_dir():
            return parent
    return default


def sources(package: Path) -> Iterator[Path]:
    """Files that may hold marked texts, in a fixed order."""
    for path in sorted(package.rglob("*")):
        is_template = path.suffix in TEMPLATES and "templates" in path.parts
        if path.is_file() and (path.suffix == ".py" or is_template):
            yield path


def find_texts(package: Path) -> dict[Path, Found]:
    """All marked texts under ``package``, by the folder whose catalog they belong to."""
    homes: dict[Path, Found] = {
        folder.parent: Found() for folder in sorted(package.rglob("locale")) if folder.is_dir()
    }
    for path in sources(package):
        home = home_of(path, package)
        found = homes.get(home) or Found()
        read = texts_in_python if path.suffix == ".py" else texts_in_template
        read(path.read_text(encoding="utf-8"), path.relative_to(package).as_posix(), found)
        if found.messages or found.faults:
            homes[home] = found
    return homes


def updated_catalog(found: Found, old: polib.POFile) -> polib.POFile:
    """A catalog of exactly the texts found, with the translations that ``old`` has for them."""
    known = {(entry.msgctxt or "", entry.msgid): entry for entry in old if not entry.obsolete}
    catalog = polib.POFile(wrapwidth=99)
    catalog.metadata = dict(HEADER)
    for message in sorted(found.messages, key=lambda one: (one.msgid.casefold(), one.key)):
        before = known.get(message.key)
        entry = polib.POEntry(
            msgid=message.msgid,
            msgctxt=message.context,
            occurrences=[(place, "") for place in sorted(found.messages[message])],
        )
        if before is not None:
            entry.tcomment, entry.flags = before.tcomment, list(before.flags)
        if message.plural is None:
            entry.msgstr = before.msgstr if before else ""
        else:
            entry.msgid_plural = message.plural
            plurals = before.msgstr_plural if before else {}
            entry.msgstr_plural = {index: plurals.get(index, "") for index in (0, 1)}
        catalog.append(entry)
    return catalog


def entry_faults(entry: polib.POEntry) -> Iterator[str]:
    """What keeps one entry from being shown: no translation, a doubtful one, or lost values."""
    if entry.fuzzy:
        yield "is fuzzy"
    translations = list(entry.msgstr_plural.values()) or [entry.msgstr]
    if not all(translations):
        yield "is not translated"
        return
    wanted = set(PLACEHOLDER.findall(entry.msgid_plural or entry.msgid))
    for text in translations[-1:]:
        if set(PLACEHOLDER.findall(text)) != wanted:
            yield f"is translated without its values {' '.join(sorted(wanted)) or '(none)'}"


def catalog_faults(name: str, catalog: polib.POFile) -> Iterator[str]:
    """One line per text of this catalog that has no good translation."""
    for entry in catalog:
        for fault in entry_faults(entry):
            places = ", ".join(place for place, _ in entry.occurrences)
            yield f"{name}: {entry.msgid!r} {fault} ({places})"


def read_catalog(path: Path) -> polib.POFile:
    """The catalog at ``path``, or an empty one."""
    return polib.pofile(str(path)) if path.exists() else polib.POFile()


def stale_faults(name: str, path: Path, catalog: polib.POFile) -> Iterator[str]:
    """What differs between the files on disk and the catalog as it should be."""
    old = read_catalog(path)
    old_keys = {(entry.msgctxt or "", entry.msgid, entry.msgid_plural) for entry in old}
    new_keys = {(entry.msgctxt or "", entry.msgid, entry.msgid_plural) for entry in catalog}
    for _, msgid, _ in sorted(new_keys - old_keys):
        yield f"{name}: {msgid!r} is missing"
    for _, msgid, _ in sorted(old_keys - new_keys):
        yield f"{name}: {msgid!r} is in the catalog but no longer in the code"
    compiled = path.with_suffix(".mo")
    if not compiled.exists() or compiled.read_bytes() != catalog.to_binary():
        yield f"{name}: {compiled.name} is not compiled from this catalog"


def write_if_changed(path: Path, content: bytes) -> None:
    """Write ``content`` in one go, and leave the file alone when it says so already."""
    if path.exists() and path.read_bytes() == content:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(path.name + ".new")
    draft.write_bytes(content)
    draft.replace(path)


def run(package: Path, *, check: bool, below: Iterable[Path] = ()) -> list[str]:
    """Bring the catalogs under ``package`` up to date, or only check them; return all faults."""
    faults: list[str] = []
    wanted = [path.resolve() for path in below]
    for home, found in find_texts(package).items():
        if wanted and not any(home.is_relative_to(path) for path in wanted):
            continue
        name = home.relative_to(package).as_posix()
        path = home / CATALOG
        catalog = updated_catalog(found, read_catalog(path))
        faults += [f"{name}: {fault}" for fault in found.faults]
        if check:
            faults += stale_faults(name, path, catalog)
        else:
            write_if_changed(path, f"{catalog}\n".encode())
            write_if_changed(path.with_suffix(".mo"), catalog.to_binary())
        faults += catalog_faults(name, catalog)
    return faults


def main(arguments: list[str] | None = None) -> int:
    """Run from the command line; the exit code is 1 when ``--check`` finds a fault."""
    parser = argparse.ArgumentParser(description="Keep the Dutch catalogs up to date.")
    parser.add_argument("--check", action="store_true", help="change nothing; exit 1 on a fault")
    parser.add_argument("paths", nargs="*", type=Path, help="only the catalogs below these folders")
    given = parser.parse_args(arguments)
    faults = run(ROOT / "src" / "balie", check=given.check, below=given.paths)
    for fault in faults:
        print(fault)
    if given.check and faults:
        print(f"{len(faults)} faults; `make messages` adds and compiles, translating is yours")
    return 1 if given.check and faults else 0


if __name__ == "__main__":
    sys.exit(main())
