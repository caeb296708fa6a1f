"""Agent events: who is there, for how many chats at once, and for which queues.

HEART_BEAT says so again every two minutes while an agent is logged in. It is no heartbeat of the source: it
ends with the last agent's day, and contacts come by another stream.
"""

from collections.abc import Iterator
from typing import Any

from attesa.core.events.fields import MOST_QUEUES, MOST_SLOTS
from attesa.gateway.sources.amazon_connect.any_case import AnyCase
from attesa.gateway.sources.amazon_connect.names import AGENT_QUEUE, agent_of, queue_of
from attesa.gateway.sources.telling import Telling

EVENTS = frozenset({"LOGIN", "LOGOUT", "STATE_CHANGE", "HEART_BEAT"})
BY_TYPE = {"ROUTABLE": "available", "CUSTOM": "away", "OFFLINE": "offline"}
BY_NAME = {"Available": "available", "Offline": "offline"}  # any other name is the customer's own
NOW = "CurrentAgentSnapshot"
PROFILE = f"{NOW}.Configuration.RoutingProfile"


def read(native: str, body: AnyCase, to: Telling) -> None:
    agent = agent_of(body, "AgentARN", to.context)
    if agent is None:
        raise body.wrong("AgentARN", "the field is missing")
    status = "offline" if native == "LOGOUT" else _status(body)
    staffed = status in {"available", "busy"}
    to.tell_agent(
        agent,
        f"event-{body.id('EventId')}",
        body.instant_iso("EventTimestamp"),
        status=status,
        capacity=_capacity(body) if staffed else None,
        queues=(list(dict.fromkeys(_queues(body)))[:MOST_QUEUES] or None) if staffed else None,
    )


def _status(body: AnyCase) -> str:
    """An agent who has chosen his next status gets nothing new, and finishes what he has."""
    kind = body.maybe_text(f"{NOW}.AgentStatus.Type")
    status = BY_TYPE.get(kind or "") or BY_NAME.get(body.text(f"{NOW}.AgentStatus.Name"), "away")
    return "busy" if status == "available" and body.has(f"{NOW}.NextAgentStatus") else status


def _capacity(body: AnyCase) -> int | None:
    """Of chats; where the agent takes none, of calls."""
    most = {}
    for place in range(_length(body, f"{PROFILE}.Concurrency")):
        at = f"{PROFILE}.Concurrency.{place}"
        most[body.text(f"{at}.Channel")] = body.integer(f"{at}.MaximumSlots")
    slots = most.get("CHAT") or most.get("VOICE")
    return max(0, min(slots, MOST_SLOTS)) if slots is not None else None


def _queues(body: AnyCase) -> Iterator[str]:
    for place in range(_length(body, f"{PROFILE}.InboundQueues")):
        queue = queue_of(body, f"{PROFILE}.InboundQueues.{place}.ARN")
        if queue and queue != AGENT_QUEUE:
            yield queue


def _length(body: AnyCase, path: str) -> int:
    value: Any = body.get(path)
    if value is not None and not isinstance(value, list):
        raise body.wrong(path, "a list is expected")
    return len(value or ())
