"""What others need to speak our language, as FHIR R4: the intake form and our own code systems."""

from __future__ import annotations

from cds_service.artefacts.export import artefacts, write_artefacts

__all__ = ["artefacts", "write_artefacts"]
