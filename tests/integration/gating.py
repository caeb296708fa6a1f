"""A gateway process, and a platform that posts to it."""

import asyncio
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from cryptography.fernet import Fernet
from tests.gateway.delivering import ENVIRONMENT, SHOP, configured, signed, written
from tests.gateway.topic import make_topic

from attesa.embedded.process import HOST, Server, free_port
from attesa.settings import Settings

KEY = Fernet.generate_key().decode()
COMMAND = (sys.executable, "-m", "attesa", "gateway")


class Gateway:
    """A gateway process, and a platform that posts to it."""

    def __init__(self, settings: Settings, folder: Path) -> None:
        self.settings = settings
        self.server = Server("gateway", folder / "gateway.log")
        self.port = free_port()
        self.client = httpx.Client(base_url=f"http://{HOST}:{self.port}", timeout=30)

    def start(self, command: Sequence[str] = COMMAND, **others: str) -> None:
        environment = {
            "ATTESA_KAFKA": self.settings.kafka,
            "ATTESA_PARTITIONS": str(self.settings.partitions),
            "ATTESA_CONFIG": str(self.settings.config),
            "ATTESA_SPOOL_DIR": str(self.settings.spool_dir),
            "ATTESA_GATEWAY_PORT": str(self.port),
            "ATTESA_DEAD_LETTER_KEY": KEY,
            **ENVIRONMENT,
            **others,
        }
        self.server.start(command, Path.cwd(), environment)
        self.server.wait_until(lambda: self.answers("/healthz"), 60)

    def answers(self, path: str) -> bool:
        try:
            return self.client.get(path).status_code == 200
        except httpx.HTTPError:
            return False

    def deliver(self, body: Any, path: str = SHOP) -> httpx.Response:
        raw = written(body)
        return self.client.post(path, content=raw, headers=signed(raw))

    def figure(self, name: str) -> float:
        page = self.client.get("/metrics").text
        return float(next(line.split()[-1] for line in page.splitlines() if line.startswith(f"{name} ")))

    def spool_is_empty(self) -> bool:
        return self.figure("attesa_gateway_spool_records") == 0


@contextmanager
def gateway(bootstrap: str, folder: Path, **configuration: str) -> Iterator[Gateway]:
    """Not started yet. `configuration`: the `tenant` and the `text`, as `configured` takes them."""
    asyncio.run(make_topic(bootstrap))
    found = Gateway(configured(folder, kafka=bootstrap, **configuration), folder)
    try:
        yield found
    finally:
        found.client.close()
        found.server.stop()
