"""LiveChat: the events in a thread, who wrote them, and which of them end it."""

import pytest
from tests.gateway.sources.livechat_making import (
    ADA,
    ANN,
    CUSTOMER,
    ROBOT,
    clock,
    incoming,
    opened,
    received,
    said,
    system,
    user,
)

from attesa.gateway.sources import Ignored

PLATFORM = "livechat"
SUBJECT = "livechat/main/T1"


@pytest.fixture
def told(adapt):
    """The events of a webhook that is known and whole."""

    def run(body, second=3000):
        adapted = adapt(PLATFORM, body, received_at=received(second))
        assert (adapted.unmapped, adapted.invalid) == ((), ())
        return adapted.events

    return run


def only(events, kind):
    (found,) = [event for event in events if event["type"] == f"attesa.{kind}"]
    return found


@pytest.mark.trap(6, "livechat")
def test_a_welcome_message_bears_an_agents_name_and_is_no_reply(told):
    (welcome,) = told(incoming(said("T1_2", 1, ANN, properties={"lc2": {"welcome_message": True}})))
    assert (welcome["data"]["author"], welcome["data"]["kind"]) == ("agent", "automatic")


@pytest.mark.parametrize(("author", "kind"), [(ADA, "customer"), (ANN, "agent"), (ROBOT, "bot")])
@pytest.mark.trap(1, "livechat")
def test_who_wrote_follows_from_the_form_of_the_identifier(told, author, kind):
    (message,) = told(incoming(said("T1_3", 5.5, author, "It is: open?")))
    assert (message["id"], message["time"]) == (f"{SUBJECT}/message-T1_3", clock(5.5).replace("000Z", "Z"))
    assert (message["data"]["author"], message["data"]["length"]) == (kind, 12)
    assert author not in str(message)


def test_an_author_of_another_form_is_known_where_the_webhook_describes_him(told, adapt):
    odd = said("T1_3", 5, "ann")
    message = only(told(opened(0, odd, users=(CUSTOMER, user("ann")))), "message.sent")
    assert message["data"]["author"] == "agent"
    assert [wrong.path for wrong in adapt(PLATFORM, incoming(odd)).invalid] == ["payload.event.author_id"]


@pytest.mark.trap(7, "livechat")
def test_a_whisper_among_agents_is_not_visible(told):
    (whisper,) = told(incoming(said("T1_3", 5, ANN, recipients="agents")))
    assert whisper["data"]["visible"] is False


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({"type": "file", "content_type": "audio/ogg"}, "voice"),
        ({"type": "file", "content_type": "image/png"}, "file"),
        ({"type": "rich_message", "template_id": "cards"}, "rich_message"),
    ],
)
def test_what_is_no_text_has_a_kind_and_no_length(told, more, kind):
    (message,) = told(incoming(said("T1_3", 5, text=None, **more)))
    assert (message["data"]["kind"], "length" in message["data"]) == (kind, False)


@pytest.mark.parametrize(
    ("kind", "by", "reason"),
    [
        ("manual_archived_agent", "agent", None),
        ("manual_archived_customer", "customer", None),
        ("archived_customer_disconnected", "customer", "lost_presence"),
        ("routing.archived_inactive", "timeout", "inactive"),
        ("routing.archived_offline", "system", "nobody_on_duty"),
    ],
)
def test_a_system_message_tells_an_end_at_its_instant_and_why(told, kind, by, reason):
    (ended,) = told(incoming(system("T1_9", 98.5, kind)))
    assert (ended["time"], "timesource" in ended) == ("2026-11-25T11:01:38.500Z", False)
    assert (ended["data"]["by"], ended["data"].get("reason")) == (by, reason)


def test_other_system_messages_are_nobodys_words(adapt):
    ignored = adapt(PLATFORM, incoming(system("T1_9", 98, "agent_joined"))).ignored
    assert ignored == (Ignored("incoming_event", "a system message that ends nothing"),)
