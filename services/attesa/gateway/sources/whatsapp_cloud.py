"""WhatsApp's Cloud API: messages of customers, echoes of the Business app. Seconds, as text.

A conversation is a customer at one of the business's numbers. No number leaves, nor an id that holds one.
"""

import re

from attesa.gateway.sources.adapter import Adapter
from attesa.gateway.sources.calling_codes import country_of
from attesa.gateway.sources.capabilities import INFERRED, Tells
from attesa.gateway.sources.delivery import Delivery
from attesa.gateway.sources.reading import Instant, Reader
from attesa.gateway.sources.telling import Telling
from attesa.gateway.sources.whatsapp_contents import answers, cart, kind_of, text_of

OBJECT = "whatsapp_business_account"
SETTINGS = (
    *("account_alerts", "account_review_update", "account_settings_update", "account_update"),
    *("business_capability_update", "business_status_update", "business_username_update", "flows"),
    *("group_lifecycle_update", "group_participants_update", "group_settings_update", "group_status_update"),
    *("message_template_components_update", "message_template_quality_update"),
    *("message_template_status_update", "partner_solutions", "payment_configuration_update"),
    *("phone_number_name_update", "phone_number_quality_update", "phone_number_username_update", "security"),
    *("template_category_update", "template_correct_category_detection", "user_preferences"),
)
FIELDS_IGNORED = dict.fromkeys(SETTINGS, "settings") | {
    "history": "messages from before the number was connected",
    "smb_app_state_sync": "the address book of the Business app",
    "automatic_events": "a lead or a purchase that Meta supposes, without its customer",
    "calls": "a telephone call",
    "tracking_events": "a link was opened",
}
LISTS_IGNORED = {"errors": "an error of sending", "user_actions": "a link was opened"}
TYPES_IGNORED = {
    "reaction": "an emoji on a message asks for nothing",
    "edit": "an edit of a message that was told before",
    "revoke": "a message was deleted",
    "request_welcome": "the chat was opened",
    "pin": "a message was pinned",
}
ANSWER_TO_CALLS = "call_permission_reply"
STATUSES = frozenset({"sent", "delivered", "read", "played", "failed", "deleted", "warning"})
BEGUN_BY_BUSINESS = frozenset(
    {
        *("marketing", "marketing_lite", "utility", "business_initiated"),
        *("authentication", "authentication-international", "authentication_international"),
    }
)


def read(delivery: Delivery, to: Telling) -> None:
    body = delivery.json()
    if body.text("object") != OBJECT:
        to.unmapped(body.text("object"))
        return
    if not body.has("entry"):
        raise body.wrong("entry", "the field is missing")
    for entry in body.each("entry"):
        with to.part(entry.path):
            for change in entry.each("changes"):
                with to.part(change.path):
                    _change(change, to)


def _change(change: Reader, to: Telling) -> None:
    field = change.text("field")
    if field in FIELDS_IGNORED:
        to.ignore(field, FIELDS_IGNORED[field])
        return
    if field not in {"messages", "smb_message_echoes"}:
        to.unmapped(field)
        return
    value = change.child("value")
    said = _message if field == "messages" else _echo
    readers = {"messages": said, "statuses": _status, "message_echoes": _echo}
    for name in [*readers, *LISTS_IGNORED]:
        for each in value.each(name):
            with to.part(each.path):
                if name in LISTS_IGNORED:
                    to.ignore(name, LISTS_IGNORED[name])
                else:
                    readers[name](value, each, to)
    if not any(value.has(name) for name in [*readers, *LISTS_IGNORED]):
        raise value.wrong("messages", "the field is missing")


def _message(value: Reader, message: Reader, to: Telling) -> None:
    kind = message.text("type")
    if kind == "system":
        _system(message, to)
    elif kind in TYPES_IGNORED:
        to.ignore(f"messages.{kind}", TYPES_IGNORED[kind])
    elif message.get("interactive.type") == ANSWER_TO_CALLS:
        to.ignore(f"messages.{kind}", "whether the business may call")
    elif kind_of(message) is None:
        to.unmapped(f"messages.{kind}")
    else:
        _told(value, message, to)


def _told(value: Reader, message: Reader, to: Telling) -> None:
    at, name = message.instant_s("timestamp"), _name(message, to)
    number = message.maybe_id("from")
    user = message.maybe_id("from_user_id") or _only_contact(value)
    customer = _customer(message, "from", number, user, to)
    conversation = _conversation(value, customer, message.maybe_id("group_id"), to)
    answered = answers(message)
    for question, scale, answer in answered:
        fact = f"{question}-{name}"
        to.tell("survey.answered", conversation, fact, at, question=question, scale=scale, value=answer)
    if answered:
        return
    to.tell(
        "session.started",
        conversation,
        f"started-{name}",
        at,
        channel="chat",
        customer=customer,
        phone_country=country_of(number or "") or _country_of_user(user),
        entry_point=message.maybe_text("referral.source_type"),
    )
    seen = to.context.look(text_of(message), "customer")
    fact, kind = f"message-{name}", kind_of(message) or None
    to.tell(
        "message.sent", conversation, fact, at, author="customer", message_id=name, kind=kind, **seen.fields
    )
    if message.text("type") == "order":
        _ordered(message, customer, conversation, name, at, to)


