"""What the events of one session tell (docs/rules.md); `steps` takes them in.

A fold knows no clock: what time alone decides (the verdict on somebody who waits, a time-out) comes from
outside.
"""

from msgspec import Struct

from attesa.core.definitions import Definitions
from attesa.core.events.fields import Purpose, Stage, Visibility
from attesa.core.sessions.legs import Leg
from attesa.core.sessions.surveys import Answers
from attesa.core.sessions.turns import Rhythm

# Visible to the customer, and yet nobody's answer to him.
NOT_A_REPLY = frozenset({"campaign", "echo", "automatic"})
CAMPAIGN = "campaign"

# What a session takes over from the one before where its own events do not tell it.
INHERITED = ("channel", "queue", "country", "phone_country", "language", "customer", "visibility")
Inheritance = tuple[str | None, str | None, str | None, str | None, str | None, str | None, Visibility | None]
NOTHING_TOLD: Inheritance = (None, None, None, None, None, None, None)


class Fold(Struct, gc=False, eq=False):
    """What the events of one session tell so far; instants and durations in milliseconds. See `begun`.

    `steps` must be given the events in the order (time, rank, id hash). The first telling of a fact wins.
    """

    definitions: Definitions
    rhythm: Rhythm
    timeout_ms: int
    started_at: int
    last_at: int
    # as INHERITED
    channel: str | None
    queue: str | None
    country: str | None
    phone_country: str | None
    language: str | None
    customer: str | None
    visibility: Visibility | None
    told: int = 0  # bits of INHERITED that the session's own events told
    purpose: Purpose | None = None
    entry_point: str | None = None
    form_fields: int | None = None
    promised_ms: int | None = None
    outbound: bool = False
    bot_came: bool = False
    bot_at_request: bool = False
    asked: bool = False  # for a person, in so many words or by entering a queue
    requested_at: int | None = None
    accepted_at: int | None = None
    accepted_team: str | None = None  # of the last pick-up
    accepted_agent: str | None = None
    first_reply_at: int | None = None
    team: str | None = None  # of the first reply
    agent: str | None = None
    useful_at: int | None = None
    ended_at: int | None = None
    ended_by: str | None = None
    ended_reason: str | None = None
    timed_out: bool = False  # nobody told the end
    measured_ms: int | None = None  # effective time as the source measured it
    legs: list[Leg] = []
    transfers: int = 0
    transfers_without_context: int = 0
    bot_messages: int = 0
    events: int = 0
    ignored: int = 0  # events after the end that changed nothing
    video: bool = False
    video_stage: Stage | None = None
    answers: Answers | None = None

    @property
    def times_out_at(self) -> int:
        """The last instant of an open session, unless something happens up to it."""
        return self.last_at + self.timeout_ms

    @property
    def silent_since(self) -> int:
        """The newest event, or the end where that came later by time-out."""
        return self.last_at if self.ended_at is None else max(self.last_at, self.ended_at)

    def time_out(self) -> None:
        self.timed_out = True
        self.end(self.times_out_at, "timeout", None, None)

    def inheritance(self) -> Inheritance:
        """What the next session of the conversation takes over."""
        return (
            self.channel, self.queue, self.country, self.phone_country, self.language, self.customer,
            self.visibility,
        )  # fmt: skip

    def learn(self, **told: str | None) -> None:
        """Take what an event tells where the session's own events have not told it before."""
        for name, value in told.items():
            if value is not None and not self.told & _BITS[name]:
                self.told |= _BITS[name]
                setattr(self, name, value)

    def learn_queue(self, queue: str | None) -> None:
        if queue is not None and not self.told & _QUEUE:
            self.told |= _QUEUE
            self.queue = queue

    def ask(self, at: int, *, explicit: bool) -> None:
        """A request; an explicit one replaces an implied one, and all that hung on that."""
        if explicit:
            if self.asked or self.first_reply_at is not None:
                return
            self.asked = True
        self.requested_at = at
        self.bot_at_request = self.bot_came
        self.legs = [Leg(None, at)]
        self.rhythm.begin_at(at)
        if self.answers is not None:
            self.answers.turn_was_open = False  # it was opened before the request

    def reply(self, at: int, team: str | None, agent: str | None) -> None:
        """A person's answer that the customer can see, or a pick-up that stands for it."""
        if self.requested_at is None:
            return
        leg = self.legs[-1]
        if leg.replied_at is None:
            leg.replied_at = at
        if self.first_reply_at is None:
            self.first_reply_at = at
            self.team = team or self.accepted_team
            self.agent = agent or self.accepted_agent
            self.rhythm.replied_at = at

    def end(self, at: int, by: str, reason: str | None, measured_ms: int | None) -> None:
        self.ended_at, self.ended_by, self.ended_reason, self.measured_ms = at, by, reason, measured_ms
        self.rhythm.end(at)

    def survey(self) -> Answers:
        if self.answers is None:
            self.answers = Answers()
        return self.answers


def begun(definitions: Definitions, inherited: Inheritance, at: int) -> Fold:
    """The fold of a session that begins at `at`, before its first step."""
    pair = definitions.channels[inherited[0] or definitions.default_channel]
    return Fold(definitions, Rhythm(pair), pair.session_timeout_seconds * 1000, at, at, *inherited)


_BITS = {name: 1 << i for i, name in enumerate(INHERITED)}
_QUEUE = _BITS["queue"]
