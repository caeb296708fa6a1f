"""Amazon Connect: methods, channels, reasons, batches and absent fields beyond the usual ones."""

import base64
import json

import pytest
from tests.gateway.sources.connect_making import (
    ANN,
    BOB,
    CARE,
    FIRST,
    SALES,
    SECOND,
    agent,
    bridged,
    clock,
    contact,
    happened,
    notified,
    presence,
    queue,
    said,
)  # fmt: skip
from tests.gateway.sources.folding import in_any_order

PLATFORM = "amazon_connect"
LEG = {"initiationTimestamp": clock(60)}
QUEUED = contact("QUEUED", **queue(20))


def segment(**values):
    return {"segmentAttributes": {f"connect:{key}": {"valueString": value} for key, value in values.items()}}


def over(second, **more):
    return contact("DISCONNECTED", disconnectTimestamp=clock(second), **more)


@pytest.fixture
def told(adapt):
    """The events of a delivery that is known and whole."""

    def run(body):
        adapted = adapt(PLATFORM, body)
        assert (adapted.unmapped, adapted.invalid) == ((), ())
        return adapted.events

    return run


@pytest.fixture
def facts(adapt):
    def run(*bodies):
        (row,) = in_any_order(lambda body: adapt(PLATFORM, body), list(bodies))
        return row

    return run


def kinds(events):
    return [event["type"].removeprefix("attesa.") for event in events]


BOTH = (QUEUED, presence())
INTERACTIVE = "application/vnd.amazonaws.connect.message.interactive"


def encoded(value):
    return base64.b64encode(json.dumps(value).encode()).decode()


@pytest.mark.parametrize(
    "batch",
    [
        [QUEUED, presence()],
        [bridged(QUEUED), bridged(presence())],
        {"requestId": "r", "timestamp": 1, "records": [{"data": encoded(each)} for each in BOTH]},
        {"Records": [{"kinesis": {"data": encoded(each)}} for each in BOTH]},
        {"Records": [{"body": json.dumps(each)} for each in (bridged(QUEUED), notified(presence()))]},
        {"Records": [{"EventSource": "aws:sns", "Sns": notified(each)} for each in BOTH]},
        [{"eventSource": "aws:kinesis", "partitionKey": "p", "data": encoded(each)} for each in BOTH],
    ],
)  # fmt: skip
def test_events_are_the_same_in_whichever_batch_they_come(told, batch):
    assert told(batch) == told(QUEUED) + told(presence())


@pytest.mark.parametrize(
    "broken", [{"data": "%%%"}, {"data": encoded([])[:-3]}, {"body": "{"}, {"Sns": 7}, {}]
)
def test_a_broken_record_does_not_take_its_neighbours_with_it(adapt, broken):
    adapted = adapt(PLATFORM, {"records": [broken, {"data": encoded(QUEUED)}]})
    assert len(adapted.invalid) == 1
    assert adapted.invalid[0].path.startswith("records.0")
    assert kinds(adapted.events) == ["session.started", "session.queued"]


def test_a_contact_record_is_known_and_not_read(adapt):
    record = {"AWSContactTraceRecordFormatVersion": "2017-03-10", "ContactId": FIRST, "Channel": "CHAT"}
    assert adapt(PLATFORM, record).ignored[0].why == "its contact's events tell it"


@pytest.mark.parametrize("kind", ["Contact Lens Post Call Rules Matched", "Metrics Rules Matched"])
def test_analyses_of_the_same_bus_are_known_and_ignored(adapt, kind):
    adapted = adapt(PLATFORM, bridged({"ruleName": "r"}, **{"detail-type": kind}))
    assert [(each.native, each.why) for each in adapted.ignored] == [(kind, "an analysis of contacts")]


def test_a_customer_who_will_be_called_back_has_not_abandoned_and_goes_on_waiting(facts):
    back = {"channel": "VOICE", "initiationMethod": "CALLBACK"} | LEG
    call = {"channel": "VOICE", "initiationMethod": "INBOUND"}
    row = facts(
        QUEUED | call,
        over(62, **queue(20)) | call,
        contact("QUEUED", SECOND, FIRST, **queue(61, CARE)) | back,
        contact("CONNECTED_TO_AGENT", SECOND, FIRST, **queue(61, CARE), **agent(300)) | back,
    )
    assert (row.outcome, row.wait_ms) == ("answered", 280_000)


def test_a_callback_that_is_never_made_was_not_left_by_the_customer(told):
    lost = contact("DISCONNECTED", SECOND, FIRST, "CALLBACK", **queue(61), disconnectTimestamp=clock(900))
    assert told(lost | LEG | {"channel": "VOICE"})[-1]["data"] == {"by": "system"}


@pytest.mark.parametrize("method", ["EXTERNAL_OUTBOUND", "WEBRTC_API"])
def test_who_is_called_in_and_leaves_again_ends_nothing(told, method):
    guest = contact("DISCONNECTED", SECOND, FIRST, method, channel="VOICE", disconnectTimestamp=clock(90))
    assert told(guest) == ()


def test_a_guide_that_an_agent_goes_through_is_no_chat(told):
    assert told(contact("INITIATED", **segment(Subtype="connect:Guide"))) == ()


@pytest.mark.parametrize(
    ("subtype", "channel"),
    [("connect:SMS", "chat"), ("connect:WhatsApp", "chat"), ("connect:Chat", None), ("connect:New", None)],
)
def test_a_chat_by_text_messages_is_no_live_chat(told, subtype, channel):
    (started,) = told(contact("INITIATED", **segment(Subtype=subtype)))
    assert started["data"].get("channel") == channel


