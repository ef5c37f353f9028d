"""The tests speak to this machine and to nobody else."""

import socket
from collections.abc import Callable
from ipaddress import ip_address
from typing import Any

import pytest


class NetworkForbidden(Exception):
    """A test tried to reach another machine."""


def is_loopback(host: object) -> bool:
    """Whether ``host``, a name or an address, is this machine."""
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    try:
        return ip_address(name).is_loopback
    except ValueError:
        return name == "localhost" or name.endswith(".localhost")


def forbid_foreign_network(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Refuse every connection and look-up that leaves this machine; returns the list of tries.

    The list lets a test fail even where the code under test swallows the refusal.
    """
    tries: list[str] = []

    def refuse(host: object) -> None:
        if not is_loopback(host):
            tries.append(str(host))
            raise NetworkForbidden(f"no test may reach {host}")

    def guarded(original: Callable[..., Any]) -> Callable[..., Any]:
        def connect(self: socket.socket, address: Any) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6}:
                refuse(address[0])
            return original(self, address)

        return connect

    look_up = socket.getaddrinfo

    def getaddrinfo(host: Any, *rest: Any, **options: Any) -> Any:
        refuse(host)
        return look_up(host, *rest, **options)

    monkeypatch.setattr(socket.socket, "connect", guarded(socket.socket.connect))
    monkeypatch.setattr(socket.socket, "connect_ex", guarded(socket.socket.connect_ex))
    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)
    return tries
