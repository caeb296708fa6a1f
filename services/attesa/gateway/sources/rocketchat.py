"""Rocket.Chat Omnichannel's webhooks. A room is one conversation; most deliveries tell all of it again."""

from typing import Any

from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.capabilities import EXACT, INFERRED, Tells
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.export import Export
from attesa.gateway.sources.reading import Instant, Reader
from attesa.gateway.sources.telling import Telling

IGNORED = {
    "LivechatEdit": "the closed room's data were saved again",
    "LeadCapture": "a telephone number or an address was found in a message",
}
TEST_ROOM = "fasd6f5a4sd6f8a4sdf"  # what the button "Send test" of the settings calls its room
SYSTEM_USER = "rocket.cat"  # writes notices, and closes rooms after a time-out
CLOSERS = {"visitor": "customer", "user": "agent"}
KINDS = {"audio": "voice", "video": "video", "image": "image"}


def read(delivery: Delivery, to: Telling) -> None:
    body = delivery.json()
    native = body.text("type")
    if native in IGNORED:
        to.ignore(native, IGNORED[native])
    elif native == "LivechatOfflineMessage":
        _offline(body, to)
    elif native != "Message" and native not in _LIFE:
        to.unmapped(native)
    elif body.get("_id") == TEST_ROOM:
        to.ignore(native, "the test of the settings")
    else:
        _room(body, to)
        if native != "Message":
            _LIFE[native](body, to)
        _transcript(body, to)


def _room(body: Reader, to: Telling) -> None:
    """Every delivery knows when the room began, so that its start is not lost with one of them."""
    room, at = body.id("_id"), body.instant_iso("createdAt")
    customer = to.context.customer(body.id("visitor._id"))
    to.tell("session.started", room, "started", at, customer=customer)
    for address in _addresses(body):
        to.link(customer, to.context.email(address), room, at)


def _addresses(body: Reader) -> list[str]:
    """Of a list of objects; older versions write a text."""
    written = body.get("visitor.email")
    if isinstance(written, str):
        return [written] if written else []
    return [address for each in body.each("visitor.email") if (address := each.maybe_text("address"))]


def _started(body: Reader, to: Telling) -> None:
    queue = body.maybe_id("departmentId")
    if queue:
        begun = body.instant_iso("createdAt")
        to.tell("session.started", body.id("_id"), "in-queue", begun, queue=queue)


def _queued(body: Reader, to: Telling) -> None:
    """Without an instant of its own: where it stands in the room's course names it."""
    queue = body.maybe_id("departmentId")
    to.tell("session.queued", body.id("_id"), f"queued-{_place(body, queue)}", body.received, queue=queue)


def _taken(body: Reader, to: Telling) -> None:
    _served(body.child("servedBy"), body, to, body.maybe_id("departmentId"))


def _served(agent: Reader, body: Reader, to: Telling, queue: str | None = None) -> None:
    """The one who has the room now. A closed room tells it again, in case the taking was lost."""
    room, at = body.id("_id"), agent.instant_iso("ts")
    if _machine(agent, to):
        if "agent" not in _authors(body, to):
            begun = body.instant_iso("createdAt")
            to.tell("session.started", room, "with-bot", begun, bot_first=True)
        return
    name, fact = to.context.agent(agent.id("_id")), at.milliseconds
    if queue:
        to.tell("agent.assigned", room, f"assigned-{fact}", at, agent=name, queue=queue)
    to.tell("agent.accepted", room, f"taken-{fact}", at, agent=name)


def _forwarded(body: Reader, to: Telling) -> None:
    """To an agent (who has it since `servedBy.ts`) or to a department, perhaps into its queue."""
    served, before = body.maybe_child("servedBy"), body.maybe_child("oldServedBy")
    queue, queue_before = body.maybe_id("departmentId"), body.maybe_id("oldDepartmentId")
    at = served.instant_iso("ts") if served and served.has("ts") else body.received
    fact = str(at.milliseconds) if at.source == "event" else _place(body, queue)
    by_bot = _machine(before, to) if before else _bot_alone(body, to)
    to.tell(
        "session.transferred",
        body.id("_id"),
        f"forwarded-{fact}",
        at,
        kind="bot_to_person" if by_bot else "person_to_person",
        from_queue=queue_before,
        to_queue=queue,
    )
    if served and served.has("ts"):
        _served(served, body, to)


def _closed(body: Reader, to: Telling) -> None:
    served = body.maybe_child("servedBy")
    if served and served.has("ts"):
        _served(served, body, to)
    at = body.instant_iso("closedAt")
    to.tell("session.ended", body.id("_id"), "closed", at, by=_closer(body, to))


def _closer(body: Reader, to: Telling) -> str:
    closer, who = body.maybe_text("closer"), body.maybe_child("closedBy")
    if closer is None and who is not None:  # versions that do not write the side
        closer = "visitor" if who.get("_id") == body.get("visitor._id") else "user"
    if closer not in CLOSERS:
        raise body.wrong("closer", "visitor or user")
    if closer == "user" and who is not None and _is_system(who):
        return "timeout"
    return "system" if closer == "user" and who is not None and _machine(who, to) else CLOSERS[closer]


