"""A DirectAdmin that is none: a real HTTPS server here, with its documented answers and faults.

It remembers what was asked, and what must never be: a secret in an address, a second login after a
refused one. A fault stays until it is taken away.
"""

import ssl
import threading
import time
from base64 import b64decode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

USER, KEY = "reseller", "key-canary-4f1d8b"
LOGIN_PAGE = b'<html><form action="/CMD_LOGIN"><input name=username><input name=password></form>'
BLOCKED_PAGE = b"<html><h1>Your IP is blacklisted</h1></html>"
OTHER_PAGE = b"<!DOCTYPE html><html><body>nginx</body></html>"
CHANGES = {"CMD_API_ACCOUNT_USER", "CMD_API_USER_PASSWD", "CMD_API_SELECT_USERS"}
# What is answered instead: status, headers, body.
INSTEAD: dict[str, tuple[int, dict[str, str], bytes]] = {
    "status_401": (401, {"WWW-Authenticate": "Basic"}, b"error=1&text=Bad"),
    "login_page_200": (200, {"Content-Type": "text/html"}, LOGIN_PAGE),
    "blocked_page_200": (200, {"Content-Type": "text/html"}, BLOCKED_PAGE),
    "redirect_to_login": (302, {"Location": "/evo/login"}, b""),
    "redirect_elsewhere": (302, {"Location": "https://192.0.2.1/"}, b""),
    "status_403": (403, {}, b""),
    "status_404": (404, {"Content-Type": "text/html"}, OTHER_PAGE),
    "busy_419": (419, {}, b""),
    "rate_429": (429, {"Retry-After": "60"}, b""),
    "status_500": (500, {"Content-Type": "text/html"}, OTHER_PAGE),
    "other_page_200": (200, {"Content-Type": "text/html"}, OTHER_PAGE),
    "garbage": (200, {}, bytes(range(256))),
    "empty": (200, {}, b""),
    "refused_words": (200, {}, urlencode({"error": "1", "text": "Café vol – één"}).encode()),
}


@dataclass(kw_only=True)
class FakeDirectAdmin:
    """What the panel holds, what is wrong with it, and what it was asked."""

    address: str = ""
    users: dict[str, dict[str, str]] = field(default_factory=dict)
    fault: str = ""
    fault_on: frozenset[str] = frozenset()
    asked: list[tuple[str, dict[str, str], str]] = field(default_factory=list)
    paths: list[str] = field(default_factory=list)
    refused_logins: int = 0
    key: str = KEY

    def breaks(self, fault: str, *commands: str) -> None:
        """Let a fault happen: on these commands, or on those that change something."""
        self.fault, self.fault_on = fault, frozenset(commands or CHANGES)

    def mend(self) -> None:
        """Take the fault away."""
        self.fault = ""

    def times(self, command: str) -> int:
        """How often a command was asked."""
        return sum(1 for name, _, _ in self.asked if name == command)

    def changes(self) -> int:
        """How often it was asked to change something."""
        return sum(1 for name, _, _ in self.asked if name in CHANGES)

    def add(self, user_name: str, **values: str) -> None:
        """Have an account there already."""
        self.users[user_name] = {
            "domain": f"{user_name}.nl",
            "email": "",
            "package": "",
            "suspended": "no",
            "password": "",
            **values,
        }

    def answer(self, command: str, fields: dict[str, str]) -> str:
        """Do what is asked and answer as documented."""
        name = command.removeprefix("CMD_API_").lower()
        return str(getattr(self, f"_{name}")(fields))

    def _show_reseller_ips(self, _fields: dict[str, str]) -> str:
        return urlencode([("list[]", "192.0.2.10")])

    def _show_users(self, _fields: dict[str, str]) -> str:
        return urlencode([("list[]", name) for name in self.users])

    def _user_exists(self, fields: dict[str, str]) -> str:
        return f"exists={int(fields['user'] in self.users)}"

    def _show_user_config(self, fields: dict[str, str]) -> str:
        user = self.users.get(fields["user"])
        if user is None:
            return _error("Cannot view user")
        shown = {key: value for key, value in user.items() if key != "password"}
        encoded = urlencode({"username": fields["user"], **shown})
        if self.fault == "entity_encoded_digits":
            return encoded.replace("1", "%26%2349%3B")
        return encoded

    def _account_user(self, fields: dict[str, str]) -> str:
        if fields["username"] in self.users:
            return _error("That user already exists on the system")
        self.add(
            fields["username"],
            domain="" if self.fault == "partial_create" else fields["domain"],
            email=fields["email"],
            package=fields["package"],
            password=fields["passwd"],
        )
        if self.fault == "partial_create":
            return _error("Cannot add domain")
        return urlencode({"error": "0", "text": f"User {fields['username']} created"})

    def _user_passwd(self, fields: dict[str, str]) -> str:
        user = self.users.get(fields["username"])
        if user is None:
            return _error("Unable to change password: no such user")
        if self.fault == "repeats_the_password":
            return _error(f"{fields['passwd']} is too simple")
        if user["suspended"] == "yes" and self.fault == "suspended_refuses_password":
            return _error("Account is suspended")
        user["password"] = fields["passwd"]
        return "error=0&text=Password%20Changed&details="

    def _select_users(self, fields: dict[str, str]) -> str:
        name = fields["select0"]
        if fields.get("delete") == "yes":
            self.users.pop(name, None)
            if self.fault == "error_but_done":
                return _error("Error deleting user")
        else:
            self.users[name]["suspended"] = "yes" if fields["suspend"] == "Suspend" else "no"
        return "error=0&text=Success&details="

    def _login_keys(self, _fields: dict[str, str]) -> str:
        host = "other.example" if self.fault == "foreign_link" else "127.0.0.1"
        link = f"https://{host}:2222/api/login/url?key=link-canary-77ab"
        return urlencode({"error": "0", "text": "URL Created", "details": link})


