"""The intake form as a Questionnaire: each question a finding, its linkId the code of the finding."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from cds_service.artefacts.code_systems import FINDINGS
from cds_service.artefacts.publication import Publication, Resource, canonical, headed
from knowledge.form import Gate, Group, Question, groups

NAME = "heel-pain-intake"
_UCUM = "http://unitsofmeasure.org"
_EXTENSIONS = "http://hl7.org/fhir/StructureDefinition"
_DIMENSIONLESS = "{"  # UCUM annotations, as {score}: a bare number is clearer to whoever fills in the form
_FRACTIONS = "{ratio}"


def questionnaire(publication: Publication) -> Resource:
    """`Questionnaire/heel-pain-intake` of a release."""
    content = publication.release.content
    form = groups(content)
    writer = _Writer(content, {question.finding: question.fact for group in form for question in group.questions})
    return {
        **headed("Questionnaire", NAME, content["form"]["title"], content["form"]["purpose"], publication),
        "subjectType": ["Patient"],
        "item": [writer.group(group) for group in form],
    }


class _Writer:
    """Writes groups and questions; it knows the units and names of the whole form."""

    def __init__(self, content: Mapping[str, Any], facts: Mapping[str, Mapping[str, Any]]) -> None:
        self._units: Mapping[str, Mapping[str, str]] = content["form"].get("units", {})
        self._vocabularies: Mapping[str, Any] = content["vocabularies"]
        self._facts = facts

    def group(self, group: Group) -> Resource:
        items = [self._question(question) for question in group.questions]
        return {
            "linkId": group.name,
            "text": group.title,
            "type": "group",
            **self._enabled(group.gate),
            "item": items,
        }

    def _question(self, question: Question) -> Resource:
        fact = question.fact
        extensions = [*self._unit_extensions(fact), *_limits(fact)]
        coding = {"system": canonical("CodeSystem", FINDINGS), "code": fact["finding"], "display": fact["title"]}
        return {
            **({"extension": extensions} if extensions else {}),
            "linkId": fact["finding"],
            "code": [coding],
            "text": question.text,
            "type": _type(fact),
            **self._enabled(question.gate),
            "required": False,
            "repeats": question.repeats,
            **({"answerValueSet": canonical("ValueSet", fact["system"])} if fact["kind"] == "choice" else {}),
        }

    def _unit_extensions(self, fact: Mapping[str, Any]) -> Iterator[Resource]:
        if _type(fact) != "quantity":
            return
        units = self._units.get(fact["unit"], {fact["unit"]: fact["unit"]})
        address = f"{_EXTENSIONS}/questionnaire-unit" + ("" if len(units) == 1 else "Option")
        for code, name in units.items():
            yield {"url": address, "valueCoding": {"system": _UCUM, "code": code, "display": name}}

    def _enabled(self, gate: Gate | None) -> Resource:
        if gate is None:
            return {}
        ((behaviour, answers),) = gate.items()
        opened = [self._answer(answer) for answer in answers]
        return {"enableWhen": opened, **({"enableBehavior": behaviour} if len(opened) > 1 else {})}

    def _answer(self, answer: Mapping[str, Any]) -> Resource:
        fact = self._facts[answer["finding"]]
        operator = ">=" if "min" in answer else "="
        return {"question": fact["finding"], "operator": operator, **self._value(answer, fact)}

    def _value(self, answer: Mapping[str, Any], fact: Mapping[str, Any]) -> Resource:
        kind = _type(fact)
        if kind == "boolean":
            return {"answerBoolean": answer["is"]}
        if kind == "choice":
            display = self._vocabularies[fact["system"]]["codes"][answer["is"]]
            coding = {"system": canonical("CodeSystem", fact["system"]), "code": answer["is"], "display": display}
            return {"answerCoding": coding}
        if kind == "quantity":
            unit = {"unit": fact["unit"], "system": _UCUM, "code": fact["unit"]}
            return {"answerQuantity": {"value": _number(answer["min"]), **unit}}
        return {f"answer{kind.capitalize()}": _number(answer["min"])}


def _type(fact: Mapping[str, Any]) -> str:
    if fact["kind"] != "number":
        return {"presence": "boolean", "choice": "choice"}[fact["kind"]]
    if not str(fact["unit"]).startswith(_DIMENSIONLESS):
        return "quantity"
    return "decimal" if fact["unit"] == _FRACTIONS else "integer"


def _limits(fact: Mapping[str, Any]) -> Iterator[Resource]:
    """The least and the most that is believed; FHIR R4 has no limits for quantities."""
    kind = _type(fact)
    if kind in ("integer", "decimal") and "plausible" in fact:
        for name, limit in zip(("minValue", "maxValue"), fact["plausible"], strict=True):
            yield {"url": f"{_EXTENSIONS}/{name}", f"value{kind.capitalize()}": _number(limit)}


def _number(value: Any) -> int | float:
    """A number of the release as JSON writes it."""
    return int(value) if value == int(value) else float(value)
