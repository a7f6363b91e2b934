"""Validate FHIR R4 resources with google-fhir-r4: a JSON array on standard input, an array of lists of faults out.

Runs in an environment of its own, since the package pins an old protobuf; it imports nothing of ours.
"""

import importlib
import json
import re
import sys
import warnings
from typing import Any

warnings.simplefilter("ignore")

from google.fhir.r4 import json_format, resource_validation  # noqa: E402

PROTOS = "google.fhir.r4.proto.core.resources"


def faults(resource: dict[str, Any]) -> list[str]:
    """What the validator says against one resource; it stops at the first fault."""
    kind = resource["resourceType"]
    name = re.sub(r"(?<!^)(?=[A-Z])", "_", kind).lower()
    message_class = getattr(importlib.import_module(f"{PROTOS}.{name}_pb2"), kind)
    text = json.dumps(resource)
    try:
        message = json_format.json_fhir_string_to_proto(text, message_class, validate=True, default_timezone="UTC")
        resource_validation.validate_resource(message)
    except Exception as problem:  # it has several roots of errors
        return [f"{type(problem).__name__}: {problem}"]
    return []


json.dump([faults(resource) for resource in json.load(sys.stdin)], sys.stdout)
