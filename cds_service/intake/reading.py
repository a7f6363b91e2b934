"""What a resource is read with: the site's code maps, the other resources of the chart, and the instant."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from cds_service.intake.codes import NOTHING, Concept, concept, has_check_digit, joined
from cds_service.intake.concept_maps import CodeMaps
from cds_service.intake.dates import begun, span
from cds_service.intake.elements import Json, objects, single, text
from cds_service.intake.references import local_part
from knowledge.chart import Span

_REASON_CODES = ("reasonCode", "reasonCodeableConcept")


@dataclass(slots=True)
class Reading:
    """Shared by all resources of one chart. `index` holds resources by `Type/id`; `notes` gathers remarks."""

    known_at: datetime
    code_maps: CodeMaps
    index: Mapping[str, Json] = field(default_factory=dict)
    birth: Span | None = None
    notes: dict[str, int] = field(default_factory=dict)

    def concept(self, value: Any) -> Concept:
        """A CodeableConcept (or several, or R5's wrapping) with what the site's maps add to it."""
        if value is None:
            return NOTHING
        found = self.code_maps.extend(concept(value))
        for coding in found.codings:
            if coding.system == "snomed" and not has_check_digit(coding.code):
                self.remark("a SNOMED CT code fails its check digit")
        return found

    def span(self, value: Any) -> Span | None:
        return self.begun(span(value))

    def first_span(self, resource: Json, *names: str) -> Span | None:
        """The first of the named dates that is one."""
        return next((found for name in names if (found := self.span(resource.get(name))) is not None), None)

    def begun(self, found: Span | None) -> Span | None:
        return begun(found, self.known_at)

    def remark(self, note: str) -> None:
        """Count a data-quality remark; `note` is fixed wording, free of what the chart says."""
        self.notes[note] = self.notes.get(note, 0) + 1

    def resolve(self, reference: Any, within: Json) -> Json | None:
        """The resource a reference means: contained in `within`, or one of the chart."""
        target = single(reference).get("reference")
        if not isinstance(target, str):
            return None
        if target.startswith("#"):
            return next((one for one in objects(within.get("contained")) if one.get("id") == target[1:]), None)
        return self.index.get(local_part(target))

    def named_by(self, reference: Any, within: Json, element: str = "code") -> Concept:
        """The concept of a referenced resource; its display where the resource is not at hand."""
        found = self.resolve(reference, within)
        known = self.concept(found.get(element)) if found is not None else NOTHING
        return known if known.codings or known.text else Concept(text=text(single(reference).get("display")))

    def reasons(self, resource: Json) -> Concept:
        """Why something was ordered or done, by code and by reference, in the shapes of STU3 to R5."""
        found = [self.concept(resource[name]) for name in _REASON_CODES if name in resource]
        for reference in objects(resource.get("reasonReference")):
            found.append(self.named_by(reference, resource))
        for reason in objects(resource.get("reason")):
            found.append(self.coded_or_referred(reason, resource))
        return joined(found) if found else NOTHING

    def coded_or_referred(self, value: Json, within: Json) -> Concept:
        """R5's CodeableReference; a bare CodeableConcept or Reference is read as well."""
        if "reference" in value and isinstance(value["reference"], dict):
            return joined([self.concept(value.get("concept")), self.named_by(value["reference"], within)])
        if isinstance(value.get("reference"), str):
            return self.named_by(value, within)
        return self.concept(value)
