"""Where a build came from: an in-toto statement with SLSA provenance of what lies in a folder.

`python -m docker.provenance dist` writes `provenance.json` beside the wheel and the list of components. It names no
time but that of the commit, so that the same commit gives the same bytes.
"""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent
STATEMENT = "provenance.json"
COMPONENTS = "sbom.cdx.json"
_SHA256 = "SHA-256"


def statement(folder: Path) -> dict[str, Any]:
    """The statement about the files of a folder, the published releases, and all that went into them."""
    made = [path for path in sorted(folder.iterdir()) if path.name != STATEMENT]
    releases = sorted((ROOT / "knowledge" / "releases").glob("*.json"))
    return {
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{"name": path.name, "digest": {"sha256": _digest(path)}} for path in (*made, *releases)],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {
            "buildDefinition": {
                "buildType": "https://w3id.org/heel-pain-cds/build/make-dist/1",
                "externalParameters": {"target": "dist"},
                "internalParameters": {"python": ".".join(map(str, sys.version_info[:2]))},
                "resolvedDependencies": [
                    {"uri": "git+https://w3id.org/heel-pain-cds", "digest": {"gitCommit": _git("rev-parse", "HEAD")}},
                    *_components(json.loads((folder / COMPONENTS).read_text("utf-8"))),
                ],
            },
            "runDetails": {
                "builder": {"id": "https://w3id.org/heel-pain-cds/build/make"},
                "metadata": {"startedOn": _git("log", "-1", "--format=%cI")},
            },
        },
    }


def _components(listed: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Each component with the digests that may be installed of it: one for each platform's file."""
    for component in listed["components"]:
        hashes = [
            one["content"]
            for reference in component.get("externalReferences", [])
            for one in reference.get("hashes", [])
            if one["alg"] == _SHA256
        ]
        for digest in sorted(set(hashes)):
            yield {"uri": component["purl"], "digest": {"sha256": digest}}


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def _git(*arguments: str) -> str:
    # The git of whoever builds, with words of ours alone.
    told = subprocess.run(["git", *arguments], cwd=ROOT, check=True, capture_output=True, text=True)  # noqa: S603, S607
    return told.stdout.strip()


if __name__ == "__main__":
    target = Path(sys.argv[1])
    (target / STATEMENT).write_text(json.dumps(statement(target), indent=2) + "\n", "utf-8")
