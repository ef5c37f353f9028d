"""The PostgreSQL of the tests starts by itself, and is gone with whoever started it."""

import shutil
import signal
import subprocess
import sys
import time

import psycopg
import pytest

from tests.tidy.reading import ROOT

SCRIPT = """
import time
from tests.support.postgres import start_postgres
print(start_postgres(), flush=True)
time.sleep(60)
"""
SECONDS_TO_STOP = 15


def answers(address: str) -> bool:
    try:
        psycopg.connect(address, connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_server_stops_with_whoever_started_it(number: signal.Signals) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", SCRIPT],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    ) as starter:
        assert starter.stdout is not None
        address = starter.stdout.readline().strip()
        assert answers(address)

        starter.send_signal(number)
        starter.wait(timeout=SECONDS_TO_STOP)

    deadline = time.monotonic() + SECONDS_TO_STOP
    while answers(address) and time.monotonic() < deadline:
        time.sleep(0.1)
    assert not answers(address)
    shutil.rmtree(address.partition("host=")[2], ignore_errors=True)
