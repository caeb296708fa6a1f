"""Deliveries of every platform to change: those of the documentation, of the other tests, and real ones."""

import json
from pathlib import Path
from typing import Any, NamedTuple

from tests.core.samples import one_of_each
from tests.gateway.sources.test_changed_payloads import DELIVERIES
from tests.gateway.sources.test_changed_scripts import SCRIPTS
from tests.gateway.sources.test_chatwoot_whole import STORY
from tests.gateway.sources.test_fuzz import WRITTEN

from attesa.gateway.http.delivery_examples import EXAMPLES
from attesa.gateway.sources import REGISTRY, raw_events

ADAPTERS = REGISTRY | {"raw_events": raw_events.ADAPTER}
# A team's events with everything in clear that it may put there.
PRIVATE = {
    "agent": "ann",
    "customer": "778899",
    "text": "Where is my order? Ada",
    "same_as": "ada@shop.example",
}
ON_KAFKA = {"content-type": "application/cloudevents+json"}


class Body(NamedTuple):
    """A decoded body, and the headers without which it says nothing."""

    body: Any
    headers: dict[str, str]


def written(name: str) -> list[Body]:
    """What this project wrote itself."""
    if name == "raw_events":
        events = [event | {"tenant": "default", "data": event["data"] | PRIVATE} for event in one_of_each()]
        return [Body(event, ON_KAFKA) for event in events]
    example = EXAMPLES[name]
    found = [Body(example.body, example.headers)]
    found += [Body(body, headers) for platform, body, headers in DELIVERIES.values() if platform == name]
    told = {**WRITTEN, "chatwoot": STORY}
    found += [Body(body, example.headers) for body in (*told.get(name, ()), *SCRIPTS.get(name, ()))]
    return found


def real(name: str, payloads: Path) -> list[Body]:
    """What the platform sent or documents, where the folder is there."""
    found: list[Body] = []
    if name not in EXAMPLES:
        return found
    for path in sorted((payloads / name).glob("*.json")):
        try:
            found.append(Body(json.loads(path.read_bytes()), EXAMPLES[name].headers))
        except ValueError:
            continue  # saved as text for a test of its own
    return found
