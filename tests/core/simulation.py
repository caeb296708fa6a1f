"""Plays one history with workers that crash, hang and fence each other, and checks every commit."""

from random import Random

from tests.core import making
from tests.core.histories import Delivery, history
from tests.core.running import Log, Worker, assert_as_the_oracle, columns

from attesa.core import topics
from attesa.core.checkpoint import Checkpoint
from attesa.core.clocks import Progress
from attesa.core.errors import Fenced
from attesa.core.rows import TotalRow, totals_decoder

ACTIONS = (
    "arrive", "arrive", "arrive", "read", "read", "read", "tick", "tick", "take", "take", "commit", "commit",
    "commit again", "crash", "take over",
)  # fmt: skip
MOVE_ON_MS = 60 * 3_600_000


class Simulation:
    """One seed, one history: run it again to see the same."""

    def __init__(self, seed: int) -> None:
        self.rng = Random(seed)
        self.history: list[Delivery] = history(self.rng)
        self.coming = list(self.history)
        self.log = Log()
        self.now_ms = making.START_MS
        self.workers: list[Worker] = [Worker(self.log)]
        self.pending: dict[Worker, Checkpoint] = {}
        self.published: dict[bytes, dict[object, int]] = {}
        self.commits = self.refused = self.crashes = 0

    def run(self) -> None:
        for _ in range(self.rng.randint(5, 60)):
            self.act(self.rng.choice(ACTIONS), self.rng.choice(self.workers))
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
                self.pending[worker] = worker.sessions.take(self.now_ms)
        elif action.startswith("commit"):
            self.commit(worker, twice=action == "commit again")
        elif action == "crash":
            self.crash(worker)
        elif len(self.workers) == 1:
            self.workers.append(Worker(self.log))  # the other does not know yet

    def arrive(self, amount: int) -> None:
        for at_ms, told in self.coming[:amount]:
            self.now_ms = max(self.now_ms, at_ms)
            self.log.append(told)
        del self.coming[:amount]

    def tick(self, worker: Worker) -> None:
        self.now_ms += self.rng.choice((0, 250, 250, 30_000))
        position, end = worker.sessions.next_offset, len(self.log.messages)
        is_there = position == end and self.rng.random() < 0.8
        skewed_ms = self.now_ms + self.rng.randint(-3_000, 3_000)
        worker.sessions.tick(skewed_ms, Progress(position, end, caught_up=is_there))

    def commit(self, worker: Worker, *, twice: bool) -> None:
        """Write what was taken; `twice`: it was written, the answer got lost, a new producer writes again."""
        checkpoint = self.pending.pop(worker, None)
        if checkpoint is None:
            return
        try:
            self.log.commit(worker.owner, checkpoint)
        except Fenced:
            self.refused += 1
            self.crash(worker)
            return
        self.check()
        if twice:
            worker.owner = self.log.fence()
            self.log.commit(worker.owner, checkpoint)
            self.check()

    def crash(self, worker: Worker) -> None:
        """Gone, with what it had applied and with what it had taken."""
        self.crashes += 1
        self.pending.pop(worker, None)
        self.workers.remove(worker)
        if not self.workers:
            self.workers.append(Worker(self.log))

    def check(self) -> None:
        self.commits += 1
        read = [told for _, told in self.history[: self.log.committed]]
        assert_as_the_oracle(self.log, [told for told in read if isinstance(told, dict)])
        broken = sum(isinstance(told, bytes) for told in read)
        assert len(self.log.topics[topics.DEAD_LETTERS]) == broken
        self.check_published()

    def check_published(self) -> None:
        for key, value in self.log.topics[topics.TOTALS].items():
            row = totals_decoder.decode(value)
            if isinstance(row, TotalRow):
                total, published = columns(row.total), columns(row.published)
                before = self.published.get(key, {})
                wanted = {name: max(amount, before.get(name, 0)) for name, amount in total.items()}
                assert published == wanted
                self.published[key] = wanted

    def finish(self) -> None:
        """Everything comes, one worker reads it all, and time passes what is kept."""
        self.arrive(len(self.coming))
        self.log.append(making.progress(MOVE_ON_MS / 1000))
        self.now_ms = making.START_MS + MOVE_ON_MS
        owners = [worker for worker in self.workers if worker.owner == self.log.owner]
        worker = owners[0] if owners and self.rng.random() < 0.5 else Worker(self.log)
        self.commit(worker, twice=False)
        worker.read(len(self.log.messages), self.now_ms)
        end = len(self.log.messages)
        worker.sessions.tick(self.now_ms, Progress(end, end, caught_up=True))
        self.pending[worker] = worker.sessions.take(self.now_ms)
        self.commit(worker, twice=False)
        assert self.log.committed == end
