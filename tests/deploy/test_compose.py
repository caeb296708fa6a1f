import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from attesa.settings import PREFIX, Settings
from attesa.slo import load

OURS = ("topics", "migrate", "gateway", "stream", "loader", "exporter")
ONCE = ("topics", "migrate")
PORTS = {
    "gateway": Settings.model_fields["gateway_port"].default,
    "exporter": Settings.model_fields["exporter_port"].default,
    "stream": Settings.model_fields["stream_port"].default,
    "loader": Settings.model_fields["loader_port"].default,
}
VARIABLE = re.compile(r"\$\{(?P<name>\w+)(?P<required>:\?)?")


def services(compose: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return compose["services"]


def published(service: dict[str, Any]) -> dict[int, int]:
    """Container port to host port; every one bound to this machine."""
    found = {}
    for text in service.get("ports", []):
        host, outside, inside = text.split(":")
        assert host == "127.0.0.1"
        found[int(inside)] = int(outside)
    return found


def health(service: dict[str, Any]) -> str:
    return " ".join(service["healthcheck"]["test"])


def test_the_services_of_the_picture_are_there(compose: dict[str, Any]):
    assert set(services(compose)) == {
        *OURS, "kafka", "clickhouse", "prometheus", "alertmanager", "grafana",
    }  # fmt: skip


def test_ours_are_one_image_of_this_version(compose: dict[str, Any], root: Path):
    version = re.search(r'^version = "(.+)"$', (root / "pyproject.toml").read_text(), re.MULTILINE)
    assert version is not None
    images = {services(compose)[name]["image"] for name in OURS}
    assert images == {f"attesa:{version[1]}"}
    assert all((root / services(compose)[name]["build"]["dockerfile"]).is_file() for name in OURS)


def test_other_images_are_those_that_the_deployment_page_names(compose: dict[str, Any], root: Path):
    page = (root / "deploy/README.md").read_text(encoding="utf-8")
    named = set(re.findall(r"^\| `([\w./-]+:[\w.-]+)` \|", page, re.MULTILINE))
    used = {service["image"] for name, service in services(compose).items() if name not in OURS}
    assert used == named
    assert not any(image.endswith(":latest") for image in used)


def test_every_setting_exists(compose: dict[str, Any]):
    known = {PREFIX + name.upper() for name in Settings.model_fields}
    for name in OURS:
        assert set(services(compose)[name]["environment"]) <= known, name


def test_settings_that_are_said_out_loud_are_accepted(compose: dict[str, Any]):
    for name in OURS:
        values = {
            key.removeprefix(PREFIX).lower(): value
            for key, value in services(compose)[name]["environment"].items()
            if "$" not in value
        }
        assert Settings.model_validate(values).host == values.get("host")


def test_every_service_counts_the_same_partitions(compose: dict[str, Any]):
    counts = {services(compose)[name]["environment"]["ATTESA_PARTITIONS"] for name in OURS}
    assert counts == {str(Settings.model_fields["partitions"].default)}


def test_topics_are_made_on_purpose_only(compose: dict[str, Any]):
    assert services(compose)["kafka"]["environment"]["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    for name in ("gateway", "stream", "loader", "exporter"):
        after = services(compose)[name]["depends_on"]
        assert after["topics"] == {"condition": "service_completed_successfully"}


def test_the_loader_waits_for_the_tables(compose: dict[str, Any]):
    after = services(compose)["loader"]["depends_on"]
    assert after["migrate"] == {"condition": "service_completed_successfully"}
    assert services(compose)["migrate"]["depends_on"]["clickhouse"] == {"condition": "service_healthy"}


def test_addresses_lead_to_services_and_their_listeners(compose: dict[str, Any]):
    host, port = services(compose)["stream"]["environment"]["ATTESA_KAFKA"].split(":")
    assert host in services(compose)
    assert (
        f"PLAINTEXT://{host}:{port}" in services(compose)[host]["environment"]["KAFKA_ADVERTISED_LISTENERS"]
    )
    assert services(compose)["loader"]["environment"]["ATTESA_CLICKHOUSE_URL"] == "http://clickhouse:8123"


@pytest.mark.parametrize(("name", "port"), PORTS.items())
def test_health_is_asked_where_the_service_listens(compose: dict[str, Any], name: str, port: int):
    assert f"http://127.0.0.1:{port}/readyz" in health(services(compose)[name])
    assert set(published(services(compose)[name]).items()) <= {(port, port)}


def test_every_lasting_service_has_a_health_check_and_comes_back(compose: dict[str, Any]):
    for name, service in services(compose).items():
        if name in ONCE:
            assert service["restart"].startswith("on-failure")
            continue
        assert service["healthcheck"]["test"][0] == "CMD", name
        assert service["restart"] == "unless-stopped", name


def test_nobody_is_root_nor_becomes_it(compose: dict[str, Any]):
    for name, service in services(compose).items():
        assert str(service["user"]).split(":")[0] not in ("0", "root"), name
        assert "no-new-privileges:true" in service["security_opt"], name


def test_ours_write_nowhere_but_in_tmp_and_the_gateway_in_its_spool(compose: dict[str, Any]):
    for name in OURS:
        service = services(compose)[name]
        assert service["user"] == "10001:10001"
        assert service["read_only"] is True
        assert service["tmpfs"] == ["/tmp"]
        assert service["cap_drop"] == ["ALL"]
        written = [volume for volume in service["volumes"] if not volume.endswith(":ro")]
        assert written == (["gateway-spool:/var/lib/attesa"] if name == "gateway" else [])


def test_published_ports_are_this_machines_and_do_not_meet(compose: dict[str, Any]):
    outside = [port for service in services(compose).values() for port in published(service).values()]
    assert len(outside) == len(set(outside))


def test_what_is_mounted_exists(compose: dict[str, Any], root: Path):
    for name, service in services(compose).items():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            if source.startswith("."):
                assert (root / source).exists(), f"{name}: {source}"
            else:
                assert source in compose["volumes"], f"{name}: {source}"


@pytest.mark.parametrize("name", OURS)
def test_each_command_exists(compose: dict[str, Any], name: str):
    command = services(compose)[name]["command"]
    asked = [sys.executable, "-c", "from attesa.cli import main; main()", *command, "--help"]
    done = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_the_example_of_secrets_names_every_variable(compose: dict[str, Any], root: Path):
    text = (root / "docker-compose.yml").read_text(encoding="utf-8")
    example = (root / "deploy/example.env").read_text(encoding="utf-8")
    named = set(re.findall(r"^(\w+)=", example, re.MULTILINE))
    assert named == {match["name"] for match in VARIABLE.finditer(text)}
    assert not re.search(r"^\w+=\S", example, re.MULTILINE), "an example must not bring passwords along"


def test_secrets_are_never_written_down(compose: dict[str, Any]):
    for name, service in services(compose).items():
        for key, value in service.get("environment", {}).items():
            if re.search("PASSWORD|TOKEN|KEY$", key):
                assert VARIABLE.match(value), f"{name}: {key}"


def test_prometheus_keeps_more_than_the_objectives_look_back(compose: dict[str, Any], root: Path):
    flags = " ".join(services(compose)["prometheus"]["command"])
    kept = re.search(r"retention\.time=(\d+)d", flags)
    assert kept is not None
    periods = [int(load(path).period.removesuffix("d")) for path in (root / "schemas/slo").glob("*.yaml")]
    assert int(kept[1]) > max(periods)


def test_prometheus_scrapes_the_services_where_they_listen(root: Path):
    config = yaml.safe_load((root / "deploy/prometheus/prometheus.yml").read_text(encoding="utf-8"))
    found = {}
    for job in config["scrape_configs"]:
        for static in job.get("static_configs", []):
            found[job["job_name"]] = static["targets"]
        for dns in job.get("dns_sd_configs", []):
            found[job["job_name"]] = [f"{name}:{dns['port']}" for name in dns["names"]]
    for name, port in PORTS.items():
        assert found[f"attesa-{name}"] == [f"{name}:{port}"]