def _error(text: str) -> str:
    return urlencode({"error": "1", "text": "Unable", "details": text})


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: "_Server"

    def log_message(self, *_: Any) -> None:
        """Say nothing."""

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers["Content-Length"])))

    def _serve(self, body: bytes) -> None:
        panel = self.server.panel
        panel.paths.append(self.path)
        parts = urlsplit(self.path)
        command = parts.path.strip("/")
        fields = dict(parse_qsl(body.decode() or parts.query, keep_blank_values=True))
        name, _, key = b64decode(self.headers["Authorization"][6:]).decode().partition(":")
        panel.asked.append((command, fields, name))
        fault = panel.fault if command in panel.fault_on else ""
        if key != panel.key or name.partition("|")[0] != USER:
            fault = "status_401"
        if fault in {"status_401", "login_page_200", "blocked_page_200", "redirect_to_login"}:
            panel.refused_logins += 1
        if fault in INSTEAD:
            self._send(*INSTEAD[fault])
            return
        self._send_broken(panel.answer(command, fields).encode(), fault)

    def _send_broken(self, content: bytes, fault: str) -> None:
        """Answer what was done, as the fault will have it."""
        if fault == "done_and_dropped":
            self.close_connection = True
        elif fault == "cut_off":
            self._send(200, {"Content-Length": str(len(content) + 40)}, content[:4])
            self.close_connection = True
        elif fault == "drips":
            self._send(200, {"Content-Length": "100000"}, b"")
            self._drip()
        elif fault == "huge":
            self._send(200, {"Content-Length": str(1 << 30)}, b"list[]=" + b"x" * (1 << 20))
        else:
            if fault == "slow_then_ok":
                time.sleep(0.4)
            self._send(200, {}, content)

    def _drip(self) -> None:
        for _ in range(100):
            try:
                self.wfile.write(b"x")
                self.wfile.flush()
            except OSError:
                return
            time.sleep(0.1)

    def _send(self, status: int, headers: dict[str, str], content: bytes) -> None:
        self.send_response(status)
        for name, value in {"Content-Length": str(len(content)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, panel: FakeDirectAdmin, certificate: Path) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.panel = panel
        self.trust = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        self.trust.load_cert_chain(certificate)

    def finish_request(self, request: Any, client_address: Any) -> None:
        """Greet with TLS in the thread of the request: a client that goes away stops nobody."""
        try:
            secured = self.trust.wrap_socket(request, server_side=True)
        except OSError:
            return
        try:
            super().finish_request(secured, client_address)
        except OSError:
            pass
        finally:
            secured.close()


@contextmanager
def running(panel: FakeDirectAdmin, certificate: Path) -> Iterator[FakeDirectAdmin]:
    """Serve a panel with a certificate while the block runs."""
    server = _Server(panel, certificate)
    panel.address = f"https://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield panel
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
