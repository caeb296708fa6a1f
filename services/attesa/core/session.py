"""One kept session: its set of events, their fold, and what it has contributed so far."""

from attesa.core.cells import Cell
from attesa.core.clocks import TenantClock
from attesa.core.contributions import Group, effective_ms
from attesa.core.definitions import DEFINITION_VERSION, UNKNOWN, Definitions, Expectation
from attesa.core.fold import Fold, fold
from attesa.core.rows import SessionRow
from attesa.core.state import SessionState, pack
from attesa.core.verdicts import Judgement, service_class
from attesa.core.wire import Event


class Session:
    """Facts are a fold of `events`, a set by id; in-order events take the incremental path of `add`."""

    __slots__ = (
        "cell", "clock", "events", "expected_at", "fold", "groups", "judgement", "key", "last",
        "listed_hour", "source",
    )  # fmt: skip

    def __init__(self, key: bytes, clock: TenantClock, source: str, definitions: Definitions) -> None:
        self.key = key
        self.clock = clock
        self.source = source
        self.events: dict[int, Event] = {}
        self.last: Event | None = None
        self.fold = Fold(definitions)
        self.judgement: Judgement | None = None
        self.groups: tuple[Group, ...] = ()
        self.cell: Cell | None = None
        self.expected_at: int | None = None  # the request whose deadlines are on the clock's list
        self.listed_hour: int | None = None

    @property
    def first_at(self) -> int:
        assert self.fold.started_at is not None
        return self.fold.started_at

    @property
    def last_at(self) -> int:
        assert self.last is not None
        return self.last[0]

    @property
    def is_over(self) -> bool:
        """Ended: only a late event can still change it."""
        return self.fold.ended_at is not None

    def add(self, event: Event, source: str, definitions: Definitions) -> str | None:
        """Add an event to the set. Returns None, or why nothing or something else came of it.

        `duplicate`: known already. `conflicting`: the same id with other contents; the smaller wins.
        """
        self.source = min(self.source, source)
        known = self.events.get(event[2])
        if known is not None:
            if known == event:
                return "duplicate"
            self.events[event[2]] = min(known, event, key=pack)
            self.refold(definitions)
            return "conflicting"
        self.events[event[2]] = event
        if self.last is None or event > self.last:
            self.last = event
            self.fold.step(event, definitions)
        else:
            self.refold(definitions)
        return None

    def refold(self, definitions: Definitions) -> None:
        self.last = max(self.events.values())
        self.fold = fold(self.events.values(), definitions)

    def packed(self) -> bytes:
        """The value of its row in `attesa.state`."""
        return pack((self.source, list(self.events.values())))

    def load(self, state: SessionState, definitions: Definitions) -> None:
        """Take over what `packed` kept."""
        self.source = state.source
        self.events = {event[2]: event for event in state.events}
        self.refold(definitions)

    def row(self, pair: Expectation, partition: int, epoch: int) -> SessionRow:
        """Its facts as the world sees them."""
        assert self.cell is not None
        assert self.judgement is not None
        found, judgement = self.fold, self.judgement
        good, bad = judgement.good, judgement.bad
        _, channel, queue, country = self.cell.key
        conversation = self.key[len(self.clock.tenant) + 1 :].decode()
        requested_at, outcome = found.requested_at, judgement.outcome
        answered = outcome == "answered"
        abandoned = outcome == "abandoned"
        to_abandon = _between(requested_at, found.ended_at) if abandoned else None
        asked = requested_at is not None and outcome != "invalid"
        picked_up = asked and (found.accepted_at or 0) >= (requested_at or 0)
        measured = effective_ms(found) if answered and found.ended_at is not None else None
        return SessionRow(
            tenant=self.clock.tenant,
            session=conversation + "/1",
            conversation=conversation,
            partition=partition,
            epoch=epoch,
            definition_version=DEFINITION_VERSION,
            source=self.source,
            channel=channel,
            queue=queue,
            country=country,
            language=found.language,
            direction="outbound" if found.outbound else "inbound",
            started_at=self.first_at,
            requested_at=requested_at,
            accepted_at=found.accepted_at,
            first_reply_at=found.first_reply_at,
            ended_at=found.ended_at,
            ended_by=found.ended_by,
            ended_reason=found.ended_reason,
            last_event_at=self.last_at,
            outcome=outcome,
            wait_ms=_between(requested_at, found.first_reply_at) if answered else None,
            pickup_ms=_between(requested_at, found.accepted_at) if picked_up else None,
            time_to_abandon_ms=to_abandon,
            short_abandon=to_abandon is not None and to_abandon <= pair.short_abandon_seconds * 1000,
            total_ms=_between(requested_at, found.ended_at) if answered else None,
            effective_ms=measured,
            good_ms=pair.good_seconds * 1000,
            bad_ms=pair.bad_seconds * 1000,
            verdict_good=good.word if good else None,
            verdict_good_at=good.at if good else None,
            verdict_bad=bad.word if bad else None,
            verdict_bad_at=bad.at if bad else None,
            service_class=service_class(judgement),
            transfers=found.transfers,
            customer_messages=found.customer_messages,
            agent_messages=found.agent_messages,
            bot_messages=found.bot_messages,
            events=len(self.events),
        )


def _between(start: int | None, end: int | None) -> int | None:
    return None if start is None or end is None else end - start


def cell_key(tenant: str, found: Fold, definitions: Definitions) -> tuple[str, str, str, str]:
    """The cell of a session's first queue."""
    channel = found.channel or definitions.default_channel
    return tenant, channel, found.queue or UNKNOWN, found.country or UNKNOWN
