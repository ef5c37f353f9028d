"""What no committed file may hold: the address of a registry, or a place on somebody's machine."""

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

# One letter of each stands in brackets, so that this file does not break its own rule.
REGISTRIES = re.compile(
    r"py[p]i\.org|python[h]osted|//registr[y]\.|deb\.debia[n]\.org|--(?:extra-)?inde[x]-url|--fin[d]-links"
)
MACHINE_PATHS = re.compile(
    r"(?<![\w.~])(?:/roo[t]/|/wor[k]/|/hom[e]/\w|/User[s]/\w|/opt/(?:pyp[i]|wheel[s])|[A-Z]:\\User[s])"
)


def tracked_files(root: Path) -> Iterator[Path]:
    """Files that git keeps or would keep; without git, every file below ``root``."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=root,
        capture_output=True,
        text=True,
        check=False,
    )
    if listed.returncode:
        yield from (path for path in sorted(root.rglob("*")) if path.is_file())
        return
    for name in listed.stdout.split("\0"):
        if name and (root / name).is_file():
            yield root / name


def _lines_with(root: Path, pattern: re.Pattern[str], fault: str) -> list[str]:
    faults = []
    for path in tracked_files(root):
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
        faults += [
            f"{path.relative_to(root)}:{number}: {fault}: {found.group().strip()}"
            for number, line in enumerate(text.splitlines(), start=1)
            if (found := pattern.search(line))
        ]
    return faults


def registry_addresses(root: Path) -> list[str]:
    """Lines that name a registry: packages are pinned by hash, where from is not ours to say."""
    return _lines_with(root, REGISTRIES, "names a registry")


def machine_paths(root: Path) -> list[str]:
    """Lines that name a folder which exists only on the machine of whoever wrote them."""
    return _lines_with(root, MACHINE_PATHS, "names a folder of one machine")
