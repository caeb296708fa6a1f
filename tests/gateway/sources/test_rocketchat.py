"""Rocket.Chat: rooms told whole again and again, bots that look like agents, facts without an instant."""

from datetime import timedelta

import pytest
from tests.gateway.sources.conftest import NOW
from tests.gateway.sources.rocketchat_rooms import (
    BOTS,
    BY_BOT,
    HELLO,
    REPLY,
    SERVED,
    VISITOR,
    closed,
    only,
    room,
    told,
)

from attesa.gateway.sources import Ignored, Unmapped


def test_the_room_begins_when_it_was_made_and_its_visitor_is_a_pseudonym(adapt):
    adapted = adapt("rocketchat", room("LivechatSessionStart", departmentId="sales"))
    start, queue = told(adapted, "session.started")
    assert (start["time"], start["subject"]) == ("2026-11-25T11:00:00.000Z", "rocketchat/main/R1")
    assert start["data"]["customer"].startswith("c-")
    assert queue["data"] == {"queue": "sales"}
    link = only(adapted, "customer.linked")
    assert link["subject"] == start["data"]["customer"]
    assert "secret" not in str(adapted)
    assert "example.com" not in str(adapted).lower()


def test_an_address_written_as_text_links_the_same_customer(adapt):
    listed = adapt("rocketchat", room("LivechatSessionStart"))
    written = adapt(
        "rocketchat", room("LivechatSessionStart", visitor=VISITOR | {"email": "ada@example.com"})
    )
    assert only(listed, "customer.linked") == only(written, "customer.linked")


@pytest.mark.parametrize("said", [[], [HELLO]])
def test_a_room_is_first_queued_as_it_begins_however_late_that_is_delivered(adapt, said):
    adapted = adapt("rocketchat", room("LivechatSessionQueued", *said, departmentId="sales"))
    queued = only(adapted, "session.queued")
    assert (queued["time"], queued["data"]) == ("2026-11-25T11:00:00.000Z", {"queue": "sales"})
    assert ("timesource" in queued, adapted.received) == (False, 0)


@pytest.mark.trap(3, "rocketchat")
def test_a_later_queueing_has_no_instant_and_takes_that_of_its_receipt(adapt):
    queued = room("LivechatSessionQueued", HELLO, BY_BOT, departmentId="sales")
    adapted = adapt("rocketchat", queued, bots=BOTS)
    queued = only(adapted, "session.queued")
    assert (queued["time"], queued["timesource"]) == ("2026-11-25T12:00:00.000Z", "received")
    assert (queued["data"], adapted.received) == ({"queue": "sales"}, 1)


def test_queueing_delivered_again_later_is_the_same_fact(adapt):
    queued = room("LivechatSessionQueued", HELLO, BY_BOT)
    first = adapt("rocketchat", queued, bots=BOTS, received_at=NOW - timedelta(seconds=40))
    again = adapt("rocketchat", queued, bots=BOTS)
    assert only(first, "session.queued")["id"] == only(again, "session.queued")["id"]


def test_queueing_again_behind_another_message_is_another_fact(adapt):
    first, again, other = (
        only(adapt("rocketchat", room("LivechatSessionQueued", *said), bots=BOTS), "session.queued")["id"]
        for said in ([BY_BOT], [BY_BOT], [BY_BOT, HELLO])
    )
    assert first == again
    assert first != other


def test_a_queueing_behind_an_agents_words_opens_no_session_however_late_it_comes(adapt):
    """It would stand at its receipt, perhaps behind the end; the request was long before."""
    adapted = adapt("rocketchat", room("LivechatSessionQueued", HELLO, REPLY))
    assert not told(adapted, "session.queued")
    assert [one.native for one in adapted.ignored] == ["LivechatSessionQueued"]


@pytest.mark.trap(6, "rocketchat")
def test_a_room_that_a_bot_may_take_is_queued_without_asking_for_a_person(adapt):
    first = adapt("rocketchat", room("LivechatSessionQueued", departmentId="sales"), bots=BOTS)
    assert not told(first, "session.queued")
    assert told(first, "session.started")[1]["data"] == {"queue": "sales"}
    handed = adapt("rocketchat", room("LivechatSessionQueued", HELLO, BY_BOT, departmentId="b"), bots=BOTS)
    assert only(handed, "session.queued")["data"] == {"queue": "b"}


def test_taking_is_told_at_the_instant_when_it_was_served(adapt):
    adapted = adapt("rocketchat", room("LivechatSessionTaken", departmentId="sales", servedBy=SERVED))
    accepted = only(adapted, "agent.accepted")
    assert accepted["time"] == "2026-11-25T11:00:30.000Z"
    assert accepted["data"]["agent"].startswith("a-")
    assert only(adapted, "agent.assigned")["data"]["queue"] == "sales"


def test_the_close_tells_a_lost_taking_as_the_same_fact(adapt):
    taken = adapt("rocketchat", room("LivechatSessionTaken", servedBy=SERVED))
    assert only(taken, "agent.accepted") == only(
        adapt("rocketchat", closed(servedBy=SERVED)), "agent.accepted"
    )


