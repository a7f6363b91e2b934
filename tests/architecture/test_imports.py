"""How the knowledge side is built: no circles, one place for input and output, nothing that depends on the day.

Which package may import which, how long a module may be and how it may be named stands in
`tests/docs/test_layout.py`.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

import cards
import cds_service
import knowledge

PACKAGES = {package.__name__: Path(str(package.__file__)).parent for package in (knowledge, cards, cds_service)}
READS_AND_WRITES = {"authored", "publish", "release", "compare"}  # the modules of knowledge that may touch files
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
FHIR_WORDS = {
    "resourceType",
    "valueQuantity",
    "valueCodeableConcept",
    "effectiveDateTime",
    "clinicalStatus",
    "conclusionCode",
}


def modules(package: str) -> dict[str, ast.Module]:
    """The modules of a package by dotted name."""
    folder = PACKAGES[package]
    return {
        ".".join((package, *path.relative_to(folder).with_suffix("").parts)).removesuffix(".__init__"): ast.parse(
            path.read_text("utf-8")
        )
        for path in sorted(folder.rglob("*.py"))
    }


def imported(module: ast.Module) -> Iterator[str]:
    """What a module imports when it is loaded; imports for type checkers or inside functions are not."""
    for node in module.body:
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


@pytest.mark.parametrize("package", PACKAGES)
def test_no_modules_import_each_other_in_a_circle(package: str) -> None:
    members = modules(package)
    graph = {name: {used for used in imported(module) if used in members} - {name} for name, module in members.items()}
    TopologicalSorter(graph).prepare()


@pytest.mark.parametrize("package", PACKAGES)
def test_imports_stand_at_the_top_where_they_are_seen(package: str) -> None:
    for name, module in modules(package).items():
        top = {id(node) for node in module.body}
        hidden = [n for n in ast.walk(module) if isinstance(n, ast.Import | ast.ImportFrom) and id(n) not in top]
        guarded = {
            id(n)
            for node in module.body
            if isinstance(node, ast.If)
            for n in node.body
            if isinstance(n, ast.ImportFrom)
        }
        inside_knowledge = [n for n in hidden if id(n) not in guarded and name.startswith("knowledge")]
        assert not inside_knowledge, name


def test_the_engine_is_made_of_plain_values_and_touches_no_file_and_no_clock() -> None:
    for name, module in modules("knowledge").items():
        if name.split(".")[-1] not in READS_AND_WRITES:
            assert {used.split(".")[0] for used in imported(module)} <= PLAIN, name
            called = {
                node.func.id
                for node in ast.walk(module)
                if isinstance(node, ast.Call) and isinstance(node.func, ast.Name)
            }
            assert not called & {"open", "print", "input", "eval", "exec", "hash"}, name


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
