"""Which drug a request or statement means, and by which route it is to reach the patient."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from cds_service.intake.codes import NOTHING, Concept, joined
from cds_service.intake.elements import Json, Unreadable, members, objects, single, text
from cds_service.intake.reading import Reading
from cds_service.intake.routes_of_drugs import coded_route, route_of


@dataclass(frozen=True, slots=True)
class Drug:
    """The codes of a drug with those of its ingredients (a combination is each of them), and its form in words."""

    concept: Concept
    form: str = ""

    @property
    def is_named(self) -> bool:
        return bool(self.concept.codings or self.concept.text)


def drug_of(resource: Json, reading: Reading) -> Drug:
    """The drug of a request or statement. Raises `Unreadable` where nothing names it."""
    drug = _stated(resource, reading)
    if not drug.is_named:
        raise Unreadable("which drug this is about cannot be found")
    return drug


def _stated(resource: Json, reading: Reading) -> Drug:
    if "medicationCodeableConcept" in resource:
        return Drug(reading.concept(resource["medicationCodeableConcept"]))
    for name in ("medicationReference", "medication"):
        for value in objects(resource.get(name)):
            return _referred(value, resource, reading)
    return Drug(NOTHING)


def _referred(value: Json, resource: Json, reading: Reading) -> Drug:
    """A Reference, or R5's CodeableReference. What it is called helps only where the Medication says nothing."""
    given = reading.concept(value) if any(part in value for part in ("concept", "coding", "text")) else NOTHING
    reference = value["reference"] if isinstance(value.get("reference"), dict) else value
    found = reading.resolve(reference, resource)
    if found is not None:
        drug = Drug(joined([given, *_ingredients(found, resource, reading)]), _form(found, reading))
        if drug.is_named:
            return drug
    return Drug(joined([given, Concept(text=text(reference.get("display")))]))


def _ingredients(medication: Json, within: Json, reading: Reading) -> Iterator[Concept]:
    yield reading.concept(medication.get("code"))
    product = single(medication.get("product"))
    for ingredient in (*objects(medication.get("ingredient")), *objects(product.get("ingredient"))):
        if ingredient.get("isActive") is False:
            continue
        yield reading.concept(ingredient.get("itemCodeableConcept"))
        for item in (*objects(ingredient.get("itemReference")), *objects(ingredient.get("item"))):
            yield reading.coded_or_referred(item, within)


def _form(medication: Json, reading: Reading) -> str:
    form = medication.get("form") or single(medication.get("product")).get("form")
    return " ".join(_wordings(reading.concept(form)))


def instructions_of(resource: Json, dosages: list[Json]) -> str:
    """All that is written about how to take it."""
    written = [text(dosage.get("text")) for dosage in dosages]
    notes = [note for note in members(resource.get("note")) if isinstance(note, dict)]
    written += [text(note.get("text")) for note in notes]
    return "; ".join(filter(None, (*written, text(resource.get("renderedDosageInstruction")))))


def route_to(drug: Drug, dosages: list[Json], instructions: str, reading: Reading) -> str:
    """The route the dosage states, else the form implies, else the name or the instructions tell."""
    routes = [reading.concept(dosage.get("route")) for dosage in dosages if dosage.get("route") is not None]
    stated = [wording for route in routes for wording in _wordings(route)]
    return route_of(stated, [drug.form], _wordings(drug.concept), [instructions])


def _wordings(concept: Concept) -> list[str]:
    coded = (coded_route(coding.system, coding.code) for coding in concept.codings)
    return [concept.text, *(coding.display for coding in concept.codings), *coded]
