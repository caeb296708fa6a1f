"""Amazon Connect: who wrote and who left, by message streaming; who is there, by agent events."""

import json
from datetime import datetime

import pytest
from tests.gateway.sources.connect_making import (
    FIRST,
    agent,
    clock,
    contact,
    happened,
    notified,
    presence,
    queue,
    said,
)
from tests.gateway.sources.folding import Record

from attesa.core.definitions import Definitions
from attesa.core.partition.clocks import GRACE_MS, Progress
from attesa.core.sessions import Sessions

PLATFORM = "amazon_connect"
SUBJECT = f"amazon_connect/main/{FIRST}"


@pytest.fixture
def told(adapt):
    """The events of a delivery that is known and whole."""

    def run(body):
        adapted = adapt(PLATFORM, body)
        assert (adapted.unmapped, adapted.invalid) == ((), ())
        return adapted.events

    return run


def only(events, kind):
    (found,) = [event for event in events if event["type"] == f"attesa.{kind}"]
    return found


@pytest.mark.parametrize(
    ("role", "author"),
    [("CUSTOMER", "customer"), ("AGENT", "agent"), ("CUSTOM_BOT", "bot"), ("SYSTEM", "system")],
)
def test_who_wrote_is_the_participants_role(told, role, author):
    (message,) = told(said("m1", 30.5, role, "It is: open?"))
    assert (message["id"], message["time"]) == (f"{SUBJECT}/message-m1", clock(30.5))
    assert message["data"] == {"author": author, "message_id": "m1", "length": 12, "questions": 1}
    assert "Ada" not in str(message)
    assert f"p-{role}" not in str(message)


@pytest.mark.trap(7, "amazon_connect")
def test_what_only_agents_see_is_a_note_and_the_notification_says_so(told):
    (note,) = told(notified(said("m1", 30, "AGENT"), MessageVisibility="AGENT"))
    assert note["data"]["visible"] is False
    (reply,) = told(notified(said("m1", 30, "AGENT"), MessageVisibility="ALL"))
    assert "visible" not in reply["data"]


def test_what_is_no_text_has_a_kind_and_no_length(told):
    json_text = said("m1", 30, ContentType="application/json", text='{"a": 1}')
    assert told(json_text)[0]["data"] == {"author": "customer", "message_id": "m1", "kind": "interactive"}
    attached = said("m2", 31, Type="ATTACHMENT", Attachments=[{"ContentType": "audio/wav"}])
    assert told(attached)[0]["data"]["kind"] == "voice"


def test_a_customer_who_leaves_the_chat_ends_it_and_an_agent_who_leaves_does_not(told, adapt):
    (ended,) = told(happened("x1", 90, "participant.left", "CUSTOMER"))
    assert (ended["type"], ended["data"]) == ("attesa.session.ended", {"by": "customer"})
    assert not adapt(PLATFORM, happened("x2", 90, "participant.left", "AGENT")).events
    assert not adapt(PLATFORM, happened("x3", 91, "chat.ended")).events  # which says not by whom


@pytest.mark.parametrize(
    ("native", "status", "snapshot", "facts"),
    [
        ("LOGIN", "Available", {}, {"status": "available", "capacity": 3, "queues": ["sales"]}),
        ("HEART_BEAT", "Lunch", {}, {"status": "away"}),
        ("STATE_CHANGE", "Offline", {}, {"status": "offline"}),
        ("LOGOUT", "Available", {}, {"status": "offline"}),
        (
            "STATE_CHANGE",
            "Available",
            {"NextAgentStatus": {"Name": "Lunch"}},
            {"status": "busy", "capacity": 3, "queues": ["sales"]},
        ),
        (
            "STATE_CHANGE",
            "Pausa",
            {"AgentStatus": {"Name": "Pausa", "Type": "OFFLINE"}},
            {"status": "offline"},
        ),
    ],
)
def test_agent_events_are_the_presence_of_a_pseudonym(told, native, status, snapshot, facts):
    (event,) = told(presence(native, status, 60, **snapshot))
    assert (event["type"], event["time"]) == ("attesa.agent.presence", clock(60))
    assert event["data"] == facts
    assert event["subject"].startswith("a-")
    assert "Ann" not in str(event)


def test_the_agent_who_is_there_is_the_one_who_takes_contacts(told):
    (event,) = told(presence())
    taken = only(told(contact("CONNECTED_TO_AGENT", **queue(20), **agent(25))), "agent.accepted")
    assert event["subject"] == taken["data"]["agent"]


def test_an_agents_heart_beat_is_heard_of_the_source_and_promises_nothing(told):
    """Agents beat while they are logged in: a promise would hold the verdicts of every night."""
    (event,) = told(presence("HEART_BEAT", "Available", 60))
    at_ms = int(datetime.fromisoformat(event["time"]).timestamp() * 1000)
    sessions = Sessions(0, Definitions(), 1, lambda _key: True)
    key = f"{event['tenant']}:{event['subject']}".encode()
    sessions.apply([Record(key, json.dumps(event).encode(), 0)], at_ms + 1_000)
    a_night_later = at_ms + 12 * 3_600_000
    sessions.tick(a_night_later, Progress(1, 1, caught_up=True))
    known = sessions.clocks["default"]

    assert known.sources == {"amazon_connect/main": at_ms}
    assert (known.held_by, known.clock) == (None, a_night_later - GRACE_MS)
