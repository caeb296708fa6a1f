"""Rocket.Chat's messages: repeated in every transcript, and written by people, bots and the system alike."""

import pytest
from tests.gateway.sources.rocketchat_rooms import BOTS, HELLO, REPLY, SERVED, closed, only, room, told


@pytest.mark.trap(5, "rocketchat")
@pytest.mark.parametrize(
    "kind", ["Message", "LivechatSessionTaken", "LivechatSessionForwarded", "LivechatSession"]
)
def test_a_message_repeated_in_a_transcript_is_the_same_fact(adapt, kind):
    alone = adapt("rocketchat", room("Message", REPLY))
    whole = adapt("rocketchat", closed(HELLO, REPLY, servedBy=SERVED) | {"type": kind})
    assert only(alone, "message.sent") == told(whole, "message.sent")[1]


@pytest.mark.trap(6, "rocketchat")
@pytest.mark.parametrize(
    ("change", "author"),
    [
        ({"username": "guest-3", "agentId": None}, "customer"),
        ({}, "agent"),
        ({"username": "robby", "agentId": "u7"}, "bot"),
        ({"username": "rocket.cat", "agentId": "rocket.cat"}, "system"),
        ({"username": "app", "agentId": None}, "system"),
    ],
)
def test_bots_and_the_system_look_like_agents_and_are_told_apart(adapt, change, author):
    adapted = adapt("rocketchat", room("Message", REPLY | change), bots=BOTS)
    data = only(adapted, "message.sent")["data"]
    assert data["author"] == author
    assert ("agent" in data) == (author == "agent")


def test_the_text_of_a_message_becomes_length_questions_and_flags(adapt):
    adapted = adapt("rocketchat", room("Message", HELLO))
    data = only(adapted, "message.sent")["data"]
    assert (data["length"], data["questions"]) == (16, 1)
    assert "Buongiorno" not in str(adapted)


@pytest.mark.parametrize(
    ("sort", "kind"), [("audio/mpeg", "voice"), ("video/mp4", "video"), ("application/pdf", "file")]
)
def test_a_file_is_a_message_of_its_kind(adapt, sort, kind):
    adapted = adapt("rocketchat", room("Message", REPLY | {"file": {"_id": "f", "type": sort}}))
    assert only(adapted, "message.sent")["data"]["kind"] == kind


@pytest.mark.parametrize("change", [{"closingMessage": True}, {"navigation": {"page": {}}}])
def test_the_closing_text_and_the_visitors_pages_open_no_new_session(adapt, change):
    adapted = adapt("rocketchat", closed(HELLO | change))
    assert not told(adapted, "message.sent")
    assert not adapted.invalid


def test_messages_of_versions_without_ids_are_named_by_instant_and_author(adapt):
    nameless = {name: value for name, value in REPLY.items() if name != "_id"}
    adapted = adapt("rocketchat", closed(nameless, nameless, nameless | {"username": "bob"}))
    assert len(told(adapted, "message.sent")) == 2
    assert "ann" not in str(adapted)


def test_a_broken_message_does_not_undo_the_close_that_repeats_it(adapt):
    adapted = adapt("rocketchat", closed(HELLO, REPLY | {"ts": "yesterday"}))
    assert only(adapted, "session.ended")
    assert [wrong.path for wrong in adapted.invalid] == ["messages.1.ts"]


def test_the_documented_message_is_the_one_of_the_documented_close(adapt, payload):
    alone = adapt("rocketchat", payload("rocketchat", "Message.json"))
    whole = adapt("rocketchat", payload("rocketchat", "LivechatSession.json"))
    assert only(alone, "message.sent") == told(whole, "message.sent")[1]


@pytest.mark.parametrize(("msg", "length"), [('[{"type":"section"}]', 0), ("Choose one", 10), (None, 0)])
def test_the_blocks_of_an_app_are_no_text(adapt, msg, length):
    blocks = REPLY | {"msg": msg, "blocks": [{"type": "section"}]}
    assert only(adapt("rocketchat", room("Message", blocks)), "message.sent")["data"]["length"] == length


def test_a_message_that_was_edited_is_the_same_fact(adapt):
    edited = REPLY | {"editedAt": "2026-11-25T11:01:00.000Z", "_updatedAt": "2026-11-25T11:01:00.000Z"}
    first = only(adapt("rocketchat", room("Message", REPLY)), "message.sent")
    assert only(adapt("rocketchat", room("Message", edited)), "message.sent") == first
    other = only(adapt("rocketchat", room("Message", edited | {"msg": "Hello!"})), "message.sent")
    assert (other["id"], other["time"]) == (first["id"], first["time"])


def test_a_file_of_a_newer_version_has_its_kind_too(adapt):
    upload = {"publicFilePath": "https://chat.example/f", "type": "image/png", "size": 7}
    message = REPLY | {
        "msg": None,
        "fileUpload": upload,
        "attachments": [],
        "u": {"_id": "u1", "username": "ann"},
    }
    data = only(adapt("rocketchat", room("Message", message)), "message.sent")["data"]
    assert (data["kind"], data["length"]) == ("image", 0)
