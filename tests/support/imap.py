"""A real IMAP server (pymap) on this machine: started for a test, and stopped with it."""

import imaplib
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from balie.infra.imap import Account

USER = "helpdesk"
PASSWORD = "een goed wachtwoord"
PATIENCE = 20


@dataclass(frozen=True, kw_only=True)
class MailServer:
    """A running server with one account."""

    port: int

    def account(self, **changes: object) -> Account:
        """How Balie gets in."""
        given: dict[str, object] = {
            "host": "127.0.0.1",
            "port": self.port,
            "security": "none",
            "user": USER,
            "password": PASSWORD,
            "timeout": 5.0,
        }
        return Account(**(given | changes))  # type: ignore[arg-type]

    @contextmanager
    def signed_in(self) -> Iterator[imaplib.IMAP4]:
        """A second client, as somebody's mail program would be."""
        client = imaplib.IMAP4("127.0.0.1", self.port, timeout=5)
        try:
            client.login(USER, PASSWORD)
            yield client
        finally:
            client.logout()

    def deliver(
        self, content: bytes, *, folder: str = "INBOX", arrived_at: datetime | None = None
    ) -> None:
        """Put a mail into the mailbox, as the mail server does."""
        moment = imaplib.Time2Internaldate(arrived_at) if arrived_at else None
        with self.signed_in() as client:
            client.append(folder, None, moment, content)

    def make_folder(self, name: str) -> None:
        """Add a folder."""
        with self.signed_in() as client:
            client.create(name)

    def count(self, folder: str = "INBOX") -> int:
        """How many mails lie in a folder."""
        with self.signed_in() as client:
            return int(client.select(folder, readonly=True)[1][0] or 0)

    def flags(self, folder: str = "INBOX") -> str:
        """The flags of all mails of a folder."""
        with self.signed_in() as client:
            client.select(folder, readonly=True)
            return str(client.uid("FETCH", "1:*", "(FLAGS)")[1])


@contextmanager
def mail_server(*, certificate: tuple[Path, Path] | None = None) -> Iterator[MailServer]:
    """Run a server for the block; with a certificate and its key it speaks STARTTLS."""
    port = free_port()
    tls = ["--cert", str(certificate[0]), "--key", str(certificate[1])] if certificate else []
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", "from pymap.main import main; main()"),
            *("--host", "127.0.0.1", "--port", str(port)),
            *(tls or ["--no-tls"]),
            *("--no-service", "admin", "--no-service", "managesieve"),
            *("dict", "--demo-user", USER, "--demo-password", PASSWORD),
        ],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        env={"PATH": os.environ.get("PATH", ""), "PYTHONPATH": os.pathsep.join(sys.path)},
    )
    try:
        _wait_for(port, process)
        yield MailServer(port=port)
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=PATIENCE)


@contextmanager
def cutting_after(server: MailServer, size: int) -> Iterator[int]:
    """Stand before a server and cut each connection once it has said so many bytes; the port."""
    listener = socket.create_server(("127.0.0.1", 0))
    port = int(listener.getsockname()[1])

    def pass_on() -> None:
        while True:
            try:
                near, _ = listener.accept()
            except OSError:
                return
            far = socket.create_connection(("127.0.0.1", server.port), timeout=PATIENCE)
            threading.Thread(target=_copy, args=(near, far), daemon=True).start()
            _copy(far, near, most=size)

    thread = threading.Thread(target=pass_on, daemon=True)
    thread.start()
    try:
        yield port
    finally:
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        thread.join(timeout=PATIENCE)


def _copy(source: socket.socket, target: socket.socket, *, most: int | None = None) -> None:
    """Copy what is said until either end is gone, or until enough was said: then cut both."""
    said = 0
    with suppress(OSError):
        while (most is None or said < most) and (some := source.recv(4096)):
            piece = some if most is None else some[: most - said]
            target.sendall(piece)
            said += len(piece)
    for each in (source, target):
        with suppress(OSError):
            each.shutdown(socket.SHUT_RDWR)
        each.close()


def make_certificate(folder: Path) -> tuple[Path, Path]:
    """Write a certificate for 127.0.0.1 that signed itself, and its key."""
    certificate, key = folder / "imap.crt", folder / "imap.key"
    subprocess.run(
        [
            *("openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "36500"),
            *("-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"),
            *("-keyout", str(key), "-out", str(certificate)),
        ],
        check=True,
        capture_output=True,
    )
    return certificate, key


def free_port() -> int:
    """A port that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


def _wait_for(port: int, process: "subprocess.Popen[bytes]") -> None:
    deadline = time.monotonic() + PATIENCE
    while time.monotonic() < deadline and process.poll() is None:
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", port), timeout=1).close()
            return
        time.sleep(0.05)
    raise TimeoutError(f"the IMAP server did not come up on port {port}")
