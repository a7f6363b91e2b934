"""What stands where: files, locks, and what a built package carries."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from tests.components import ROOT

PACKAGES = ("cds_service", "cards", "knowledge")
FILES = {
    "pyproject.toml",
    "README.md",
    "LICENSE",
    "NOTICE",
    "CHANGELOG.md",
    "Makefile",
    "requirements.txt",
    "requirements-build.txt",
    "requirements-dev.txt",
    "requirements-sbom.txt",
}
FOLDERS = {"cds_service", "cards", "knowledge", "tests", "docker"}
LOCKS = [*ROOT.glob("requirements*.txt"), *(ROOT / "tests/tools").glob("*.txt")]


def tracked() -> list[Path]:
    """Every file of the project, as git sees it: tracked or not yet, but never the ignored ones."""
    listed = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=True,
    )
    return [ROOT / name for name in listed.stdout.splitlines() if (ROOT / name).is_file()]


def test_the_top_level_is_the_agreed_one() -> None:
    names = {path.relative_to(ROOT).parts[0] for path in tracked()}
    assert {name for name in names if not name.startswith(".")} == FILES | FOLDERS


def test_nothing_is_left_to_be_done() -> None:
    marks = re.compile(r"\b(?:TO" + r"DO|FIX" + r"ME|XX" + r"X)\b")
    for path in tracked():
        if path.suffix in {".py", ".yaml", ".yml", ".md", ".mjs", ".toml"}:
            assert not marks.search(path.read_text("utf-8")), path


def test_no_file_names_a_path_of_somebody_s_machine() -> None:
    machine = re.compile(r"(?<![\w.])/(?:work|root|home/\w+|Users/\w+)/")
    for path in tracked():
        if path.suffix in {".py", ".yaml", ".yml", ".md", ".mjs", ".toml", ".txt", ".json"} or not path.suffix:
            assert not machine.search(path.read_text("utf-8")), path


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_pinned_package_has_its_hash_and_no_address(lock: Path) -> None:
    text = lock.read_text("utf-8")
    assert "://" not in text
    packages = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)[1:]
    assert packages
    for package in packages:
        assert "==" in package
        assert "--hash=sha256:" in package


def test_the_lock_of_the_node_packages_names_no_address() -> None:
    assert "resolved" not in (ROOT / "tests/tools/package-lock.json").read_text("utf-8")


def test_the_development_lock_pins_what_the_service_runs_with() -> None:
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^[a-z0-9][\w.\-]*==[\w.]+", (ROOT / name).read_text("utf-8"), re.MULTILINE))

    assert pins("requirements.txt") <= pins("requirements-dev.txt")


def test_a_built_package_carries_the_knowledge_and_everything_else_it_needs(tmp_path: Path) -> None:
    source = tmp_path / "source"
    for path in tracked():
        target = source / path.relative_to(ROOT)
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_bytes(path.read_bytes())
    build = ["-m", "pip", "wheel", "--quiet", "--no-deps", "--no-build-isolation", "--no-index"]
    subprocess.run([sys.executable, *build, "--wheel-dir", tmp_path, source], check=True, capture_output=True)
    with zipfile.ZipFile(next(tmp_path.glob("*.whl"))) as wheel:
        carried = set(wheel.namelist())
    needed = [path for package in PACKAGES for path in (ROOT / package).rglob("*")]
    for path in needed:
        if path.suffix in {".py", ".json", ".yaml", ".html"} and path in set(tracked()):
            assert str(path.relative_to(ROOT)) in carried, path
    assert not any(name.startswith(("tests/", "docker/")) for name in carried)
