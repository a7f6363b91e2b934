"""The specification tests as a document for clinicians: a chapter a folder, a topic a file, a sentence a test.

Nothing is run: the sentences are read from the names and docstrings of the tests, so the document is
what the tests say, and the tests are what holds.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

FOLDER = Path(__file__).parent
_TEST = "test_"
# Words of test names that are not written in lower case.
_NAMES = {
    **{name.lower(): name for name in ("Achilles", "Thompson", "Matles", "Wells", "Sever", "Baxter", "Charcot")},
    **{name.lower(): name for name in ("Ledderhose", "Haglund", "Tinel", "Ottawa", "Doppler")},
    **{name.lower(): name for name in ("NSAID", "MRI", "CRP", "INR", "DVT", "DXA", "HLA", "HbA1c", "BMI", "PPI")},
    "nsaids": "NSAIDs",
    "egfr": "eGFR",
    "s1": "S1",
    "reds": "RED-S",
    "visa": "VISA-A",
}


def releases() -> list[str]:
    """The releases that have a specification, oldest first: `1`, `2`."""
    return sorted((path.name.removeprefix("release_") for path in FOLDER.glob("release_*")), key=int)


def document(release: str) -> str:
    """The specification of one release as Markdown."""
    folder = FOLDER / f"release_{release}"
    chapters = [path for path in sorted(folder.iterdir()) if path.is_dir() and any(path.glob(f"{_TEST}*.py"))]
    lines = [f"# What release {release} advises", "", "Each sentence is a test that holds for the released knowledge."]
    for chapter in chapters:
        lines += ["", f"## {sentence(chapter.name)}", *_topics(chapter)]
    general = _topics(folder)
    if general:
        lines += ["", "## In general", *general]
    return "\n".join(lines) + "\n"


def _topics(folder: Path) -> list[str]:
    lines: list[str] = []
    for path in sorted(folder.glob(f"{_TEST}*.py")):
        module = ast.parse(path.read_text("utf-8"))
        title = _one_line(ast.get_docstring(module) or path.stem.removeprefix(_TEST))
        lines += ["", f"### {title.rstrip('.')}", "", *(f"- {said}" for said in sentences(module))]
    return lines


def sentences(module: ast.Module) -> Iterator[str]:
    """What each test of a module says, in its order; a docstring follows the name it explains."""
    for node in module.body:
        if isinstance(node, ast.FunctionDef) and node.name.startswith(_TEST):
            explained = _one_line(ast.get_docstring(node) or "")
            yield f"{sentence(node.name.removeprefix(_TEST))}." + (f" {explained}" if explained else "")


def sentence(name: str) -> str:
    """The words of a name as they are written: `a_positive_thompson_test` is `A positive Thompson test`."""
    words = [_NAMES.get(word, word) for word in name.replace("_s_", "'s_").split("_")]
    text = " ".join(words)
    return text[:1].upper() + text[1:]


def _one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()
