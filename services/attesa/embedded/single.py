"""What the embedded servers share: one process each, started, watched and stopped as one thing."""

from abc import ABC, abstractmethod
from types import TracebackType
from typing import Self

from attesa.embedded.process import Server


class SingleServer(ABC):
    """A server that is one process of ours; its data outlive it."""

    def __init__(self, server: Server) -> None:
        self._server = server

    @abstractmethod
    def start(self) -> None:
        """Start and wait until it answers."""

    @property
    def pid(self) -> int:
        return self._server.pid

    @property
    def alive(self) -> bool:
        return self._server.alive

    def stop(self) -> None:
        """Stop in good order; the data stays."""
        self._server.stop()

    def kill(self) -> None:
        """Kill as `kill -9` does; the data stays."""
        self._server.kill()

    def check(self) -> None:
        """Raises ServerDied, with the last lines, where it has ended by itself."""
        self._server.check()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()