@pytest.mark.parametrize(
    ("change", "by"),
    [
        ({"closer": "visitor", "closedBy": {"_id": "v9", "username": "guest-3"}}, "customer"),
        ({"closer": "user", "closedBy": {"_id": "u1", "username": "ann"}}, "agent"),
        ({"closer": "user", "closedBy": {"_id": "rocket.cat", "username": "rocket.cat"}}, "timeout"),
        ({"closer": "user", "closedBy": {"_id": "u7", "username": "robby"}}, "system"),
        ({"closer": None, "closedBy": {"_id": "v9"}}, "customer"),
        ({"closer": None, "closedBy": {"_id": "u1"}}, "agent"),
    ],
)
def test_who_closed_the_room_is_told(adapt, change, by):
    ended = only(adapt("rocketchat", closed(**change), bots=BOTS), "session.ended")
    assert (ended["time"], ended["data"]) == ("2026-11-25T11:05:00.000Z", {"by": by})


@pytest.mark.trap(11, "rocketchat")
def test_forwarding_to_an_agent_happened_when_he_was_given_the_room(adapt):
    then = {"_id": "u2", "username": "bob", "ts": "2026-11-25T11:02:00.000Z"}
    adapted = adapt("rocketchat", room("LivechatSessionForwarded", servedBy=then, oldServedBy=SERVED))
    moved = only(adapted, "session.transferred")
    assert (moved["time"], moved["data"]) == ("2026-11-25T11:02:00.000Z", {"kind": "person_to_person"})
    assert only(adapted, "agent.accepted")["time"] == moved["time"]


@pytest.mark.trap(3, "rocketchat")
def test_forwarding_into_a_departments_queue_takes_the_time_of_receipt(adapt):
    adapted = adapt("rocketchat", room("LivechatSessionForwarded", departmentId="b", oldDepartmentId="a"))
    moved = only(adapted, "session.transferred")
    assert (moved["timesource"], adapted.received) == ("received", 1)
    assert moved["data"] == {"kind": "person_to_person", "from_queue": "a", "to_queue": "b"}


@pytest.mark.parametrize(
    "change",
    [
        {"oldServedBy": {"_id": "u7", "username": "robby"}},
        {"messages": [HELLO, REPLY | {"username": "robby", "agentId": "u7"}]},
    ],
)
def test_a_bot_that_forwards_hands_over_to_a_person(adapt, change):
    forwarded = room("LivechatSessionForwarded", departmentId="b") | change
    moved = only(adapt("rocketchat", forwarded, bots=BOTS), "session.transferred")
    assert moved["data"]["kind"] == "bot_to_person"


@pytest.mark.trap(12, "rocketchat")
def test_a_room_that_a_bot_took_began_with_it_and_nobody_accepted(adapt):
    served = SERVED | {"_id": "u7", "username": "robby"}
    adapted = adapt("rocketchat", room("LivechatSessionTaken", servedBy=served), bots=BOTS)
    assert not told(adapted, "agent.accepted")
    assert told(adapted, "session.started")[1]["data"] == {"bot_first": True}


def test_a_message_left_while_nobody_is_on_duty_is_a_session_turned_away(adapt):
    form = {
        "type": "LivechatOfflineMessage",
        "sentAt": "2026-11-25T03:00:00.000Z",
        "visitor": {"name": "Ada", "email": "ada@example.com"},
        "message": "Siete chiusi?",
    }
    adapted = adapt("rocketchat", form)
    assert [event["type"] for event in adapted.events] == [
        "attesa.session.started",
        "attesa.message.sent",
        "attesa.session.ended",
    ]
    assert adapted.events[2]["data"] == {"by": "system", "reason": "nobody_on_duty"}
    assert "example" not in str(adapted)


@pytest.mark.parametrize(
    ("body", "path"),
    [
        (room("Message", HELLO, visitor={}), "visitor._id"),
        (room("Message", HELLO, createdAt="1970-01-01T00:00:00.000Z"), "createdAt"),
        (room("LivechatSessionTaken"), "servedBy"),
        (closed(closedAt=None), "closedAt"),
        (closed(closer="nobody"), "closer"),
        ({"type": "Message"}, "_id"),
        ({}, "type"),
    ],
)
def test_a_broken_field_is_told_by_its_path(adapt, body, path):
    adapted = adapt("rocketchat", body)
    assert not adapted.events
    assert [wrong.path for wrong in adapted.invalid] == [path]


def test_the_settings_test_and_later_edits_say_nothing_and_what_is_new_is_unmapped(adapt):
    test = closed() | {"_id": "fasd6f5a4sd6f8a4sdf"}
    assert adapt("rocketchat", test).ignored == (Ignored("LivechatSession", "the test of the settings"),)
    for known in ("LivechatEdit", "LeadCapture"):
        assert adapt("rocketchat", room(known)).ignored[0].native == known
    assert adapt("rocketchat", room("LivechatSung")).unmapped == (Unmapped("LivechatSung"),)


