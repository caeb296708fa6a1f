"""A Prometheus for the demo, where its binary is on the PATH: scrapes given targets, loads given rules."""

import shutil
import urllib.request
from collections.abc import Mapping, Sequence
from pathlib import Path

import yaml

from attesa.embedded.process import HOST, Server, take_port
from attesa.embedded.single import SingleServer

SETTING = "ATTESA_PROMETHEUS_PORT"
SCRAPE_SECONDS = 5
_START_SECONDS = 30
_ANSWER_SECONDS = 5
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


def find_prometheus() -> Path | None:
    """The binary on the PATH, or None."""
    found = shutil.which("prometheus")
    return Path(found).resolve() if found else None


def configuration(targets: Mapping[str, str], rule_files: Sequence[Path]) -> str:
    """Prometheus' own configuration. `targets`: job to `host:port`, scraped at /metrics every 5 s."""
    return yaml.safe_dump(
        {
            "global": {"scrape_interval": f"{SCRAPE_SECONDS}s", "evaluation_interval": f"{SCRAPE_SECONDS}s"},
            "rule_files": [str(path.absolute()) for path in rule_files],
            "scrape_configs": [
                {"job_name": job, "static_configs": [{"targets": [target]}]}
                for job, target in targets.items()
            ],
        },
        sort_keys=False,
    )


class Prometheus(SingleServer):
    """One Prometheus on `data_dir`. `port` 0 takes a free one."""

    def __init__(
        self,
        binary: Path,
        data_dir: Path,
        targets: Mapping[str, str],
        rule_files: Sequence[Path] = (),
        port: int = 0,
    ) -> None:
        self._binary = binary
        self._folder = data_dir.absolute()
        self._configuration = configuration(targets, rule_files)
        self._port = port
        super().__init__(Server("Prometheus", self._folder / "prometheus.log"))

    @property
    def url(self) -> str:
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        """Start and wait until it serves.

        Raises ConfigurationError (port in use), ServerDied with the last lines (bad rules, …).
        """
        self._port = take_port(self._port, "Prometheus", SETTING)
        self._folder.mkdir(parents=True, exist_ok=True)
        file = self._folder / "prometheus.yml"
        file.write_text(self._configuration, encoding="utf-8")
        options = {
            "config.file": file,
            "storage.tsdb.path": self._folder / "data",
            "storage.tsdb.retention.time": "1d",
            "web.listen-address": f"{HOST}:{self._port}",
        }
        command: list[str | Path] = [self._binary, *(f"--{name}={value}" for name, value in options.items())]
        self._server.start(command, self._folder)
        self._server.wait_until(self._ready, _START_SECONDS)

    def _ready(self) -> bool:
        try:
            with _OPENER.open(f"{self.url}/-/ready", timeout=_ANSWER_SECONDS) as answer:
                return bool(answer.status == 200)
        except OSError:
            return False


def start_prometheus(
    data_dir: Path, targets: Mapping[str, str], rule_files: Sequence[Path] = (), port: int = 0
) -> Prometheus | None:
    """A started Prometheus, or None where no binary is on the PATH."""
    binary = find_prometheus()
    if binary is None:
        return None
    prometheus = Prometheus(binary, data_dir, targets, rule_files, port)
    prometheus.start()
    return prometheus
