"""Typed readers for environment variables that collect every fault instead of stopping at one.

``balie check`` shows all faults of a set-up in one go, so a reader that meets a bad value notes
what is wrong and what to do, hands back the default and goes on. ``config.settings`` puts the
notes in ``BALIE_SETTINGS_FAULTS``; every command but ``check`` refuses to start while it holds any.
"""

from __future__ import annotations

import os
import re
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

TRUE = frozenset({"1", "true", "yes", "on"})
FALSE = frozenset({"0", "false", "no", "off", ""})


class Environment:
    """Reads settings from a mapping of variables; ``faults`` names each value that is wrong."""

    def __init__(self, variables: Mapping[str, str] | None = None) -> None:
        self.variables = os.environ if variables is None else variables
        self.faults: list[str] = []

    def fault(self, name: str, problem: str) -> None:
        """Note a fault; the value itself is never repeated, it may be a secret."""
        self.faults.append(f"{name}: {problem}")

    def text(self, name: str, default: str = "") -> str:
        """The variable without surrounding blanks; an empty one counts as not given."""
        return self.variables.get(name, "").strip() or default

    def flag(self, name: str, *, default: bool = False) -> bool:
        """Yes or no: 1/0, true/false, yes/no, on/off."""
        given = self.text(name).lower()
        if not given:
            return default
        if given in TRUE or given in FALSE:
            return given in TRUE
        self.fault(name, "is neither yes nor no; give 1 or 0")
        return default

    def number(self, name: str, default: int, *, minimum: int, maximum: int) -> int:
        """A whole number within the given bounds, both included."""
        given = self.text(name)
        if not given:
            return default
        if given.isascii() and given.isdigit() and minimum <= int(given) <= maximum:
            return int(given)
        self.fault(name, f"is not a whole number from {minimum} to {maximum}")
        return default

    def choice(self, name: str, default: str, allowed: tuple[str, ...]) -> str:
        """One of a few words."""
        given = self.text(name, default).lower()
        if given in allowed:
            return given
        self.fault(name, f"is not one of {', '.join(allowed)}")
        return default

    def folder(self, name: str, default: str) -> Path:
        """An absolute folder, made when it is not there yet (readable by the owner only)."""
        path = Path(self.text(name, default)).expanduser().absolute()
        try:
            path.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            self.fault(name, f"the folder {path} cannot be made ({error.strerror})")
        return path

    def base_url(self, name: str, default: str) -> str:
        """The address customers use, ``https://desk.example.nl``, without a path or last slash."""
        given = self.text(name, default).rstrip("/")
        parts = urlsplit(given)
        faulty = parts.scheme not in {"http", "https"} or not parts.hostname
        if faulty or parts.path or parts.query or parts.fragment or parts.username:
            self.fault(name, "is not an address like https://desk.example.nl (no path, no user)")
            return default
        return given

    def password(self, name: str) -> str:
        """A password from ``NAME``, or from the file that ``NAME_FILE`` names (its first line)."""
        given = self.text(name)
        source = self.text(f"{name}_FILE")
        if given and source:
            self.fault(name, f"is given twice; keep one of {name} and {name}_FILE")
        if given or not source:
            return given
        try:
            return Path(source).read_text().partition("\n")[0].strip()
        except (OSError, UnicodeDecodeError):
            self.fault(f"{name}_FILE", f"the file {source} cannot be read")
            return ""

    def words(self, name: str, default: str = "") -> tuple[str, ...]:
        """Several values with commas between them, without the blanks around each."""
        given = (one.strip() for one in self.text(name, default).split(","))
        return tuple(one for one in given if one)

    def secret(self, name: str, *, key_file: Path) -> str:
        """A secret of at least 32 characters from ``NAME``, ``NAME_FILE`` or ``key_file``.

        ``key_file`` is made with 0600 when nothing is given: a newcomer needs no set-up, and the
        key stays outside the database and outside the backup archive.
        """
        given = self.text(name)
        source = self.text(f"{name}_FILE")
        if given and source:
            self.fault(name, f"is given twice; keep one of {name} and {name}_FILE")
        if given:
            return self._long_enough(name, given)
        if source:
            try:
                return self._long_enough(f"{name}_FILE", Path(source).read_text().strip())
            except (OSError, UnicodeDecodeError):
                self.fault(f"{name}_FILE", f"the file {source} cannot be read")
                return secrets.token_urlsafe(48)
        return self._kept_key(name, key_file)

    def secrets_by_name(self, name: str) -> dict[str, tuple[str, ...]]:
        """Secrets of several sources: ``voys=secret kantoor=secret``, two of one while it changes.

        A source is small letters, figures and dashes; a secret is at least 32 characters.
        """
        found: dict[str, tuple[str, ...]] = {}
        for pair in self.text(name).split():
            source, _, secret = pair.partition("=")
            if not re.fullmatch(r"[a-z0-9][a-z0-9-]{0,29}", source) or len(secret) < 32:
                self.fault(name, "is not source=secret with blanks between, secrets of 32 or more")
            elif len(found.get(source, ())) == 2:
                self.fault(name, f"gives {source} more than two secrets; drop the oldest")
            else:
                found[source] = (*found.get(source, ()), secret)
        return found

    def _long_enough(self, name: str, value: str) -> str:
        if len(value) < 32:
            self.fault(
                name, "is shorter than 32 characters; make one with: openssl rand -base64 48"
            )
            return secrets.token_urlsafe(48)
        return value

    def _kept_key(self, name: str, key_file: Path) -> str:
        try:
            if not key_file.exists():
                make_key_file(key_file)
            return self._long_enough(name, key_file.read_text().strip())
        except (OSError, UnicodeDecodeError) as error:
            self.fault(name, f"the key file {key_file} cannot be made or read ({error})")
            return secrets.token_urlsafe(48)


