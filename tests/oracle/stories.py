"""Small builders of events as their producers write them, and of what the oracle makes of them.

Instants are seconds after `START_MS` (a full hour) wherever a test writes them by hand.
"""

import json
from datetime import UTC, datetime
from typing import Any

from tests.oracle.answers import Answer, answer
from tests.oracle.facts import Facts
from tests.oracle.telling import Event

from attesa.core.definitions import Definitions, TenantPolicy

START_MS = 1_767_225_600_000  # 2026-01-01T00:00:00Z, a Thursday
HISTORY = "history"  # a tenant in data time
LIVE = "live"  # one in wall time
TENANTS = {LIVE: TenantPolicy(agents=True), HISTORY: TenantPolicy(clock="data")}
DEFINITIONS = Definitions(tenants=TENANTS)


def ms(seconds: float) -> int:
    return START_MS + round(seconds * 1000)


def written(at_ms: int) -> str:
    moment = datetime.fromtimestamp(at_ms // 1000, UTC)
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at_ms % 1000:03d}Z"


def event_at(kind: str, at_ms: int, /, **data: Any) -> Event:
    """An event of the conversation `c`, whose id says what it is."""
    return {
        "specversion": "1.0",
        "id": f"{kind} {at_ms} {json.dumps(data, sort_keys=True)}",
        "source": "desk",
        "type": f"attesa.{kind}",
        "time": written(at_ms),
        "tenant": HISTORY,
        "subject": "c",
        "data": data,
    }


def event(kind: str, seconds: float, /, **data: Any) -> Event:
    return event_at(kind, ms(seconds), **data)


def started(seconds: float, /, **data: Any) -> Event:
    return event("session.started", seconds, **data)


def queued(seconds: float, /, **data: Any) -> Event:
    return event("session.queued", seconds, **data)


def assigned(seconds: float, /, **data: Any) -> Event:
    return event("agent.assigned", seconds, **data)


def accepted(seconds: float, /, **data: Any) -> Event:
    return event("agent.accepted", seconds, **data)


def customer(seconds: float, /, *flags: str, **data: Any) -> Event:
    return message(seconds, "customer", flags, data)


def agent(seconds: float, /, *flags: str, **data: Any) -> Event:
    return message(seconds, "agent", flags, data)


def bot(seconds: float, /, **data: Any) -> Event:
    return message(seconds, "bot", (), data)


def note(seconds: float) -> Event:
    return agent(seconds, visible=False)


def message(seconds: float, author: str, flags: tuple[str, ...], data: dict[str, Any]) -> Event:
    return event("message.sent", seconds, author=author, **({"flags": list(flags)} if flags else {}), **data)


def handed_over(seconds: float, /, **data: Any) -> Event:
    return event("session.transferred", seconds, kind="bot_to_person", **data)


def transferred(seconds: float, /, **data: Any) -> Event:
    return event("session.transferred", seconds, kind="person_to_person", **data)


def ended(seconds: float, by: str, **data: Any) -> Event:
    return event("session.ended", seconds, by=by, **data)


def asked(seconds: float, question: str = "nps") -> Event:
    return event("survey.requested", seconds, question=question)


def answered(seconds: float, question: str, value: float, **data: Any) -> Event:
    return event("survey.answered", seconds, question=question, value=value, **data)


def present(seconds: float, status: str, who: str = "anna", **data: Any) -> Event:
    return event("agent.presence", seconds, status=status, **data) | {"subject": who}


def bought(seconds: float, order_id: str, value: str, currency: str = "EUR", **data: Any) -> Event:
    """The customer `maria` bought something."""
    told = event("purchase.made", seconds, order_id=order_id, value=value, currency=currency, **data)
    return told | {"subject": "maria"}


def refunded(seconds: float, order_id: str, value: str, currency: str = "EUR") -> Event:
    told = event("purchase.refunded", seconds, order_id=order_id, value=value, currency=currency)
    return told | {"subject": "maria"}


def of(subject: str, *events: Event, tenant: str = HISTORY) -> list[Event]:
    """The same events in another conversation."""
    return [told | {"subject": subject, "tenant": tenant, "id": f"{subject} {told['id']}"} for told in events]


def answer_to(*events: Event, until: float | None = None, definitions: Definitions = DEFINITIONS) -> Answer:
    clock = None if until is None else ms(until)
    return answer(events, definitions, dict.fromkeys(TENANTS, clock))


def facts_of(
    *events: Event, until: float | None = None, definitions: Definitions = DEFINITIONS
) -> list[Facts]:
    """Of each session in order; instants are seconds after the start, durations are in seconds."""
    found = answer_to(*events, until=until, definitions=definitions).facts
    return [in_seconds(facts) for _, facts in sorted(found.items())]


def in_seconds(facts: Facts) -> Facts:
    """Durations lose their `_ms`."""
    found: Facts = {}
    for name, value in facts.items():
        if name.endswith("_at"):
            found[name] = seconds_of(value, START_MS)
        elif name.endswith("_ms"):
            found[name.removesuffix("_ms")] = seconds_of(value, 0)
        else:
            found[name] = value
    return found


def seconds_of(value: Any, zero: int) -> Any:
    if isinstance(value, list):
        return [seconds_of(each, zero) for each in value]
    return None if value is None else (value - zero) / 1000


def only(facts: list[Facts], **wanted: Any) -> None:
    """There is one session, and its facts say so."""
    (found,) = facts
    says(found, **wanted)


def says(facts: Facts, **wanted: Any) -> None:
    assert {name: facts[name] for name in wanted} == wanted
