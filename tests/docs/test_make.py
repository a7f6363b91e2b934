"""The two commands of a newcomer, as far as they can be shown without building everything again."""

from __future__ import annotations

import os
import subprocess
from pathlib import Path

from tests.components import ROOT


def make(*arguments: str) -> subprocess.CompletedProcess[str]:
    # Make running make would tell the inner one of its own state.
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("MAKE", "MFLAGS"))}
    return subprocess.run(["make", *arguments], cwd=ROOT, env=environment, capture_output=True, text=True)


def test_make_alone_says_what_can_be_made() -> None:
    shown = make()
    assert shown.returncode == 0
    assert "make serve" in shown.stdout
    assert "make test" in shown.stdout


def test_serve_builds_the_environment_from_the_lock_and_runs_the_service(tmp_path: Path) -> None:
    planned = make("--dry-run", "serve", f"VENV={tmp_path / 'venv'}", "ARGS=--port 8001").stdout
    assert "--require-hashes -r requirements-build.txt -r requirements.txt" in planned
    assert "requirements-dev.txt" not in planned
    assert planned.rstrip().endswith("bin/heel-cds serve --port 8001")


def test_a_machine_without_a_new_enough_python_is_told_so(tmp_path: Path) -> None:
    refused = make("serve", "PYTHON=", f"VENV={tmp_path / 'venv'}")
    assert refused.returncode != 0
    assert "needs Python 3.11 or newer" in refused.stderr
    assert not (tmp_path / "venv").exists()


def test_test_runs_the_checks_of_style_and_types_and_all_tests(tmp_path: Path) -> None:
    planned = make("--dry-run", "test", f"VENV={tmp_path / 'venv'}").stdout
    order = ["requirements-dev.txt", "ruff check", "ruff format --check", "mypy", "tests/tools/install", "pytest --cov"]
    places = [planned.index(step) for step in order]
    assert places == sorted(places)


def test_a_changed_lock_builds_the_environment_again(tmp_path: Path) -> None:
    venv = tmp_path / "venv"
    venv.mkdir()
    (venv / "serving").touch()
    needed = ("requirements.txt", "requirements-build.txt", "pyproject.toml")
    newer = max((ROOT / name).stat().st_mtime for name in needed) + 10
    os.utime(venv / "serving", (newer, newer))
    assert "venv --clear" not in make("--dry-run", "serve", f"VENV={venv}").stdout
    os.utime(venv / "serving", (0, 0))
    assert "venv --clear" in make("--dry-run", "serve", f"VENV={venv}").stdout


def test_ci_runs_make_test_with_no_component_missing() -> None:
    script = (ROOT / ".ci/run").read_text("utf-8")
    assert "CI=true exec make test" in script
    assert os.access(ROOT / ".ci/run", os.X_OK)
