"""What is told has the shape of an event, whatever the platform's names; a broken part stays alone."""

from tests.gateway.sources.conftest import NOW

from attesa.core.events.intake import Usable, examine
from attesa.gateway.sources import Context
from attesa.gateway.sources.reading import Instant, Reader
from attesa.gateway.sources.telling import Telling

AT = Instant(NOW)
CONTEXT = Context("default", "parley", "", b"a key of the tests")


def test_names_are_made_to_fit_and_stay_apart():
    to = Telling(CONTEXT)
    for end in ("a", "b"):
        to.tell(
            "message.sent",
            "c" * 300 + end,
            "m" * 300,
            AT,
            author="agent",
            agent="x" * 300 + end,
            team="t" * 300,
        )
    first, second = to.adapted().events
    assert isinstance(examine(first), Usable)
    assert first["subject"] != second["subject"]
    assert first["data"]["agent"] != second["data"]["agent"]
    assert len(first["data"]["team"]) == 128


def test_what_is_not_there_is_left_out_and_half_characters_are_replaced():
    to = Telling(CONTEXT)
    to.tell(
        "session.started",
        "7\ud800",
        "started",
        AT,
        queue="",
        language=None,
        entry_point="\ud83d",
        bot_first=False,
    )
    (event,) = to.adapted().events
    assert event["data"] == {"entry_point": "?", "bot_first": False}
    assert isinstance(examine(event), Usable)


def test_a_broken_part_is_told_as_invalid_and_the_others_go_on():
    to = Telling(CONTEXT)
    for body in (Reader({"id": 1}, NOW), Reader({}, NOW, "events.1"), Reader({"id": 3}, NOW)):
        with to.part():
            to.tell("session.queued", "7", "before" + str(body.get("id")), Instant(NOW, "received"))
            body.id("id")
    found = to.adapted()
    assert [event["id"] for event in found.events] == ["parley/7/before1", "parley/7/before3"]
    assert [wrong.path for wrong in found.invalid] == ["events.1.id"]
    assert found.received == 2
    assert {event["timesource"] for event in found.events} == {"received"}


def test_pseudonyms_depend_on_tenants_key_source_and_kind():
    other_key = Context("default", "parley", "", b"another key")
    other_source = Context("default", "parley", "two", b"a key of the tests")
    found = {c.customer("17") for c in (CONTEXT, other_key, other_source)} | {CONTEXT.agent("17")}
    assert len(found) == 4
    assert CONTEXT.email(" Ada@Example.org") == other_source.email("ada@example.org")
    assert CONTEXT.phone("+39 02 123") == CONTEXT.phone("3902123")
    assert "a key" not in repr(CONTEXT)


def test_presence_and_purchases_have_a_person_for_a_subject():
    to = Telling(CONTEXT)
    to.tell_agent(CONTEXT.agent("3"), "presence-1", AT, status="away")
    to.tell_customer(
        "purchase.made", CONTEXT.customer("9"), "order-1", AT, order_id="1", value="9.90", currency="EUR",
        conversation=to.conversation("7"),
    )  # fmt: skip
    agent, purchase = to.adapted().events
    assert agent["subject"].startswith("a-")
    assert purchase["subject"].startswith("c-")
    assert purchase["data"]["conversation"] == "parley/7"
    assert all(isinstance(examine(event), Usable) for event in (agent, purchase))
