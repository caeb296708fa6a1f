"""Who writes when: customer turns and their replies, runs of messages, silence, manners (docs/rules.md)."""

from functools import cache

from msgspec import Struct

from attesa.core.definitions.policies import Expectation
from attesa.core.events.flags import MANNERS

CUSTOMER = 1
PERSON = 2

SYNCHRONOUS_MS = 90_000
BURST = 3  # messages in a row
CLUSTER = 2  # questions in one message

# A customer turn after the first reply: first message, reply, and whether both sides were just writing.
Turn = tuple[int, int, bool]


class Rhythm(Struct, gc=False, eq=False):
    """The messages of one session so far; instants and durations in ms. `pair` is its channel's."""

    pair: Expectation
    requested_at: int | None = None
    replied_at: int | None = None
    customer_messages: int = 0
    customer_at: int | None = None  # the last message of the customer
    agent_messages: int = 0
    run_side: int = 0
    run_length: int = 0
    turns: int = 0
    single_message_turns: int = 0
    agent_bursts: int = 0
    turn_at: int | None = None  # the open customer turn's first message
    turn_is_next: bool = False
    turn_synchronous: bool = False
    turns_closed: list[Turn] = []
    longest_ms: int | None = None
    nudges: int = 0
    question_clusters: int = 0
    long_messages: int = 0
    voice_messages: int = 0
    manners: list[int] | None = None
    said_at: int | None = None  # the last message of either side
    effective_ms: int = 0
    spoke_at: int | None = None  # an agent's reply, where no customer's message came after it

    def begin_at(self, requested_at: int) -> None:
        """A request: what was written before it is no turn; what was written at that instant is one."""
        self.requested_at = requested_at
        self.turn_at = requested_at if self.customer_at == requested_at else None
        self.nudges = 0

    @property
    def is_measured(self) -> bool:
        """Whether a message was sent from the first reply on, so that effective time runs."""
        return self.replied_at is not None and self.said_at is not None and self.said_at >= self.replied_at

    def message(self, side: int, at: int) -> None:
        """A message of the customer or of a person, seen by both."""
        if side == CUSTOMER:
            self.customer_messages += 1
            self.customer_at = at
        else:
            self.agent_messages += 1
        if side == self.run_side:
            self.run_length += 1
            if self.run_length == 2:
                self.single_message_turns -= 1
            if side == PERSON and self.run_length == BURST:
                self.agent_bursts += 1
        else:
            self.run_side = side
            self.run_length = 1
            self.turns += 1
            self.single_message_turns += 1
        replied_at, said_at = self.replied_at, self.said_at
        if replied_at is not None and said_at is not None and said_at >= replied_at:
            self.effective_ms += min(at - said_at, self.pair.idle_cap_seconds * 1000)
        self.said_at = at

    def customer_turn(self, at: int, *, replied: bool) -> None:
        """A customer's message from the request on."""
        since = self.turn_at if replied else self.requested_at
        if since is not None and at > since + self.pair.good_ms:
            self.nudges += 1
        if self.turn_at is None:
            self.turn_at = at
            self.turn_is_next = replied
            self.turn_synchronous = self.spoke_at is not None and at - self.spoke_at <= SYNCHRONOUS_MS
        self.spoke_at = None

    def answer(self, at: int) -> None:
        """A reply: closes the customer's turn."""
        if self.turn_at is not None:
            if self.turn_is_next:
                self.turns_closed.append((self.turn_at, at, self.turn_synchronous))
                self._silence(at - self.turn_at)
            self.turn_at = None
        self.spoke_at = at

    def end(self, at: int) -> None:
        if self.turn_at is not None and self.turn_is_next:
            self._silence(at - self.turn_at)

    def agent_message(self, kind: str | None, flag_bits: int, questions: int, *, is_long: bool) -> None:
        """What one message of a person is like."""
        if questions >= CLUSTER:
            self.question_clusters += 1
        if is_long:
            self.long_messages += 1
        if kind == "voice":
            self.voice_messages += 1
        if flag_bits:
            if self.manners is None:
                self.manners = [0] * len(MANNERS)
            for i in _manners_in(flag_bits):
                self.manners[i] += 1

    def _silence(self, length_ms: int) -> None:
        if self.longest_ms is None or length_ms > self.longest_ms:
            self.longest_ms = length_ms


@cache
def _manners_in(flag_bits: int) -> tuple[int, ...]:
    """Which of MANNERS are set."""
    return tuple(i for i in range(len(MANNERS)) if flag_bits >> i & 1)
