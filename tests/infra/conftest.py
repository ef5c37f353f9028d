"""A mail server that misbehaves on demand, and processes that a test may kill."""

import asyncio
import os
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from django.db import connection
from pytest_django import Settings

ROOT = Path(__file__).parents[2]


class MailServer:
    """A real SMTP server on loopback; ``script`` says what it does with the next messages.

    A step is ``ok``, ``hang``, ``cut`` (takes the message and hangs up before it answers), or a
    reply such as ``451 try later``; after the last step all goes well. ``at_recipient`` holds
    replies given already at RCPT.
    """

    def __init__(self) -> None:
        self.script: list[str] = []
        self.at_recipient: list[str] = []
        self.received: list[EmailMessage] = []
        self.recipients: list[list[str]] = []
        self.controller: Controller | None = None
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port: int = probe.getsockname()[1]

    async def handle_RCPT(  # noqa: N802 (the name that aiosmtpd calls)
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        reply = self.at_recipient.pop(0) if self.at_recipient else "250 OK"
        if reply.startswith("250"):
            envelope.rcpt_tos.append(address)
        return reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        step = self.script.pop(0) if self.script else "ok"
        if step == "hang":
            await asyncio.sleep(5)
        if step[0].isdigit():
            return step
        content: Any = envelope.content
        self.received.append(message_from_bytes(content, policy=policy.SMTP))
        self.recipients.append(envelope.rcpt_tos)
        if step == "cut":
            assert isinstance(server.transport, asyncio.WriteTransport)
            server.transport.abort()
        return "250 OK"

    def start(self) -> None:
        self.controller = Controller(self, hostname="127.0.0.1", port=self.port)
        self.controller.start()

    def stop(self) -> None:
        if self.controller is not None:
            self.controller.stop()
            self.controller = None


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A running mail server that the settings name, with a short timeout."""
    server = MailServer()
    server.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST = settings.BALIE_SMTP_HOST = "127.0.0.1"
    settings.EMAIL_PORT = server.port
    settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
    settings.EMAIL_TIMEOUT = 0.5
    settings.BALIE_DEMO = True
    yield server
    server.stop()


@pytest.fixture
def child(
    transactional_db: None, tmp_path: Path
) -> Iterator[Callable[..., subprocess.Popen[bytes]]]:
    """Start ``tests.infra.child`` on the database of this test; killed at the end."""
    started: list[subprocess.Popen[bytes]] = []
    names = ("PATH", "HOME", "LANG")
    environment = {name: os.environ[name] for name in names if name in os.environ} | {
        "BALIE_HOME": str(tmp_path / "home"),
        "BALIE_DATABASE_URL": database_url(),
        "BALIE_SECRET_KEY": "k" * 40,
        "DJANGO_SETTINGS_MODULE": "tests.infra.child_settings",
        "PYTHONPATH": f"{ROOT / 'src'}:{ROOT}",
    }

    def start(*arguments: str, **more: str) -> subprocess.Popen[bytes]:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.infra.child", *arguments],
            env=environment | more,
            cwd=ROOT,
            stderr=subprocess.DEVNULL,
        )
        started.append(process)
        return process

    yield start
    for process in started:
        process.kill()
        process.wait()


def database_url() -> str:
    """The address of the database that this test uses."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    return f"postgresql://{values['USER']}@/{values['NAME']}?host={values['HOST']}"


def until(condition: Callable[[], bool], *, seconds: float = 15) -> bool:
    """Whether the condition came true in time."""
    deadline = time.monotonic() + seconds
    while time.monotonic() < deadline:
        if condition():
            return True
        time.sleep(0.02)
    return False


def in_thread(function: Callable[[], object]) -> threading.Thread:
    """Start a thread with a database connection of its own, closed at its end."""

    def run() -> None:
        try:
            function()
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread
