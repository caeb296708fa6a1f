"""Starts, watches and ends one server process: its log, its readiness, its death, its port."""

import atexit
import errno
import os
import random
import socket
import subprocess
import sys
import time
import weakref
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from attesa.core.errors import AttesaError, ConfigurationError
from attesa.settings import child_environment

HOST = "127.0.0.1"
_LAUNCHER = Path(__file__).with_name("launch.py")
_POLL_SECONDS = 0.02
_TAIL_BYTES = 16_384
_TAIL_LINES = 30
_FREE_PORTS = range(20_000, 32_000)
_TRIES = 100

# Linux ends a child with the *thread* that started it, so one thread, as old as the process, starts them all.
_SPAWNER = ThreadPoolExecutor(max_workers=1, thread_name_prefix="attesa-spawner")


class ServerDied(AttesaError):  # noqa: N818  the name is the sentence
    """A server process ended by itself, or did not become ready; the message holds its last lines."""


class Server:
    """One server process of ours, in a process group of its own: a Ctrl-C in the terminal does not reach it.

    It ends with this process, even where that is killed (Linux; elsewhere at a normal exit).
    """

    def __init__(self, name: str, log_path: Path, *, cpu: int | None = None) -> None:
        self.name = name
        self.log_path = log_path
        self._cpu = cpu
        self._process: subprocess.Popen[bytes] | None = None
        self._log_start = 0

    @property
    def alive(self) -> bool:
        return self._process is not None and self._process.poll() is None

    @property
    def was_killed(self) -> bool:
        """Whether it was ended by a signal that it could not or did not answer, such as `kill -9`."""
        return self._process is not None and (self._process.poll() or 0) < 0

    @property
    def pid(self) -> int:
        """Raises ServerDied where it was never started."""
        if self._process is None:
            raise ServerDied(f"{self.name} has not been started.")
        return self._process.pid

    def start(
        self, command: Sequence[str | Path], cwd: Path, environment: Mapping[str, str] | None = None
    ) -> None:
        """Start `command` (its first word an absolute path), output appended to the log.

        `environment` comes on top of this process's.
        """
        if self.alive:
            raise ServerDied(f"{self.name} is running already (process {self.pid}).")
        cpu = "any" if self._cpu is None else str(self._cpu)
        launcher = [sys.executable, "-I", "-S", str(_LAUNCHER), str(os.getpid()), cpu]
        self.log_path.parent.mkdir(parents=True, exist_ok=True)
        with self.log_path.open("ab") as log:
            self._log_start = log.tell()
            self._process = _SPAWNER.submit(
                subprocess.Popen,
                [*launcher, *(str(word) for word in command)],
                cwd=cwd,
                env=child_environment(environment or {}),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            ).result()
        _RUNNING.add(self)

    def wait_until(self, ready: Callable[[], bool], timeout_seconds: float) -> None:
        """Poll `ready`. Raises ServerDied, with the log's last lines, at death or after `timeout_seconds`."""
        deadline = time.monotonic() + timeout_seconds
        while not ready():
            if not self.alive:
                raise ServerDied(f"{self.name} ended while starting.{self._epilogue()}")
            if time.monotonic() > deadline:
                self.kill()
                raise ServerDied(
                    f"{self.name} was not ready after {timeout_seconds:.0f} s.{self._epilogue()}"
                )
            time.sleep(_POLL_SECONDS)

    def check(self) -> None:
        """Raises ServerDied, with the log's last lines, where the process has ended."""
        if not self.alive:
            raise ServerDied(f"{self.name} has ended.{self._epilogue()}")

    def stop(self, grace_seconds: float = 15) -> None:
        """Ask it to end, and kill it where it has not after `grace_seconds`."""
        if self._process is not None and self.alive:
            self._process.terminate()
            try:
                self._process.wait(grace_seconds)
            except subprocess.TimeoutExpired:
                self.kill()
        _RUNNING.discard(self)

    def kill(self) -> None:
        """End it at once, as `kill -9` does."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
        _RUNNING.discard(self)

    def last_lines(self) -> list[str]:
        """The last lines that it wrote since it was started."""
        try:
            with self.log_path.open("rb") as log:
                size = log.seek(0, os.SEEK_END)
                log.seek(max(self._log_start, size - _TAIL_BYTES))
                return log.read().decode("utf-8", "replace").splitlines()[-_TAIL_LINES:]
        except OSError:
            return []

    def _epilogue(self) -> str:
        lines = "\n  ".join(self.last_lines()) or "(nothing)"
        return f" Its last lines ({self.log_path}):\n  {lines}"


_RUNNING: "weakref.WeakSet[Server]" = weakref.WeakSet()


@atexit.register
def _end_all() -> None:
    for server in list(_RUNNING):
        server.stop()


def free_port() -> int:
    """A port that nobody listens on now.

    Below those that the system gives to outgoing connections: one of these could take it before a restart.
    """
    for port in random.SystemRandom().sample(_FREE_PORTS, _TRIES):
        with socket.socket() as probe:
            try:
                probe.bind((HOST, port))
            except OSError:
                continue
            return port
    raise ConfigurationError(f"No free port was found between {_FREE_PORTS[0]} and {_FREE_PORTS[-1]}.")


def take_port(port: int, server: str, setting: str) -> int:
    """`port` itself, or a free one for 0.

    Raises ConfigurationError, naming the port and the setting that changes it, where somebody listens there.
    """
    if port == 0:
        return free_port()
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)  # as the servers do
        try:
            probe.bind((HOST, port))
        except OSError as error:
            if error.errno not in (errno.EADDRINUSE, errno.EACCES):
                raise
            why = "is in use" if error.errno == errno.EADDRINUSE else "may not be used by this user"
            raise ConfigurationError(
                f"Port {port} {why}, so {server} cannot listen there. "
                f"Stop what uses it, or set {setting} to another port (0 takes a free one)."
            ) from None
    return port
