"""The key that signs checkpoints: made in the sandbox profile, asked for in production, Ed25519 and nothing else."""

from __future__ import annotations

import base64
import stat
from hashlib import sha256
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ec import SECP256R1, generate_private_key
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from cds_service.errors import ConfigurationError
from cds_service.records.log_key import signing_key
from cds_service.settings import Settings
from tests.auditing import audit, log_in


def settings(home: Path, **more: str) -> Settings:
    return Settings.from_env({"HEEL_CDS_HOME": str(home)} | {f"HEEL_CDS_{name}": text for name, text in more.items()})


def test_the_sandbox_makes_one_that_only_its_owner_can_read_and_keeps_it(tmp_path: Path) -> None:
    first = signing_key(settings(tmp_path))
    again = signing_key(settings(tmp_path))
    assert first.public_key() == again.public_key()
    assert stat.S_IMODE((tmp_path / "log-key.pem").stat().st_mode) == 0o600
    assert [path.name for path in tmp_path.iterdir()] == ["log-key.pem"]


def test_production_refuses_to_start_without_one(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match="HEEL_CDS_LOG_KEY: not set; production needs"):
        signing_key(settings(tmp_path, PROFILE="production"))
    assert not list(tmp_path.iterdir())


def test_production_signs_with_the_one_it_is_given(tmp_path: Path) -> None:
    made = signing_key(settings(tmp_path))
    given = settings(tmp_path / "elsewhere", PROFILE="production", LOG_KEY=str(tmp_path / "log-key.pem"))
    assert signing_key(given).public_key() == made.public_key()


def test_another_kind_of_key_or_none_is_a_setting_to_correct(tmp_path: Path) -> None:
    other = generate_private_key(SECP256R1()).private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    (tmp_path / "other.pem").write_bytes(other)
    (tmp_path / "text.pem").write_text("no key")
    for name in ("other.pem", "text.pem", "none.pem"):
        with pytest.raises(ConfigurationError, match="HEEL_CDS_LOG_KEY: no key can be read"):
            signing_key(settings(tmp_path, LOG_KEY=str(tmp_path / name)))
    closed = tmp_path / "file"
    closed.write_text("")
    with pytest.raises(ConfigurationError, match="HEEL_CDS_HOME: no key"):
        signing_key(settings(closed / "home"))


def test_a_checkpoint_is_a_signed_note_that_whoever_knows_the_form_can_verify(tmp_path: Path) -> None:
    log_in(tmp_path, 3)
    note = audit(tmp_path, "checkpoint", "--json").json["checkpoint"]
    text, _, signature = note.partition("\n\n")
    origin, size, root = text.split("\n")
    name, identity, encoded = audit(tmp_path, "key").out.strip().split("+", 2)
    assert (origin, size, len(base64.b64decode(root))) == (name, "3", 32)
    dash, signer, blob = signature.strip().split(" ")
    assert (dash, signer) == ("—", name)
    raw, public = base64.b64decode(blob), base64.b64decode(encoded)
    assert raw[:4].hex() == identity
    assert raw[:4] == sha256(name.encode() + b"\n" + public).digest()[:4]
    assert public[:1] == b"\x01"
    Ed25519PublicKey.from_public_bytes(public[1:]).verify(raw[4:], f"{text}\n".encode())


def test_the_public_key_may_be_given_as_pem_too(tmp_path: Path) -> None:
    log_in(tmp_path, 3)
    audit(tmp_path, "checkpoint")
    public = signing_key(settings(tmp_path)).public_key()
    (tmp_path / "public.pem").write_bytes(public.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    assert audit(tmp_path, "verify", "--key", str(tmp_path / "public.pem")).status == 0
