"""How the code is built: who may import whom, one place for input and output, nothing that depends on the day."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator
from functools import cache
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

from tests.components import ROOT

PACKAGES = ("cds_service", "cards", "knowledge")  # each may import those after it, never those before it
READS_AND_WRITES = {
    "approvals",
    "authored",
    "index",
    "lifecycle",
    "publish",
    "release",
}  # the modules of knowledge that may touch files
FOREIGN = {"flask", "requests", "http", "urllib", "werkzeug", "fhir", "socket", "time", "sqlalchemy"}
VAGUE = {"utils", "util", "helpers", "helper", "common", "manager", "misc", "data"}
MOST_LINES = 300
PLAIN = {
    "__future__",
    "collections",
    "contextlib",
    "dataclasses",
    "datetime",
    "decimal",
    "enum",
    "fractions",
    "functools",
    "itertools",
    "knowledge",
    "re",
    "typing",
}
SIGNED = {*PLAIN, "cryptography", "rfc8785", "unicodedata"}
FHIR_WORDS = {
    "resourceType",
    "valueQuantity",
    "valueCodeableConcept",
    "effectiveDateTime",
    "clinicalStatus",
    "conclusionCode",
}


def paths(package: str) -> dict[str, Path]:
    """The files of a package by the dotted name of the module."""
    folder = ROOT / package
    return {
        ".".join((package, *path.relative_to(folder).with_suffix("").parts)).removesuffix(".__init__"): path
        for path in sorted(folder.rglob("*.py"))
    }


@cache
def modules(package: str) -> dict[str, ast.Module]:
    """The modules of a package by dotted name."""
    return {name: ast.parse(path.read_text("utf-8")) for name, path in paths(package).items()}


def imported(nodes: Iterable[ast.AST]) -> Iterator[str]:
    """What these statements import: modules, and the names in them."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def packages_of(nodes: Iterable[ast.AST]) -> set[str]:
    return {name.split(".")[0] for name in imported(nodes)}


def test_imports_go_from_the_service_to_the_cards_to_the_knowledge_and_never_back() -> None:
    for place, package in enumerate(PACKAGES):
        for name, module in modules(package).items():
            assert not set(PACKAGES[:place]) & packages_of(ast.walk(module)), name


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    members = modules(package)
    graph = {name: (set(imported(module.body)) & set(members)) - {name} for name, module in members.items()}
    TopologicalSorter(graph).prepare()


def test_imports_of_the_knowledge_stand_at_the_top_where_they_are_seen() -> None:
    for name, module in modules("knowledge").items():
        assert set(imported(ast.walk(module))) == set(imported(module.body)), name


def test_the_engine_is_made_of_plain_values_and_touches_no_file_and_no_clock() -> None:
    for name, module in modules("knowledge").items():
        if name.split(".")[-1] not in READS_AND_WRITES:
            assert packages_of(module.body) <= (SIGNED if name == "knowledge.signatures" else PLAIN), name
            called = {
                node.func.id
                for node in ast.walk(module)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            }
            assert not called & {"open", "print", "input", "eval", "exec", "hash"}, name


def test_the_knowledge_knows_no_http_no_web_framework_and_no_clock() -> None:
    for name, module in modules("knowledge").items():
        assert not FOREIGN & packages_of(ast.walk(module)), name


def test_nothing_in_the_knowledge_asks_what_time_it_is() -> None:
    for name, module in modules("knowledge").items():
        asked = {node.attr for node in ast.walk(module) if isinstance(node, ast.Attribute)}
        assert not asked & {"now", "utcnow", "today"}, name


def test_the_knowledge_speaks_no_fhir() -> None:
    for name, module in modules("knowledge").items():
        said = {
            node.value for node in ast.walk(module) if isinstance(node, ast.Constant) and isinstance(node.value, str)
        }
        assert not said & FHIR_WORDS, name


def test_a_truth_is_never_taken_for_a_boolean() -> None:
    """`if fact.truth:` would read unknown as true; comparisons name the value meant."""
    for package in PACKAGES:
        for name, module in modules(package).items():
            tests = [node.test for node in ast.walk(module) if isinstance(node, ast.If | ast.IfExp | ast.While)]
            assert not any(isinstance(test, ast.Attribute) and test.attr == "truth" for test in tests), name


@pytest.mark.parametrize("package", PACKAGES)
def test_no_module_is_long_or_vaguely_named(package: str) -> None:
    for name, path in paths(package).items():
        assert len(path.read_text("utf-8").splitlines()) <= MOST_LINES, name
        assert path.stem not in VAGUE, name


@pytest.mark.parametrize("package", PACKAGES)
def test_every_module_says_what_it_is_for(package: str) -> None:
    for name, module in modules(package).items():
        assert not module.body or ast.get_docstring(module), name
