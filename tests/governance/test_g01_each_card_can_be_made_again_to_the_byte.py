"""G-1: every answer can be reproduced byte for byte from its decision id and the request; G-2: offline, elsewhere."""

from __future__ import annotations

import json
import socket
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from cds_service.records.forms import canonical
from tests.calls import service_of
from tests.conftest import AppMaker
from tests.golden.patients import PATIENTS
from tests.replaying import call, record_file, replay, request_of
from tests.stub_fhir import TOKEN, stub_fhir


@pytest.mark.parametrize("name", sorted(PATIENTS))
def test_the_same_bytes_come_back_without_any_network(
    make_app: AppMaker, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    home = tmp_path / "service"
    answered = call(make_app(home=str(home)).test_client(), request_of(name))
    record = record_file(home, answered, tmp_path)
    monkeypatch.setattr(socket, "socket", None)
    again = replay(record, answered.request)
    assert (again.status, again.err) == (0, "The same answer, to the byte.\n")
    assert again.out == answered.answer


def test_what_shaped_the_answer_is_in_the_record_and_not_in_the_settings_of_the_day(
    make_app: AppMaker, tmp_path: Path
) -> None:
    home = tmp_path / "service"
    service = make_app(home=str(home), knowledge="1.0.0", max_cards="1", order_intent="plan").test_client()
    answered = call(service, request_of("plantar-eight-weeks"))
    record = record_file(home, answered, tmp_path)
    assert replay(record, answered.request, max_cards="5", order_intent="order").out == answered.answer
    spanish = call(service, request_of("rupture"), **{"Accept-Language": "es"})
    assert replay(record_file(home, spanish, tmp_path), spanish.request).out == spanish.answer


def test_local_codes_must_be_those_of_the_day(make_app: AppMaker, tmp_path: Path) -> None:
    home, maps = tmp_path / "service", tmp_path / "maps"
    maps.mkdir()
    target = {"code": "202882003", "display": "Plantar fasciitis"}
    group = {"source": "urn:local", "target": "http://snomed.info/sct", "element": [{"code": "PF", "target": [target]}]}
    (maps / "local.json").write_text(json.dumps({"resourceType": "ConceptMap", "group": [group]}))
    service = make_app(home=str(home), code_maps=str(maps)).test_client()
    answered = call(service, request_of("rupture"))
    record = record_file(home, answered, tmp_path)
    without = replay(record, answered.request)
    assert without.status == 1
    assert "set HEEL_CDS_CODE_MAPS to the folder of that time" in without.err
    assert replay(record, answered.request, code_maps=str(maps)).out == answered.answer


def without_prefetch(name: str) -> tuple[dict[str, Any], dict[str, Any]]:
    """A request that sends nothing along, and what it left out."""
    request = request_of(name)
    return {**request, "prefetch": {}}, request["prefetch"]


def test_what_was_read_by_call_back_is_kept_where_the_hospital_says(make_app: AppMaker, tmp_path: Path) -> None:
    home, kept = tmp_path / "service", tmp_path / "kept"
    kept.mkdir()
    request, known = without_prefetch("rupture")
    with stub_fhir() as fhir:
        fhir.says(f"Patient/{known['patient']['id']}", known["patient"])
        for kind, key in (("Condition", "conditions"), ("Observation", "observations")):
            fhir.says(kind, {**known[key], "type": "searchset"})
        service = make_app(home=str(home), requests=str(kept), deadline="30").test_client()
        answered = call(service, {**request, **fhir.call()})
    assert json.loads(answered.answer)["cards"]
    record = record_file(home, answered, tmp_path)
    [file] = kept.iterdir()
    assert (file.name, file.stat().st_mode & 0o777) == (f"{answered.decision}.json", 0o600)
    assert TOKEN.encode() not in file.read_bytes()
    assert replay(record, file.read_bytes()).out == answered.answer
    as_sent = replay(record, answered.request)
    assert as_sent.status == 1
    assert "bring the file the service kept in HEEL_CDS_REQUESTS" in as_sent.err


def test_a_call_that_brought_all_is_kept_as_it_was_sent_less_its_token(make_app: AppMaker, tmp_path: Path) -> None:
    home, kept = tmp_path / "service", tmp_path / "kept"
    kept.mkdir()
    request = request_of("rupture") | {"fhirAuthorization": {"access_token": "secret-4711", "token_type": "Bearer"}}
    answered = call(make_app(home=str(home), requests=str(kept)).test_client(), request)
    [file] = kept.iterdir()
    assert file.read_bytes() == answered.request.replace(b"secret-4711", b"")
    record = record_file(home, answered, tmp_path)
    assert replay(record, file.read_bytes()).out == replay(record, answered.request).out == answered.answer


def test_where_the_request_cannot_be_kept_no_card_is_given(make_app: AppMaker, tmp_path: Path) -> None:
    kept = tmp_path / "kept"
    kept.mkdir()
    service = make_app(requests=str(kept)).test_client()
    kept.rmdir()
    answer = service.post(service_of("patient-view"), json=request_of("rupture"))
    assert (answer.status_code, "cards" in answer.json) == (503, False)


@pytest.mark.parametrize(
    ("content", "taught"),
    [("[]", "expected the JSON object"), ("{", "expected the JSON object")],
)
def test_a_file_that_is_no_record_is_wrong_use(tmp_path: Path, content: str, taught: str) -> None:
    record = tmp_path / "record.json"
    record.write_text(content)
    told = replay(record, b"{}")
    assert told.status == 2
    assert taught in told.err


def changed(record: Path, **members: Any) -> Path:
    entry = json.loads(record.read_text("utf-8"))
    entry["record"] |= members
    entry["log"] = {"leafHash": sha256(b"\x00" + canonical(entry["record"])).hexdigest()}  # as a forger would
    record.write_text(json.dumps(entry), "utf-8")
    return record


def test_a_record_that_was_changed_or_whose_release_is_not_here_says_so(make_app: AppMaker, tmp_path: Path) -> None:
    home = tmp_path / "service"
    answered = call(make_app(home=str(home)).test_client(), request_of("rupture"))
    whole = json.loads(record_file(home, answered, tmp_path).read_text("utf-8"))["record"]
    for members, taught in (
        ({"kind": "refusal"}, "not one of a decision"),
        ({"knowledge": {**whole["knowledge"], "version": "9.9.9"}}, "cannot be had here"),
        ({"knowledge": {**whole["knowledge"], "version": "1.0.0"}}, "is not the one the decision was made with"),
        ({"policy": {**whole["policy"], "maxCards": 5}}, "does not have the digest it names"),
        ({"service": "heel-pain-elsewhere"}, "There is no service heel-pain-elsewhere"),
    ):
        told = replay(changed(record_file(home, answered, tmp_path), **members), answered.request)
        assert told.status == 1
        assert taught in told.err


def test_another_engine_is_named_and_a_different_answer_is_not_called_the_same(
    make_app: AppMaker, tmp_path: Path
) -> None:
    home = tmp_path / "service"
    answered = call(make_app(home=str(home)).test_client(), request_of("rupture"))
    record = record_file(home, answered, tmp_path)
    other = {"version": "0.9.0", "digest": "sha256:" + 64 * "0"}
    told = replay(changed(record, engine=other), answered.request)
    assert told.status == 1
    assert told.err.startswith("NOT the same answer.\nThe decision was made by engine 0.9.0")