@pytest.mark.trap(9, "amazon_connect")
def test_a_chat_that_the_business_begins_waits_for_nobody_until_the_answer_is_queued(facts):
    sent = segment(Subtype="connect:SMS", Direction="OUTBOUND")
    begun = contact("INITIATED", **sent), notified(said("m1", 30, text="Yes?"))
    silent = facts(*begun)
    assert (silent.outcome, silent.requested_at) == ("outbound", None)
    row = facts(*begun, contact("QUEUED", **queue(31), **sent), notified(said("m2", 41, "AGENT", "Hello")))
    assert (row.outcome, row.wait_ms) == ("answered", 10_000)


@pytest.mark.parametrize(
    ("reason", "by"),
    [
        ("CUSTOMER_DISCONNECT", "customer"), ("CUSTOMER_CONNECTION_NOT_ESTABLISHED", "customer"),
        ("AGENT_DISCONNECT", "agent"), ("AGENT_NETWORK_DISCONNECT", "agent"), ("BARGED", "agent"),
        ("SUPERVISOR_DISCONNECT", "agent"), ("EXPIRED", "timeout"), ("IDLE_DISCONNECT", "timeout"),
        ("CONTACT_FLOW_DISCONNECT", "system"), ("SYSTEM_ERROR", "system"), ("OTHER", "system"),
        ("TELECOM_PROBLEM", "system"), ("API", "customer"), ("", "customer"), (None, "customer"),
    ],
)  # fmt: skip
def test_every_documented_reason_has_its_author(told, reason, by):
    """A program ends a chat for whoever uses it: without an agent that is the customer."""
    ended = told(over(99, disconnectReason=reason, **queue(20)))[-1]
    assert ended["data"]["by"] == by


def test_an_agent_whom_another_sends_out_of_the_chat_ends_nothing(told):
    assert "session.ended" not in kinds(
        told(over(99, disconnectReason="THIRD_PARTY_DISCONNECT", **agent(25)))
    )


@pytest.mark.trap(13, "amazon_connect")
def test_the_closing_of_a_chat_says_not_by_whom_so_who_left_the_queue_has_abandoned(facts):
    row = facts(
        QUEUED,
        notified(happened("e1", 49.9, "chat.ended")),
        over(50, **queue(20), disconnectReason="CUSTOMER_DISCONNECT"),
    )
    assert (row.outcome, row.ended_by) == ("abandoned", "customer")


@pytest.mark.trap(10, "amazon_connect")
def test_a_chat_taken_up_again_is_a_new_session_of_its_own(told):
    (first,) = told(contact("INITIATED"))
    (again,) = told(contact("INITIATED", "c-9", relatedContactId=FIRST) | LEG)
    assert first["subject"] != again["subject"]


@pytest.mark.parametrize(
    "nothing",
    [
        {"initialContactId": "", "previousContactId": ""},
        {"agentInfo": None, "segmentAttributes": None, "tags": None, "disconnectReason": None},
        {"agentInfo": {}, "customerEndpoint": {"type": "TELEPHONE_NUMBER"}, "anUnheardOfField": [None]},
        {"agentInfo": {"agentArn": ANN, "connectedToAgentTimestamp": None}},
        {"disconnectTimestamp": "1970-01-01T00:00:00.001Z", "queueInfo": queue(20)["queueInfo"]},
    ],
)
def test_what_is_null_or_empty_or_new_changes_nothing(told, nothing):
    assert told(QUEUED | nothing) == told(QUEUED)


def test_an_event_of_the_first_years_tells_no_instants_and_has_the_envelopes(told):
    early = contact("CONNECTED_TO_AGENT", channel="Voice", method="INBOUND", initiationTimestamp=None)
    early |= {"queueInfo": {"queueArn": SALES, "queueType": "STANDARD"}, "AgentInfo": {"AgentArn": BOB}}
    (accepted,) = told(bridged(early))
    assert (accepted["type"], accepted["time"]) == ("attesa.agent.accepted", "2026-11-25T11:59:59.000Z")
    assert "timesource" not in accepted


@pytest.mark.parametrize(
    ("change", "data"),
    [
        ({"ContentType": "text/markdown; charset=utf-8", "Content": "**Grüße** 🎟"}, {"length": 11}),
        ({"ContentType": INTERACTIVE}, {"kind": "interactive"}),
        ({"ContentType": f"{INTERACTIVE}.response"}, {"kind": "interactive"}),
        ({"Content": None}, {}),
        ({"Type": "ATTACHMENT", "ContentType": None, "Content": None, "Attachments": []}, {"kind": "file"}),
        ({"Type": "ATTACHMENT", "Attachments": [{"ContentType": "video/mp4"}]}, {"kind": "video"}),
    ],
)  # fmt: skip
def test_a_message_of_any_kind_is_a_message(told, change, data):
    (message,) = told(notified(said("m1", 30) | change))
    assert message["data"] == {"author": "customer", "message_id": "m1"} | data


@pytest.mark.trap(7, "amazon_connect")
def test_what_a_bot_tells_the_agents_alone_is_no_bot_that_the_customer_talks_to(told):
    (note,) = told(notified(said("m1", 30, "CUSTOM_BOT"), MessageVisibility="AGENT"))
    assert (note["data"]["author"], note["data"]["visible"]) == ("bot", False)


def test_an_agent_whose_snapshot_is_missing_is_told_only_where_he_leaves(adapt):
    gone = presence("LOGOUT") | {"CurrentAgentSnapshot": None}
    assert adapt(PLATFORM, gone).events[0]["data"] == {"status": "offline"}
    (wrong,) = adapt(PLATFORM, presence() | {"CurrentAgentSnapshot": None}).invalid
    assert wrong.path == "CurrentAgentSnapshot.AgentStatus.Name"
