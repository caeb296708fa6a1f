"""Deliveries of WhatsApp Cloud, written after its documented shapes, with invented values."""

import base64

PLATFORM = "whatsapp_cloud"
BEGAN_S = 1_795_600_000
NUMBER = "393331234567"
METADATA = {"display_phone_number": "390212345678", "phone_number_id": "106540352242922"}
ADA = {"profile": {"name": "Ada"}, "wa_id": NUMBER, "user_id": "IT.1"}


def name(number):
    """A message's id, which has the customer's number in it."""
    return (
        "wamid." + base64.b64encode(f"\x1d\x18\x0c{NUMBER}\x15\x02\x00\x11\x18{number:04d}".encode()).decode()
    )


def at(second):
    return str(BEGAN_S + second)


def message(number, second, **content):
    content = content if "type" in content else {"type": "text", "text": {"body": "Hello?"}} | content
    return {"from": NUMBER, "id": name(number), "timestamp": at(second)} | content


def change(field, value):
    return {"field": field, "value": {"messaging_product": "whatsapp", "metadata": METADATA} | value}


def messages(*said):
    return change("messages", {"contacts": [ADA], "messages": list(said)})


def echo(number, second, **content):
    content = content or {"type": "text", "text": {"body": "Good morning Ada"}}
    said = {
        "from": METADATA["display_phone_number"],
        "to": NUMBER,
        "id": name(number),
        "timestamp": at(second),
    }
    return change("smb_message_echoes", {"message_echoes": [said | content]})


def status(number, second, state, category):
    told = {"id": name(number), "status": state, "timestamp": at(second), "recipient_id": NUMBER}
    told |= {"conversation": {"id": "x", "origin": {"type": category}}, "pricing": {"category": category}}
    return change("messages", {"statuses": [told]})


def delivery(*changes):
    return {"object": "whatsapp_business_account", "entry": [{"id": "1", "changes": list(changes)}]}
