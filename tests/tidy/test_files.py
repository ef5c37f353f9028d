"""No committed file holds the address of a registry or a folder of one machine."""

from pathlib import Path

import pytest

from tests.tidy.reading import ROOT
from tests.tidy.rules_files import machine_paths, registry_addresses


def test_no_file_names_a_registry() -> None:
    assert registry_addresses(ROOT) == []


def test_no_file_names_a_folder_of_one_machine() -> None:
    assert machine_paths(ROOT) == []


@pytest.mark.parametrize(
    "line",
    [
        "https://" + "py" + "pi.org/simple",
        "https://files.python" + "hosted.org/packages/x.whl",
        "https://" + "registry.npmjs.org/x",
        "--index" + "-url https://mirror.example",
        "--find" + "-links wheels",
    ],
)
def test_planted_registry_is_caught(tmp_path: Path, line: str) -> None:
    (tmp_path / "requirements.txt").write_text(f"a==1\n{line}\n")

    assert [fault.split(":")[1] for fault in registry_addresses(tmp_path)] == ["2"]


@pytest.mark.parametrize("start", ["ro" + "ot/", "wo" + "rk/", "ho" + "me/a", "Us" + "ers/a"])
def test_planted_folder_of_one_machine_is_caught(tmp_path: Path, start: str) -> None:
    (tmp_path / "notes.md").write_text(f"see /{start}x\n")

    assert len(machine_paths(tmp_path)) == 1
