"""What templates may use: their own tags and those of ``infra``, and no page of another face."""

import re
from collections.abc import Iterator
from pathlib import Path

TEMPLATES = frozenset({".html", ".svg", ".txt", ".xml"})
LOAD = re.compile(r"{%-?\s*load\s+(?P<names>[^%]+?)\s*-?%}")
USE = re.compile(r"{%-?\s*(?:extends|include)\s+[\"'](?P<name>[^\"']+)[\"']")


def owner(path: Path, package: Path) -> str:
    """Whose a file is: ``faces/portal``, ``apps/billing``, or the floor for all others."""
    parts = path.relative_to(package).parts
    inner = (
        2 if parts[0] in {"apps", "faces"} and parts[1] not in {"templates", "templatetags"} else 1
    )
    return "/".join(parts[:inner])


def tag_libraries(package: Path) -> dict[str, str]:
    """Owner of each of our tag libraries by its name."""
    return {
        path.stem: owner(path, package)
        for path in sorted(package.rglob("templatetags/*.py"))
        if path.stem != "__init__"
    }


def foreign_tags(package: Path) -> list[str]:
    """Templates that load tags of another face or app; those of Django and ``infra`` are fine."""
    libraries = tag_libraries(package)
    faults = []
    for path, text in _templates(package):
        mine = owner(path, package)
        for found in LOAD.finditer(text):
            names = found["names"].split(" from ")[-1].split()
            for name in names:
                theirs = libraries.get(name, "infra")
                if theirs not in {mine, "infra"} and not mine.startswith(f"{theirs}/"):
                    faults.append(f"{path.relative_to(package)}: loads {name} of {theirs}")
    return faults


def foreign_pages(package: Path) -> list[str]:
    """Templates of a face that extend or include a page of another face."""
    faces = {path.name for path in (package / "faces").iterdir() if (path / "urls.py").exists()}
    return [
        f"{path.relative_to(package)}: uses {found['name']} of another face"
        for path, text in _templates(package)
        if (mine := owner(path, package)).startswith("faces")
        for found in USE.finditer(text)
        if (theirs := found["name"].split("/")[0]) in faces and mine != f"faces/{theirs}"
    ]


def simulator_in_settings(package: Path) -> list[str]:
    """Lines of the production settings, urls and WSGI entry that name the simulator."""
    return [
        f"config/{name}:{number}: production does not know the simulator"
        for name in ("settings.py", "urls.py", "wsgi.py")
        for number, line in enumerate((package / "config" / name).read_text().splitlines(), start=1)
        if "simulator" in line
    ]


def _templates(package: Path) -> Iterator[tuple[Path, str]]:
    for path in sorted(package.rglob("templates/**/*")):
        if path.suffix in TEMPLATES:
            yield path, path.read_text(encoding="utf-8")
