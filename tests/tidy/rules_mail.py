"""One gate for mail: one module speaks to a server, and only what the outbox sends goes there.

guide: desk, lesson 1 (mail that passed by the gate looped for seven years).
"""

import ast
from collections.abc import Iterator
from pathlib import Path

# The gate, and the demo's post box, which is a mail server itself.
SPEAKS_TO_A_SERVER = frozenset({"infra/mail.py", "simulator/mailbox.py"})
MAIL_MODULES = ("smtplib", "aiosmtplib", "django.core.mail")


def is_of_senders(name: str) -> bool:
    """Whether a module holds senders: ``mails``, or ``…_mail`` for a single one."""
    return name == "mails" or name.endswith("_mail")


def mail_past_the_gate(package: Path) -> list[str]:
    """Modules that could open a mail connection themselves."""
    return [
        f"{name}:{line}: imports {module}; a mail leaves through infra.mail alone"
        for name, line, module in _imports(package)
        if name not in SPEAKS_TO_A_SERVER
        and any(module == each or module.startswith(f"{each}.") for each in MAIL_MODULES)
    ]


def mail_past_the_outbox(package: Path) -> list[str]:
    """Modules that hand a mail over without the outbox having asked for it.

    ``deliver`` is for the senders of an app; who calls these is the outbox:
    only the app's registration and other senders know the module.
    """
    faults = [
        f"{path.relative_to(package)}:{node.lineno}: delivers a mail; put a row in the outbox"
        for path, tree in _trees(package)
        if not is_of_senders(path.stem) and path.relative_to(package).as_posix() != "infra/mail.py"
        for node in ast.walk(tree)
        if (isinstance(node, ast.Attribute) and node.attr == "deliver")
        or (isinstance(node, ast.alias) and node.name == "deliver")
    ]
    return faults + [
        f"{name}:{line}: imports {module}; only the outbox calls senders"
        for name, line, module in _imports(package)
        if module.startswith("balie.apps.")
        and any(map(is_of_senders, module.split(".")[3:4]))
        and not is_of_senders(Path(name).stem)
        and Path(name).name != "apps.py"
    ]


def _imports(package: Path) -> Iterator[tuple[str, int, str]]:
    """Every import as (file, line, module); ``from a import b`` counts as ``a.b`` too."""
    for path, tree in _trees(package):
        name = path.relative_to(package).as_posix()
        for node in ast.walk(tree):
            if isinstance(node, ast.Import):
                yield from ((name, node.lineno, alias.name) for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                for alias in node.names:
                    yield name, node.lineno, f"{node.module}.{alias.name}"


def _trees(package: Path) -> Iterator[tuple[Path, ast.Module]]:
    for path in sorted(package.rglob("*.py")):
        yield path, ast.parse(path.read_text(encoding="utf-8"))
