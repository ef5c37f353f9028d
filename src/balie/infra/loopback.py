"""What counts as this machine itself: for settings and for the demo, which is open to no other."""

from __future__ import annotations

from ipaddress import ip_address


def is_loopback(host: str) -> bool:
    """Whether a name or address is that of this machine, reached from itself."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
