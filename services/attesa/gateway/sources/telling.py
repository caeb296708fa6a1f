"""How an adapter says what a delivery holds: the events, and why a native event gave none."""

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from attesa.core.events.fields import IDENTITY_LENGTH, NAME_LENGTH
from attesa.core.events.intake import Refused, examine, sound
from attesa.gateway.sources.delivery import Adapted, Context, Ignored, Invalid, Unmapped
from attesa.gateway.sources.reading import Instant, Wrong

LONGEST = IDENTITY_LENGTH
IDENTITIES = frozenset({"customer", "agent", "message_id", "order_id", "conversation", "same_as"})
NATIVE_SHOWN = 100


class Telling:
    """Grows while an adapter reads one delivery."""

    def __init__(self, context: Context) -> None:
        self.context = context
        self._events: list[dict[str, Any]] = []
        self._unmapped: list[Unmapped] = []
        self._invalid: list[Invalid] = []
        self._ignored: list[Ignored] = []

    def tell(self, kind: str, conversation: str, fact: str, at: Instant, /, **data: Any) -> None:
        """One event, `kind` without the leading `attesa.`; a None in `data` is left out.

        `fact` names it within the conversation, the same in every telling: the platform's message id, the
        name of what happens once only, with `at.milliseconds` what can happen again.
        """
        self._tell(kind, self.conversation(conversation), fact, at, data)

    def tell_customer(self, kind: str, customer: str, fact: str, at: Instant, /, **data: Any) -> None:
        """An event of a customer (purchase, link): the subject is a pseudonym."""
        self._tell(kind, customer, f"{self.context.source}/{fact}", at, data)

    def link(self, customer: str, same_as: str, conversation: str, at: Instant) -> None:
        """Two pseudonyms are one customer, as this conversation tells: of an id here, and of an address."""
        if customer != same_as:
            self.tell_customer("customer.linked", customer, f"{conversation}/{same_as}", at, same_as=same_as)

    def tell_agent(self, agent: str, fact: str, at: Instant, /, **data: Any) -> None:
        """An agent's presence: the subject is a pseudonym."""
        self._tell("agent.presence", agent, fact, at, data)

    def conversation(self, conversation: str) -> str:
        """The subject of a conversation, for a purchase that names one."""
        return subject_of(self.context.source, conversation)

    def unmapped(self, native: str) -> None:
        """The native type is none that the adapter knows."""
        self._unmapped.append(Unmapped(native[:NATIVE_SHOWN]))

    def ignore(self, native: str, why: str) -> None:
        """The native type is known and says nothing that counts."""
        self._ignored.append(Ignored(native[:NATIVE_SHOWN], why))

    @contextmanager
    def part(self, path: str = "") -> Iterator[None]:
        """One native event of several: where it is wrong, it is told as invalid and the others go on."""
        before = (len(self._events), len(self._unmapped), len(self._ignored))
        try:
            yield
        except Exception as error:  # noqa: BLE001  whatever the bytes, and whatever the adapter overlooked
            events, unmapped, ignored = before
            del self._events[events:], self._unmapped[unmapped:], self._ignored[ignored:]
            if isinstance(error, Wrong):
                self._invalid.append(Invalid(error.path, error.detail))
            else:
                self._invalid.append(Invalid(path, f"cannot be read ({type(error).__name__})"))

    def take(self, event: dict[str, Any]) -> None:
        """One event that its producer wrote as such. Raises Wrong where it is none of ours.

        What no schema knows is dropped; the tenant is the delivery's.
        """
        seen = examine({"tenant": self.context.tenant, **event})
        if isinstance(seen, Refused):
            raise Wrong(seen.path, seen.detail)
        if seen.event["tenant"] != self.context.tenant:
            raise Wrong("tenant", "the tenant is another one")
        kept = {name: value for name, value in event.items() if name in seen.event}
        data = {name: value for name, value in event["data"].items() if name in seen.event["data"]}
        self._events.append({**kept, "tenant": self.context.tenant, "data": data})

    def adapted(self) -> Adapted:
        """What was told; of what a delivery holds twice the first; of one that holds nothing, that."""
        if not (self._events or self._unmapped or self._invalid or self._ignored):
            self.ignore("", "there is nothing in it")
        events: dict[tuple[str, str], dict[str, Any]] = {}
        for event in self._events:
            events.setdefault((event["subject"], event["id"]), event)
        return Adapted(
            tuple(events.values()),
            tuple(self._unmapped),
            tuple(self._invalid),
            tuple(self._ignored),
            sum(event.get("timesource") == "received" for event in events.values()),
        )

    def _tell(self, kind: str, subject: str, fact: str, at: Instant, data: dict[str, Any]) -> None:
        subject = _short(subject)
        event = {
            "specversion": "1.0",
            "id": _short(f"{subject}/{fact}"),
            "source": self.context.source,
            "type": f"attesa.{kind}",
            "time": at.written,
            "tenant": self.context.tenant,
            "subject": subject,
            "data": {name: _fit(value, name) for name, value in data.items() if value not in (None, "")},
        }
        if at.source == "received":
            event["timesource"] = "received"
        self._events.append(event)


def subject_of(source: str, conversation: str) -> str:
    """What events of a platform have as the subject of one of its conversations."""
    return _short(f"{source}/{conversation}")


def _fit(value: Any, field: str) -> Any:
    """Text of a platform as an event may carry it: a name is cut, an identifier kept apart from others."""
    if isinstance(value, list):
        return [_fit(each, field) for each in value]
    if not isinstance(value, str):
        return value
    return _short(value) if field in IDENTITIES else sound(value)[:NAME_LENGTH]


def _short(name: str) -> str:
    """A name that fits; where it does not, its hash takes the place of the rest."""
    name = sound(name)
    if len(name) <= LONGEST:
        return name
    digest = hashlib.sha256(name.encode()).hexdigest()[:32]
    return f"{name[: LONGEST - 33]}~{digest}"
