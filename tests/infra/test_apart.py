"""What runs apart may hang, grow or crash: whoever called it goes on."""

import os
import time

import pytest

from balie.infra.apart import Apart, UnableToFinish


def double(number: int) -> int:
    """What is asked for."""
    print("what a function prints is no answer")  # noqa: T201
    return 2 * number


def misbehave(how: str) -> str:
    """Go wrong in one of the ways there are."""
    if how == "raise":
        raise ValueError("dit is\ngeen mail")
    if how == "hang":
        time.sleep(60)
    if how == "grow":
        return "x" * 10**9
    if how == "crash":
        os._exit(7)
    return os.environ.get("BALIE_HOME", "") + os.environ.get("PATH", "")


def _apart(function: str, *, seconds: float = 20) -> Apart:
    return Apart(f"{__name__}:{function}", seconds=seconds, megabytes=512)


def test_answers_come_back_from_one_process_call_after_call() -> None:
    with _apart("double") as doubled:
        assert [doubled(number) for number in (1, 2, 21)] == [2, 4, 42]


@pytest.mark.parametrize(
    ("how", "said"),
    [
        ("raise", "ValueError: dit is geen mail"),
        ("grow", "MemoryError"),
        ("crash", "ended with status"),
    ],
)
def test_what_goes_wrong_is_said_and_the_next_call_is_answered(how: str, said: str) -> None:
    with _apart("misbehave") as called:
        with pytest.raises(UnableToFinish, match=said):
            called(how)

        assert called("behave") == ""


def test_what_hangs_is_ended_in_time() -> None:
    begun = time.monotonic()

    with (
        _apart("misbehave", seconds=1) as called,
        pytest.raises(UnableToFinish, match="longer than 1 seconds"),
    ):
        called("hang")

    assert time.monotonic() - begun < 10


def test_function_that_is_not_there_is_said() -> None:
    with pytest.raises(UnableToFinish), Apart("balie.nergens:lees", seconds=20, megabytes=512) as x:
        x()


def test_nothing_is_left_running() -> None:
    called = _apart("double")
    called(1)

    assert called.close() == -9
    assert called.close() is None
