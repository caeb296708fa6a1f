"""Standard Webhooks: `type`, `timestamp` and `data` of a team's software that writes no CloudEvents.

Types and fields are those of attesa's events, and `sequence` beside them. `data.conversation` names the
conversation, of purchases and links `data.customer` the customer, of presence `data.agent` the agent, all by
the team's own ids: customers and agents become pseudonyms here.
"""

from dataclasses import replace
from typing import Any

from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE
from attesa.core.events.intake import ALL_BY_TYPE
from attesa.gateway.sources import cloudevents
from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Reader, Wrong
from attesa.gateway.sources.telling import Telling

ID = "webhook-id"
PRESENCE = "attesa.agent.presence"
# Of heartbeats and progress there is nothing to name.
TYPES = ALL_BY_TYPE.keys() - {"attesa.source.heartbeat", cloudevents.REPLAYS_ONLY}


def read(delivery: Delivery, to: Telling) -> None:
    body = delivery.json()
    native = body.text("type")
    if native not in TYPES:
        to.unmapped(native)
        return
    data = body.child("data")
    name = delivery.headers.get(ID) or data.maybe_id("id")
    if not name:
        raise Wrong(ID, "the header is missing: it names the fact, the same in every delivery")
    told = {field: value for field, value in data.value.items() if field != "id"}
    for field in ("customer", "same_as"):
        if data.has(field):
            told[field] = to.context.customer(data.id(field))
    if data.has("agent"):
        told["agent"] = to.context.agent(data.id("agent"))
    subject = _subject(native, data, to, told)
    event = {
        "specversion": "1.0",
        "id": f"{subject}/{name}",
        "source": to.context.source,
        "type": native,
        "time": body.instant_iso("timestamp").written,
        "subject": subject,
        "data": {field: value for field, value in told.items() if value is not None},
    }
    if body.has("sequence"):
        event["sequence"] = body.id("sequence")
    to.take(event)


def _subject(native: str, data: Reader, to: Telling, told: dict[str, Any]) -> str:
    """Whom or what it is about; taken out of the data where these do not repeat it."""
    if native in CUSTOMER_EVENTS_BY_TYPE:
        data.id("customer")
        if data.has("conversation"):
            told["conversation"] = to.conversation(data.id("conversation"))
        return str(told.pop("customer"))
    if native == PRESENCE:
        data.id("agent")
        return str(told.pop("agent"))
    told.pop("conversation", None)
    return to.conversation(data.id("conversation"))


ADAPTER = Adapter(
    title="Standard Webhooks",
    read=read,
    tells=cloudevents.ADAPTER.tells,
    export=replace(cloudevents.EXPORT, own_names=False),
    notes=("As good as what the team's software writes: see the events. `webhook-id` is the fact's id.",),
)
