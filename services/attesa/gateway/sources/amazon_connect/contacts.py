"""Contact events: one contact is one leg of a conversation, and each event tells all of it that is known."""

from dataclasses import dataclass
from functools import cached_property

from attesa.gateway.sources.amazon_connect.any_case import AnyCase
from attesa.gateway.sources.amazon_connect.names import agent_of, queue_of
from attesa.gateway.sources.reading import Instant
from attesa.gateway.sources.telling import Telling

EVENTS = frozenset(
    {
        "INITIATED", "CONNECTED_TO_SYSTEM", "QUEUED", "CONNECTED_TO_AGENT", "DISCONNECTED", "COMPLETED",
        "CONTACT_DATA_UPDATED", "PAUSED", "RESUMED", "AMD_DISABLED", "WEBRTC_API",
    }
)  # fmt: skip
TRANSFERS = frozenset({"TRANSFER", "QUEUE_TRANSFER", "CALLBACK"})
OUTBOUND = frozenset({"OUTBOUND", "EXTERNAL_OUTBOUND", "CAMPAIGN_PREVIEW", "AGENT_REPLY"})
OF_NO_CUSTOMER = {
    "DISCONNECT": "a flow goes on after the end",
    "MONITOR": "a supervisor listens",
}
CALLED_IN = frozenset({"EXTERNAL_OUTBOUND", "WEBRTC_API"})  # somebody who joins, by a contact of his own
GUIDE = "connect:Guide"
SUBTYPE = "segmentAttributes.connect:Subtype.valueString"
DIRECTION = "segmentAttributes.connect:Direction.valueString"
CHANNELS = {
    "connect:SMS": "chat",
    "connect:Apple": "chat",
    "connect:WhatsApp": "chat",
    "connect:MessengerPlatform": "social",
}
INITIATED = "initiationTimestamp"
QUEUED = "queueInfo.enqueueTimestamp"
TAKEN = "agentInfo.connectedToAgentTimestamp"
OVER = "disconnectTimestamp"
ENDED_BY = {
    "BARGED": "agent",
    "SUPERVISOR_DISCONNECT": "agent",
    "EXPIRED": "timeout",
    "IDLE_DISCONNECT": "timeout",
    "TELECOM_ORIGINATOR_CANCEL": "customer",
}
ONE_OF_SEVERAL_LEFT = "THIRD_PARTY_DISCONNECT"
BY_A_PROGRAM = "API"  # which may do it for the customer: says as little as no reason


@dataclass(frozen=True)
class Contact:
    """One event of a contact; `sent_at` stands in for the instant of what the event itself is about."""

    native: str
    body: AnyCase
    sent_at: Instant

    @cached_property
    def id(self) -> str:
        return self.body.id("contactId")

    @cached_property
    def previous(self) -> str | None:
        return self._maybe_id("previousContactId")

    @cached_property
    def conversation(self) -> str:
        return self._maybe_id("initialContactId") or self.id

    @cached_property
    def method(self) -> str:
        return (self.body.maybe_text("initiationMethod") or "").upper()

    @cached_property
    def channel(self) -> str:
        return self.body.text("channel").upper()

    @property
    def is_outbound(self) -> bool:
        """A call that somebody's program starts (API) is one to a customer; a chat is one by him."""
        direction = self.body.hint(DIRECTION)
        if self.method == "API" and self.channel == "CHAT" and direction is not None:
            return direction.upper() == "OUTBOUND"
        return self.method in OUTBOUND or (self.method == "API" and self.channel == "VOICE")

    @property
    def is_transfer(self) -> bool:
        return self.method in TRANSFERS and self.previous is not None

    @property
    def says_nothing(self) -> str | None:
        """Why the contact is no leg of a customer's conversation; None where it is one."""
        if self.method in OF_NO_CUSTOMER:
            return OF_NO_CUSTOMER[self.method]
        if self.channel not in {"CHAT", "VOICE"}:
            return f"neither a chat nor a call: {self.channel}"
        if self.previous and self.method in CALLED_IN:
            return "somebody who was called in"
        return "a guide of the agent's" if self.body.get(SUBTYPE) == GUIDE else None

    def _maybe_id(self, path: str) -> str | None:
        return None if self.body.get(path) == "" else self.body.maybe_id(path)

    def at(self, path: str, of: str) -> Instant | None:
        """When; the instant of 1970 that stands for "not yet" is None."""
        found = self.body.maybe_instant_iso(path)
        return self.sent_at if found is None and self.native == of else found


