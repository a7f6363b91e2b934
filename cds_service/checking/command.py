"""What `heel-cds check` does: ask, tell each finding as it comes, and count them."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from cds_service.checking.checks import ROOT, check
from cds_service.checking.findings import Verdict
from cds_service.checking.probe import Probe, Signing
from cds_service.errors import HeelCdsError


def run(arguments: argparse.Namespace) -> int:
    url = str(arguments.url).rstrip("/").removesuffix(ROOT)
    if not url.startswith(("http://", "https://")):
        raise HeelCdsError(f"URL: found {arguments.url!r}, expected an address such as https://cds.example.org")
    if not arguments.timeout > 0:
        raise HeelCdsError("--timeout: expected a number of seconds above 0")
    probe = Probe(url, arguments.timeout, _signing(arguments))
    findings = []
    for finding in check(probe, arguments.service):
        findings.append(finding)
        if not arguments.json:
            print(finding.line(), flush=True)
    counts = {verdict.value: sum(one.verdict is verdict for one in findings) for verdict in Verdict}
    if arguments.json:
        print(
            json.dumps(
                {"url": url, "counts": counts, "findings": [asdict(one) for one in findings]}, ensure_ascii=False
            )
        )
    else:
        print(", ".join(f"{count} {verdict}" for verdict, count in counts.items()))
    return 1 if counts[Verdict.MEND.value] or not counts[Verdict.GOOD.value] else 0


def _signing(arguments: argparse.Namespace) -> Signing | None:
    given = (arguments.issuer, arguments.kid, arguments.token_key)
    if not any(given):
        return None
    if not all(given):
        raise HeelCdsError("--issuer, --kid and --token-key are given together: who signs, with which key, and the key")
    try:
        key = arguments.token_key.read_bytes()
    except OSError as problem:
        raise HeelCdsError(f"--token-key: {arguments.token_key} cannot be read ({type(problem).__name__})") from None
    return Signing(arguments.issuer, arguments.kid, key, arguments.algorithm, arguments.audience)


COMMANDS = {"check": run}
