"""Amazon Connect: what each event of its three streams says, and the traps of its payloads."""

import pytest
from tests.gateway.sources.connect_making import (
    ANN,
    ARN,
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

from attesa.gateway.sources import Ignored, Invalid, Unmapped

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


def kinds(events):
    return [event["type"].removeprefix("attesa.") for event in events]


def only(events, kind):
    (found,) = [event for event in events if event["type"] == f"attesa.{kind}"]
    return found


def test_a_contact_begins_with_a_flow_and_asks_for_a_person_where_it_enters_a_queue(told):
    (started,) = told(contact("INITIATED"))
    assert (started["id"], started["time"]) == (f"{SUBJECT}/started", clock(0))
    assert started["data"] == {"bot_first": True}
    queued = only(told(contact("QUEUED", **queue(20.25))), "session.queued")
    assert (queued["id"], queued["time"]) == (f"{SUBJECT}/queued-{FIRST}", clock(20.25))
    assert queued["data"] == {"queue": "sales"}


def test_each_event_tells_again_what_is_known_of_its_contact_with_the_same_ids(told):
    once = told(contact("CONNECTED_TO_AGENT", **queue(20), **agent(25)))
    again = told(contact("DISCONNECTED", **queue(20), **agent(25), disconnectTimestamp=clock(99)))
    assert kinds(once) == ["session.started", "session.queued", "agent.accepted"]
    assert again[: len(once)] == once
    assert kinds(again[len(once) :]) == ["session.ended"]


@pytest.mark.trap(12, "amazon_connect")
def test_an_agent_who_joins_a_chat_has_not_replied_and_one_who_takes_a_call_has(told):
    taken = contact("CONNECTED_TO_AGENT", **queue(20), **agent(25))
    chat, call = told(taken), told(taken | {"channel": "Voice", "initiationMethod": "INBOUND"})
    assert "is_reply" not in only(chat, "agent.accepted")["data"]
    assert only(call, "agent.accepted")["data"]["is_reply"] is True


def test_agents_and_their_own_queues_are_not_named(told):
    own = queue(20, f"{ARN}/queue/agent/ann-7")
    accepted = only(told(contact("CONNECTED_TO_AGENT", **own, **agent(25))), "agent.accepted")
    assert accepted["data"]["agent"].startswith("a-")
    assert accepted["data"]["queue"] == "agent-queue"
    assert "ann-7" not in str(accepted)


def test_names_are_found_whatever_their_capitals(told):
    written = contact("CONNECTED_TO_AGENT", **queue(20))
    written |= {"AgentInfo": {"AgentArn": ANN, "ConnectedToAgentTimestamp": clock(25)}}
    written["ContactId"] = written.pop("contactId")
    assert told(written) == told(contact("CONNECTED_TO_AGENT", **queue(20), **agent(25)))


@pytest.mark.trap(2, "amazon_connect")
def test_the_first_instant_of_1970_is_not_yet(told):
    never = {"agentInfo": {"agentArn": ANN, "connectedToAgentTimestamp": "1970-01-01T00:00:00.001Z"}}
    assert kinds(told(contact("QUEUED", **queue(20), **never))) == ["session.started", "session.queued"]


@pytest.mark.trap(15, "amazon_connect")
def test_a_wait_that_would_be_negative_is_quarantined_and_not_clamped(adapt):
    late = contact("DISCONNECTED", **queue(90), disconnectTimestamp=clock(60))
    adapted = adapt(PLATFORM, bridged(late))
    assert not adapted.events
    assert adapted.invalid == (Invalid("detail.queueInfo.enqueueTimestamp", "after the end of the contact"),)
    early = adapt(PLATFORM, contact("CONNECTED_TO_AGENT", **queue(30), **agent(25)))
    assert early.invalid == (Invalid("queueInfo.enqueueTimestamp", "after an agent took the contact"),)


@pytest.mark.trap(1, "amazon_connect")
def test_the_envelopes_time_of_whole_seconds_is_used_only_where_the_contact_has_none(told):
    queued = only(told(bridged(contact("QUEUED", **queue(20.25)))), "session.queued")
    assert queued["time"] == clock(20.25)
    bare = contact("QUEUED", queueInfo={"queueArn": SALES})
    assert only(told(bridged(bare)), "session.queued")["time"] == "2026-11-25T11:59:59.000Z"
    assert "timesource" not in only(told(bridged(bare)), "session.queued")
    assert only(told(bare), "session.queued")["timesource"] == "received"


@pytest.mark.parametrize(
    ("more", "by", "reason"),
    [
        ({"disconnectReason": "CUSTOMER_DISCONNECT"}, "customer", "customer_disconnect"),
        ({"disconnectReason": "AGENT_NETWORK_DISCONNECT"}, "agent", "agent_network_disconnect"),
        ({"disconnectReason": "IDLE_DISCONNECT"}, "timeout", "idle_disconnect"),
        ({"disconnectReason": "CONTACT_FLOW_DISCONNECT"}, "system", "contact_flow_disconnect"),
        ({"disconnectReason": {"code": "EXPIRED"}}, "timeout", "expired"),
        (queue(20), "customer", None),
        (queue(20) | agent(25), "agent", None),
    ],
)
def test_who_ended_it_is_the_reasons_word_or_else_follows_from_there_being_an_agent(told, more, by, reason):
    ended = only(told(contact("DISCONNECTED", disconnectTimestamp=clock(99), **more)), "session.ended")
    assert (ended["data"]["by"], ended["data"].get("reason")) == (by, reason)


@pytest.mark.trap(11, "amazon_connect")
def test_a_transfer_is_a_new_contact_of_the_same_conversation(told):
    leg = contact("QUEUED", SECOND, FIRST, "TRANSFER", **queue(81, CARE)) | {"initiationTimestamp": clock(80)}
    transferred, queued = told(leg)
    assert transferred["subject"] == queued["subject"] == SUBJECT
    assert (transferred["type"], transferred["time"]) == ("attesa.session.transferred", clock(80))
    assert transferred["data"] == {"kind": "person_to_person", "to_queue": "care"}


def test_a_contact_is_over_once_by_its_transfer_or_by_its_end(told):
    ended = only(told(contact("DISCONNECTED", **agent(25), disconnectTimestamp=clock(81))), "session.ended")
    leg = contact("QUEUED", SECOND, FIRST, "TRANSFER", **queue(81, CARE)) | {"initiationTimestamp": clock(80)}
    transferred = only(told(leg), "session.transferred")
    assert transferred["id"] == ended["id"]
    assert transferred["time"] < ended["time"]


def test_a_transfer_whose_queue_is_not_known_yet_is_told_by_the_next_event(adapt):
    leg = contact("INITIATED", SECOND, FIRST, "TRANSFER")
    assert adapt(PLATFORM, leg).ignored == (Ignored("INITIATED", "says nothing of the contact that counts"),)


@pytest.mark.parametrize("method", ["OUTBOUND", "EXTERNAL_OUTBOUND"])
@pytest.mark.trap(9, "amazon_connect")
def test_a_call_to_the_customer_opens_no_wait(told, method):
    taken = contact("CONNECTED_TO_AGENT", method=method, channel="VOICE", **queue(1), **agent(25))
    started, accepted = told(taken)
    assert started["data"] == {"direction": "outbound", "by": "agent"}
    assert "is_reply" not in accepted["data"]


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"initiationMethod": "DISCONNECT"}, "a flow goes on after the end"),
        ({"initiationMethod": "MONITOR"}, "a supervisor listens"),
        ({"channel": "TASK"}, "neither a chat nor a call: TASK"),
    ],
)
def test_contacts_without_a_waiting_customer_are_ignored(adapt, change, why):
    assert adapt(PLATFORM, contact("QUEUED", **queue(20)) | change).ignored == (Ignored("QUEUED", why),)


