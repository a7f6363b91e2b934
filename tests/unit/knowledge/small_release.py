"""A whole release, small enough to read at one sitting; it is nobody's advice.

A heel that hurts (`heel-complaint`) is told by a recorded heel pain or by its place. A positive `squeeze`
opens a fracture. Care is due at the plantar heel, except under 16. An injection that is being ordered is
questioned.
"""

from __future__ import annotations

from copy import deepcopy
from pathlib import Path
from typing import Any

import yaml

from knowledge.publish import STATEMENTS
from knowledge.release import Release, compile_release

_CONTENT: dict[str, Any] = {
    "name": "heel-pain-runner",
    "version": "0.1.0",
    "title": "A small release",
    "language": "en",
    "context_fact": "heel-complaint",
    "source": {"label": "Nobody", "url": "https://example.org/"},
    "scope": "Tests of the engine.",
    "not_for": ["Patients."],
    "changes": ["First release."],
    "concepts": {
        "heel-pain": {"title": "Heel pain", "codes": {"snomed": ["1"]}, "words": ["heel pain"], "source": "test"},
        "injection": {"title": "Injection", "words": ["heel injection"], "source": "test"},
        "redness": {
            "title": "Redness",
            "sited": {"sites": "heel-site", "snomed": ["2"]},
            "source": "test",
        },
        "heel-site": {"title": "Heel", "prefixes": {"icd-10-cm": ["S9"]}, "words": ["heel"], "source": "test"},
        "physiotherapy": {"title": "Physiotherapy", "codes": {"snomed": ["3"]}, "source": "test"},
        "nsaid": {"title": "NSAID", "codes": {"rxnorm": ["5640"]}, "source": "test"},
    },
    "facts": {
        "age": {"title": "Age", "kind": "number", "age": True, "unit": "a"},
        "place": {
            "title": "Place",
            "kind": "choice",
            "finding": "place",
            "system": "heel-pain-location",
            "answers": ["plantar-medial", "calf", "posterior"],
        },
        "severity": {
            "title": "Severity",
            "kind": "number",
            "finding": "severity",
            "unit": "{score}",
            "plausible": [0, 10],
        },
        "squeeze": {"title": "Squeeze", "kind": "presence", "finding": "squeeze"},
        "hop": {"title": "Hop", "kind": "presence", "finding": "hop"},
        "bruise": {"title": "Bruise", "kind": "presence", "finding": "bruise"},
        "heel-pain-recorded": {"title": "Heel pain on record", "kind": "presence", "condition": "heel-pain"},
        "anticoagulated": {"title": "Anticoagulated", "kind": "presence", "finding": "anticoagulated"},
        "physiotherapy-ordered": {"title": "Physiotherapy", "kind": "presence", "order": "physiotherapy"},
        "draft-injection": {"title": "Injection ordered", "kind": "presence", "draft": "injection"},
        "nsaid": {"title": "NSAID", "kind": "presence", "medication": "nsaid", "routes": ["oral"]},
        "heel-complaint": {
            "title": "A heel that hurts",
            "kind": "presence",
            "when": {
                "any": [
                    "heel-pain-recorded",
                    {"choice": {"fact": "place", "any_of": ["plantar-medial", "posterior"]}},
                ]
            },
        },
        "fracture-suspected": {
            "title": "Fracture suspected",
            "kind": "presence",
            "when": {"any": ["squeeze", {"at_least": {"n": 2, "of": ["hop", "bruise"]}}]},
        },
        "under-16": {
            "title": "Under 16",
            "kind": "presence",
            "when": {"number": {"fact": "age", "below": 16}},
        },
    },
    "rules": {
        "fracture": {
            "topic": "stressFracture",
            "hooks": ["patient-view"],
            "indicator": "warning",
            "class": "investigate",
            "rank": 10,
            "red_flag": True,
            "when": {"all": ["heel-complaint", "fracture-suspected"]},
            "evidence": ["nobody"],
            "strength": "low",
            "statement": "A painful squeeze is imaged.",
        },
        "care": {
            "topic": "coreCare",
            "hooks": ["patient-view", "encounter-discharge"],
            "indicator": "info",
            "class": "care",
            "rank": 10,
            "when": {"all": ["heel-complaint", {"choice": {"fact": "place", "any_of": ["plantar-medial"]}}]},
            "withhold": [
                {"when": "under-16", "on": "true", "reason": "under-16"},
                {"when": "physiotherapy-ordered", "on": "true", "reason": "already-arranged"},
            ],
            "evidence": ["nobody"],
            "strength": "low",
            "statement": "Plantar heel pain is cared for.",
        },
        "needle": {
            "topic": "needling",
            "hooks": ["patient-view"],
            "indicator": "info",
            "class": "care",
            "rank": 20,
            "when": {"all": ["heel-complaint", {"number": {"fact": "severity", "min": 4}}]},
            "withhold": [{"when": "anticoagulated", "on": "unknown", "reason": "anticoagulated"}],
            "evidence": ["nobody"],
            "strength": "low",
            "statement": "Bad pain is needled unless the blood is thinned.",
        },
        "injection": {
            "topic": "injectionCaution",
            "hooks": ["order-sign"],
            "indicator": "warning",
            "class": "order",
            "rank": 10,
            "when": "draft-injection",
            "evidence": ["nobody"],
            "strength": "low",
            "statement": "An injection is questioned.",
        },
    },
    "precedence": [{"open": ["stressFracture"], "closes_class": ["care", "load", "prompt"], "reason": "fracture-open"}],
    "reasons": {
        "under-16": "The patient is under 16.",
        "already-arranged": "It is arranged.",
        "anticoagulated": "The blood may be thinned.",
        "fracture-open": "A fracture is suspected.",
        "red-flag-rule-failed": "A check could not be made.",
        "caution-failed": "A caution could not be checked.",
    },
    "recommendations": {
        topic: {"actions": actions, "override_reasons": ["declined"], "evidence": "nobody"}
        for topic, actions in {
            "stressFracture": ["image"],
            "coreCare": ["refer"],
            "needling": [],
            "injectionCaution": [],
        }.items()
    },
    "actions": {
        "image": {"resource": "ServiceRequest", "local_code": "walking-boot"},
        "refer": {"resource": "ServiceRequest", "already": "physiotherapy-ordered"},
    },
    "evidence": {
        "nobody": {
            "label": "Nobody",
            "citation": "Nobody, nowhere.",
            "url": "https://example.org/",
            "section": "1",
            "grade": "expert",
            "says": "Nothing.",
        }
    },
    "override_reasons": {"declined": {"system": "https://example.org/reasons", "code": "declined"}},
    "trace": {statement: {"background": "It is only a test."} for statement in STATEMENTS},
    "wording": {
        "en": {
            "topics": {
                topic: {"headline": f"About {topic}", "do": ["Do it."], "also": "Also this."}
                for topic in ("stressFracture", "coreCare", "needling", "injectionCaution")
            },
            "actions": {
                name: {"label": name, "description": f"To {name}.", "text": name} for name in ("image", "refer")
            },
            "facts": {
                **{
                    name: {"present": name, "absent": f"no {name}", "ask": f"{name}?"}
                    for name in (
                        "squeeze",
                        "hop",
                        "bruise",
                        "heel-pain-recorded",
                        "anticoagulated",
                        "physiotherapy-ordered",
                        "draft-injection",
                        "nsaid",
                    )
                },
                "age": {"value": "{value} {unit}", "ask": "age?"},
                "severity": {"value": "pain {value}", "ask": "pain?"},
                "place": {
                    "answers": {"plantar-medial": "under the heel", "calf": "calf", "posterior": "behind"},
                    "ask": "where?",
                },
            },
            "override_reasons": {"declined": "Declined"},
            "phrases": {"why": "Why"},
        }
    },
    "cases": [
        {
            "name": "a heel that hurts below",
            "hook": "patient-view",
            "at": "2026-11-22T10:00:00Z",
            "born": "1980-05-01",
            "findings": {"place": "plantar-medial"},
            "expect": {"shows": ["coreCare"], "not": ["stressFracture"], "asks": ["squeeze"]},
        },
        {
            "name": "a painful squeeze",
            "hook": "patient-view",
            "at": "2026-11-22T10:00:00Z",
            "findings": {"place": "plantar-medial", "squeeze": True},
            "expect": {"shows": ["stressFracture"], "withholds": {"coreCare": "fracture-open"}},
        },
        {
            "name": "nothing known",
            "hook": "patient-view",
            "at": "2026-11-22T10:00:00Z",
            "expect": {"silent": True},
        },
    ],
}


