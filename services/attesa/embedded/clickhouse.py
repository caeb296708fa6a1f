"""The embedded ClickHouse: the engine of chdb behind an HTTP door, in a process of its own.

Its data folder outlives it, acknowledged inserts outlive even `kill -9`.
"""

import sys
import urllib.request
from pathlib import Path
from urllib.parse import quote

from attesa.embedded.process import HOST, Server, ServerDied, take_port
from attesa.embedded.single import SingleServer

SETTING = "ATTESA_CLICKHOUSE_PORT"
_START_SECONDS = 60
_ANSWER_SECONDS = 5
_ATTEMPTS = 3

# Never a proxy: the door is on this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ClickHouseDoor(SingleServer):
    """The engine on `data_dir`.

    `port` 0 takes a free one, kept for restarts; `cpu` pins it to one core (Linux).
    """

    user = "default"
    password = ""

    def __init__(self, data_dir: Path, port: int = 0, *, cpu: int | None = None) -> None:
        self._folder = data_dir.absolute()
        self._port = port
        self._chosen_free = port == 0
        super().__init__(Server("The embedded ClickHouse", self._folder / "door.log", cpu=cpu))

    @property
    def port(self) -> int:
        """0 before the first start where a free one was asked for."""
        return self._port

    @property
    def url(self) -> str:
        """Where clients find the HTTP interface."""
        return f"http://{HOST}:{self._port}"

    def start(self) -> None:
        """Start and wait until it answers; blocks for about a second.

        Raises ConfigurationError (port in use), ServerDied with the last lines (folder in use, …).
        """
        for attempt in range(_ATTEMPTS):
            self._port = take_port(self._port, "the embedded ClickHouse", SETTING)
            self._folder.mkdir(parents=True, exist_ok=True)
            module = [sys.executable, "-P", "-m", "attesa.embedded.door"]
            self._server.start([*module, "--path", self._folder, "--port", str(self._port)], self._folder)
            try:
                self._server.wait_until(self._answers, _START_SECONDS)
            except ServerDied:
                # Between asking for a free port and listening on it, somebody else may have taken it.
                taken = any("cannot be used" in line for line in self._server.last_lines())
                if attempt + 1 == _ATTEMPTS or not (taken and self._chosen_free):
                    raise
                self._port = 0
            else:
                return

    def version(self) -> str:
        """The engine's version, asked of it. Raises OSError where it is away."""
        return self._get(f"/?query={quote('SELECT version()')}").strip()

    def _answers(self) -> bool:
        try:
            return self._get("/ping") == "Ok.\n" and self.alive
        except OSError:
            return False

    def _get(self, path: str) -> str:
        with _OPENER.open(self.url + path, timeout=_ANSWER_SECONDS) as answer:
            text: str = answer.read().decode()
            return text
