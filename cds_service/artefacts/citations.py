"""What a recommendation rests on, as FHIR citations with their grade."""

from __future__ import annotations

from collections.abc import Iterable

from cards.wording import PHRASES
from cds_service.artefacts.publication import Publication, Resource, canonical, headed

GRADES = "evidence-grades"
_EXTENSIONS = "http://hl7.org/fhir/StructureDefinition"
_NAMES = ("high", "moderate", "low", "expert")


def grade_system(publication: Publication) -> Resource:
    """`CodeSystem/evidence-grades`: how sure the cited evidence makes a statement."""
    told = "How far the evidence that is cited can be relied upon, as the authors of a release graded it."
    return {
        **headed("CodeSystem", GRADES, "Grades of evidence", told, publication),
        "caseSensitive": True,
        "content": "complete",
        "count": len(_NAMES),
        "concept": [{"code": name, "display": PHRASES[f"grade_{name}"]} for name in _NAMES],
    }


def strength(grade: str, publication: Publication) -> Resource:
    """The extension that says how strong a recommendation is."""
    return _graded("cqf-strengthOfRecommendation", grade, publication)


def citations(names: Iterable[str], publication: Publication) -> list[Resource]:
    """One `relatedArtifact` for each piece of evidence, each once."""
    return [_citation(name, publication) for name in dict.fromkeys(names)]


def _citation(name: str, publication: Publication) -> Resource:
    evidence = publication.release.content["evidence"][name]
    awaiting = f" ({PHRASES['unconfirmed']})" if evidence.get("unconfirmed") else ""
    return {
        "extension": [_graded("cqf-qualityOfEvidence", evidence["grade"], publication)],
        "type": "citation",
        "label": name,
        "display": f"{evidence['label']}{awaiting}",
        "citation": evidence["citation"],
        "url": evidence["url"],
    }


def _graded(extension: str, grade: str, publication: Publication) -> Resource:
    coding = {
        "system": canonical("CodeSystem", GRADES),
        "version": publication.release.version,
        "code": grade,
        "display": PHRASES[f"grade_{grade}"],
    }
    return {"url": f"{_EXTENSIONS}/{extension}", "valueCodeableConcept": {"coding": [coding]}}
