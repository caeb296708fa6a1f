"""A notification, by its topic: a conversation with the parts that are new, a ticket, an agent. Seconds."""

from collections.abc import Iterable

from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.intercom import topics
from attesa.gateway.sources.intercom.parts import tell_part
from attesa.gateway.sources.intercom.people import tell_merged, tell_presence
from attesa.gateway.sources.intercom.starts import tell_start
from attesa.gateway.sources.reading import Reader
from attesa.gateway.sources.telling import Telling

PARTS = "conversation_parts.conversation_parts"
AMONG_CUSTOMERS = "customer"  # of the categories of tickets
A_CALL = "phone_call"


def read(delivery: Delivery, to: Telling) -> None:
    body = delivery.json()
    topic = body.text("topic")
    if topic in topics.BEGINNINGS | topics.SPOKEN | topics.QUIET:
        _conversation(topic, body.child("data.item"), to)
    elif topic in topics.TICKETS or topic == topics.TICKET_CLOSED:
        _ticket(topic, body.child("data.item"), to)
    elif topic == topics.RATED:
        _rated(body, to)
    elif topic == topics.AWAY or topic in topics.SESSIONS_OF_AGENTS:
        tell_presence(topic, body, to)
    elif topic == topics.MERGED and body.has("data.item.merged_from.id"):
        tell_merged(body, to)
    elif why := topics.reason(topic):
        to.ignore(topic, why)
    else:
        to.unmapped(topic)


def _conversation(topic: str, item: Reader, to: Telling) -> None:
    if item.get("source.type") == A_CALL:
        to.ignore(topic, "a telephone call")
        return
    begins = topic in topics.BEGINNINGS
    if begins:
        tell_start(item, to)
    if _parts(topic, item, item.each(PARTS), to) or begins:
        return
    if topic in topics.SPOKEN:
        raise item.wrong(PARTS, "no part says what happened")
    to.ignore(topic, "nothing that counts")


def _parts(topic: str, item: Reader, parts: Iterable[Reader], to: Telling) -> int:
    """A notification may hold several parts; a broken one does not take the others with it."""
    count = 0
    for part in parts:
        count += 1
        with to.part(part.path):
            tell_part(topic, item, part, to)
    return count


def _ticket(topic: str, item: Reader, to: Telling) -> None:
    """A ticket has the id of its conversation, and its parts those of the conversation's parts."""
    ticket = item.maybe_child("ticket") or item
    category = ticket.maybe_text("category") or ticket.maybe_text("ticket_type.category")
    if category is not None and category.lower() != AMONG_CUSTOMERS:
        to.ignore(topic, "a ticket among colleagues")
    elif topic != topics.TICKET_CLOSED:
        tell_part(topic, ticket, item.child("ticket_part"), to)
    else:
        parts = [
            part for part in ticket.each("ticket_parts.ticket_parts") if part.get("part_type") == "close"
        ]
        if not _parts(topic, ticket, parts, to):
            to.ignore(topic, "a ticket that was resolved, and not closed")


def _rated(body: Reader, to: Telling) -> None:
    """`created_at` of a rating is when it was asked for."""
    conversation = body.id("data.item.id")
    rating = body.child("data.item.conversation_rating")
    asked = rating.maybe_instant_s("created_at")
    if asked is not None:
        fact = f"survey-{asked.milliseconds}"
        to.tell("survey.requested", conversation, fact, asked, question="csat", scale="1-5")
    at = rating.maybe_instant_s("updated_at") or body.instant_s("created_at")
    value = rating.number("rating")
    fact = f"rated-{at.milliseconds}"
    to.tell("survey.answered", conversation, fact, at, question="csat", scale="1-5", value=value)
