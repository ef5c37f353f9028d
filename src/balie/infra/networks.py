"""From which network a visitor comes: what limits count by.

An IPv4 address stands for itself. Of IPv6 a household or a server is given 2^64 addresses, so the
first 64 bits count. The address is that of the connection; behind the web server that
BALIE_TRUSTED_PROXY names, the server has put the visitor's own in its place.
"""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address, ip_network

from django.http import HttpRequest

UNKNOWN = "unknown"


def network_of(request: HttpRequest) -> str:
    """Return the network a request comes from: `192.0.2.7` or `2001:db8:1:2::/64`."""
    return network_of_address(request.META.get("REMOTE_ADDR", ""))


def network_of_address(address: str) -> str:
    """Return the network of an address; what is no address (a local socket) counts as one."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return UNKNOWN
    if not isinstance(found, IPv6Address):
        return str(found)
    if found.ipv4_mapped is not None:
        return str(found.ipv4_mapped)
    return str(ip_network((int(found), 64), strict=False))
