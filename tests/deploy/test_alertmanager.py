import json
import socket
import subprocess
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

pytestmark = pytest.mark.promtool

DEADLINE_SECONDS = 30
OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def run(*command: str | Path) -> str:
    done = subprocess.run(list(map(str, command)), capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def config(root: Path) -> Path:
    return root / "deploy/alertmanager/alertmanager.yml"


def alerts(root: Path) -> list[dict[str, Any]]:
    found = []
    for path in sorted((root / "deploy/prometheus").glob("*.rules.yml")):
        for group in yaml.safe_load(path.read_text(encoding="utf-8"))["groups"]:
            found += [rule for rule in group["rules"] if "alert" in rule]
    return found


def test_alertmanager_accepts_its_configuration(amtool: str, config: Path):
    assert "SUCCESS" in run(amtool, "check-config", config)


def test_every_alert_reaches_its_team_by_its_severity(amtool: str, config: Path, root: Path):
    seen = set()
    for rule in alerts(root):
        labels = {"alertname": rule["alert"], "tenant": "shop", **rule["labels"]}
        receiver = f"{labels['team']}-{labels['severity']}" if rule["alert"] != "Watchdog" else "dead-man"
        pairs = [f"{name}={value}" for name, value in labels.items()]
        key = (receiver, rule["alert"] == "CustomerWaitingBeyondBad")
        if key in seen:
            continue
        seen.add(key)
        said = run(amtool, "config", "routes", "test", f"--config.file={config}", *pairs)
        assert said.strip() == receiver, labels
    assert {receiver for receiver, _ in seen} == {
        "service-page", "service-ticket", "pipeline-page", "pipeline-ticket", "dead-man",
    }  # fmt: skip


def test_an_alert_that_nobody_planned_is_a_ticket_of_the_pipelines(amtool: str, config: Path):
    said = run(amtool, "config", "routes", "test", f"--config.file={config}", "alertname=New")
    assert said.strip() == "pipeline-ticket"


def test_nothing_is_collected_before_a_waiting_customer_is_told_of(config: Path):
    routes = yaml.safe_load(config.read_text(encoding="utf-8"))["route"]["routes"]
    waiting = [route for route in routes if 'alertname="CustomerWaitingBeyondBad"' in route["matchers"]]
    assert [route["group_wait"] for route in waiting] == ["0s"]


@pytest.fixture(scope="module")
def address(alertmanager: str, config: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """A real Alertmanager with the configuration; its webhooks lead nowhere."""
    folder = tmp_path_factory.mktemp("alertmanager")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    url = f"http://127.0.0.1:{port}"
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [
                alertmanager,
                f"--config.file={config}",
                f"--storage.path={folder / 'data'}",
                f"--web.listen-address=127.0.0.1:{port}",
                "--cluster.listen-address=",
            ],
            stdout=log,
            stderr=log,
        )
    try:
        until(
            lambda: answers(f"{url}/-/ready"), f"Alertmanager does not answer: {(folder / 'log').read_text()}"
        )
        yield url
    finally:
        server.terminate()
        server.wait(10)


def until(true: Callable[[], bool], complaint: str) -> None:
    deadline = time.monotonic() + DEADLINE_SECONDS
    pause = 0.02
    while not true():
        assert time.monotonic() < deadline, complaint
        time.sleep(pause)


def answers(url: str) -> bool:
    try:
        with OPENER.open(url, timeout=5) as answer:
            return answer.status == 200
    except OSError:
        return False


def post(address: str, *labels: dict[str, str]) -> None:
    request = urllib.request.Request(
        f"{address}/api/v2/alerts",
        data=json.dumps([{"labels": one} for one in labels]).encode(),
        headers={"content-type": "application/json"},
    )
    with OPENER.open(request, timeout=5) as answer:
        assert answer.status == 200


def silenced(address: str, **wanted: str) -> bool:
    """Whether the alert with these labels is there and inhibited."""
    with OPENER.open(f"{address}/api/v2/alerts?inhibited=true", timeout=5) as answer:
        found = [one for one in json.load(answer) if wanted.items() <= one["labels"].items()]
    return any(one["status"]["inhibitedBy"] for one in found)


BURN = {"alertname": "LiveChatReplyBudgetBurn", "team": "service", "sloth_id": "attesa-live-chat-reply"}


def burn(severity: str, tenant: str) -> dict[str, str]:
    return {
        **BURN,
        "tenant": tenant,
        "channel": "live_chat",
        "severity": severity,
        "sloth_severity": severity,
    }


def test_a_page_silences_the_ticket_of_the_same_objective_and_tenant_only(address: str):
    post(address, burn("page", "shop"), burn("ticket", "shop"), burn("ticket", "bank"))
    until(lambda: silenced(address, tenant="shop", severity="ticket"), "the ticket is not silenced")
    assert not silenced(address, tenant="shop", severity="page")
    assert not silenced(address, tenant="bank")


@pytest.mark.parametrize("name", ["PartitionNotWritten", "PartitionHeld", "ExporterAbsent"])
def test_while_parts_are_missing_the_service_is_not_blamed(address: str, root: Path, name: str):
    found = [rule["labels"] for rule in alerts(root) if rule["alert"] == name]
    tenant = name.lower()
    waiting = {
        "alertname": "CustomerWaitingBeyondBad",
        "severity": "page",
        "team": "service",
        "tenant": tenant,
    }
    post(address, {"alertname": name, "partition": "3", **found[0]}, burn("page", tenant), waiting)
    until(lambda: silenced(address, tenant=tenant, sloth_severity="page"), "the objective is not silenced")
    until(lambda: silenced(address, **waiting), "the waiting customer is not silenced")
    assert not silenced(address, alertname=name)
