"""`heel-cds audit erase`: take away what ties a decision to a patient, and put on record that it was done."""

from __future__ import annotations

import argparse
import json
import os
from pathlib import Path

from cds_service.existing_log import existing_log
from cds_service.records.decision_log import DecisionLog
from cds_service.records.retained import RequestStore
from cds_service.settings import Settings

_NAMED = {
    "request": "the request kept in HEEL_CDS_REQUESTS",
    "salt": "the salt of its commitment",
    "pseudonyms": "the pseudonyms beside its cards",
}
_NO_FOLDER = "HEEL_CDS_REQUESTS is not set here: if the service has it, run this again with it, or its request stays."


def erase(arguments: argparse.Namespace) -> int:
    """Erase what there is of one decision, the request first: what is on record as erased is gone.

    Whatever stopped it, it can be run again, and does what is left.
    """
    settings = Settings.from_env(os.environ)
    with existing_log(settings) as engine:
        log = DecisionLog(engine)
        request = _without_request(settings.requests, arguments.decision)
        erased = log.erase(arguments.decision, arguments.reason, request=request)
        known = bool(erased) or log.entry(arguments.decision) is not None
    return _told(arguments, known, erased, [] if settings.requests else [_NO_FOLDER])


def _without_request(folder: Path | None, decision: str) -> bool:
    return folder is not None and RequestStore(folder).remove(decision)


def _told(arguments: argparse.Namespace, known: bool, erased: list[str], hints: list[str]) -> int:
    if not known:
        verdict = (
            f"no record of decision {arguments.decision}, and nothing was erased; expected the decisionId of an "
            "answer, as heel-cds audit records lists them"
        )
    elif erased:
        verdict = f"erased: {', '.join(_NAMED[one] for one in erased)}; on record: {arguments.reason}"
    else:
        verdict = f"nothing of decision {arguments.decision} is left to erase: it was erased before, or never held any"
    if arguments.json:
        found = {"found": known, "decision": arguments.decision, "erased": erased, "told": [verdict, *hints]}
        print(json.dumps(found))
    else:
        print("\n".join([verdict, *hints]))
    return 0 if known else 1
