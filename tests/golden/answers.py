"""The answers to the golden patients, made as `heel-cds evaluate` makes them, of every release and language kept."""

from __future__ import annotations

import copy
import json
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

from cards.naming import EXTENSION
from cards.reading import as_lines
from cards.wording import Wording
from cds_service.evaluate_file import Evaluation, evaluate_file
from cds_service.settings import Settings
from knowledge.release import Release, load_release
from tests.golden.patients import AT, PATIENTS

FOLDER = Path(__file__).parent


@dataclass(frozen=True)
class Kept:
    """The answers of one release in one language, in a folder of their own."""

    version: str
    language: str = "en"

    def __str__(self) -> str:
        return self.version if self.language == "en" else f"{self.version}-{self.language}"

    @property
    def folder(self) -> Path:
        return FOLDER / str(self)


KEPT = (
    Kept("1.0.0"),
    Kept("2.0.0"),
    Kept("2.0.0", "es"),
    Kept("3.0.0"),
    Kept("3.0.0", "es"),
    Kept("4.0.0"),
    Kept("4.0.0", "es"),
    Kept("5.0.0"),
    Kept("5.0.0", "es"),
)


@cache
def release(version: str) -> Release:
    return load_release(version)


@cache
def _evaluated(kept: Kept, name: str) -> Evaluation:
    hook, bundle = PATIENTS[name]
    settings = Settings.from_env({"HOME": str(FOLDER), "HEEL_CDS_LANGUAGE": kept.language})
    (evaluation,) = evaluate_file(json.dumps(bundle).encode(), settings, release(kept.version), hook, AT)
    return evaluation


def response_of(kept: Kept, name: str) -> dict[str, Any]:
    """The CDS Hooks response to one golden patient, less the digest of the engine: any change of code changes that."""
    response = copy.deepcopy(_evaluated(kept, name).response)
    response["extension"][EXTENSION]["engine"]["digest"] = "sha256:" + 64 * "0"
    return response


def texts_of(kept: Kept, name: str) -> dict[Path, str]:
    """The files that keep the answer to one golden patient, with what they should hold."""
    response = response_of(kept, name)
    reading = as_lines(response, Wording(release(kept.version), kept.language).reasons)
    return {
        kept.folder / f"{name}.json": json.dumps(response, indent=2, ensure_ascii=False) + "\n",
        kept.folder / f"{name}.txt": "\n".join(reading) + "\n",
    }
