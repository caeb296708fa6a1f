"""Plays a generated world against one partition: any order, any slices, ticks, crashes; then much later."""

from random import Random

from tests.core.holding import assert_customers, assert_sessions
from tests.core.running import LATER_MS, Log, Worker, read
from tests.oracle.answers import NOT_OF_CONVERSATIONS, Answer
from tests.oracle.stories import HISTORY, LIVE, START_MS, event_at
from tests.oracle.telling import Event
from tests.oracle.worlds import HOUR_MS, ON_CUSTOMERS, ON_EVENTS, Shape, World, heartbeat, world

DAY_MS = 24 * HOUR_MS
# In data time anything may lie far apart; in wall time nothing may lie in the future.
SHAPES = {
    HISTORY: Shape(
        (HISTORY,), 8 * DAY_MS, apart_ms=(0, 0, 1, 9_999, 300_000, HOUR_MS, DAY_MS, DAY_MS, 7 * DAY_MS)
    ),
    LIVE: Shape((LIVE,), longest_ms=50 * 60_000, apart_ms=(0, 0, 1, 9_999, 300_000, 300_001)),
}
ACTIONS = ("read", "read", "read", "tick", "tick behind", "checkpoint", "checkpoint", "crash", "buy", "buy")
WAITS_MS = (0, 500, 9_000, 40_000, HOUR_MS)
MUCH_LATER_MS = 100 * HOUR_MS  # past every time-out but e-mail's of a week, and past what is kept
KEPT_MS = 48 * HOUR_MS
LET_GO_MS = KEPT_MS + 2 * HOUR_MS  # what was silent for so long is let go


class Play:
    """One tenant's world; the same `Random` plays the same again."""

    def __init__(self, rng: Random, tenant: str) -> None:
        self.rng = rng
        self.tenant = tenant
        self.world: World = world(rng, SHAPES[tenant])
        self.log = Log()
        self.now_ms = START_MS
        self.late: set[int] = set()
        self.told = {topic: self.shuffled(topic) for topic in (ON_EVENTS, ON_CUSTOMERS)}
        self.workers = {topic: self.fresh(topic) for topic in self.told}

    def shuffled(self, topic: str) -> list[Event | bytes]:
        """What is told on a topic, mostly in no order at all."""
        told = [each.told for each in self.world.deliveries if each.topic == topic]
        if self.rng.random() < 0.8:
            self.rng.shuffle(told)
        return told

    def fresh(self, topic: str) -> Worker:
        return Worker(self.log, topic, self.world.definitions)

    def run(self) -> Answer:
        for each in self.told[ON_EVENTS]:
            self.log.append(each)
        for _ in range(self.rng.randint(0, 18)):
            self.act(self.rng.choice(ACTIONS), self.rng.choice((ON_EVENTS, ON_EVENTS, ON_CUSTOMERS)))
        self.buy(len(self.told[ON_CUSTOMERS]))
        self.read_all()
        self.move_on()
        self.come_too_late(self.read_all())
        self.come_back()
        return self.read_all()

    def wall(self) -> int:
        """What a worker's clock shows: of history everything is long past."""
        return LATER_MS if self.tenant == HISTORY else self.now_ms

    def act(self, action: str, topic: str) -> None:
        if action == "read":
            self.workers[topic].read(self.rng.randint(1, 9), self.wall())
        elif action == "checkpoint":
            self.check(topic)
        elif action == "crash":
            self.workers[topic] = self.fresh(topic)
        elif action == "buy":
            self.buy(self.rng.randint(1, 4))
        else:
            self.now_ms += self.rng.choice(WAITS_MS)
            self.workers[topic].tick(self.now_ms, caught_up=action == "tick")

    def buy(self, amount: int) -> None:
        """Some purchases become known, before or after the sessions that led to them."""
        for each in self.told[ON_CUSTOMERS][:amount]:
            self.log.append(each, ON_CUSTOMERS)
        del self.told[ON_CUSTOMERS][:amount]

    def check(self, topic: str) -> None:
        self.workers[topic].checkpoint(self.wall())
        self.hold(topic)

    def hold(self, topic: str) -> Answer | None:
        if topic == ON_EVENTS:
            return assert_sessions(self.log, self.world.definitions, frozenset(self.late))
        assert_customers(self.log, self.world.definitions)
        return None

    def read_all(self) -> Answer:
        """Everything is read and written: first by the one processor, then by the other."""
        for topic, worker in self.workers.items():
            worker.read(self.log.end(topic), self.wall())
            self.check(topic)
        answer = self.hold(ON_EVENTS)
        assert answer is not None
        return answer

    def move_on(self) -> None:
        """Time passes, without any event."""
        self.now_ms += MUCH_LATER_MS
        if self.tenant == HISTORY:
            progress = event_at("progress", self.now_ms) | {"subject": "clock", "id": f"at {self.now_ms}"}
            self.log.append(progress)
        else:
            self.log.append(heartbeat(self.now_ms, 0))  # nobody promises anything any more
        self.workers[ON_EVENTS].read(1, self.wall())
        for worker in self.workers.values():
            worker.tick(self.now_ms, caught_up=True)

    def come_too_late(self, answer: Answer) -> None:
        """What belongs to nothing that is kept is late; so is what belongs to what was let go."""
        if self.tenant not in read(self.log, "sessions").clocks:
            return  # nothing was ever told of this tenant: its time has not begun
        gone = self.let_go(answer)
        strangers = [event_at("message.sent", START_MS, author="customer") | self.named("stranger", 0)]
        known = [event for event in self.of_conversations() if event["subject"] in gone]
        for event in [*strangers, *self.rng.sample(known, min(3, len(known)))]:
            self.late.add(self.log.end(ON_EVENTS))
            self.log.append(event)
        self.read_all()

    def let_go(self, answer: Answer) -> set[str]:
        """The conversations of which nothing can be kept any more."""
        silent_since: dict[str, int] = {}
        for facts in answer.facts.values():
            last = max(facts["last_event_at"], facts["ended_at"] or self.now_ms)
            subject = facts["conversation"]
            silent_since[subject] = max(last, silent_since.get(subject, 0))
        return {subject for subject, at in silent_since.items() if at < self.now_ms - LET_GO_MS}

    def come_back(self) -> None:
        """Customers write again, long after: the next session of whatever there was."""
        for number in range(3):
            subject = f"c{number}"
            sources = {event["source"] for event in self.of_conversations() if event["subject"] == subject}
            kind, data = self.rng.choice((("message.sent", {"author": "customer"}), ("session.queued", {})))
            event = event_at(kind, self.now_ms - 5_000, **data) | self.named(subject, 1)
            self.log.append(event | {"source": min(sources, default="desk")})

    def of_conversations(self) -> list[Event]:
        return [event for event in self.world.events() if event["type"] not in NOT_OF_CONVERSATIONS]

    def named(self, subject: str, number: int) -> Event:
        return {"tenant": self.tenant, "subject": subject, "id": f"later {subject} {number}"}
