"""A release is approved by two people in two roles, and by nothing less."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from knowledge.signatures import ROLES, Named, Signature, TrustedKey, problems_of_approval, sign, signers

ABOUT = Named("heel-pain-runner", "3.0.0", "sha256:1")
KEYS = [Ed25519PrivateKey.from_private_bytes(bytes([number]) * 32) for number in (1, 2)]
NAMES = ("A. Author", "R. Reviewer")
AT = "2026-11-25T10:00:00Z"
TRUSTED = [TrustedKey(r, n, k.public_key().public_bytes_raw()) for r, n, k in zip(ROLES, NAMES, KEYS, strict=True)]
SIGNED = [sign(k, ABOUT, r, n, AT) for r, n, k in zip(ROLES, NAMES, KEYS, strict=True)]
FLIPPED = replace(SIGNED[0], value=bytes([SIGNED[0].value[0] ^ 1]) + SIGNED[0].value[1:])


def problems(signatures: list[Signature], trusted: list[TrustedKey]) -> list[str]:
    return problems_of_approval(ABOUT, signers(ABOUT, signatures, trusted))


def test_two_people_in_two_roles_approve() -> None:
    assert problems(SIGNED, TRUSTED) == []


@pytest.mark.parametrize(
    "signatures",
    [
        [],
        SIGNED[:1],
        [SIGNED[0], SIGNED[0]],
        [FLIPPED, SIGNED[1]],
        [replace(SIGNED[0], at="2026-11-26T10:00:00Z"), SIGNED[1]],
        [replace(SIGNED[0], version="2.0.0"), SIGNED[1]],
        [replace(SIGNED[1], role=ROLES[0]), SIGNED[1]],
        [replace(SIGNED[0], role="owner"), SIGNED[1]],
        [sign(KEYS[0], replace(ABOUT, digest="sha256:2"), ROLES[0], NAMES[0], AT), SIGNED[1]],
        [sign(KEYS[1], ABOUT, ROLES[0], NAMES[0], AT), SIGNED[1]],
    ],
)
def test_anything_less_does_not(signatures: list[Signature]) -> None:
    assert "no valid signature of a trusted" in problems(signatures, TRUSTED)[0]


def test_an_unusable_or_unknown_key_does_not() -> None:
    assert len(problems(SIGNED, [])) == 2
    assert len(problems(SIGNED, [replace(TRUSTED[0], public=b"short"), TRUSTED[1]])) == 1


@pytest.mark.parametrize(("key", "name"), [(0, NAMES[1]), (1, NAMES[0])])
def test_one_person_or_one_key_in_both_roles_does_not(key: int, name: str) -> None:
    other = TrustedKey(ROLES[1], name, KEYS[key].public_key().public_bytes_raw())
    signed = [SIGNED[0], sign(KEYS[key], ABOUT, ROLES[1], name, AT)]
    assert "one person or key" in problems(signed, [TRUSTED[0], other])[0]


@pytest.mark.parametrize("spell", [str.upper, lambda n: f"  {n.replace(' ', '   ')} ", lambda n: n.replace(" ", ". ")])
def test_nor_does_one_person_whose_name_is_spelled_in_another_way(spell: Callable[[str], str]) -> None:
    other = TrustedKey(ROLES[1], spell(NAMES[0]), KEYS[1].public_key().public_bytes_raw())
    signed = [SIGNED[0], sign(KEYS[1], ABOUT, ROLES[1], other.name, AT)]
    assert "one person or key" in problems(signed, [TRUSTED[0], other])[0]