def _transcript(body: Reader, to: Telling) -> None:
    """A message is the same fact in every delivery that repeats it; a broken one does not undo the others."""
    for message in body.each("messages"):
        with to.part(message.path):
            if not _is_no_message(message):
                _message(_name(message, to), message, body, to)


def _name(message: Reader, to: Telling) -> str:
    """Older versions give messages no id."""
    if message.has("_id"):
        return message.id("_id")
    author = to.context.pseudonym("m", message.text("username"))
    return f"at-{message.instant_iso('ts').milliseconds}-{author}"


def _is_no_message(message: Reader) -> bool:
    """The text of the closing, which stands behind it; the visitor's going to another page."""
    return message.flag("closingMessage") or message.has("navigation")


def _message(name: str, message: Reader, body: Reader, to: Telling) -> None:
    author = _author(message, body, to)
    seen = to.context.look(message.maybe_text("msg") or "", author, body.maybe_text("visitor.name") or "")
    to.tell(
        "message.sent",
        body.id("_id"),
        f"message-{name}",
        message.instant_iso("ts"),
        author=author,
        message_id=name,
        kind=_kind(message),
        agent=to.context.agent(message.id("agentId")) if author == "agent" else None,
        **seen.fields,
    )


def _authors(body: Reader, to: Telling) -> set[str]:
    """Who has written so far; messages that cannot be read are told as such elsewhere."""
    told = (each for each in body.each("messages") if not _is_no_message(each))
    return {_author(each, body, to) for each in told if isinstance(each.get("username"), str)}


def _author(message: Reader, body: Reader, to: Telling) -> str:
    """`agentId` stands where the name is not the visitor's: on bots and on the system too."""
    if not message.has("agentId"):
        same = message.text("username") == body.text("visitor.username")
        return "customer" if same else "system"
    if _is_system(message):
        return "system"
    return "bot" if _machine(message, to) else "agent"


def _kind(message: Reader) -> str | None:
    sort = message.maybe_text("file.type")
    return KINDS.get(sort.partition("/")[0], "file") if sort else None


def _bot_alone(body: Reader, to: Telling) -> bool:
    """Nobody but bots has answered: who had the room before is told of an agent's forwarding only."""
    authors = _authors(body, to)
    return "bot" in authors and "agent" not in authors


def _machine(who: Reader, to: Telling) -> bool:
    """Bots are users like others; their names are told in the configuration."""
    return bool(_names(who) & to.context.bots)


def _is_system(who: Reader) -> bool:
    return SYSTEM_USER in _names(who)


def _names(who: Reader) -> set[Any]:
    found = (who.get(path) for path in ("_id", "agentId", "username", "u.username"))
    return {name for name in found if isinstance(name, str)}


def _place(body: Reader, queue: str | None) -> str:
    """The place of what has no instant in the room's course: behind which message, for which queue."""
    told = list(body.each("messages"))
    last = told[-1].maybe_id("_id") if told else None
    return f"{queue or 'any'}-after-{last or 'nothing'}"


def _offline(body: Reader, to: Telling) -> None:
    """The form shown while nobody is on duty: somebody wanted a chat and was turned away."""
    at: Instant = body.instant_iso("sentAt")
    address = body.text("visitor.email")
    customer = to.context.email(address)
    conversation = to.context.pseudonym("offline", f"{address}\0{at.written}")
    seen = to.context.look(body.maybe_text("message") or "", "customer")
    to.tell("session.started", conversation, "started", at, customer=customer, entry_point="offline_form")
    to.tell("message.sent", conversation, "message", at, author="customer", **seen.fields)
    to.tell("session.ended", conversation, "ended", at, by="system", reason="nobody_on_duty")


_LIFE = {
    "LivechatSessionStart": _started,
    "LivechatSessionStarted": _started,
    "LivechatSessionQueued": _queued,
    "LivechatSessionTaken": _taken,
    "LivechatSessionForwarded": _forwarded,
    "LivechatSession": _closed,
}

ADAPTER = Adapter(
    title="Rocket.Chat Omnichannel",
    read=read,
    tells=Tells(
        requested=INFERRED, queued=EXACT, accepted=INFERRED, author=INFERRED, transfer=EXACT, end=EXACT
    ),
    notes=(
        "Queueing, and forwarding into a queue, have no instant: the time of receipt stands for it.",
        "A room that is taken may have been given by automatic routing: no proof that the agent has seen it.",
        "Bots look like agents: name their accounts in the configuration.",
        "A room closed by rocket.cat was closed by a time-out.",
        "The form shown while nobody is on duty is a session that was rejected at once.",
        "Every event has its own switch in the settings: all should be on.",
        "Five times it sends again, and forgets them at a restart.",
    ),
    export=Export(ids=("_id", "rid", "room_id"), started=("ts", "createdAt")),
)
