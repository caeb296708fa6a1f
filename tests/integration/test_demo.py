"""The demo as a newcomer runs it: real calls to the last one, and nothing left behind."""

import json
import os
import re
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import psutil
import pytest
from prometheus_client.parser import text_string_to_metric_families
from tests.integration.running import until

PORTS = ("KAFKA", "CLICKHOUSE", "GATEWAY", "STREAM", "LOADER", "EXPORTER", "PROMETHEUS")

# METRICS.md, "Reference figures on real calls".
JANUARY = {
    "records": 31_599, "broken_rows": 0, "offered": 30_161, "answered": 27_060, "abandoned": 3_101,
    "lost": 3_101, "left_before_queue": 1_198, "invalid": 240, "outside_hours": 0, "short_abandoned": 519,
    "rejected": 0, "unanswered": 0, "waiting": 0, "wait_p50_seconds": 3, "wait_p95_seconds": 157,
}  # fmt: skip
JANUARY_LEVELS = {
    "20": {"answered": 60.61, "offered": 54.38, "removed": 57.72, "offered_less_short": 55.33, "due": 56.26},
    "30": {"answered": 66.47, "offered": 59.64, "removed": 64.15, "offered_less_short": 60.68, "due": 62.45},
    "45": {"answered": 73.98, "offered": 66.37, "removed": 72.02, "offered_less_short": 67.54, "due": 70.35},
}
COUNTED = ("records", "offered", "answered", "abandoned", "left_before_queue", "invalid", "short_abandoned")


@pytest.fixture
def environment(tmp_path: Path) -> dict[str, str]:
    """Free ports, and a folder of the test's own."""
    ports = {f"ATTESA_{name}_PORT": "0" for name in PORTS}
    return {**os.environ, **ports, "ATTESA_DATA_DIR": str(tmp_path / "data")}


def left_behind(folder: Path) -> list[str]:
    """Processes that the demo with this data folder started, and that still run."""
    found = []
    for process in psutil.process_iter(["cmdline", "environ", "status"]):
        environ = process.info["environ"] or {}
        if environ.get("ATTESA_DATA_DIR") == str(folder) and process.info["status"] != psutil.STATUS_ZOMBIE:
            found.append(" ".join(process.info["cmdline"] or []))
    return found


def counters_of(text: str, tenant: str) -> dict[str, float]:
    """The counters of one tenant, summed over its cells, less their pending corrections."""
    sums: dict[str, float] = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            if sample.labels.get("tenant") != tenant:
                continue
            if sample.name == "attesa_pending_corrections":
                name = sample.labels["metric"]
                sums[name] = sums.get(name, 0) - sample.value
            else:
                sums[sample.name] = sums.get(sample.name, 0) + sample.value
    return sums


def attesa(*arguments: object, environment: dict[str, str]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "attesa", *arguments]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=280)


def test_a_month_of_real_calls_is_exact_in_clickhouse_and_on_metrics(
    environment: dict[str, str], tmp_path: Path, shared: Path
):
    month = shared / "data" / "technion-january-1999.tsv.gz"
    out = tmp_path / "report.json"
    ran = attesa("demo", "--data", month, "--once", "--report-json", out, environment=environment)
    assert ran.returncode == 0, ran.stdout + ran.stderr
    found = json.loads(out.read_text())
    assert {name: found[name] for name in JANUARY} == JANUARY
    assert round(found["average_wait_seconds"], 2) == 35.03
    assert round(found["average_time_to_abandon_seconds"], 2) == 60.72
    for threshold, levels in JANUARY_LEVELS.items():
        for formula, percent in levels.items():
            assert round(100 * found["service_level"][threshold][formula], 2) == percent, (threshold, formula)
    counters = counters_of(found["metrics"], "history")
    for name in COUNTED:
        assert counters[f"attesa_{name}_total"] == JANUARY[name], name
    assert left_behind(tmp_path / "data") == []


def test_the_data_of_the_demo_before_is_gone_on_with(environment: dict[str, str], tmp_path: Path):
    reports = []
    for number, arguments in enumerate(((), ("--keep",))):
        out = tmp_path / f"{number}.json"
        ran = attesa("demo", *arguments, "--once", "--report-json", out, environment=environment)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        reports.append(json.loads(out.read_text()))
    assert "not replayed again" in ran.stdout
    first, second = ({name: value for name, value in one.items() if name != "metrics"} for one in reports)
    assert first == second
    assert left_behind(tmp_path / "data") == []


