"""Chatwoot's messages: who wrote, and answers to the survey, which are changes of its message."""

from attesa.gateway.sources.reading import Instant, Reader
from attesa.gateway.sources.telling import Telling

INCOMING, OUTGOING, ACTIVITY, TEMPLATE = range(4)  # as numbers inside of conversations, as words elsewhere
DIRECTIONS = ("incoming", "outgoing", "activity", "template")
SENDERS = {  # in messages, and in what a conversation tells of its newest message
    "user": "agent",
    "agent_bot": "bot",
    "agentbot": "bot",
    "captain_assistant": "bot",
    "captain::assistant": "bot",
}
CHANNELS = {
    "Channel::WebWidget": "live_chat",
    "Channel::Email": "email",
    "Channel::FacebookPage": "social",
    "Channel::Instagram": "social",
    "Channel::Tiktok": "social",
    "Channel::TwitterProfile": "social",
}
KINDS = {"audio": "voice", "video": "video"}  # of an attachment; others are called as they are
CALL = "a telephone call: who took it, and when, is not told"


def written(body: Reader, to: Telling) -> None:
    conversation, message = body.id("conversation.id"), body.id("id")
    at = instant(body, "created_at") or body.received
    told, sort = direction(body), body.maybe_text("content_type")
    if told == ACTIVITY:
        to.ignore("message_created", "a note of the system on the conversation")
    elif sort == "voice_call":
        to.ignore("message_created", CALL)
    elif told == INCOMING and _is_blocked(body):
        to.ignore("message_created", "the contact is blocked: nobody will see it")
    elif sort == "input_csat":
        fact = f"survey-{message}"
        to.tell("survey.requested", conversation, fact, at, question="csat", scale="1-5")
    else:
        author, kind = _author(body, told), _kind(body, told)
        name = body.maybe_text("conversation.meta.sender.name") or ""
        writer = body.maybe_id("sender.id") if is_person(body) else None
        seen = to.context.look(body.maybe_text("content") or "", author, name)
        if author == "customer":
            _opens(body, f"written-{message}", at, to)
        to.tell(
            "message.sent",
            conversation,
            f"message-{message}",
            at,
            author=author,
            message_id=message,
            visible=False if body.flag("private") else None,
            kind=kind,
            agent=to.context.agent(writer) if writer and not _is_echo(body) else None,
            **seen.fields,
        )


def _opens(body: Reader, fact: str, at: Instant, to: Telling) -> None:
    """What may open a session: a conversation lasts, and the webhook of its beginning is sent once only."""
    conversation = body.child("conversation")
    channel, customer = conversation.maybe_text("channel"), conversation.maybe_id("meta.sender.id")
    if channel or customer:
        to.tell(
            "session.started",
            conversation.id("id"),
            fact,
            at,
            channel=CHANNELS.get(channel, "chat") if channel else None,
            bot_first=True if conversation.get("status") == "pending" else None,
            customer=to.context.customer(customer) if customer else None,
        )


def direction(body: Reader) -> int:
    """Which of the four. Raises Wrong."""
    told = body.get("message_type")
    if told in DIRECTIONS:
        return DIRECTIONS.index(told)
    if isinstance(told, int) and not isinstance(told, bool) and 0 <= told < len(DIRECTIONS):
        return told
    raise body.wrong("message_type", "incoming, outgoing, template or activity")


def is_person(body: Reader) -> bool:
    """Whether one of ours wrote to the customer by hand, here or in the channel's own app."""
    if body.get("message_type") not in (OUTGOING, DIRECTIONS[OUTGOING]):
        return False
    if body.has("content_attributes.automation_rule_id") or body.has("additional_attributes.campaign_id"):
        return False
    return _is_echo(body) or SENDERS.get(_sender_type(body) or "") == "agent"


def _author(body: Reader, told: int) -> str:
    """A template is the system's (a greeting, out of office), and so is an address's automatic answer."""
    if told == INCOMING:
        return "system" if body.get("content_attributes.email.auto_reply") is True else "customer"
    if told == TEMPLATE:
        return "system"
    if body.has("additional_attributes.campaign_id"):
        return "agent"  # of kind campaign, which opens conversations that ask for nobody
    return _sender(body)


def _sender(body: Reader) -> str:
    """Who of ours wrote. Raises Wrong where it is a kind of sender that is not known."""
    told = _sender_type(body)
    if _is_echo(body):
        return "agent"
    if told is None:
        return "system"  # a rule's, an integration's
    if told not in SENDERS:
        raise body.wrong("sender.type", "user, agent_bot or captain_assistant")
    return SENDERS[told]


def _sender_type(body: Reader) -> str | None:
    """In small letters; of an agent old versions do not tell it."""
    told = body.get("sender.type") or body.get("sender_type")
    return str(told).lower() if told else "user" if body.has("sender.id") else None


def _is_echo(body: Reader) -> bool:
    """Written in WhatsApp's, Instagram's or Messenger's own app: a person's, without a sender."""
    return body.get("content_attributes.external_echo") is True


def _is_blocked(body: Reader) -> bool:
    return True in [body.get("sender.blocked"), body.get("conversation.meta.sender.blocked")]


def _kind(body: Reader, told: int) -> str | None:
    if body.has("additional_attributes.campaign_id"):
        return "campaign"
    if told == TEMPLATE or body.has("content_attributes.automation_rule_id"):
        return "automatic"
    sort = body.maybe_text("attachments.0.file_type")
    return KINDS.get(sort, sort) if sort else None


def edited(body: Reader, to: Telling) -> None:
    answer = body.maybe_child("content_attributes.submitted_values.csat_survey_response")
    if answer is None:
        to.ignore("message_updated", "an edit, a removal or a delivery report")
        return
    at = instant(body, "updated_at") or body.received
    fact = f"rated-{body.id('id')}"
    conversation, rating = body.id("conversation.id"), _rating(answer)
    to.tell("survey.answered", conversation, fact, at, question="csat", scale="1-5", value=rating)


def _rating(answer: Reader) -> float:
    """A number; text where the form was sent as one."""
    told = answer.get("rating")
    return int(told) if told in ("1", "2", "3", "4", "5") else answer.number("rating")


def instant(body: Reader, path: str) -> Instant | None:
    """Chatwoot writes one field as ISO text in messages and as seconds in conversations."""
    if isinstance(body.get(path), str):
        return body.maybe_instant_iso(path)
    return body.maybe_instant_s(path)
