"""Plays one history with workers that crash, hang and fence each other, and checks every commit.

Both processors work on one log: what the one writes for the other arrives when it commits.
"""

from random import Random

from tests.core.holding import assert_customers, assert_sessions
from tests.core.running import Log, Worker, read
from tests.oracle.stories import HISTORY, START_MS, event_at
from tests.oracle.worlds import Delivery, Shape, heartbeat, world

from attesa.core import topics
from attesa.core.errors import Fenced
from attesa.core.partition.checkpoint import Checkpoint

ACTIONS = (
    "arrive", "arrive", "arrive", "read", "read", "read", "tick", "tick", "take", "take", "commit", "commit",
    "commit again", "crash", "take over",
)  # fmt: skip
MOVE_ON_MS = 100 * 3_600_000  # past every time-out but e-mail's of a week, and past what is kept
SHAPE = Shape(longest_ms=26 * 3_600_000)
INPUTS = (topics.EVENTS, topics.CUSTOMERS)


class Simulation:
    """One seed, one history: run it again to see the same."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.world = world(self.rng, SHAPE)
        self.coming: list[Delivery] = list(self.world.deliveries)
        self.log = Log()
        self.now_ms = START_MS
        self.workers: dict[str, list[Worker]] = {topic: [self.worker(topic)] for topic in INPUTS}
        self.pending: dict[Worker, Checkpoint] = {}
        self.published: dict[object, dict[object, int]] = {}
        self.commits = self.refused = self.crashes = 0

    def worker(self, topic: str) -> Worker:
        return Worker(self.log, topic, self.world.definitions)

    def run(self) -> None:
        for _ in range(self.rng.randint(5, 80)):
            self.act(self.rng.choice(ACTIONS), self.rng.choice(self.workers[self.rng.choice(INPUTS)]))
        self.finish()

    def act(self, action: str, worker: Worker) -> None:
        if action == "arrive":
            self.arrive(self.rng.randint(1, 6))
        elif action == "read":
            worker.read(self.rng.randint(1, 8), self.now_ms)
        elif action == "tick":
            self.tick(worker)
        elif action == "take":
            if worker not in self.pending:
                self.pending[worker] = worker.processor.take(self.now_ms)
        elif action.startswith("commit"):
            self.commit(worker, twice=action == "commit again")
        elif action == "crash":
            self.crash(worker)
        elif len(self.workers[worker.topic]) == 1:
            self.workers[worker.topic].append(self.worker(worker.topic))  # the other does not know yet

    def arrive(self, amount: int) -> None:
        for at_ms, topic, told in self.coming[:amount]:
            self.now_ms = max(self.now_ms, at_ms)
            self.log.append(told, topic)
        del self.coming[:amount]

    def tick(self, worker: Worker) -> None:
        self.now_ms += self.rng.choice((0, 250, 250, 30_000))
        is_there = worker.processor.next_offset == self.log.end(worker.topic) and self.rng.random() < 0.8
        worker.tick(self.now_ms + self.rng.randint(-3_000, 3_000), caught_up=is_there)

    def commit(self, worker: Worker, *, twice: bool) -> None:
        """Write what was taken; `twice`: it was written, the answer got lost, a new producer writes again."""
        checkpoint = self.pending.pop(worker, None)
        if checkpoint is None:
            return
        try:
            self.log.commit(worker.topic, worker.owner, checkpoint)
        except Fenced:
            self.refused += 1
            self.crash(worker)
            return
        self.check(worker.topic)
        if twice:
            worker.owner = self.log.fence(worker.topic)
            self.log.commit(worker.topic, worker.owner, checkpoint)
            self.check(worker.topic)

    def crash(self, worker: Worker) -> None:
        """Gone, with what it had applied and with what it had taken."""
        self.crashes += 1
        self.pending.pop(worker, None)
        self.workers[worker.topic].remove(worker)
        if not self.workers[worker.topic]:
            self.workers[worker.topic].append(self.worker(worker.topic))

    def check(self, topic: str) -> None:
        self.commits += 1
        if topic == topics.EVENTS:
            assert_sessions(self.log, self.world.definitions)
            self.check_published("sessions")
        else:
            assert_customers(self.log, self.world.definitions)
            self.check_published("customers")

    def check_published(self, processor: str) -> None:
        """What counters show is the highest total so far."""
        seen = read(self.log, processor)
        for cell, total in seen.totals.items():
            before = self.published.get((processor, cell), {})
            wanted = before | {name: max(amount, before.get(name, 0)) for name, amount in total.items()}
            wanted = {name: amount for name, amount in wanted.items() if amount > 0}
            assert seen.published[cell] == wanted
            self.published[processor, cell] = wanted

    def finish(self) -> None:
        """Everything comes, one worker reads it all, and time passes what is kept."""
        self.arrive(len(self.coming))
        progress = event_at("progress", START_MS + MOVE_ON_MS)
        self.log.append(progress | {"tenant": HISTORY, "subject": "clock"})
        self.now_ms = START_MS + MOVE_ON_MS
        self.log.append(heartbeat(self.now_ms, 0))  # nobody promises anything any more
        for topic in INPUTS:  # in this order: the second reads what the first has written
            self.read_to_the_end(topic)

    def read_to_the_end(self, topic: str) -> None:
        owners = [each for each in self.workers[topic] if each.owner == self.log.owners[topic]]
        worker = owners[0] if owners and self.rng.random() < 0.5 else self.worker(topic)
        self.commit(worker, twice=False)
        worker.read(self.log.end(topic), self.now_ms)
        worker.tick(self.now_ms, caught_up=True)
        self.pending[worker] = worker.processor.take(self.now_ms)
        self.commit(worker, twice=False)
        assert self.log.committed[topic] == self.log.end(topic)
