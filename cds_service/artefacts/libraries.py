"""The logic of a release as a Library of CQL, and the manifest that pins every artefact of it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterable

from cards.naming import CANONICAL
from cds_service.artefacts.cql import LIBRARY, cql_library, facts_read_directly
from cds_service.artefacts.cql_functions import FACTS
from cds_service.artefacts.publication import Publication, Resource, headed, pinned

MANIFEST = "heel-pain-runner-manifest"
DIGESTS = f"{CANONICAL}/digest"  # system of the identifier that is the digest of the published release
_TYPES = "http://terminology.hl7.org/CodeSystem/library-type"


def logic_library(publication: Publication) -> Resource:
    """The conditions of all rules as CQL, over established findings and, for some facts, over the record."""
    release = publication.release
    direct = facts_read_directly(release.content)
    concepts = list(dict.fromkeys(name for names in direct.values() for name in names))
    told = (
        "The condition of every rule, what withholds it, and whether it advises. Facts come as established findings "
        f"({FACTS}); {len(direct)} of them are read from Condition, MedicationRequest and MedicationStatement where "
        "none is established, by code alone: without words, body sites, dates or the age of a record."
    )
    return {
        **headed("Library", LIBRARY, f"Rules of {release.name}", told, publication),
        "type": _type("logic-library"),
        "subjectCodeableConcept": {"text": "Patient"},
        "purpose": release.content["scope"],
        "relatedArtifact": [
            {"type": "depends-on", "resource": pinned(*one, publication)}
            for one in [("CodeSystem", FACTS), ("ValueSet", FACTS), *(("ValueSet", name) for name in concepts)]
        ],
        "parameter": [
            {"name": f"Speaks: {rule.name}", "use": "out", "min": 0, "max": "1", "type": "boolean"}
            for rule in release.rules
        ],
        "dataRequirement": _data(publication),
        "content": [{"contentType": "text/cql", "data": b64encode(cql_library(release).encode()).decode()}],
    }


def _data(publication: Publication) -> list[Resource]:
    content = publication.release.content
    wanted = {("Observation", FACTS): None}
    for fact, concepts in facts_read_directly(content).items():
        if "medication" in content["facts"][fact]:
            drug, *concepts_of_condition = concepts
            wanted |= {("MedicationRequest", drug): None, ("MedicationStatement", drug): None}
        else:
            concepts_of_condition = list(concepts)
        wanted |= {("Condition", name): None for name in concepts_of_condition}
    return [
        {
            "type": kind,
            "codeFilter": [
                {
                    "path": "medication" if kind.startswith("Medication") else "code",
                    "valueSet": pinned("ValueSet", name, publication),
                }
            ],
        }
        for kind, name in wanted
    ]


def manifest(resources: Iterable[Resource], publication: Publication) -> Resource:
    """The Library of type asset-collection: each artefact by its canonical address and version."""
    release = publication.release
    told = (
        f"Everything exported of {release.name} {release.version}, whose published file has the digest "
        f"{release.digest}."
    )
    return {
        **headed("Library", MANIFEST, f"{release.content['title']}: manifest", told, publication),
        "identifier": [{"system": DIGESTS, "value": release.digest}],
        "type": _type("asset-collection"),
        "purpose": release.content["scope"],
        "relatedArtifact": [
            {"type": "composed-of", "display": one["title"], "resource": f"{one['url']}|{one['version']}"}
            for one in resources
        ],
    }


def _type(code: str) -> Resource:
    return {"coding": [{"system": _TYPES, "code": code}]}