def read(native: str, body: AnyCase, sent_at: Instant, to: Telling) -> None:
    contact = Contact(native, body, sent_at)
    conversation = contact.conversation  # a contact without an id is wrong, whatever else it is
    if why := contact.says_nothing:
        to.ignore(native, why)
    else:
        _in_order(body)
        told = [tell(contact, conversation, to) for tell in (_started, _transferred, _queued, _taken, _ended)]
        if not any(told):
            to.ignore(native, "says nothing of the contact that counts")


def _in_order(body: AnyCase) -> None:
    """Instants that contradict each other are not corrected: whose clock is wrong, nobody knows."""
    queued, taken, over = (body.maybe_instant_iso(path) for path in (QUEUED, TAKEN, OVER))
    for path, at in ((QUEUED, queued), (TAKEN, taken)):
        if at and over and at.at > over.at:
            raise body.wrong(path, "after the end of the contact")
    if queued and taken and queued.at > taken.at:
        raise body.wrong(QUEUED, "after an agent took the contact")


def _started(contact: Contact, conversation: str, to: Telling) -> bool:
    at = contact.at(INITIATED, "INITIATED")
    if at is None or contact.previous or conversation != contact.id:
        return False
    outbound = contact.is_outbound
    to.tell(
        "session.started",
        conversation,
        "started",
        at,
        channel=CHANNELS.get(contact.body.maybe_text(SUBTYPE) or ""),
        direction="outbound" if outbound else None,
        by="agent" if outbound else None,
        bot_first=None if outbound else True,
    )
    return True


def _transferred(contact: Contact, conversation: str, to: Telling) -> bool:
    """The contact before is over once: by this transfer, which comes first, or else by its end."""
    queue, at = queue_of(contact.body, "queueInfo.queueArn"), contact.at(INITIATED, "INITIATED")
    known = queue is not None or contact.native in {"DISCONNECTED", "COMPLETED"}
    if not (contact.is_transfer and known and at):
        return False
    fact = f"over-{contact.previous}"
    to.tell("session.transferred", conversation, fact, at, kind="person_to_person", to_queue=queue)
    return True


def _queued(contact: Contact, conversation: str, to: Telling) -> bool:
    """The wait of a leg that follows counts from its transfer; its queue is a request where all had ended.

    A call to a customer waits in a queue for an agent; a chat with one only after he has answered.
    """
    at = contact.at(QUEUED, "QUEUED")
    if at is None or (contact.is_outbound and contact.channel == "VOICE"):
        return False
    queue = queue_of(contact.body, "queueInfo.queueArn")
    to.tell("session.queued", conversation, f"queued-{contact.id}", at, queue=queue)
    return True


def _taken(contact: Contact, conversation: str, to: Telling) -> bool:
    at = contact.at(TAKEN, "CONNECTED_TO_AGENT")
    if at is None:
        return False
    to.tell(
        "agent.accepted",
        conversation,
        f"accepted-{contact.id}",
        at,
        agent=agent_of(contact.body, "agentInfo.agentArn", to.context),
        queue=queue_of(contact.body, "queueInfo.queueArn"),
        is_reply=True if contact.channel == "VOICE" and not contact.is_outbound else None,
    )
    return True


def _ended(contact: Contact, conversation: str, to: Telling) -> bool:
    at = contact.at(OVER, "DISCONNECTED")
    reason = contact.body.get("disconnectReason")
    if isinstance(reason, dict):
        reason = contact.body.maybe_text("disconnectReason.code")
    if at is None or reason == ONE_OF_SEVERAL_LEFT:
        return False
    told = isinstance(reason, str) and reason and reason != BY_A_PROGRAM
    by = _by(str(reason)) if told else _by_inference(contact)
    words = reason.lower() if isinstance(reason, str) else None
    to.tell("session.ended", conversation, f"over-{contact.id}", at, by=by, reason=words)
    return True


def _by(reason: str) -> str:
    who = reason.split("_", maxsplit=1)[0].lower()
    return ENDED_BY.get(reason, who if who in {"customer", "agent"} else "system")


def _by_inference(contact: Contact) -> str:
    """Whoever is without an agent has left by himself, unless he only waits to be called back."""
    if contact.body.has("agentInfo"):
        return "agent"
    return "system" if contact.method == "CALLBACK" else "customer"
