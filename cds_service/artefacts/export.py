"""Writing the artefacts of a release into a folder, one file each."""

from __future__ import annotations

import json
from pathlib import Path

from cds_service.artefacts.activities import activity_definitions
from cds_service.artefacts.citations import grade_system
from cds_service.artefacts.code_systems import code_systems, value_sets
from cds_service.artefacts.concept_sets import concept_sets
from cds_service.artefacts.facts import fact_set, fact_system
from cds_service.artefacts.libraries import logic_library, manifest
from cds_service.artefacts.plans import plan_definitions
from cds_service.artefacts.publication import Publication, Resource
from cds_service.artefacts.questionnaire import questionnaire
from cds_service.errors import HeelCdsError
from knowledge.errors import ReleaseError
from knowledge.release import Release


def artefacts(release: Release, status: str, date: str) -> list[Resource]:
    """The intake form, its value sets and our code systems as FHIR R4, with its `status` and the `date` of that.

    Raises `ReleaseError` for a release from before the form.
    """
    if "form" not in release.content:
        raise ReleaseError(f"release {release.version} has no intake form to export; the form came with 2.0.0")
    publication = Publication(release, status, date)
    return [questionnaire(publication), *value_sets(publication), *code_systems(publication)]


def standard_artefacts(release: Release, status: str, date: str) -> list[Resource]:
    """All of a release as FHIR R4, the manifest that pins the rest first; of any release, with a form or without."""
    publication = Publication(release, status, date)
    resources = [
        logic_library(publication),
        *plan_definitions(publication),
        *activity_definitions(publication),
        *([questionnaire(publication)] if "form" in release.content else []),
        *value_sets(publication),
        fact_set(publication),
        *concept_sets(publication),
        *code_systems(publication),
        fact_system(publication),
        grade_system(publication),
    ]
    return [manifest(resources, publication), *resources]


def as_bundle(resources: list[Resource]) -> Resource:
    """The artefacts as one Bundle of type collection."""
    entries = [{"fullUrl": resource["url"], "resource": resource} for resource in resources]
    return {"resourceType": "Bundle", "type": "collection", "entry": entries}


def write_artefacts(resources: list[Resource], folder: Path) -> list[Path]:
    """Write each as `<type>-<id>.json`; the same release gives the same bytes. Raises `HeelCdsError` if it cannot."""
    written = []
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for resource in resources:
            path = folder / f"{resource['resourceType']}-{resource['id']}.json"
            path.write_text(json.dumps(resource, indent=2, ensure_ascii=False) + "\n", "utf-8")
            written.append(path)
    except OSError as problem:
        raise HeelCdsError(f"{folder}: cannot be written ({problem.strerror}); name another folder") from None
    return written
