"""One HTTPS call with an end: to its time, to its size, and to what is believed about the server.

The certificate is always checked, against the machine's own authorities or against one file that
is given; there is no way to leave that out. A redirect is an answer like any other and never
followed. What went wrong says whether anything was asked, because that decides what may be repeated
(rule 6 of the house: unknown is a state). No message here holds the address's query, what was sent,
or what came back.
"""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
from collections.abc import Mapping
from contextlib import closing
from dataclasses import dataclass, field
from typing import Any

MEGABYTE = 1024 * 1024


class NothingAsked(Exception):
    """No connection, or to a server that is not believed: surely nothing was asked."""


class NoAnswer(Exception):
    """It was asked, and no whole answer came."""


@dataclass(frozen=True, kw_only=True)
class Answer:
    """A whole answer. It may repeat what was sent, so `repr` shows no body."""

    status: int
    headers: Mapping[str, str] = field(repr=False)
    body: bytes = field(repr=False)


@dataclass(frozen=True, kw_only=True)
class Server:
    """Where to call and whom to believe: `ca_file` is the only authority when it is given.

    `seconds` is the most that one call takes, all together, and `most_bytes` the longest answer.
    """

    host: str
    port: int
    seconds: float
    ca_file: str = ""
    most_bytes: int = 4 * MEGABYTE

    def call(
        self, method: str, path: str, *, headers: Mapping[str, str], body: bytes = b""
    ) -> Answer:
        """Make one call. Raises NothingAsked, or NoAnswer when it may have been done all the same.

        `headers` are sent as they are; `Content-Length` and `Host` are added.
        """
        deadline = time.monotonic() + self.seconds
        with closing(self._connect(deadline)) as connected:
            connection = http.client.HTTPConnection(self.host, self.port)
            connection.sock = _WithDeadline(connected, deadline)
            sent = {"Connection": "close", "Accept-Encoding": "identity", **headers}
            try:
                connection.request(method, path, body=body, headers=sent)
                response = connection.getresponse()
                if (response.length or 0) > self.most_bytes:
                    raise NoAnswer(f"the answer is longer than {self.most_bytes} bytes")
                content = response.read(self.most_bytes + 1)
                missing = response.length or 0
            except (OSError, http.client.HTTPException) as error:
                raise NoAnswer(_kind_of(error)) from None
            if len(content) > self.most_bytes:
                raise NoAnswer(f"the answer is longer than {self.most_bytes} bytes")
            if missing:
                raise NoAnswer(f"the answer was cut off, {missing} bytes are missing")
            found = {name.lower(): value for name, value in response.getheaders()}
            return Answer(status=response.status, headers=found, body=content)

    def _connect(self, deadline: float) -> ssl.SSLSocket:
        """Reach the server and check who it is, before anything is asked."""
        try:
            trusted = ssl.create_default_context(cafile=self.ca_file or None)
            plain = socket.create_connection((self.host, self.port), timeout=_left(deadline))
        except OSError as error:
            raise NothingAsked(_kind_of(error)) from None
        try:
            plain.settimeout(_left(deadline))
            # An answer without a length ends where the server says so, not where a line broke.
            return trusted.wrap_socket(plain, server_hostname=self.host, suppress_ragged_eofs=False)
        except OSError as error:
            plain.close()
            raise NothingAsked(_kind_of(error)) from None


def _kind_of(error: Exception) -> str:
    """Say what went wrong without what was sent or received."""
    if isinstance(error, ssl.SSLCertVerificationError):
        return f"the certificate is not trusted: {error.verify_message}"
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, OSError) and error.strerror:
        return error.strerror
    return type(error).__name__


def _left(deadline: float) -> float:
    left = deadline - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _WithDeadline:
    """A socket that a slow other side cannot keep open: every step gets what time is left."""

    def __init__(self, connected: ssl.SSLSocket, deadline: float) -> None:
        self._connected = connected
        self._deadline = deadline

    def sendall(self, content: Any) -> None:
        """Send it all, or raise when the time is up."""
        self._connected.settimeout(_left(self._deadline))
        self._connected.sendall(content)

    def makefile(self, _mode: str) -> io.BufferedReader:
        """What `http.client` reads the answer from."""
        return io.BufferedReader(_Reader(self._connected, self._deadline))

    def close(self) -> None:
        """Nothing: the caller closes the connection itself."""


class _Reader(io.RawIOBase):
    """Reads from a connection until a deadline."""

    def __init__(self, connected: ssl.SSLSocket, deadline: float) -> None:
        super().__init__()
        self._connected = connected
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, into: Any) -> int:
        self._connected.settimeout(_left(self._deadline))
        return self._connected.recv_into(into)
