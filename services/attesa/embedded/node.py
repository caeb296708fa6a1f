"""One Kafka node on disk and on the command line: its properties, its JVM, the answer that tells it is up.

Knows no process; kafka.py runs what is described here.
"""

import socket
import struct
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from attesa.embedded.process import HOST

# A small heap, the collector that needs least, the quick compiler: up in seconds, 150 MB resident.
SMALL_JVM = ("-Xms64m", "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
_LOGGING = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=HH:mm:ss.SSS",
)

_API_VERSIONS = struct.pack(">hhih", 18, 0, 1, -1)  # key, version, correlation id, no client id
_ANSWER_SECONDS = 2

_SETTINGS = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    # One node: every internal topic has one copy.
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # 50 partitions each by default: files and seconds that one machine does not need.
    "offsets.topic.num.partitions": "4",
    "transaction.state.log.num.partitions": "4",
    "share.coordinator.state.topic.num.partitions": "1",
    # A topic that nobody declared is a mistake, not a topic.
    "auto.create.topics.enable": "false",
    "group.initial.rebalance.delay.ms": "0",
    # How long after a kill the controller waits before it lets the new self in (default 9 s).
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
    "log.cleaner.dedupe.buffer.size": str(8 * 1024 * 1024),
    "num.network.threads": "2",
    "num.io.threads": "4",
    "background.threads": "2",
}


@dataclass(frozen=True)
class Node:
    """Where one node keeps its log and on which ports it listens."""

    folder: Path
    port: int
    controller_port: int

    @property
    def log_folder(self) -> Path:
        return self.folder / "log"

    @property
    def properties_path(self) -> Path:
        return self.folder / "server.properties"

    def write_properties(self) -> None:
        """Write the file that the broker and its tools read."""
        broker, controller = f"{HOST}:{self.port}", f"{HOST}:{self.controller_port}"
        settings = _SETTINGS | {
            "log.dirs": str(self.log_folder.absolute()),
            "listeners": f"PLAINTEXT://{broker},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{broker}",
            "controller.quorum.voters": f"1@{controller}",
        }
        self.folder.mkdir(parents=True, exist_ok=True)
        lines = "".join(f"{name}={value}\n" for name, value in settings.items())
        self.properties_path.write_text(lines.replace("\\", "\\\\"), encoding="utf-8")

    def command(self, java: Path, options: Sequence[str], class_path: str) -> list[str]:
        """The command line of the broker."""
        return [str(java), *options, *_LOGGING, "-cp", class_path, "kafka.Kafka", str(self.properties_path)]

    def answers(self) -> bool:
        """Whether the broker answers an ApiVersions request, not only a connection."""
        try:
            with socket.create_connection((HOST, self.port), _ANSWER_SECONDS) as connection:
                connection.settimeout(_ANSWER_SECONDS)
                connection.sendall(struct.pack(">i", len(_API_VERSIONS)) + _API_VERSIONS)
                answer = connection.recv(10)
        except OSError:
            return False
        return len(answer) == 10 and answer[8:10] == b"\x00\x00"  # length, correlation id, error code 0