def _ordered(message: Reader, customer: str, conversation: str, name: str, at: Instant, to: Telling) -> None:
    value, currency = cart(message)
    to.tell_customer(
        "purchase.made",
        customer,
        f"order-{name}",
        at,
        order_id=name,
        value=value,
        currency=currency,
        conversation=to.conversation(conversation),
    )


def _echo(value: Reader, echo: Reader, to: Telling) -> None:
    """A person wrote in the Business app; what goes out by the API has no echo."""
    kind = echo.text("type")
    if kind in TYPES_IGNORED:
        to.ignore(f"message_echoes.{kind}", TYPES_IGNORED[kind])
        return
    if kind != "template" and kind_of(echo) is None:
        to.unmapped(f"message_echoes.{kind}")
        return
    at, name = echo.instant_s("timestamp"), _name(echo, to)
    customer = _customer(echo, "to", echo.maybe_id("to"), echo.maybe_id("to_user_id"), to)
    sort = "campaign" if kind == "template" else kind_of(echo) or None
    seen = to.context.look(text_of(echo), "agent", value.maybe_text("contacts.0.profile.name") or "")
    conversation = _conversation(value, customer, echo.maybe_id("group_id"), to)
    fact = f"message-{name}"
    to.tell("message.sent", conversation, fact, at, author="agent", message_id=name, kind=sort, **seen.fields)


def _status(value: Reader, status: Reader, to: Telling) -> None:
    """Four statuses share a message's id: only that a template of the business was sent is a fact."""
    state = status.text("status")
    if status.get("type") == "payment":
        to.ignore(f"statuses.{state}", "the payment of an order, which the shop tells")
        return
    if state not in STATUSES:
        to.unmapped(f"statuses.{state}")
        return
    sort = status.maybe_text("pricing.category") or status.maybe_text("conversation.origin.type")
    to_one = status.get("recipient_type") != "group"
    if state != "sent" or sort not in BEGUN_BY_BUSINESS or not to_one:
        to.ignore(f"statuses.{state}", "a delivery report")
        return
    at, name = status.instant_s("timestamp"), _name(status, to)
    number, user = status.maybe_id("recipient_id"), status.maybe_id("recipient_user_id")
    customer = _customer(status, "recipient_id", number, user, to)
    conversation, fact = _conversation(value, customer, None, to), f"campaign-{name}"
    to.tell("message.sent", conversation, fact, at, author="agent", message_id=name, kind="campaign")


def _system(message: Reader, to: Telling) -> None:
    """A customer has another number, or another id of the platform where the number is hidden."""
    sort = message.maybe_text("system.type")
    if sort in {"user_changed_number", "customer_changed_number"}:
        new = message.maybe_id("system.wa_id") or message.id("system.new_wa_id")
        before, after = to.context.phone(message.id("from")), to.context.phone(new)
    elif sort == "user_changed_user_id" and (old := _former(message)):
        before, after = to.context.customer(old), to.context.customer(message.id("system.user_id"))
    else:
        to.ignore("messages.system", "a notice of the system")
        return
    at, fact = message.instant_s("timestamp"), f"number-{_name(message, to)}"
    to.tell_customer("customer.linked", before, fact, at, same_as=after)


def _former(message: Reader) -> str | None:
    return message.maybe_id("system.previous_user_id") or message.maybe_id("from_user_id")


def _customer(reader: Reader, path: str, number: str | None, user: str | None, to: Telling) -> str:
    """By the number, which is the same in every source; by the platform's id where it is hidden."""
    if number and any(sign.isdecimal() for sign in number):
        return to.context.phone(number)
    if user:
        return to.context.customer(user)
    raise reader.wrong(path, "a number has digits" if number else "the field is missing")


def _only_contact(value: Reader) -> str | None:
    return None if value.has("contacts.1") else value.maybe_id("contacts.0.user_id")


def _country_of_user(user: str | None) -> str | None:
    """An id of the platform begins with the country of the number that it hides: `IT.1349…`."""
    found = re.match(r"([A-Z]{2})\.", user or "")
    return found[1] if found else None


def _conversation(value: Reader, customer: str, group: str | None, to: Telling) -> str:
    """A group's members write into one conversation; its id may hold a number."""
    who = to.context.pseudonym("g", group) if group else customer
    return f"{value.id('metadata.phone_number_id')}/{who}"


def _name(message: Reader, to: Telling) -> str:
    """A message's id has the customer's number in it, in base64."""
    return to.context.pseudonym("m", message.id("id"))


ADAPTER = Adapter(
    title="WhatsApp Cloud API",
    read=read,
    tells=Tells(requested=INFERRED, author=INFERRED, survey=INFERRED, purchase=INFERRED),
    notes=(
        "The request is the customer's first message; queue, acceptance, transfer and end are not told.",
        "Of the business's messages only those written in the Business app are told, as echoes.",
        "What a desk or a bot sends by the API is not told: every session would end unanswered by time-out.",
        "Then let the desk on top be the source, and not the number: it knows of both.",
        "Templates of the business are told by their status as campaigns.",
        "Answers of a Flow are read from fields named nps, csat, influence or would_have_bought.",
        "An order is a cart that the customer sent; that it was paid is not told.",
        "The country is that of the number's prefix; the number is not kept.",
        "A customer whose number becomes hidden is a new one.",
    ),
)