def content(**changes: Any) -> dict[str, Any]:
    """The content of the small release; `changes` replace or add members of the sections they name."""
    changed = deepcopy(_CONTENT)
    for section, members in changes.items():
        if isinstance(changed.get(section), dict) and isinstance(members, dict):
            changed[section] |= deepcopy(members)
        else:
            changed[section] = deepcopy(members)
    return changed


def rule(**changes: Any) -> dict[str, Any]:
    """A rule that is due whenever a heel hurts, with these changes."""
    return {**content()["rules"]["needle"], "when": "heel-complaint", "withhold": [], **changes}


def small_release(**changes: Any) -> Release:
    return compile_release(content(**changes), "sha256:0")


def write_drafts(folder: Path, authored: dict[str, Any]) -> Path:
    """The content as drafts under `folder`, one file a section."""
    head = ("name", "version", "title", "language", "context_fact", "source", "scope", "not_for", "changes")
    _write(folder / "release.yaml", {key: authored[key] for key in head})
    for section in ("concepts", "facts", "rules", "recommendations", "actions", "evidence"):
        _write(folder / section / "all.yaml", authored[section])
    for section in ("precedence", "reasons", "override_reasons", "trace"):
        _write(folder / f"{section}.yaml", authored[section])
    if "differentials" in authored:
        _write(folder / "differentials.yaml", authored["differentials"])
    for language, words in authored["wording"].items():
        for section, entries in words.items():
            _write(folder / "wording" / language / f"{section}.yaml", {section: entries})
    _write(folder / "cases" / "all.yaml", authored["cases"])
    return folder


def _write(path: Path, value: Any) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(yaml.safe_dump(value, sort_keys=False), "utf-8")
