"""Some made-up hours of plausible chats in a real state, and the real app in front of it."""

import asyncio
import random
import socket
import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from prometheus_client import CollectorRegistry
from tests.exporter.made import clock_row, pane_row, total_row

from attesa.core.definitions import Definitions
from attesa.core.rows.counts import Counts
from attesa.exporter.service import served, wall_ms
from attesa.exporter.state import Reading, State
from attesa.exporter.web import Site

QUEUES = {"billing": 0.8, "orders": 2.2, "returns": 1.1, "support": 2.6, "wholesale": 0.35}  # chats a minute
COUNTRIES = {"IT": 8, "DE": 4, "CH": 2, "unknown": 1}  # weights
HOURS = 8
PARTITIONS = 4
LIVE, PAST = "acme", "acme-1999"


@dataclass
class Scene:
    """A state with a day of plausible chats; `beating` keeps its clock rows fresh."""

    state: State = field(default_factory=lambda: State(Definitions()))
    reading: Reading = field(default_factory=lambda: Reading(ready=True, partitions=PARTITIONS))
    beating: bool = True

    def beat(self, tenant: str = LIVE, **changes: Any) -> None:
        """The workers write every partition's clock rows."""
        for partition in range(PARTITIONS):
            for processor in ("sessions", "customers"):
                values = {"tenant": tenant, "partition": partition, "processor": processor} | changes
                self.state.put_totals(clock_row(values.pop("written_at", wall_ms()), **values))

    def total(self, tenant: str, queue: str, oldest: int | None, **counts: int) -> None:
        row = total_row(Counts(**counts), oldest=oldest, tenant=tenant, queue=queue)
        self.state.put_totals(row)

    def staff(self, queue: str, staffed: int, capacity: int) -> None:
        present = Counts(staffed=staffed, capacity=capacity)
        labels = {"tenant": LIVE, "channel": "any", "queue": queue, "country": "unknown"}
        self.state.put_totals(total_row(present, **labels))

    def pane(self, queue: str, width: int, start: int, *, country: str, counts: dict[str, int]) -> None:
        """Both processors' rows of one pane."""
        for processor in ("sessions", "customers"):
            own = {
                name: n for name, n in counts.items() if (name == "converted") == (processor == "customers")
            }
            labels = {"tenant": LIVE, "queue": queue, "country": country, "processor": processor}
            self.state.put_pane(pane_row(start, width, Counts(**own), **labels), wall_ms())


def decided(dice: random.Random, chats: int) -> dict[str, int]:
    """What became of some chats that were decided in one pane."""

    def some(of: int, share: float) -> int:
        return sum(dice.random() < share for _ in range(of))

    lost = some(chats, 0.055)
    answered = chats - lost
    met = some(answered, 0.9)
    missed = answered - met
    turned_away = some(lost, 0.25)
    closed = some(lost - turned_away, 0.15)
    replies, asked = dice.randrange(answered * 4 + 1), some(answered, 0.6)
    told = some(asked, 0.3)
    promoters = some(told, 0.62)
    in_time = some(replies, 0.84)
    return {
        "offered": chats, "answered": answered, "met_good": met, "missed_good": missed + lost // 2,
        "wait_ms": met * dice.randint(8_000, 19_000) + missed * dice.randint(38_000, 95_000),
        "abandoned": lost - turned_away - closed, "abandon_ms": (lost - turned_away - closed) * 74_000,
        "rejected": turned_away, "rejected_full": some(turned_away, 0.6), "unanswered": closed,
        "unanswered_timeout": closed, "next_replies": replies,
        "next_reply_ms": replies * dice.randint(9_000, 34_000), "next_met_good": in_time,
        "next_missed_good": replies - in_time, "survey_asked": asked, "survey_answered": told,
        "nps_answers": told, "nps_promoters": promoters, "nps_detractors": some(told - promoters, 0.35),
        "converted": some(answered, 0.2),
    }  # fmt: skip


def live_hour(scene: Scene, now_ms: int, oldest_seconds: float = 41) -> None:
    """The last hours in panes, seven customers waiting now in three queues, and who is on duty."""
    dice = random.Random(7)
    for queue, chats_a_minute in QUEUES.items():
        for minute in range(HOURS * 60):
            start = now_ms // 60_000 * 60_000 - minute * 60_000
            swing = 1.7 if 12 < minute < 22 else 1.0
            chats = sum(dice.random() < chats_a_minute * swing / 6 for _ in range(6))
            country, counts = dice.choices(tuple(COUNTRIES), COUNTRIES.values())[0], decided(dice, chats)
            for width in (60, 10) if minute <= 15 else (60,):
                scene.pane(queue, width, start, country=country, counts=counts)
    for queue, waiting, seconds in (("support", 4, oldest_seconds), ("orders", 2, 17), ("returns", 1, 6)):
        scene.total(
            LIVE, queue, now_ms - int(seconds * 1000), records=412, offered=398, answered=398 - waiting,
            occupied=9,
        )  # fmt: skip
    for queue in ("billing", "wholesale"):
        scene.total(LIVE, queue, None, records=97, offered=90, answered=86, abandoned=4, occupied=3)
    sold = total_row(Counts(orders=214), processor="customers", tenant=LIVE, queue="orders")
    scene.state.put_totals(sold)
    for queue, staffed in (("support", 5), ("orders", 4), ("returns", 3), ("billing", 2)):
        scene.staff(queue, staffed, staffed * 3)


def serve_in_thread(scene: Scene, port: int = 0) -> tuple[str, Callable[[], None]]:
    listener = socket.create_server(("127.0.0.1", port))
    stopping = threading.Event()

    async def main() -> None:
        site = Site(scene.state, scene.reading, wall_ms, CollectorRegistry())
        async with served(site, listener):
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
