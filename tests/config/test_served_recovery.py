"""A lost login at the running server: what its log shows, and whose word on an address it takes."""

import http.client
from pathlib import Path

import pytest

from tests.config.conftest import Starter
from tests.config.test_serving import free_port, opened

SECRET = "3f9a71c0" * 8
CHOOSE = "/inloggegevens/wachtwoord/"
MOST = 20


def get(port: int, address: str, **headers: str) -> http.client.HTTPResponse:
    """Ask for a page without following where it leads."""
    line = http.client.HTTPConnection("127.0.0.1", port, timeout=30)
    line.request("GET", address, headers={"User-Agent": "test", **headers})
    answer = line.getresponse()
    answer.read()
    line.close()
    return answer


def try_link(port: int, forwarded_for: str) -> int:
    """Try a link that does not open, said to come from an address."""
    headers = {"Cookie": f"balie-link={SECRET}", "X-Forwarded-For": forwarded_for}
    return get(port, CHOOSE, **headers).status


@pytest.mark.slow
def test_log_of_the_server_never_shows_a_secret(start_balie: Starter, tmp_path: Path) -> None:
    port = free_port()
    opened(
        start_balie(
            "serve",
            "--port",
            str(port),
            DJANGO_SETTINGS_MODULE="balie.config.settings",
            BALIE_LOG_LEVEL="debug",
        )
    )

    moved = get(port, f"/inloggegevens/nieuw/{SECRET}/")
    page = get(port, CHOOSE, Cookie=f"balie-link={SECRET}")
    missing = get(port, f"/inloggegevens/nieuw/{SECRET}/x/", Referer=f"http://x/{SECRET}/")

    log = (tmp_path / "errors").read_text()
    assert (moved.status, moved.headers["Location"], page.status) == (303, CHOOSE, 200)
    assert (missing.status, "/inloggegevens/nieuw/" in log) == (404, True)
    assert SECRET not in log


@pytest.mark.slow
@pytest.mark.parametrize("proxy", ["", "127.0.0.1"])
def test_address_of_a_visitor_is_that_of_the_connection_or_of_the_trusted_server(
    start_balie: Starter, proxy: str
) -> None:
    port = free_port()
    opened(
        start_balie(
            "serve",
            "--port",
            str(port),
            "--no-worker",
            DJANGO_SETTINGS_MODULE="balie.config.settings",
            BALIE_TRUSTED_PROXY=proxy,
        )
    )

    varied = [try_link(port, f"192.0.2.{number}") for number in range(MOST + 1)]
    same = [try_link(port, "198.51.100.1") for _ in range(MOST + 1)]

    if proxy:
        assert varied == [200] * (MOST + 1)
        assert same == [200] * MOST + [429]
    else:
        # Whatever he says of himself: it is one connection, and one network.
        assert varied == [200] * MOST + [429]
        assert set(same) == {429}
