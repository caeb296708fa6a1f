"""The oracle's answer to a set of deliveries: every session of every conversation, and every count."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tests.oracle.counting import Added, contribution
from tests.oracle.cutting import cut
from tests.oracle.facts import Facts, Session, session_of
from tests.oracle.presence import presence
from tests.oracle.telling import Event, Told, one_per_id

from attesa.core.definitions import Definitions

NOT_OF_CONVERSATIONS = ("attesa.progress", "attesa.source.heartbeat", "attesa.agent.presence")


class Conversation(NamedTuple):
    sessions: list[Session]
    orphans: list[Told]  # surveys that found no session


class Answer(NamedTuple):
    """By tenant and session (`c/1`) the facts; all that they and presence add; the surveys without one."""

    sessions: dict[tuple[str, str], Session]
    added: list[Added]
    orphans: int

    @property
    def facts(self) -> dict[tuple[str, str], Facts]:
        return {key: session.facts for key, session in self.sessions.items()}


def conversation(
    deliveries: Iterable[Event], definitions: Definitions, clock: int | None = None
) -> Conversation:
    """All sessions of one conversation, from its events as they were delivered."""
    deliveries = list(deliveries)
    tenant, subject = deliveries[0]["tenant"], deliveries[0]["subject"]
    source = min(event["source"] for event in deliveries)
    pieces, orphans = cut(one_per_id(deliveries), definitions, clock)
    found = [session_of(piece, definitions, clock, tenant, subject, source) for piece in pieces]
    return Conversation(found, orphans)


def answer(deliveries: Iterable[Event], definitions: Definitions, clocks: Mapping[str, int | None]) -> Answer:
    """Of everything that was delivered, whatever the order; `clocks` by tenant."""
    conversations: dict[tuple[str, str], list[Event]] = defaultdict(list)
    agents: dict[tuple[str, str], list[Event]] = defaultdict(list)
    for event in deliveries:
        place = event["tenant"], event["subject"]
        if event["type"] == "attesa.agent.presence":
            agents[place].append(event)
        elif event["type"] not in NOT_OF_CONVERSATIONS:
            conversations[place].append(event)
    sessions: dict[tuple[str, str], Session] = {}
    orphans = 0
    for (tenant, _), events in conversations.items():
        found = conversation(events, definitions, clocks.get(tenant))
        orphans += len(found.orphans)
        sessions |= {(tenant, session.facts["session"]): session for session in found.sessions}
    added = [
        one for session in sessions.values() for one in contribution(session, definitions.borders_seconds)
    ]
    for (tenant, _), events in agents.items():
        added += presence(tenant, one_per_id(events), clocks.get(tenant))
    return Answer(sessions, added, orphans)
