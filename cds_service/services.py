"""The services offered, one for each hook, and what each asks a client to send along.

The prefetch keys are a public contract: hospital analysts retype them by hand, so a key never
changes its name or meaning within a major version.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

PREFETCH: Mapping[str, str] = MappingProxyType(
    {
        "patient": "Patient/{{context.patientId}}",
        "conditions": "Condition?patient={{context.patientId}}&_count=200",
        "observations": "Observation?patient={{context.patientId}}&_sort=-date&_count=200",
        "questionnaireResponses": "QuestionnaireResponse?patient={{context.patientId}}&_count=200",
        "medicationRequests": (
            "MedicationRequest?patient={{context.patientId}}&_include=MedicationRequest:medication&_count=200"
        ),
        "medicationStatements": "MedicationStatement?patient={{context.patientId}}&_count=200",
        "allergies": "AllergyIntolerance?patient={{context.patientId}}&_count=200",
        "procedures": "Procedure?patient={{context.patientId}}&_count=200",
        "reports": "DiagnosticReport?patient={{context.patientId}}&_count=200",
        "serviceRequests": "ServiceRequest?patient={{context.patientId}}&_count=200",
        "deviceRequests": "DeviceRequest?patient={{context.patientId}}&_count=200",
    }
)
REQUIRED = ("patient", "conditions")
_USAGE = (
    "Needs the patient and the conditions, by prefetch or by FHIR access; without them it answers 412. "
    "Without observations or questionnaire responses it can only ask for findings; without medications "
    "and allergies it suggests no drug. "
)


@dataclass(frozen=True, slots=True)
class Service:
    """One service: `prefetch` maps key to template, `required` names the keys it cannot do without."""

    id: str
    hook: str
    title: str
    description: str
    usage: str
    prefetch: Mapping[str, str]
    required: tuple[str, ...]
    hook_version: str


def _service(hook: str, title: str, description: str, usage: str, hook_version: str = "1.0") -> Service:
    return Service(f"heel-pain-{hook}", hook, title, description, _USAGE + usage, PREFETCH, REQUIRED, hook_version)


SERVICES: tuple[Service, ...] = (
    _service(
        "patient-view",
        "Heel pain in runners: on opening the chart",
        "Looks through the chart of a patient who runs and has a heel complaint, and names a suspected rupture or "
        "stress fracture, findings still to be sought, and the care that fits. Silent for everybody else.",
        "Best called only for patients with a foot or heel complaint.",
    ),
    _service(
        "encounter-start",
        "Heel pain in runners: at the start of a visit",
        "Gives the same advice as on opening the chart, at check-in, when there is still time to examine the heel "
        "for what is not yet known. Silent for patients without a heel complaint.",
        "Needs context.encounterId.",
    ),
    _service(
        "encounter-discharge",
        "Heel pain in runners: before discharge",
        "Gives the care that fits at home when a patient with a heel complaint is discharged. While a rupture, a "
        "stress fracture or a warning sign is open it gives none, and says why in its extension.",
        "Needs context.encounterId.",
    ),
    _service(
        "problem-list-item-create",
        "Heel pain in runners: on a new problem",
        "Advises on what to do about a heel problem that was just added to the problem list. Silent for any other.",
        "Needs context.conditions, a Bundle of the new problems.",
        hook_version="0.1.0",
    ),
    _service(
        "appointment-book",
        "Heel pain in runners: on booking a visit",
        "Tells while a visit is being booked that a heel complaint in the chart should be seen sooner or by somebody "
        "else. Silent for patients without a heel complaint, and for patients who book for themselves.",
        "Needs context.appointments, a Bundle of the proposed appointments.",
    ),
    _service(
        "order-select",
        "Heel pain in runners: on choosing an order",
        "Checks the orders being chosen for a heel complaint, such as an injection or imaging, against what the chart "
        "says of the patient. Silent for orders that have nothing to do with the heel.",
        "Needs context.draftOrders; context.selections tells which of them were just chosen.",
    ),
    _service(
        "order-sign",
        "Heel pain in runners: on signing an order",
        "Checks the orders about to be signed for a heel complaint, such as an injection or imaging, against what the "
        "chart says of the patient. Silent for orders that have nothing to do with the heel.",
        "Needs context.draftOrders.",
    ),
)
HOOKS = tuple(service.hook for service in SERVICES)
