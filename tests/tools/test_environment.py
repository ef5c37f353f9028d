"""On a bare machine the two commands say in one sentence what is missing."""

import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.tidy.reading import ROOT
from tools import environment

OLD_PYTHON = "#!/bin/sh\ncase $1 in --version) echo Python 3.9.2;; *) exit 1;; esac\n"


@pytest.fixture
def bare(tmp_path: Path) -> Path:
    """A folder of programs with nothing in it but make and a shell."""
    for name in ("make", "sh"):
        program = shutil.which(name)
        assert program is not None
        (tmp_path / name).symlink_to(program)
    return tmp_path


def make(target: str, *, programs: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [programs / "make", target],
        cwd=ROOT,
        env={"PATH": str(programs)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.mark.parametrize("target", ["demo", "test"])
def test_machine_without_python_is_told(bare: Path, target: str) -> None:
    result = make(target, programs=bare)

    assert result.returncode != 0
    assert result.stderr.splitlines()[0] == (
        "Balie needs Python 3.11 or later, and finds none here (PYTHON=... names another)."
    )


@pytest.mark.parametrize("target", ["demo", "test"])
def test_machine_with_an_old_python_is_told(bare: Path, target: str) -> None:
    (bare / "python3").write_text(OLD_PYTHON)
    (bare / "python3").chmod(0o755)

    result = make(target, programs=bare)

    assert result.returncode != 0
    assert result.stderr.splitlines()[0] == (
        "Balie needs Python 3.11 or later, and finds Python 3.9.2 here (PYTHON=... names another)."
    )


def test_python_without_venv_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "PYTHON", tmp_path / ".venv" / "bin" / "python")
    monkeypatch.setattr(environment, "find_spec", lambda name: None)

    with pytest.raises(environment.UnableToPrepare) as caught:
        environment.make_folder()

    version = f"{sys.version_info[0]}.{sys.version_info[1]}"
    assert str(caught.value) == (
        f"Python {version} has no venv module here; "
        "install it first (on Debian: apt-get install python3-venv)."
    )


def test_environment_is_made_again_only_for_other_input(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(environment, "FOLDER", tmp_path)
    pins = tmp_path / "runtime.txt"
    pins.write_text("a==1\n")
    (tmp_path / "runtime.made").write_text(environment.fingerprint(pins))

    assert environment.is_made("runtime", environment.fingerprint(pins))
    pins.write_text("a==2\n")
    assert not environment.is_made("runtime", environment.fingerprint(pins))
