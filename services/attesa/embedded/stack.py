"""The broker and the door as one thing, started side by side. Prints nothing: it tells its caller."""

import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor, wait
from pathlib import Path
from types import TracebackType
from typing import Self

from attesa.embedded import jars
from attesa.embedded.clickhouse import ClickHouseDoor
from attesa.embedded.kafka import KafkaBroker


def _silent(_line: str) -> None:
    pass


class Stack:
    """Kafka and ClickHouse on `data_dir`.

    Port 0 takes a free one; `cache_dir` holds what is fetched and prepared, for all data folders.
    """

    def __init__(
        self,
        data_dir: Path,
        *,
        kafka_port: int = 0,
        clickhouse_port: int = 0,
        cache_dir: Path | None = None,
        kafka: KafkaBroker | None = None,
    ) -> None:
        self.kafka = kafka or KafkaBroker(data_dir / "kafka", kafka_port, cache_dir=cache_dir)
        self.clickhouse = ClickHouseDoor(data_dir / "clickhouse", clickhouse_port)

    def start(self, say: Callable[[str], None] = _silent) -> None:
        """Start both and tell `say` one line for each; where one cannot start, the other is stopped again.

        Raises ConfigurationError, Unreachable or ServerDied, as they do.
        """
        try:
            with ThreadPoolExecutor(max_workers=2) as threads:
                starts = [
                    threads.submit(_timed, lambda: self.kafka.start(say), say, self._kafka_line),
                    threads.submit(_timed, self.clickhouse.start, say, self._clickhouse_line),
                ]
            for start in starts:
                start.result()
        except BaseException:  # a Ctrl-C too
            self.stop()
            raise

    def stop(self) -> None:
        """Stop both; the data stays."""
        with ThreadPoolExecutor(max_workers=2) as threads:
            wait([threads.submit(self.kafka.stop), threads.submit(self.clickhouse.stop)])

    def check(self) -> None:
        """Raises ServerDied, with the last lines, where one of them has ended by itself."""
        self.kafka.check()
        self.clickhouse.check()

    def settings_environment(self) -> dict[str, str]:
        """What services need in their environment to find both."""
        return {"ATTESA_KAFKA": self.kafka.bootstrap, "ATTESA_CLICKHOUSE_URL": self.clickhouse.url}

    def versions(self) -> dict[str, str]:
        """`kafka` and `clickhouse`, as a person reads them; ClickHouse is asked, Kafka's jars are pinned."""
        return {
            "kafka": f"Apache Kafka {jars.VERSION}",
            "clickhouse": f"ClickHouse engine {self.clickhouse.version()} (chdb)",
        }

    def _kafka_line(self) -> str:
        return f"Apache Kafka {jars.VERSION} at {self.kafka.bootstrap}"

    def _clickhouse_line(self) -> str:
        return f"{self.versions()['clickhouse']} at {self.clickhouse.url}"

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def _timed(start: Callable[[], None], say: Callable[[str], None], line: Callable[[], str]) -> None:
    began = time.monotonic()
    start()
    say(f"{line()} (up in {time.monotonic() - began:.1f} s)")