def test_wrapped_by_sns_by_eventbridge_by_both_or_bare_it_is_the_same_fact(told):
    bare = contact("QUEUED", **queue(20))
    assert told(notified(bare)) == told(bridged(bare)) == told(notified(bridged(bare))) == told(bare)
    assert told([bare]) == told(bare)


@pytest.mark.parametrize(
    ("body", "native"),
    [
        (contact("SUNG"), "SUNG"),
        (bridged({}, **{"detail-type": "Amazon Connect Voice Analysis"}), "Amazon Connect Voice Analysis"),
        (happened("x", 1, "participant.sang"), "application/vnd.amazonaws.connect.event.participant.sang"),
        (said("m1", 1, Type="SONG"), "SONG"),
    ],
)
def test_what_is_new_is_unmapped(adapt, body, native):
    assert adapt(PLATFORM, body).unmapped == (Unmapped(native),)


def test_receipts_typing_and_handshakes_are_ignored(adapt):
    for what in ("typing", "message.read", "transfer.succeeded", "participant.joined"):
        assert len(adapt(PLATFORM, happened("x", 1, what)).ignored) == 1
    handshake = notified({}) | {"Type": "SubscriptionConfirmation"}
    assert adapt(PLATFORM, handshake).ignored[0].native == "SubscriptionConfirmation"


@pytest.mark.parametrize(
    ("body", "path"),
    [
        ({"contactId": "c"}, "EventType"),
        (bridged(contact("QUEUED", contactId=None)), "detail.contactId"),
        (bridged(contact("QUEUED", initiationTimestamp=1_795_604_400)), "detail.initiationTimestamp"),
        (contact("QUEUED", initiationTimestamp="2027-01-01T00:00:00Z"), "initiationTimestamp"),
        (contact("QUEUED", channel=None), "channel"),
        (notified(said("m1", 1, AbsoluteTime=7)), "Message.AbsoluteTime"),
        (notified(said("m1", 1, role="JUGGLER")), "Message.ParticipantRole"),
        (notified({}) | {"Message": "{"}, "Message"),
        (notified({}) | {"Message": 7}, "Message"),
        (presence() | {"AgentARN": None}, "AgentARN"),
        (presence(Configuration={"RoutingProfile": {"Concurrency": 3}}),
         "CurrentAgentSnapshot.Configuration.RoutingProfile.Concurrency"),
        ([7], "0.EventType"),
    ],
)  # fmt: skip
def test_a_broken_body_is_told_by_its_path(adapt, body, path):
    adapted = adapt(PLATFORM, body)
    assert not adapted.events
    assert [wrong.path for wrong in adapted.invalid] == [path]
