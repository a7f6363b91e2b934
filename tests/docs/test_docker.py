"""The image, the compose file, the manifests and the example settings agree with the service they are for."""

from __future__ import annotations

import re
from importlib.metadata import version
from typing import Any

import pytest
import yaml
from flask.testing import FlaskClient

from cds_service.cli import main
from cds_service.settings import PREFIX, SETTINGS, Settings
from tests.components import ROOT

DOCKER = ROOT / "docker"
MANIFESTS = sorted((DOCKER / "kubernetes").glob("*.yml"))
UNPRIVILEGED = 10001


def dockerfile() -> str:
    return (DOCKER / "Dockerfile").read_text("utf-8")


def manifest(name: str) -> Any:
    return yaml.safe_load((DOCKER / "kubernetes" / name).read_text("utf-8"))


def container() -> Any:
    return manifest("deployment.yml")["spec"]["template"]["spec"]["containers"][0]


def example_settings() -> dict[str, str]:
    """Every setting of the example file, those that are commented out too."""
    lines = (DOCKER / "heel-cds.env").read_text("utf-8").splitlines()
    pairs = [re.fullmatch(rf"#?({PREFIX}\w+)=(.*)", line) for line in lines]
    return {pair[1]: pair[2] for pair in pairs if pair}


def test_the_image_installs_only_what_the_lock_pins() -> None:
    assert "--require-hashes -r requirements-build.txt -r requirements.txt" in dockerfile()
    assert "--no-deps --no-build-isolation" in dockerfile()


def test_everything_the_image_copies_is_there_and_let_through() -> None:
    ignored = (DOCKER / "Dockerfile.dockerignore").read_text("utf-8").splitlines()
    copied = [line.split()[1:-1] for line in dockerfile().splitlines() if re.match(r"COPY (?!--from)", line)]
    for name in {name for names in copied for name in names}:
        assert (ROOT / name).exists(), name
        assert f"!{name}" in ignored
    assert "*" in ignored


def test_the_image_is_built_in_stages_and_does_not_run_as_root() -> None:
    assert len(re.findall(r"^FROM ", dockerfile(), re.MULTILINE)) == 2
    last_stage = dockerfile().rpartition("FROM ")[2]
    assert f"USER {UNPRIVILEGED}:{UNPRIVILEGED}" in last_stage
    assert last_stage.index("USER") < last_stage.index("ENTRYPOINT")


def test_the_command_of_the_image_is_one_the_service_has(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = re.findall(r'"([^"]+)"', re.search(r"^CMD \[(.+)\]", dockerfile(), re.MULTILINE)[1])  # type: ignore[index]
    with pytest.raises(SystemExit) as stopped:
        main([*arguments, "--help"])
    assert stopped.value.code == 0
    assert "--workers" in capsys.readouterr().out


def test_the_example_names_every_setting_and_each_with_a_value_that_is_accepted(tmp_path: Any) -> None:
    example = example_settings()
    assert set(example) == {PREFIX + name for name in SETTINGS}
    read = Settings.from_env(
        example | {f"{PREFIX}{name}": str(tmp_path) for name in ("CODE_MAPS", "RELEASES", "REQUESTS")}
    )
    assert read.unknown == ()


def test_the_sandbox_profile_is_published_to_this_machine_only() -> None:
    compose = yaml.safe_load((DOCKER / "compose.yml").read_text("utf-8"))
    service = compose["services"]["heel-cds"]
    published = [port for one in compose["services"].values() for port in one.get("ports", ())]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)
    assert (DOCKER / service["env_file"]).is_file()
    assert (DOCKER / service["build"]["context"] / service["build"]["dockerfile"]).is_file()


def test_the_manifests_are_all_applied() -> None:
    assert {*manifest("kustomization.yml")["resources"], "kustomization.yml"} == {path.name for path in MANIFESTS}
    assert all(yaml.safe_load(path.read_text("utf-8"))["kind"] for path in MANIFESTS)


@pytest.mark.parametrize("probe", ["startupProbe", "livenessProbe", "readinessProbe"])
def test_each_probe_asks_an_address_that_answers(probe: str, http: FlaskClient) -> None:
    asked = container()[probe]["httpGet"]
    assert http.get(asked["path"]).status_code == 200
    assert asked["port"] in {port["name"] for port in container()["ports"]}