def test_the_documented_close_tells_start_taking_transcript_and_end(adapt, payload):
    adapted = adapt("rocketchat", payload("rocketchat", "LivechatSession.json"))
    assert [(event["type"][7:], event["time"][11:23]) for event in adapted.events] == [
        ("session.started", "10:16:07.230"),
        ("customer.linked", "10:16:07.230"),
        ("agent.accepted", "10:16:07.375"),
        ("session.ended", "10:23:11.344"),
        ("message.sent", "10:16:09.615"),
        ("message.sent", "10:21:05.391"),
        ("message.sent", "10:22:14.087"),
    ]
    authors = [event["data"]["author"] for event in told(adapted, "message.sent")]
    assert authors == ["customer", "agent", "customer"]
    assert only(adapted, "session.ended")["data"] == {"by": "agent"}


def test_a_telephone_number_links_the_visitor_and_tells_the_country(adapt):
    visitor = VISITOR | {"email": None, "phone": [{"phoneNumber": "+39 333 1234567"}]}
    adapted = adapt("rocketchat", room("Message", HELLO, visitor=visitor))
    assert only(adapted, "customer.linked")["data"]["same_as"].startswith("c-")
    assert told(adapted, "session.started")[1]["data"] == {"phone_country": "IT"}
    assert "1234567" not in str(adapted.events)


@pytest.mark.parametrize("number", ["333 1234567", "0039 333 1234567", "?", ""])
def test_a_number_without_its_countrys_prefix_tells_neither_who_nor_where(adapt, number):
    visitor = VISITOR | {"email": None, "phone": [{"phoneNumber": number}]}
    adapted = adapt("rocketchat", room("Message", HELLO, visitor=visitor))
    assert [event["type"] for event in adapted.events] == ["attesa.session.started", "attesa.message.sent"]


@pytest.mark.parametrize("visitor", [{"email": [], "phone": []}, {"email": None, "phone": ""}, {"email": ""}])
def test_a_visitor_who_left_no_address_is_linked_with_nobody(adapt, visitor):
    adapted = adapt("rocketchat", room("Message", HELLO, visitor=VISITOR | visitor))
    assert not told(adapted, "customer.linked")


def test_the_account_of_an_app_is_a_bot_without_being_configured(adapt):
    served = SERVED | {"_id": "u9", "username": "dialogflow.bot"}
    adapted = adapt("rocketchat", room("LivechatSessionTaken", servedBy=served))
    assert not told(adapted, "agent.accepted")


def test_a_form_without_an_address_is_a_session_of_nobody_known(adapt):
    form = {
        "type": "LivechatOfflineMessage",
        "sentAt": "2026-11-25T03:00:00.000Z",
        "visitor": {"name": "Ada"},
    }
    start, _, end = adapt("rocketchat", form).events
    assert start["data"] == {"entry_point": "offline_form"}
    assert end["data"]["reason"] == "nobody_on_duty"
    assert "Ada" not in str(start)


def test_fields_of_other_settings_and_versions_change_nothing(adapt):
    more = {
        "topic": "x",
        "tags": ["self"],
        "customFields": {"order": "7"},
        "crmData": "",
        "ip": "127.0.0.1",
        "agent": {
            "_id": "u1",
            "username": "ann",
            "email": [{"address": "ann@example.com"}],
            "customFields": {},
        },
    }
    plain = adapt("rocketchat", closed(HELLO, REPLY, servedBy=SERVED))
    assert adapt("rocketchat", closed(HELLO, REPLY, servedBy=SERVED) | more) == plain
    spare = {"departmentId": None, "topic": None, "tags": None, "agent": None}
    assert adapt("rocketchat", closed(HELLO, REPLY, servedBy=SERVED) | spare) == plain


def test_a_room_that_nobody_took_and_an_agent_closed_is_closed_by_the_agent(adapt):
    adapted = adapt("rocketchat", closed(HELLO, servedBy=None, closedBy={"_id": "", "username": None}))
    assert only(adapted, "session.ended")["data"] == {"by": "agent"}
    assert not told(adapted, "agent.accepted")


@pytest.mark.parametrize(
    ("author", "by"),
    [
        ({"username": "guest-3"}, "customer"),
        ({"username": "ann", "agentId": "u1"}, "agent"),
        ({"username": "rocket.cat", "agentId": "rocket.cat"}, "timeout"),
        ({"username": "robby", "agentId": "u7"}, "system"),
    ],
)
def test_of_an_old_version_the_closing_message_tells_when_and_by_whom(adapt, author, by):
    closing = {"_id": "m9", "msg": "bye", "ts": "2026-11-25T11:05:00.000Z", "closingMessage": True} | author
    adapted = adapt("rocketchat", room("LivechatSession", HELLO, REPLY, closing), bots=BOTS)
    ended = only(adapted, "session.ended")
    assert (ended["time"], ended["data"]) == ("2026-11-25T11:05:00.000Z", {"by": by})
    assert len(told(adapted, "message.sent")) == 2
