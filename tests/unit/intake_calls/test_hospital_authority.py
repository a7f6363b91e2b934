"""A hospital's own certificate authority is trusted where a setting names it, and nobody else's."""

from __future__ import annotations

from pathlib import Path

import pytest

from cds_service.errors import ConfigurationError, NotDelivered, Upstream
from cds_service.intake.deadline import Deadline
from cds_service.intake.fhir_client import FhirClient
from cds_service.records.delivery import deliver
from cds_service.trust.addresses import FhirAccess
from tests.conftest import AppMaker
from tests.key_server import authority, key_server


def read(base: str, ca_file: Path | None) -> object:
    client = FhirClient(base, None, FhirAccess(allowed_bases=(base,), ca_file=ca_file), Deadline.after(30))
    try:
        return client.get("jwks.json")
    finally:
        client.close()


def test_a_fhir_server_with_a_certificate_of_the_hospital_is_read(tmp_path: Path) -> None:
    with key_server(tmp_path) as server:
        base = server.url.rpartition("/")[0]
        with pytest.raises(Upstream, match="unreachable"):
            read(base, None)
        assert server.asked == []
        assert read(base, authority(tmp_path)) == {"keys": []}
        with pytest.raises(Upstream, match="unreachable"):
            read(base.replace("localhost", "127.0.0.1"), authority(tmp_path))


@pytest.mark.parametrize("content", [None, "", "no certificate"])
def test_a_file_without_a_certificate_stops_the_start(make_app: AppMaker, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "authority.pem"
    if content is not None:
        path.write_text(content)
    with pytest.raises(ConfigurationError, match="HEEL_CDS_CA_FILE: no certificate can be read at"):
        make_app(ca_file=str(path))


def test_a_place_for_checkpoints_with_such_a_certificate_takes_them(tmp_path: Path) -> None:
    with key_server(tmp_path) as server:
        with pytest.raises(NotDelivered, match="SSLError"):
            deliver("a signed note", server.url)
        deliver("a signed note", server.url, authority(tmp_path))
    assert server.asked == ["a signed note"]
