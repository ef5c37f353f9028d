"""Make ``.venv`` with Balie in it: ``runtime`` to run it, ``test`` to run the checks as well,
``bench`` to measure it beside its peers, ``panel`` for the control panel of the checks.

Runs on nothing but Python itself, so it works on a machine where nothing is installed yet. Every
package comes from ``requirements/`` and is checked against its hashes; building our own package
downloads nothing more. A second run finds that nothing changed and is done at once.
"""

import argparse
import hashlib
import os
import shutil
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FOLDER = ROOT / ".venv"
PYTHON = FOLDER / "bin" / "python"
BUILD_TOOLS = FOLDER / "build"  # beside the packages, not among them: Balie does not need these
REQUIREMENTS = ROOT / "requirements"
SETS = ("runtime", "test", "bench")  # each holds what stands before it
PANEL = "panel"  # an environment of its own: what a program of others needs is not ours
PIP_OPTIONS = ("--quiet", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps")
HASHED_WHEELS = ("--require-hashes", "--only-binary", ":all:")


class UnableToPrepare(Exception):
    """The environment cannot be made; the message is one sentence with what to do."""


def fingerprint(*files: Path) -> str:
    """What the environment was made from: the files and the Python."""
    digest = hashlib.sha256(sys.version.encode())
    for file in files:
        digest.update(file.read_bytes())
    return digest.hexdigest()


def is_made(name: str, mark: str) -> bool:
    """Whether step ``name`` was done for exactly this input."""
    stamp = FOLDER / f"{name}.made"
    return stamp.exists() and stamp.read_text() == mark


def python_works() -> bool:
    """Whether the environment's Python starts, and is the version that makes it now."""
    question = "import sys, pip; print(*sys.version_info[:3])"
    try:
        answer = subprocess.run(
            [PYTHON, "-c", question], capture_output=True, text=True, check=False
        )
    except OSError:
        return False
    return answer.stdout.split() == [str(part) for part in sys.version_info[:3]]


def make_folder() -> None:
    """Make ``.venv``; one that another Python made is made anew."""
    if python_works():
        return
    if find_spec("venv") is None or find_spec("ensurepip") is None:
        raise UnableToPrepare(
            f"Python {sys.version_info[0]}.{sys.version_info[1]} has no venv module here; "
            "install it first (on Debian: apt-get install python3-venv)."
        )
    shutil.rmtree(FOLDER, ignore_errors=True)
    made = subprocess.run(
        [sys.executable, "-m", "venv", FOLDER], capture_output=True, text=True, check=False
    )
    if made.returncode:
        raise UnableToPrepare(f"{FOLDER} cannot be made: {(made.stderr or made.stdout).strip()}")


def pip(
    *arguments: str | Path, into: Path | None = None, environment: dict[str, str] | None = None
) -> None:
    """Run pip without chatter, for the Python ``into`` or our own; when it fails, say why."""
    other = () if into is None else ("--python", into)
    run = subprocess.run(
        [PYTHON, "-m", "pip", *other, "install", *PIP_OPTIONS, *arguments],
        env={**os.environ, **(environment or {})},
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
    )
    if run.returncode:
        said = (run.stderr or run.stdout).strip()
        raise UnableToPrepare(f"pip could not install the packages:\n{said}")


def install_packages(name: str) -> None:
    """Install ``requirements/<name>.txt`` unless that was done before."""
    file = REQUIREMENTS / f"{name}.txt"
    mark = fingerprint(file)
    if is_made(name, mark):
        return
    count = sum(1 for line in file.read_text().splitlines() if "==" in line)
    started = time.monotonic()
    print(f"  installing {count} packages ({name}, once) ...", end=" ", flush=True)
    pip(*HASHED_WHEELS, "--requirement", file)
    print(f"{time.monotonic() - started:.0f} s", flush=True)
    (FOLDER / f"{name}.made").write_text(mark)


def install_balie() -> None:
    """Put Balie itself into the environment, as the sources stand here."""
    mark = fingerprint(REQUIREMENTS / "build.txt", ROOT / "pyproject.toml", ROOT / "CHANGELOG.md")
    mark += str(ROOT)
    if is_made("balie", mark):
        return
    shutil.rmtree(BUILD_TOOLS, ignore_errors=True)
    pip(*HASHED_WHEELS, "--target", BUILD_TOOLS, "--requirement", REQUIREMENTS / "build.txt")
    pip("--no-build-isolation", "--editable", ROOT, environment={"PYTHONPATH": str(BUILD_TOOLS)})
    (FOLDER / "balie.made").write_text(mark)


def install_panel() -> None:
    """Put the control panel of the checks into an environment of its own, below ours."""
    file, folder = REQUIREMENTS / "panel.txt", FOLDER / PANEL
    mark = fingerprint(file)
    if is_made(PANEL, mark):
        return
    started = time.monotonic()
    print("  installing a control panel to speak with (once) ...", end=" ", flush=True)
    shutil.rmtree(folder, ignore_errors=True)
    subprocess.run([PYTHON, "-m", "venv", "--without-pip", folder], check=True)
    pip(*HASHED_WHEELS, "--requirement", file, into=folder / "bin" / "python")
    print(f"{time.monotonic() - started:.0f} s", flush=True)
    (FOLDER / f"{PANEL}.made").write_text(mark)


def main() -> int:
    """Run from the command line; says one sentence and returns 1 when something is missing."""
    parser = argparse.ArgumentParser(description="Make .venv with Balie in it.")
    parser.add_argument("purpose", choices=(*SETS, PANEL))
    purpose = parser.parse_args().purpose
    try:
        make_folder()
        if purpose == PANEL:
            install_panel()
            return 0
        for name in SETS[: SETS.index(purpose) + 1]:
            install_packages(name)
        install_balie()
    except UnableToPrepare as error:
        print(f"Balie: {error}", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