class Demo:
    """A demo at its live traffic."""

    def __init__(self, process: subprocess.Popen[bytes], log: Path, data: Path) -> None:
        self.process = process
        self._log = log
        self._data = data

    def text(self) -> str:
        return self._log.read_text()

    def service(self, name: str) -> psutil.Process:
        """The process of a service, such as `stream`."""
        for process in psutil.process_iter(["cmdline", "environ"]):
            environ, words = process.info["environ"] or {}, process.info["cmdline"] or []
            if environ.get("ATTESA_DATA_DIR") == str(self._data) and words[-2:] == ["attesa", name]:
                return process
        raise AssertionError(f"no {name} runs:\n{self.text()}")

    def shows_live_chats(self) -> bool:
        """Whether the exporter answers with verdicts of the simulated tenant."""
        address = re.search(r"metrics +(http\S+)", self.text())
        assert address is not None, self.text()
        answer = httpx.get(address[1], trust_env=False)
        return answer.is_success and counters_of(answer.text, "default").get("attesa_records_total", 0) > 0


@pytest.fixture
def demo(environment: dict[str, str], tmp_path: Path) -> Iterator[Demo]:
    log = tmp_path / "demo.log"
    command = [sys.executable, "-m", "attesa", "demo"]
    with log.open("w") as output:
        process = subprocess.Popen(
            command, env=environment, stdout=output, stderr=output, start_new_session=True
        )
    try:
        until("the traffic", lambda: process.poll() is not None or "Ctrl-C stops" in log.read_text(), 120)
        assert process.poll() is None, log.read_text()
        yield Demo(process, log, tmp_path / "data")
    finally:
        process.kill()
        process.wait()


def test_another_shell_finds_everything_by_the_line_that_it_prints(demo: Demo, environment: dict[str, str]):
    line = re.search(r"export (GATEWAY=.*)", demo.text())
    assert line is not None, demo.text()
    variables = dict(word.split("=", 1) for word in line[1].split())
    shell = {name: value for name, value in environment.items() if not name.startswith("ATTESA_")}
    looked = attesa("doctor", environment={**shell, **variables})
    assert looked.returncode == 0, looked.stdout
    headers = {"Authorization": f"Bearer {variables['TOKEN']}"}
    answer = httpx.post(f"{variables['GATEWAY']}/v1/events", json=[], headers=headers, trust_env=False)
    assert answer.status_code == 202, answer.text


def test_a_killed_service_is_started_anew_and_ctrl_c_stops_everything(demo: Demo, tmp_path: Path):
    assert "Apache Kafka 4.4.0" in demo.text()
    assert "ClickHouse engine 26.9" in demo.text()
    for name in ("stream", "exporter"):
        demo.service(name).kill()
        until(f"the {name} again", lambda name=name: f"the {name} was killed" in demo.text(), 20)
    until("numbers of live chats", lambda: can_be_asked(demo), 60)
    demo.process.send_signal(signal.SIGINT)
    assert demo.process.wait(60) == 0, demo.text()
    assert left_behind(tmp_path / "data") == []


def test_a_service_that_ends_by_itself_ends_the_demo_and_is_named(demo: Demo, tmp_path: Path):
    demo.service("loader").terminate()
    assert demo.process.wait(60) == 1, demo.text()
    assert "attesa: loader has ended" in demo.text()
    assert "Traceback" not in demo.text()
    assert left_behind(tmp_path / "data") == []


def can_be_asked(demo: Demo) -> bool:
    try:
        return demo.shows_live_chats()
    except httpx.TransportError:
        return False


def test_a_port_in_use_is_named_with_its_setting(environment: dict[str, str]):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        environment["ATTESA_KAFKA_PORT"] = str(taken.getsockname()[1])
        ran = attesa("demo", "--once", environment=environment)
    assert ran.returncode == 2
    assert "ATTESA_KAFKA_PORT" in ran.stderr
    assert "Traceback" not in ran.stderr


def test_a_report_that_cannot_be_written_is_refused_before_anything_starts(environment: dict[str, str]):
    ran = attesa("demo", "--once", "--report-json", "/nowhere/report.json", environment=environment)
    assert ran.returncode == 2
    assert ran.stderr == "attesa: --report-json /nowhere/report.json: No such file or directory\n"
