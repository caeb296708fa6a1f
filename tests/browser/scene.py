"""A made-up hour of plausible chats in a real state, and the real app in front of it."""

import asyncio
import random
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from tests.exporter.made import clock_row, pane_row, total_row

from attesa.core.definitions import Definitions
from attesa.core.rows import Counts
from attesa.exporter.service import served, wall_ms
from attesa.exporter.state import Reading, State
from attesa.exporter.web import Site

QUEUES = {"billing": 0.8, "orders": 2.2, "returns": 1.1, "support": 2.6, "wholesale": 0.35}  # chats a minute
PARTITIONS = 4
LIVE, PAST = "acme", "acme-1999"


@dataclass
class Scene:
    """A state with an hour of plausible chats; `beating` keeps its clock rows fresh."""

    state: State = field(default_factory=lambda: State(Definitions()))
    reading: Reading = field(default_factory=lambda: Reading(ready=True, partitions=PARTITIONS))
    beating: bool = True

    def beat(self, tenant: str = LIVE, **changes: Any) -> None:
        """The worker writes every partition's clock row."""
        for partition in range(PARTITIONS):
            values = {"written_at": wall_ms(), "tenant": tenant, "partition": partition} | changes
            self.state.put_totals(clock_row(**values))

    def total(self, tenant: str, queue: str, oldest: int | None, **counts: int) -> None:
        row = total_row(Counts(**counts), oldest=oldest, tenant=tenant, queue=queue)
        self.state.put_totals(row)

    def pane(self, queue: str, width: int, start: int, counts: Counts) -> None:
        self.state.put_pane(pane_row(start, width, counts, tenant=LIVE, queue=queue), wall_ms())


def decided(dice: random.Random, chats: int) -> Counts:
    """What became of some chats that were decided in one pane."""
    lost = sum(dice.random() < 0.055 for _ in range(chats))
    answered = chats - lost
    met = sum(dice.random() < 0.9 for _ in range(answered))
    missed = answered - met
    return Counts(
        offered=chats, answered=answered, abandoned=lost, met_good=met, missed_good=missed + lost // 2,
        wait_ms=met * dice.randint(8_000, 19_000) + missed * dice.randint(38_000, 95_000),
    )  # fmt: skip


def live_hour(scene: Scene, now_ms: int, oldest_seconds: float = 41) -> None:
    """The last hour in panes of both widths, and seven customers waiting now in three queues."""
    dice = random.Random(7)
    for queue, chats_a_minute in QUEUES.items():
        for minute in range(60):
            start = now_ms // 60_000 * 60_000 - minute * 60_000
            swing = 1.7 if 12 < minute < 22 else 1.0
            chats = sum(dice.random() < chats_a_minute * swing / 6 for _ in range(6))
            counts = decided(dice, chats)
            scene.pane(queue, 60, start, counts)
            if minute <= 15:
                scene.pane(queue, 10, start, counts)
    for queue, waiting, seconds in (("support", 4, oldest_seconds), ("orders", 2, 17), ("returns", 1, 6)):
        scene.total(
            LIVE, queue, now_ms - int(seconds * 1000), records=412, offered=398, answered=398 - waiting
        )
    for queue in ("billing", "wholesale"):
        scene.total(LIVE, queue, None, records=97, offered=90, answered=86, abandoned=4)


def serve_in_thread(scene: Scene, port: int = 0) -> tuple[str, Callable[[], None]]:
    listener = socket.create_server(("127.0.0.1", port))
    stopping = threading.Event()

    async def main() -> None:
        async with served(Site(scene.state, scene.reading, wall_ms), listener):
            while not stopping.is_set():
                if scene.beating:
                    scene.beat()
                await asyncio.sleep(0.2)

    thread = threading.Thread(target=lambda: asyncio.run(main()), daemon=True)
    thread.start()

    def stop() -> None:
        stopping.set()
        thread.join(20)
        listener.close()

    return f"http://127.0.0.1:{listener.getsockname()[1]}", stop
