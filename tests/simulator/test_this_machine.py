"""The demo answers this machine only, whatever server stands before it."""

import pytest
from django.http import HttpResponse
from django.test import RequestFactory

from balie.simulator.timebar import ThisMachineMiddleware


@pytest.mark.parametrize(
    ("address", "status"),
    [("127.0.0.1", 200), ("::1", 200), ("192.0.2.7", 403), ("", 403), ("10.0.0.1", 403)],
)
def test_demo_lets_nobody_in_from_elsewhere(address: str, status: int) -> None:
    request = RequestFactory().get("/demo/", REMOTE_ADDR=address)

    assert ThisMachineMiddleware(lambda request: HttpResponse())(request).status_code == status
