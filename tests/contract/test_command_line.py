"""`heel-cds` by hand: evaluate, sample, knowledge. Exits 0, 1 when the answer is no, 2 when used wrongly."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

import knowledge.publish
from cds_service import export_cli, knowledge_cli, samples
from cds_service.cli import main
from knowledge.release import RELEASES, Release, compile_release, load_release
from tests.releases.drafted import release as drafted

AT = ["--at", "2026-11-20T12:00:00Z"]
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    """Run one command; its exit status and what it printed."""

    def run(*arguments: str) -> tuple[int, str, str]:
        try:
            status = main(arguments)
        except SystemExit as stop:
            status = int(stop.code or 0)
        told = capsys.readouterr()
        return status, told.out, told.err

    return run


def request_of(name: str) -> dict[str, Any]:
    return dict(json.loads(samples.sample(name, samples.WRITTEN)))


def resources_of(name: str) -> list[dict[str, Any]]:
    found = []
    for value in request_of(name)["prefetch"].values():
        if value and value["resourceType"] == "Bundle":
            found += [entry["resource"] for entry in value.get("entry", [])]
        elif value:
            found.append(value)
    return found


def bundle_of(name: str, kind: str) -> dict[str, Any]:
    entries: list[dict[str, Any]] = [{"resource": resource} for resource in resources_of(name)]
    if kind == "transaction":
        for entry in entries:
            entry["fullUrl"] = f"urn:uuid:{entry['resource']['id']}"
            entry["request"] = {"method": "POST", "url": entry["resource"]["resourceType"]}
    return {"resourceType": "Bundle", "type": kind, "entry": entries}


@pytest.fixture
def rupture(tmp_path: Path) -> str:
    path = tmp_path / "rupture.json"
    path.write_text(json.dumps(request_of("achilles-rupture")))
    return str(path)


def shown(output: str) -> list[str]:
    return list(json.loads(output)["extension"]["org.w3id.heel-pain-cds"].get("recommendations", []))


def test_a_request_is_read_and_its_cards_are_printed_as_a_person_reads_them(run: Run, rupture: str) -> None:
    status, out, _ = run("evaluate", rupture, *AT)
    assert status == 0
    assert out.startswith("CRITICAL")
    assert "suspected complete Achilles" in out
    assert "{" not in out


@pytest.mark.parametrize("kind", ["collection", "searchset", "transaction"])
def test_a_bundle_of_any_type_gives_the_same_recommendations_as_the_request(
    run: Run, rupture: str, tmp_path: Path, kind: str
) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle_of("achilles-rupture", kind)))
    expected = shown(run("evaluate", rupture, "--json", *AT)[1])
    assert expected[0] == "achillesRupture"
    assert shown(run("evaluate", str(path), "--json", *AT)[1]) == expected


def test_ndjson_of_several_patients_gives_one_answer_for_each(run: Run, tmp_path: Path) -> None:
    resources = [*resources_of("achilles-rupture"), *resources_of("plantar-heel-pain")]
    path = tmp_path / "patients.ndjson"
    path.write_text("\n".join(json.dumps(resource) for resource in resources))
    status, out, _ = run("evaluate", str(path), "--json", *AT)
    answers = [shown(line) for line in out.splitlines()]
    assert status == 0
    assert [answer[0] for answer in answers] == ["achillesRupture", "plantarCoreCare"]
    told = run("evaluate", str(path), *AT)[1]
    assert "Patient 1 of 2" in told
    assert "Patient 2 of 2" in told


def test_the_same_input_gives_the_same_bytes(run: Run, rupture: str) -> None:
    for options in (["--json"], ["--explain"], ["--json", "--explain"], []):
        assert run("evaluate", rupture, *options, *AT) == run("evaluate", rupture, *options, *AT)


def test_explain_tells_fact_by_fact_and_rule_by_rule(run: Run, rupture: str) -> None:
    out = run("evaluate", rupture, "--explain", *AT)[1]
    assert "thompson-test: present" in out
    assert "night-pain: unknown" in out
    assert "achilles-rupture: true -> achillesRupture" in out
    assert "plantar-core-care: unknown" in out or "plantar-core-care: false" in out


def test_explain_with_json_gives_response_and_explanation_as_data(run: Run, rupture: str) -> None:
    found = json.loads(run("evaluate", rupture, "--explain", "--json", *AT)[1])
    assert set(found) == {"response", "explanation"}
    assert {"facts", "rules", "withheld", "unknown"} <= set(found["explanation"])


def test_explain_tells_what_is_odd_in_the_data(run: Run, tmp_path: Path) -> None:
    bundle = bundle_of("achilles-rupture", "collection")
    code = {"system": "http://snomed.info/sct", "code": "2733003"}
    bundle["entry"].append({"resource": {"resourceType": "Condition", "id": "rounded", "code": {"coding": [code]}}})
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle))
    assert "Data: a SNOMED CT code fails its check digit" in run("evaluate", str(path), "--explain", *AT)[1]
    told = json.loads(run("evaluate", str(path), "--explain", "--json", *AT)[1])
    assert "a SNOMED CT code fails its check digit" in told["explanation"]["remarks"]


def test_another_instant_changes_what_is_known(run: Run, rupture: str) -> None:
    before = run("evaluate", rupture, "--json", "--at", "2026-01-01T00:00:00Z")[1]
    assert "achillesRupture" not in shown(before)


def test_a_hook_may_be_chosen(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle_of("achilles-rupture", "collection")))
    assert "achillesRupture" not in shown(run("evaluate", str(path), "--json", "--hook", "appointment-book", *AT)[1])


def test_a_draft_order_of_a_bundle_is_seen_by_the_order_hooks(run: Run, tmp_path: Path) -> None:
    bundle = bundle_of("plantar-heel-pain", "collection")
    order = {
        "resourceType": "ServiceRequest",
        "id": "draft-1",
        "status": "draft",
        "intent": "order",
        "subject": {"reference": "Patient/sample-plantar"},
        "code": {
            "coding": [
                {
                    "system": "https://w3id.org/heel-pain-cds/CodeSystem/heel-orders",
                    "code": "plantar-fascia-injection",
                }
            ]
        },
    }
    bundle["entry"].append({"resource": order})
    path = tmp_path / "bundle.json"
    path.write_text(json.dumps(bundle))
    assert shown(run("evaluate", str(path), "--json", "--hook", "order-sign", *AT)[1]) == ["plantarSteroidCaution"]


def test_standard_input_is_read_for_a_hyphen(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    content = json.dumps(request_of("achilles-rupture")).encode()
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert run("evaluate", "-", *AT)[0] == 0


def test_a_patient_without_a_heel_complaint_is_met_with_a_plain_word_of_silence(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "patient.json"
    path.write_text(json.dumps({"resourceType": "Patient", "id": "p1", "birthDate": "1980-01-01"}))
    status, out, _ = run("evaluate", str(path), *AT)
    assert status == 0
    assert out.startswith("No card")


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        ("", "empty"),
        ("{", "not JSON"),
        ("[1, 2]", "no FHIR resource"),
        ('{"hello": 1}', "no FHIR resource"),
        ('{"hook": "name-that-heel", "context": {}}', "patient-view"),
        ('{"hook": 7}', "patient-view"),
        ('{"hook": "patient-view", "context": {"patientId": "p1"}}', "hookInstance"),
    ],
)
def test_a_file_that_cannot_be_used_says_what_was_found_and_what_was_expected(
    run: Run, tmp_path: Path, content: str, expected: str
) -> None:
    path = tmp_path / "file"
    path.write_text(content)
    status, out, err = run("evaluate", str(path))
    assert (status, out) == (2, "")
    assert err.startswith("heel-cds: ")
    assert expected in err


def test_a_file_about_no_patient_says_so_and_is_no_error(run: Run, tmp_path: Path) -> None:
    path = tmp_path / "questionnaire.json"
    path.write_text('{"resourceType": "Questionnaire", "id": "q1", "status": "active"}')
    status, out, err = run("evaluate", str(path))
    assert (status, out) == (0, "")
    assert "names no patient" in err


def test_a_request_without_the_patient_says_what_to_send(run: Run, tmp_path: Path) -> None:
    request = request_of("achilles-rupture")
    del request["prefetch"]["patient"]
    path = tmp_path / "request.json"
    path.write_text(json.dumps(request))
    status, _, err = run("evaluate", str(path), *AT)
    assert status == 2
    assert "Patient/{{context.patientId}}" in err


def test_a_missing_file_is_named(run: Run) -> None:
    status, _, err = run("evaluate", "no-such-file.json")
    assert status == 2
    assert "no-such-file.json" in err


@pytest.mark.parametrize(
    "arguments",
    [[], ["evaluate"], ["evaluate", "f", "--at", "yesterday"], ["evaluate", "f", "--hook", "x"], ["sample", "x"]],
)
def test_wrong_use_exits_with_2(run: Run, arguments: list[str]) -> None:
    status, _, err = run(*arguments)
    assert status == 2
    assert "usage" in err


@pytest.mark.parametrize(
    "command",
    [
        [],
        ["serve"],
        ["evaluate"],
        ["sample"],
        ["knowledge"],
        *(["knowledge", name] for name in ("list", "show", "verify", "publish", "export")),
    ],
)
def test_every_command_has_help(run: Run, command: list[str]) -> None:
    status, out, _ = run(*command, "--help")
    assert status == 0
    assert "usage: heel-cds" in out


def test_an_unknown_version_names_those_there_are(run: Run, rupture: str) -> None:
    status, _, err = run("evaluate", rupture, "--knowledge", "9.9.9")
    assert status == 2
    assert "1.0.0" in err


def test_knowledge_is_listed_and_shown(run: Run) -> None:
    digest = load_release("1.0.0").digest
    assert digest in run("knowledge", "list")[1]
    assert json.loads(run("knowledge", "list", "--json")[1])[0]["version"] == "1.0.0"
    assert "achillesRupture" in run("knowledge", "show")[1]
    assert json.loads(run("knowledge", "show", "1.0.0", "--json")[1])["version"] == "1.0.0"


def test_verifying_runs_the_cases_of_each_release(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    cases = len(load_release("1.0.0").content["cases"])
    assert (
        f"heel-pain-runner 1.0.0: its digest is the one in the index, and its {cases} cases hold"
        in run("knowledge", "verify")[1].splitlines()
    )
    monkeypatch.setattr(knowledge_cli, "failures", lambda *_: [])
    status, out, _ = run("knowledge", "verify", "--json")
    assert (status, json.loads(out)["faults"]) == (0, {})
    assert json.loads(out)["cases"]["1.0.0"] == cases
    monkeypatch.setattr(knowledge_cli, "failures", lambda *_: ["case 1: expected a card"])
    status, out, _ = run("knowledge", "verify")
    assert status == 1
    assert "1.0.0: 1 faults in its" in out
    assert "case 1: expected a card" in out
    status, out, _ = run("knowledge", "verify", "--json")
    assert status == 1
    assert "1.0.0" in json.loads(out)["faults"]


def awaiting_review() -> Release:
    """The first release, as if one piece of its evidence had not been confirmed."""
    content = json.loads((RELEASES / "heel-pain-runner-1.0.0.json").read_text("utf-8"))
    content["evidence"]["shoe-wear"]["unconfirmed"] = True
    content["rules"]["footwear-advice"]["source_rule"] = "C02"
    return compile_release(content, "sha256:made-up")


def test_what_awaits_clinical_review_is_listed_with_the_rules_that_rest_on_it(
    run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert "0 of 23 rules" in run("knowledge", "show", "1.0.0", "--unconfirmed")[1]
    monkeypatch.setattr(knowledge_cli, "load_release", lambda *_: awaiting_review())
    status, out, _ = run("knowledge", "show", "--unconfirmed")
    assert status == 0
    assert "1 of 23 rules rest on expert consensus that awaits clinical review" in out
    assert "footwear-advice (info, footwearAdvice, C02)" in out
    assert "rests on shoe-wear" in out
    found = json.loads(run("knowledge", "show", "--unconfirmed", "--json")[1])
    assert found["rules"] == {"footwear-advice": ["shoe-wear"]}
    assert list(found["evidence"]) == ["shoe-wear"]


def test_every_code_is_listed_with_its_source(run: Run) -> None:
    status, out, _ = run("knowledge", "show", "1.0.0", "--codes")
    assert status == 0
    assert any(line.startswith("snomed\t2733002\t") and "concepts.heel-pain" in line for line in out.splitlines())
    found = {(one["system"], one["code"]): one for one in json.loads(run("knowledge", "show", "--codes", "--json")[1])}
    assert found["snomed", "2733002"]["source"]


def test_only_one_part_of_a_release_is_shown_at_a_time(run: Run) -> None:
    assert run("knowledge", "show", "--codes", "--unconfirmed")[0] == 2


def test_the_artefacts_of_a_release_are_exported(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(export_cli, "load_release", lambda *_: drafted())
    event = {"version": "5.0.0", "status": "draft", "digest": "sha256:drafts", "at": "2026-11-25T12:00:00Z"}
    monkeypatch.setattr(export_cli, "status_of", lambda *_: event)
    status, out, _ = run("knowledge", "export", "--to", str(tmp_path / "fhir"))
    assert status == 0
    written = {Path(line).name for line in out.splitlines()}
    assert "Questionnaire-heel-pain-intake.json" in written
    assert {path.name for path in (tmp_path / "fhir").iterdir()} == written
    form = json.loads((tmp_path / "fhir" / "Questionnaire-heel-pain-intake.json").read_text("utf-8"))
    assert (form["status"], form["date"]) == ("draft", "2026-11-25")
    told = json.loads(run("knowledge", "export", "--to", str(tmp_path), "--json")[1])
    assert len(told["written"]) == len(written)


def test_exporting_names_what_is_missing(run: Run, tmp_path: Path) -> None:
    assert "--to" in run("knowledge", "export")[2]
    status, _, err = run("knowledge", "export", "1.0.0", "--to", str(tmp_path))
    assert status == 2
    assert "no intake form" in err


def test_publishing_what_is_published_changes_nothing(
    run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # That the cases hold is tested elsewhere, and takes long.
    monkeypatch.setattr(knowledge.publish, "failures", lambda *_: [])
    # Into a folder of its own: a test must never publish the drafts as they happen to stand.
    publish = ("knowledge", "publish", "--json", "--releases", str(tmp_path))
    status, out, _ = run(*publish)
    assert status == 0
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert run(*publish) == (0, out, "")
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_the_digest_is_what_sha256sum_says_of_the_file() -> None:
    told = subprocess.run(["sha256sum", RELEASES / "heel-pain-runner-1.0.0.json"], capture_output=True, text=True)
    assert "sha256:" + told.stdout.split()[0] == load_release("1.0.0").digest


def test_a_wrong_setting_exits_with_2_and_names_it(run: Run, rupture: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HEEL_CDS_MAX_CARDS", "9")
    status, _, err = run("evaluate", rupture)
    assert status == 2
    assert "HEEL_CDS_MAX_CARDS" in err


def test_the_production_profile_refuses_to_serve_without_knowing_whom(
    run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("HEEL_CDS_PROFILE", "production")
    monkeypatch.setenv("HEEL_CDS_HOME", str(tmp_path))
    status, _, err = run("serve")
    assert status == 2
    assert "HEEL_CDS_CLIENTS: not set" in err


def test_a_reader_who_has_seen_enough_ends_the_output_quietly(rupture: str) -> None:
    command = f"{Path(sys.executable).with_name('heel-cds')} evaluate {rupture} --explain | head -n 1"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.stderr == ""
