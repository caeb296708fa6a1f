"""What platforms ask before they deliver is answered, and only to whom it is due."""

import pytest
from tests.gateway.sources.conftest import NOW

from attesa.gateway.doors import DOORS, Answer, challenged
from attesa.gateway.sources import REGISTRY, Delivery

META = {"hub.mode": "subscribe", "hub.verify_token": "ours", "hub.challenge": "1158201444"}


def test_every_adapter_has_a_door():
    assert set(REGISTRY) <= set(DOORS)


@pytest.mark.parametrize("name", ["whatsapp_cloud", "messenger"])
def test_meta_gets_its_challenge_back(name):
    asked = Delivery(b"", NOW, query=META, method="GET")
    assert challenged(DOORS[name], asked, ["other", "ours"]) == Answer(200, "1158201444")


@pytest.mark.parametrize(
    "change",
    [
        {"hub.verify_token": "x"},
        {"hub.mode": "x"},
        {"hub.verify_token": ""},
        {"hub.challenge": ""},
        {"hub.challenge": "1" * 257},
    ],
)
def test_nobody_else_does(change):
    asked = Delivery(b"", NOW, query=META | change, method="GET")
    assert challenged(DOORS["whatsapp_cloud"], asked, ["ours", ""]) == Answer(403)


def test_intercom_looks_with_head():
    assert challenged(DOORS["intercom"], Delivery(b"", NOW, method="HEAD"), []) == Answer(200)
    assert challenged(DOORS["intercom"], Delivery(b"{}", NOW), []) is None


def test_slack_asks_in_the_body():
    asked = Delivery(b'{"type": "url_verification", "challenge": "3eZb"}', NOW)
    assert challenged(DOORS["slack"], asked, []) == Answer(200, "3eZb")
    assert challenged(DOORS["slack"], Delivery(b'{"text": "url_verification"}', NOW), []) is None


def test_a_delivery_is_no_question():
    for door in DOORS.values():
        assert challenged(door, Delivery(b"{}", NOW), ["ours"]) is None


@pytest.mark.trap(17, "livechat")
@pytest.mark.trap(18, "intercom")
def test_platforms_that_hardly_send_again_are_kept_in_the_spool_and_answered_with_200():
    hardly = {name: door.status for name, door in DOORS.items() if door.once}
    assert hardly == {"chatwoot": 200, "intercom": 200, "livechat": 200, "rocketchat": 200}
