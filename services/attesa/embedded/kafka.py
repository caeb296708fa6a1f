"""The embedded broker: Apache Kafka itself, one KRaft node in a process of its own.

Its data folder outlives it; a restart goes on with the same data on the same port.
"""

import asyncio
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.errors import KafkaError

from attesa.embedded import jars
from attesa.embedded.distribution import copy_template, default_cache_dir, prepare
from attesa.embedded.node import SMALL_JVM, Node
from attesa.embedded.process import HOST, Server, ServerDied, free_port, take_port
from attesa.embedded.single import SingleServer

SETTING = "ATTESA_KAFKA_PORT"
_START_SECONDS = 90
_ATTEMPTS = 3


def _silent(_line: str) -> None:
    pass


class KafkaBroker(SingleServer):
    """A broker on `data_dir`.

    `port` 0 takes a free one, kept for restarts. `java_options` replace the small heap and quick compiler;
    `cpu` pins the broker to one core (Linux). `say` gets a line for each slow step.
    """

    def __init__(
        self,
        data_dir: Path,
        port: int = 0,
        *,
        cache_dir: Path | None = None,
        java_options: Sequence[str] = SMALL_JVM,
        cpu: int | None = None,
        java_home: Path | None = None,
    ) -> None:
        self._folder = data_dir.absolute()
        self._asked_port = port
        self._cache_dir = cache_dir or default_cache_dir()
        self._java_options = tuple(java_options)
        self._java_home = java_home
        self._node: Node | None = None
        super().__init__(Server("Apache Kafka", self._folder / "broker.log", cpu=cpu))

    @property
    def port(self) -> int:
        """0 before the first start where a free one was asked for."""
        return self._node.port if self._node else self._asked_port

    @property
    def bootstrap(self) -> str:
        """`host:port` for clients."""
        return f"{HOST}:{self.port}"

    def start(self, say: jars.Say = _silent) -> None:
        """Start and wait until clients get the cluster's metadata; blocks for one to three seconds.

        Raises ConfigurationError (port in use, no Java, wrong jars), Unreachable (jars cannot be fetched),
        ServerDied with the broker's last lines.
        """
        kafka = prepare(self._cache_dir, say, self._java_home)
        options = (*self._java_options, *kafka.archive_options)
        for attempt in range(_ATTEMPTS):
            node = Node(self._folder, self._port(), free_port())
            node.write_properties()
            if not node.log_folder.exists():
                copy_template(kafka.template, node.log_folder)
            self._server.start(node.command(kafka.java.command, options, kafka.class_path), self._folder)
            try:
                self._server.wait_until(node.answers, _START_SECONDS)
                self._node = node
                self._server.wait_until(self._has_metadata, _START_SECONDS)
            except ServerDied:
                # Between asking for a free port and listening on it, somebody else may have taken it.
                if attempt + 1 == _ATTEMPTS or not self._port_was_taken():
                    raise
            else:
                return

    def kill(self) -> None:
        """Kill as `kill -9` does; the data stays.

        A transaction whose markers were not written yet may stay open for ever, and hold back what is read
        committed in its partitions: when the killed node comes back, Kafka 4.4 may complete it without its
        markers, between the fencing of its old self and the registration of the new one.
        """
        super().kill()

    def _port(self) -> int:
        return take_port(self.port, "the embedded Kafka", SETTING)

    def _port_was_taken(self) -> bool:
        return any("Address already in use" in line for line in self._server.last_lines())

    def _has_metadata(self) -> bool:
        # In a thread of its own: the caller's may be running an event loop.
        with ThreadPoolExecutor(max_workers=1) as thread:
            return thread.submit(asyncio.run, _brokers(self.bootstrap)).result() > 0


async def _brokers(bootstrap: str) -> int:
    """How many brokers a client is told of."""
    client = AIOKafkaAdminClient(bootstrap_servers=bootstrap, request_timeout_ms=5_000)
    try:
        await client.start()
        return len((await client.describe_cluster())["brokers"])
    except KafkaError:
        return 0
    finally:
        await client.close()
