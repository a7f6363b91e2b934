"""What others need to speak our language, as FHIR R4: the intake form, our code systems, and all of a release."""

from __future__ import annotations

from cds_service.artefacts.export import artefacts, as_bundle, standard_artefacts, write_artefacts

__all__ = ["artefacts", "as_bundle", "standard_artefacts", "write_artefacts"]
