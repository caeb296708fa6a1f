"""A room's life: begun, queued, taken, forwarded, closed. Not all of it has an instant of its own."""

from attesa.gateway.sources.calling_codes import country_of
from attesa.gateway.sources.reading import Reader
from attesa.gateway.sources.rocketchat.people import authors, bot_alone, is_machine, is_system
from attesa.gateway.sources.telling import Telling

CLOSERS = {"visitor": "customer", "user": "agent"}


def known(body: Reader, to: Telling) -> None:
    """Every delivery knows when the room began, so that its start is not lost with one of them."""
    room, at = body.id("_id"), body.instant_iso("createdAt")
    customer = to.context.customer(body.id("visitor._id"))
    to.tell("session.started", room, "started", at, customer=customer)
    for address in _listed(body, "visitor.email", "address"):
        to.link(customer, to.context.email(address), room, at)
    for number in _listed(body, "visitor.phone", "phoneNumber"):
        if not number.startswith("+"):
            continue  # as the visitor wrote it: of which country is not told
        to.link(customer, to.context.phone(number), room, at)
        if country := country_of(number):
            to.tell("session.started", room, "from-country", at, phone_country=country)


def _listed(body: Reader, path: str, name: str) -> list[str]:
    """Of a list of objects; older versions write a text."""
    written = body.get(path)
    if isinstance(written, str):
        return [written] if written else []
    return [found for each in body.each(path) if (found := each.maybe_text(name))]


def started(body: Reader, to: Telling) -> None:
    queue = body.maybe_id("departmentId")
    if queue:
        begun = body.instant_iso("createdAt")
        to.tell("session.started", body.id("_id"), "in-queue", begun, queue=queue)


def queued(body: Reader, to: Telling) -> None:
    """A new room is queued as it begins, for a bot too: then nobody has asked for a person yet.

    Later ones have no instant: where it stands in the room's course names the fact.
    """
    queue, room = body.maybe_id("departmentId"), body.id("_id")
    wrote = authors(body, to)
    if "agent" in wrote:
        to.ignore("LivechatSessionQueued", "back into a queue: the forwarding tells it")
    elif "bot" in wrote:
        to.tell("session.queued", room, f"queued-{_place(body, queue)}", body.received, queue=queue)
    elif to.context.bots:
        started(body, to)
    else:
        to.tell("session.queued", room, "queued", body.instant_iso("createdAt"), queue=queue)


def taken(body: Reader, to: Telling) -> None:
    _served(body.child("servedBy"), body, to, body.maybe_id("departmentId"))


def _served(agent: Reader, body: Reader, to: Telling, queue: str | None = None) -> None:
    """The one who has the room now. A closed room tells it again, in case the taking was lost."""
    room, at = body.id("_id"), agent.instant_iso("ts")
    if is_machine(agent, to):
        if "agent" not in authors(body, to):
            begun = body.instant_iso("createdAt")
            to.tell("session.started", room, "with-bot", begun, bot_first=True)
        return
    name, fact = to.context.agent(agent.id("_id")), at.milliseconds
    if queue:
        to.tell("agent.assigned", room, f"assigned-{fact}", at, agent=name, queue=queue)
    to.tell("agent.accepted", room, f"taken-{fact}", at, agent=name)


def forwarded(body: Reader, to: Telling) -> None:
    """To an agent (who has it since `servedBy.ts`) or to a department, perhaps into its queue."""
    served, before = body.maybe_child("servedBy"), body.maybe_child("oldServedBy")
    queue, queue_before = body.maybe_id("departmentId"), body.maybe_id("oldDepartmentId")
    at = served.instant_iso("ts") if served and served.has("ts") else body.received
    fact = str(at.milliseconds) if at.source == "event" else _place(body, queue)
    by_bot = is_machine(before, to) if before else bot_alone(body, to)
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


def closed(body: Reader, to: Telling) -> None:
    served = body.maybe_child("servedBy")
    if served and served.has("ts"):
        _served(served, body, to)
    closing = _closing(body)
    at = closing.instant_iso("ts") if closing and not body.has("closedAt") else body.instant_iso("closedAt")
    to.tell("session.ended", body.id("_id"), "closed", at, by=_closer(body, closing, to))


def _closing(body: Reader) -> Reader | None:
    """The message that closed the room: of old versions nothing else tells when, and by whom."""
    return next((each for each in body.each("messages") if each.get("closingMessage") is True), None)


def _closer(body: Reader, closing: Reader | None, to: Telling) -> str:
    closer, who = body.maybe_text("closer"), body.maybe_child("closedBy")
    if closer is None and who is None and closing is not None:
        closer, who = ("user" if closing.has("agentId") else "visitor"), closing
    if closer is None and who is not None:  # versions that do not write the side
        closer = "visitor" if who.get("_id") == body.get("visitor._id") else "user"
    if closer not in CLOSERS:
        raise body.wrong("closer", "visitor or user")
    if closer == "user" and who is not None and is_system(who):
        return "timeout"
    return "system" if closer == "user" and who is not None and is_machine(who, to) else CLOSERS[closer]


def _place(body: Reader, queue: str | None) -> str:
    """The place of what has no instant in the room's course: behind which message, for which queue."""
    told = list(body.each("messages"))
    last = told[-1].maybe_id("_id") if told else None
    return f"{queue or 'any'}-after-{last or 'nothing'}"