def make_key_file(key_file: Path) -> None:
    """Write a fresh random key with 0600; of two processes at once exactly one wins."""
    draft = key_file.with_name(f"{key_file.name}.{secrets.token_hex(8)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    try:
        os.write(handle, secrets.token_urlsafe(48).encode() + b"\n")
        os.fsync(handle)
    finally:
        os.close(handle)
    try:
        os.link(draft, key_file)
    except FileExistsError:
        pass
    finally:
        draft.unlink()


SQLITE_OPTIONS: dict[str, Any] = {
    # Without IMMEDIATE a read-then-write transaction fails at once with "database is locked";
    # without FULL the last commits can be lost when the power goes.
    "timeout": 30,
    "transaction_mode": "IMMEDIATE",
    "init_command": "PRAGMA journal_mode=WAL;PRAGMA synchronous=FULL;PRAGMA foreign_keys=ON;",
}


def database(environment: Environment, name: str, *, default_file: Path) -> dict[str, Any]:
    """Django's settings for ``sqlite:///file`` or ``postgresql://user:password@host:5432/name``.

    A Unix socket is named as ``postgresql://user@/name?host=/run/postgresql``; further options of
    the query (sslmode, target_session_attrs) go to the driver as they are.
    """
    given = environment.text(name)
    if not given:
        return sqlite(default_file)
    parts = urlsplit(given)
    if parts.scheme == "sqlite" and not parts.netloc and parts.path.strip("/"):
        # Three slashes and a relative file, four and an absolute one, as is usual.
        return sqlite(Path(unquote(parts.path[1:])).absolute())
    if parts.scheme in {"postgres", "postgresql"} and parts.path.strip("/"):
        options = dict(parse_qsl(parts.query))
        try:
            port = parts.port
        except ValueError:
            environment.fault(name, "the port is not a number")
            port = None
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path[1:]),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": options.pop("host", unquote(parts.hostname or "")),
            "PORT": str(port or options.pop("port", "")),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
            "OPTIONS": options,
        }
    environment.fault(
        name, "is neither sqlite:///file.sqlite3 nor postgresql://user:password@host:5432/name"
    )
    return sqlite(default_file)


def sqlite(file: Path) -> dict[str, Any]:
    """Settings of the embedded database: durable, and writers wait for each other."""
    return {
        "ENGINE": "django.db.backends.sqlite3",
        "NAME": str(file),
        "CONN_MAX_AGE": 60,
        "OPTIONS": dict(SQLITE_OPTIONS),
    }
