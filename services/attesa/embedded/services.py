"""attesa's own services as processes, as a machine without containers runs them."""

import http.client
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from attesa.embedded.process import HOST, Server, take_port
from attesa.settings import Settings

READY_SECONDS = 60
ANSWER_SECONDS = 2


class Service(NamedTuple):
    """A service's command, which is its name, and the setting of its port."""

    name: str
    port: str


SERVICES = (
    Service("gateway", "gateway_port"),
    Service("stream", "stream_port"),
    Service("loader", "loader_port"),
    Service("exporter", "exporter_port"),
)


class Services:
    """The four services; `environment` is what they get on top of this process's."""

    def __init__(self, settings: Settings, folder: Path, environment: Mapping[str, str]) -> None:
        self.folder = folder
        self.environment = dict(environment)
        self.ports: dict[str, int] = {}
        for service in SERVICES:
            setting = f"ATTESA_{service.port.upper()}"
            port = take_port(getattr(settings, service.port), f"the {service.name}", setting)
            self.ports[service.name] = port
            self.environment[setting] = str(port)
        self.servers = {
            service.name: Server(service.name, folder / f"{service.name}.log") for service in SERVICES
        }

    def url(self, name: str) -> str:
        return f"http://{HOST}:{self.ports[name]}"

    def start(self, *names: str) -> None:
        """Start the named services, or all; does not wait."""
        for name in names or tuple(self.servers):
            self.servers[name].start([sys.executable, "-m", "attesa", name], Path.cwd(), self.environment)

    def wait_until_ready(self, *names: str) -> None:
        """Raises ServerDied, with the last lines, for one that ends or does not become ready."""
        for name in names or tuple(self.servers):
            self.servers[name].wait_until(lambda name=name: self._is_ready(name), READY_SECONDS)

    def check(self) -> list[str]:
        """Start anew those that were killed, as an orchestrator would; their names.

        Raises ServerDied, with the last lines, for one that ended by itself: it would end again.
        """
        killed = [name for name, server in self.servers.items() if server.was_killed]
        if killed:
            self.start(*killed)
        for server in self.servers.values():
            server.check()
        return killed

    def stop(self) -> None:
        """Let each write what it has, in the order in which data flows."""
        for name in ("gateway", "stream", "loader", "exporter"):
            self.servers[name].stop()

    def _is_ready(self, name: str) -> bool:
        connection = http.client.HTTPConnection(HOST, self.ports[name], timeout=ANSWER_SECONDS)
        try:
            connection.request("GET", "/readyz")
            return connection.getresponse().status == http.client.OK
        except (OSError, http.client.HTTPException):
            return False
        finally:
            connection.close()
