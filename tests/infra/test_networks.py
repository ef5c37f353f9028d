"""Limits count by network: an IPv4 address, or the first half of an IPv6 address."""

import pytest
from django.test import RequestFactory

from balie.infra.networks import UNKNOWN, network_of, network_of_address


@pytest.mark.parametrize(
    ("address", "network"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::1", "2001:db8:1:2::/64"),
        ("2001:db8:1:3::1", "2001:db8:1:3::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("", UNKNOWN),
        ("no address", UNKNOWN),
    ],
)
def test_network_of_an_address(address: str, network: str) -> None:
    assert network_of_address(address) == network


def test_header_of_the_visitor_himself_changes_nothing() -> None:
    request = RequestFactory().get(
        "/", REMOTE_ADDR="192.0.2.7", headers={"x-forwarded-for": "198.51.100.9"}
    )

    assert network_of(request) == "192.0.2.7"
