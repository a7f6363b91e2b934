"""The answers to the golden patients, made as `heel-cds evaluate` makes them."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

from cards.reading import as_lines
from cds_service.evaluate_file import evaluate_file
from cds_service.settings import Settings
from knowledge.release import Release, load_release
from tests.golden.patients import AT, PATIENTS

FOLDER = Path(__file__).parent
VERSION = "1.0.0"


@cache
def release() -> Release:
    return load_release(VERSION)


@cache
def response_of(name: str) -> dict[str, Any]:
    """The CDS Hooks response to one golden patient."""
    hook, bundle = PATIENTS[name]
    settings = Settings.from_env({"HOME": str(FOLDER)})
    (evaluation,) = evaluate_file(json.dumps(bundle).encode(), settings, release(), hook, AT)
    return evaluation.response


def texts_of(name: str) -> dict[Path, str]:
    """The files that keep the answer to one golden patient, with what they should hold."""
    response = response_of(name)
    reading = as_lines(response, release().content["reasons"])
    folder = FOLDER / VERSION
    return {
        folder / f"{name}.json": json.dumps(response, indent=2, ensure_ascii=False) + "\n",
        folder / f"{name}.txt": "\n".join(reading) + "\n",
    }
