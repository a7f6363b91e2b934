"""What of a client's settings shapes an answer, as data: recorded with each decision, so that it can be made again."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import msgspec

from cards.audience import Audience
from cds_service.intake.concept_maps import CodeMaps

CODE_MAPS, DIGEST = "codeMaps", "digest"
# Not named while they are so, that a policy from before keeps its digest.
_LATER = {"actions": None, "silent": False, "public_url": None}


def policy_of(audience: Audience, code_maps: CodeMaps) -> dict[str, Any]:
    """How the client takes its cards, the digest of its maps of local codes (`none` without any), and of all that."""
    settings = {field.name: getattr(audience, field.name) for field in fields(audience)}
    plain = {name: sorted(value) if isinstance(value, frozenset) else value for name, value in settings.items()}
    told = {_camel(name): value for name, value in plain.items() if name not in _LATER or value != _LATER[name]}
    policy = {**told, CODE_MAPS: code_maps.digest}
    return {**policy, DIGEST: digest_of_policy(policy)}


def digest_of_policy(policy: Mapping[str, Any]) -> str:
    """`sha256:` and hex of the policy, its digest left out, as canonical JSON (RFC 8785)."""
    settings = {name: value for name, value in policy.items() if name != DIGEST}
    return "sha256:" + hashlib.sha256(msgspec.json.encode(settings, order="sorted")).hexdigest()


def audience_of(policy: Mapping[str, Any]) -> Audience:
    """The audience a recorded policy describes. Raises `ValueError` for one no client may have."""
    given: dict[str, Any] = {
        field.name: policy[_camel(field.name)] for field in fields(Audience) if _camel(field.name) in policy
    }
    try:
        return msgspec.convert(given, Audience)
    except msgspec.ValidationError as problem:
        raise ValueError(str(problem)) from None


def _camel(name: str) -> str:
    first, *others = name.split("_")
    return first + "".join(other.title() for other in others)
