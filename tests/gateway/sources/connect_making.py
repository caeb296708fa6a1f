"""Deliveries of Amazon Connect, written by hand after the documented shapes."""

import json

ARN = "arn:aws:connect:eu-central-1:123456789012:instance/i-1"
FIRST, SECOND = "c-1", "c-2"  # contacts, legs of one conversation
SALES, CARE = f"{ARN}/queue/sales", f"{ARN}/queue/care"
ANN, BOB = f"{ARN}/agent/ann-7", f"{ARN}/agent/bob-8"
EVENT = "application/vnd.amazonaws.connect.event."


def clock(second):
    """Seconds after 11:00; Amazon writes milliseconds."""
    return f"2026-11-25T11:{int(second) // 60:02d}:{int(second) % 60:02d}.{round(second % 1 * 1000):03d}Z"


def contact(native, id_=FIRST, /, previous=None, method="API", **more):
    body = {
        "eventType": native,
        "contactId": id_,
        "channel": "CHAT",
        "instanceArn": ARN,
        "initiationMethod": method,
        "initiationTimestamp": clock(0),
    }
    links = {"previousContactId": previous, "initialContactId": FIRST} if previous else {}
    return body | links | more


def queue(second, arn=SALES):
    return {"queueInfo": {"queueArn": arn, "queueType": "STANDARD", "enqueueTimestamp": clock(second)}}


def agent(second, arn=ANN):
    return {"agentInfo": {"agentArn": arn, "connectedToAgentTimestamp": clock(second)}}


def said(name, second, role="CUSTOMER", text="Hello?", contact_id=FIRST, **more):
    return {
        "AbsoluteTime": clock(second),
        "Content": text,
        "ContentType": "text/plain",
        "Id": name,
        "Type": "MESSAGE",
        "ParticipantId": f"p-{role}",
        "DisplayName": "Ada",
        "ParticipantRole": role,
        "InitialContactId": FIRST,
        "ContactId": contact_id,
    } | more


def happened(name, second, what, role=None, contact_id=FIRST):
    """An event of message streaming."""
    event = {"Type": "EVENT", "ContentType": EVENT + what, "Id": name, "AbsoluteTime": clock(second)}
    return event | {"InitialContactId": FIRST, "ContactId": contact_id, "ParticipantRole": role}


def bridged(detail, **more):
    envelope = {"version": "0", "detail-type": "Amazon Connect Contact Event", "source": "aws.connect"}
    return envelope | {"id": "e-1", "time": "2026-11-25T11:59:59Z", "detail": detail} | more


def notified(message, **attributes):
    """As SNS delivers it: the message is JSON, written as text."""
    return {
        "Type": "Notification",
        "MessageId": "n-1",
        "TopicArn": "arn:aws:sns:eu-central-1:123456789012:chats",
        "Message": json.dumps(message),
        "Timestamp": clock(3540),
        "MessageAttributes": {k: {"Type": "String", "Value": v} for k, v in attributes.items()},
    }


def presence(native="STATE_CHANGE", status="Available", second=0, **snapshot):
    profile = {
        "Name": "Chats",
        "Concurrency": [
            {"Channel": "VOICE", "MaximumSlots": 1, "AvailableSlots": 1},
            {"Channel": "CHAT", "MaximumSlots": 3, "AvailableSlots": 3},
        ],
        "InboundQueues": [
            {"ARN": f"{ARN}/queue/agent/ann-7", "Name": None, "Channels": ["CHAT"]},
            {"ARN": SALES, "Name": "Sales", "Channels": ["CHAT"]},
        ],
    }
    now = {"AgentStatus": {"Name": status, "ARN": "s"}, "Contacts": []}
    now |= {"Configuration": {"Username": "ann", "FirstName": "Ann", "RoutingProfile": profile}}
    return {
        "AgentARN": ANN,
        "EventId": f"a-{native}-{second}",
        "EventTimestamp": clock(second),
        "EventType": native,
        "CurrentAgentSnapshot": now | snapshot,
        "PreviousAgentSnapshot": None,
        "Version": "2017-10-01",
    }
