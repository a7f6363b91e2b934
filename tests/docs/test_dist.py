"""`make dist`: the wheel, the list of its components, and where both came from, the same bytes each time."""

from __future__ import annotations

import hashlib
import json
import re
import shutil
import subprocess
from importlib.metadata import PackageNotFoundError, metadata
from pathlib import Path
from typing import Any

import pytest

from tests.components import ROOT

PERMISSIVE = re.compile(r"MIT|BSD|Apache|ISC|PSF|Python Software Foundation|Unlicense|Zope|0BSD|HPND", re.IGNORECASE)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What `make dist` leaves, run twice; the bytes of both runs are equal."""
    if not (ROOT / ".git").exists() or not (ROOT / ".venv" / "testing").exists():
        pytest.skip("the environment was not built by make test, or this is no clone")
    kept = []
    for number in range(2):
        subprocess.run(["make", "dist"], cwd=ROOT, check=True, capture_output=True)
        kept.append(tmp_path_factory.mktemp("dist") / str(number))
        shutil.copytree(ROOT / "dist", kept[-1])
    assert [{p.name: p.read_bytes() for p in folder.iterdir()} for folder in kept[:1]] == [
        {p.name: p.read_bytes() for p in folder.iterdir()} for folder in kept[1:]
    ]
    return kept[0]


def locked() -> dict[str, str]:
    """The versions of what the service is run with."""
    text = (ROOT / "requirements.txt").read_text("utf-8")
    return dict(re.findall(r"^([a-z0-9][a-z0-9._-]*)==(\S+)", text, re.MULTILINE))


def told(folder: Path, name: str) -> Any:
    return json.loads((folder / name).read_text("utf-8"))


def test_every_component_is_listed_with_version_and_digest(made: Path) -> None:
    listed = told(made, "sbom.cdx.json")
    assert listed["bomFormat"] == "CycloneDX"
    assert {one["name"]: one["version"] for one in listed["components"]} == locked()
    assert all(one["externalReferences"][0]["hashes"] for one in listed["components"])


def test_the_statement_names_what_was_made_and_what_went_into_it(made: Path) -> None:
    statement = told(made, "provenance.json")
    assert statement["predicateType"] == "https://slsa.dev/provenance/v1"
    subjects = {one["name"]: one["digest"]["sha256"] for one in statement["subject"]}
    [wheel] = made.glob("*.whl")
    assert subjects[wheel.name] == hashlib.sha256(wheel.read_bytes()).hexdigest()
    for release in (ROOT / "knowledge" / "releases").glob("*.json"):
        assert subjects[release.name] == hashlib.sha256(release.read_bytes()).hexdigest()
    [source, *components] = statement["predicate"]["buildDefinition"]["resolvedDependencies"]
    assert re.fullmatch(r"[0-9a-f]{40}", source["digest"]["gitCommit"])
    assert {one["uri"].removeprefix("pkg:pypi/").partition("@")[0] for one in components} == locked().keys()


@pytest.mark.parametrize("name", sorted(locked()))
def test_the_licence_of_each_library_is_permissive_or_named_in_the_notice(name: str) -> None:
    try:
        about = metadata(name)
    except PackageNotFoundError:
        pytest.skip("for another platform")
    classified = [one for one in about.get_all("Classifier") or [] if one.startswith("License ::")]
    licence = " ".join([about.get("License-Expression") or "", (about.get("License") or "")[:60], *classified])
    assert PERMISSIVE.search(licence) or name.split("-")[0] in (ROOT / "NOTICE").read_text("utf-8"), licence
