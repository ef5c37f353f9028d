"""Run every check and say at the end, in one table, what held, what not and how long it took.

``--fast`` leaves out what takes minutes: the tests of the apps and the faces, PostgreSQL and the
browser. ``--long`` runs what ``make test`` samples: every season, look and statement to die at.
``--format`` sets the layout of code and templates and checks nothing. All steps run, also
after one failed, so that one run shows everything; the exit code is 1 when any failed.
"""

import argparse
import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from tests.support.browser import find_chromium  # noqa: E402 (the root is not on the path before)

PROGRAMS = Path(sys.executable).parent
PYTEST = ("pytest", "-q", "--no-header")
PARALLEL = ("-n", "auto", "--maxprocesses", "4", "--dist", "loadfile")
FAST_TESTS = ("tests/tidy", "tests/tools", "tests/domain", "tests/formats")
COUNTS = re.compile(r"\d+ (?:passed|failed|errors?|skipped|xfailed)")


@dataclass(frozen=True)
class Step:
    """One check: what it is called, the command, and what it adds to the environment."""

    name: str
    command: tuple[str, ...]
    environment: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Outcome:
    """How a step went."""

    name: str
    passed: bool
    seconds: float
    remark: str = ""

    def line(self) -> str:
        """The step's line in the table."""
        verdict = "ok" if self.passed else "FAILED"
        return f"{verdict:8}{self.seconds:6.1f} s  {self.name:28}{self.remark}"


def templates() -> list[str]:
    """Every template of ours, as paths from the root."""
    found = sorted((ROOT / "src").rglob("templates/**/*.html"))
    return [str(path.relative_to(ROOT)) for path in found]


def static_steps() -> Iterator[Step]:
    """What can be said of the code without running it."""
    yield Step("lint (ruff)", ("ruff", "check", "--quiet", "."))
    yield Step("layout (ruff)", ("ruff", "format", "--check", "--quiet", "."))
    if templates():
        yield Step(
            "templates (djade)", ("djade", "--check", "--target-version", "5.2", *templates())
        )
    yield Step("types (mypy)", ("mypy", "--no-error-summary"))
    yield Step("contracts (import-linter)", ("lint-imports", "--no-cache", "--no-logo"))
    yield Step("translations", ("python", "tools/messages.py", "--check"))


def test_steps(*, with_browser: bool) -> Iterator[Step]:
    """All tests: on SQLite, on PostgreSQL what depends on the engine, and in a browser."""
    yield Step("a control panel", ("python", "tools/environment.py", "panel"))
    yield Step(
        "tests on SQLite",
        (*PYTEST, *PARALLEL, "-m", "not browser and not long"),
        {"BALIE_TEST_NEEDS_PANEL": "1"},  # left out it would look like a test that passed
    )
    yield Step(
        "tests on PostgreSQL",
        (*PYTEST, *PARALLEL, "-m", "postgres and not browser and not long"),
        {"BALIE_TEST_DATABASE": "postgres"},
    )
    if with_browser:
        yield Step("tests in Chromium", (*PYTEST, *PARALLEL, "-m", "browser and not long"))


def long_steps() -> Iterator[Step]:
    """The campaigns: what `make test` does once or at samples, done wholly."""
    every_statement = {"BALIE_TEST_KILL_EVERY": "1"}
    on_postgres = {"BALIE_TEST_DATABASE": "postgres"}
    yield Step("more seasons", (*PYTEST, *PARALLEL, "-m", "long and not browser"))
    yield Step("every look of every page", (*PYTEST, *PARALLEL, "-m", "long and browser"))
    killed = (*PYTEST, *PARALLEL, "-k", "killed")
    yield Step("killed anywhere, SQLite", killed, every_statement)
    yield Step("killed anywhere, PostgreSQL", killed, {**every_statement, **on_postgres})


def run(step: Step) -> Outcome:
    """Run one step and time it; tests show their progress, others speak only when they fail."""
    print(f"── {step.name}", flush=True)
    is_test = step.command[0] == "pytest"
    started = time.monotonic()
    process = subprocess.Popen(
        [PROGRAMS / step.command[0], *step.command[1:]],
        cwd=ROOT,
        env={**os.environ, **step.environment},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    lines: list[str] = []
    assert process.stdout is not None
    for line in process.stdout:
        lines.append(line)
        if is_test:
            print(line, end="", flush=True)
    passed = process.wait() == 0
    if not passed and not is_test:
        print("".join(lines), flush=True)
    return Outcome(
        name=step.name,
        passed=passed,
        seconds=time.monotonic() - started,
        remark=", ".join(COUNTS.findall(lines[-1])) if is_test and lines else "",
    )


def install_chromium() -> bool:
    """Try to get a browser where that can be done unasked: as root on a Debian-like system."""
    if find_chromium():
        return True
    if os.geteuid() != 0 or not os.access("/usr/bin/apt-get", os.X_OK):
        return False
    print("── installing Chromium for the browser tests (apt-get)", flush=True)
    quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (
        ("apt-get", "update", "-qq"),
        ("apt-get", "install", "-qq", "--yes", "--no-install-recommends", "chromium"),
    ):
        subprocess.run(command, env=quiet, check=False, stdout=subprocess.DEVNULL)
    return find_chromium() is not None


def set_layout() -> int:
    """Rewrite code and templates in the one layout."""
    for command in (
        ("ruff", "check", "--fix", "--quiet", "."),
        ("ruff", "format", "--quiet", "."),
        ("djade", "--target-version", "5.2", *templates()),
    ):
        subprocess.run([PROGRAMS / command[0], *command[1:]], cwd=ROOT, check=False)
    return 0


def summary(outcomes: list[Outcome], *, missing: str = "") -> int:
    """Print the table; returns the exit code."""
    print("\n" + "\n".join(outcome.line() for outcome in outcomes))
    if missing:
        print(f"\n!!!!!!!! NOT RUN: {missing}\n")
    failed = [outcome.name for outcome in outcomes if not outcome.passed]
    total = sum(outcome.seconds for outcome in outcomes)
    verdict = f"{len(failed)} of {len(outcomes)} FAILED" if failed else f"all {len(outcomes)} hold"
    print(f"Balie: {verdict}, {total:.0f} s")
    return 1 if failed else 0


def main() -> int:
    """Run from the command line."""
    parser = argparse.ArgumentParser(description="Run the checks.")
    parser.add_argument("--fast", action="store_true", help="only what takes seconds")
    parser.add_argument("--long", action="store_true", help="the campaigns, which take an hour")
    parser.add_argument("--format", action="store_true", help="set the layout, check nothing")
    given = parser.parse_args()
    if given.format:
        return set_layout()
    if given.fast:
        tests = Step("fast tests", (*PYTEST, *PARALLEL, "-m", "not slow", *FAST_TESTS))
        return summary([run(step) for step in (*static_steps(), tests)])
    if given.long:
        install_chromium()
        return summary([run(step) for step in long_steps()])
    browser = install_chromium()
    missing = (
        ""
        if browser
        else (
            "the tests in a browser: no Chromium here, and it cannot be installed by this command "
            "(install it, or let BALIE_CHROMIUM name the program)"
        )
    )
    steps = (*static_steps(), *test_steps(with_browser=browser))
    return summary([run(step) for step in steps], missing=missing)


if __name__ == "__main__":
    sys.exit(main())