def test_liveness_does_not_depend_on_the_store_and_readiness_does() -> None:
    assert container()["livenessProbe"]["httpGet"]["path"] == "/healthz"
    assert container()["readinessProbe"]["httpGet"]["path"] == "/readyz"


def test_the_pod_runs_without_rights_it_does_not_need() -> None:
    pod = manifest("deployment.yml")["spec"]["template"]["spec"]
    assert pod["securityContext"]["runAsNonRoot"] is True
    assert pod["securityContext"]["runAsUser"] == UNPRIVILEGED
    assert pod["automountServiceAccountToken"] is False
    assert container()["securityContext"]["readOnlyRootFilesystem"] is True
    assert container()["securityContext"]["capabilities"] == {"drop": ["ALL"]}


def test_the_store_outlives_the_pod() -> None:
    pod = manifest("deployment.yml")["spec"]["template"]["spec"]
    claims = {volume["name"]: volume.get("persistentVolumeClaim", {}).get("claimName") for volume in pod["volumes"]}
    kept = next(mount for mount in container()["volumeMounts"] if mount["mountPath"] == "/var/lib/heel-cds")
    assert claims[kept["name"]] == manifest("decisions.yml")["metadata"]["name"]
    assert manifest("deployment.yml")["spec"]["replicas"] == 1


def test_the_manifests_run_this_version() -> None:
    assert container()["image"] == f"heel-pain-cds:{version('heel-pain-cds')}"


def test_the_settings_of_the_manifests_are_settings() -> None:
    given = manifest("settings.yml")["data"]
    assert Settings.from_env(given).unknown == ()


def test_compose_runs_two_workers_on_postgresql_behind_a_proxy_that_ends_tls() -> None:
    services = yaml.safe_load((DOCKER / "compose.yml").read_text("utf-8"))["services"]
    ours = services["heel-cds"]
    assert "ports" not in ours
    assert ours["command"][ours["command"].index("--workers") + 1] == "2"
    assert ours["environment"]["HEEL_CDS_DATABASE_URL"].endswith("@database/heel")
    assert ours["depends_on"]["database"]["condition"] == "service_healthy"
    assert services["database"]["image"].startswith("postgres:")
    assert {"https://localhost:8443", "heel-cds:8000"} <= set(services["proxy"]["command"])
    with pytest.raises(SystemExit) as stopped:
        main([*ours["command"], "--help"])
    assert stopped.value.code == 0


def overlay(name: str) -> Any:
    return yaml.safe_load((DOCKER / "kubernetes" / "postgresql" / name).read_text("utf-8"))


def test_several_hosts_share_database_and_key_and_have_their_tables_made_first(
    capsys: pytest.CaptureFixture[str],
) -> None:
    whole = overlay("kustomization.yml")
    parts = {".", *whole["resources"], *(patch["path"] for patch in whole["patches"])} - {".", ".."}
    assert {path.name for path in (DOCKER / "kubernetes" / "postgresql").glob("*.yml")} == parts | {"kustomization.yml"}
    patch = overlay("deployment.yml")["spec"]
    [ours] = patch["template"]["spec"]["containers"]
    settings = {one["name"] for one in ours["env"]}
    assert {name.removeprefix(PREFIX) for name in settings} <= SETTINGS.keys()
    assert settings == {"HEEL_CDS_LOG_KEY", "HEEL_CDS_DATABASE_URL"}
    job = overlay("migration.yml")["spec"]["template"]["spec"]
    [migrate] = job["containers"]
    assert migrate["image"] == container()["image"]
    assert job["securityContext"]["runAsUser"] == UNPRIVILEGED
    assert migrate["securityContext"]["readOnlyRootFilesystem"] is True
    with pytest.raises(SystemExit):
        main([*migrate["args"], "--help"])
    assert "HEEL_CDS_DATABASE_URL" in capsys.readouterr().out
    scaled = overlay("autoscaling.yml")["spec"]
    assert scaled["scaleTargetRef"]["name"] == manifest("deployment.yml")["metadata"]["name"]
    assert scaled["minReplicas"] == patch["replicas"] == 2


def test_the_network_lets_in_what_is_served_and_out_what_is_asked() -> None:
    policy = manifest("network.yml")["spec"]
    assert policy["podSelector"]["matchLabels"] == manifest("deployment.yml")["spec"]["selector"]["matchLabels"]
    assert [port["port"] for rule in policy["ingress"] for port in rule["ports"]] == ["http"]
    assert {port["port"] for rule in policy["egress"] for port in rule["ports"]} == {53, 443, 5432}
