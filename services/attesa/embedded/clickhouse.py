"""The embedded ClickHouse: the engine of chdb behind an HTTP door, in a process of its own.

Its data folder outlives it, acknowledged inserts outlive even `kill -9`.
"""

import sys
import urllib.request
from pathlib import Path
from types import TracebackType
from typing import Self
from urllib.parse import quote

from attesa.embedded.process import HOST, Server, ServerDied, take_port

SETTING = "ATTESA_CLICKHOUSE_PORT"
_START_SECONDS = 60
_ANSWER_SECONDS = 5
_ATTEMPTS = 3

# Never a proxy: the door is on this machine.
_OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))


class ClickHouseDoor:
    """The engine on `data_dir`.

    `port` 0 takes a free one, kept for restarts; `cpu` pins it to one core (Linux).
    """

    user = "default"
    password = ""

    def __init__(self, data_dir: Path, port: int = 0, *, cpu: int | None = None) -> None:
        self._folder = data_dir.absolute()
        self._port = port
        self._chosen_free = port == 0
        self._server = Server("The embedded ClickHouse", self._folder / "door.log", cpu=cpu)

    @property
    def port(self) -> int:
        """0 before the first start where a free one was asked for."""
        return self._port

    @property
    def url(self) -> str:
        """Where clients find the HTTP interface."""
        return f"http://{HOST}:{self._port}"

    @property
    def pid(self) -> int:
        return self._server.pid

    @property
    def alive(self) -> bool:
        return self._server.alive

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

    def stop(self) -> None:
        """Stop in good order; the data stays."""
        self._server.stop()

    def kill(self) -> None:
        """Kill as `kill -9` does; the data stays."""
        self._server.kill()

    def check(self) -> None:
        """Raises ServerDied, with the last lines, where the door has ended by itself."""
        self._server.check()

    def version(self) -> str:
        """The engine's version, asked of it. Raises OSError where it is away."""
        return self._get(f"/?query={quote('SELECT version()')}").strip()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def _answers(self) -> bool:
        try:
            return self._get("/ping") == "Ok.\n" and self.alive
        except OSError:
            return False

    def _get(self, path: str) -> str:
        with _OPENER.open(self.url + path, timeout=_ANSWER_SECONDS) as answer:
            text: str = answer.read().decode()
            return text
