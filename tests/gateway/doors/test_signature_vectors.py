"""Signatures that others published are verified: nobody here computed them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attesa.gateway.doors import DOORS
from attesa.gateway.doors.signatures import Verdict, verify
from attesa.gateway.sources import Delivery

# RFC 2202 and RFC 4231, test case 2: what signs the bare body, in each notation.
JEFE, NOTHING = "Jefe", b"what do ya want for nothing?"
SHA1 = "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"
SHA256 = "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"
SHA256_BASE64 = "W9zBRr9gdU5qBCQmCJV1x1oAPwidJzmDnexYuWTsOEM="
# GitHub's documentation of X-Hub-Signature-256, which is Meta's scheme.
HUB = (
    "It's a Secret to Everybody",
    b"Hello, World!",
    {"x-hub-signature-256": "sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17"},
)
# Slack's documentation, "Verifying requests from Slack".
SLACK_AT = 1531420618
SLACK = (
    "8f742231b10e8888abcd99yyyzzz85a5",
    (
        b"token=xyzz0WbapA4vBCDEFasx0q6G&team_id=T1DC2JH3J&team_domain=testteamnow&channel_id=G8PSS9T3V"
        b"&channel_name=foobar&user_id=U2CERLKJA&user_name=roadrunner&command=%2Fwebhook-collect&text="
        b"&response_url=https%3A%2F%2Fhooks.slack.com%2Fcommands%2FT1DC2JH3J%2F397700885554%2F96rGlfmibIGlgcZRskXaIFfN"
        b"&trigger_id=398738663015.47445629121.803a0bc887a14d10d2c447fce8b6703c"
    ),
    {
        "x-slack-request-timestamp": str(SLACK_AT),
        "x-slack-signature": "v0=a2114d57b48eac39b9ad189dd8316235a7b4a8d21a10bd27519666489c69b503",
    },
)
# The Standard Webhooks specification's own example, and the one that its authors' libraries are tested with.
STANDARD_AT, SVIX_AT = 1731705121, 1614265330
STANDARD = (
    "whsec_plJ3nmyCDGBKInavdOK15jsl",
    b'{"event_type":"ping","data":{"success":true}}',
    {
        "webhook-id": "msg_loFOjxBNrRLzqYUf",
        "webhook-timestamp": str(STANDARD_AT),
        "webhook-signature": "v1,rAvfW3dJ/X/qxhsaXPOyyCGmRKsaKWcsNccKXlIktD0=",
    },
)
SVIX = (
    "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
    b'{"test": 2432232314}',
    {
        "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
        "webhook-timestamp": str(SVIX_AT),
        "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
)
NOBODYS = 1_800_000_000  # where no time is signed
VECTORS = {
    "intercom": (JEFE, NOTHING, {"x-hub-signature": f"sha1={SHA1}"}, NOBODYS),
    "zammad": (JEFE, NOTHING, {"x-hub-signature": f"sha1={SHA1}"}, NOBODYS),
    "segment": (JEFE, NOTHING, {"x-signature": SHA1}, NOBODYS),
    "tawk": (JEFE, NOTHING, {"x-tawk-signature": SHA1}, NOBODYS),
    "shopify": (JEFE, NOTHING, {"x-shopify-hmac-sha256": SHA256_BASE64}, NOBODYS),
    "whatsapp_cloud": (*HUB, NOBODYS),
    "messenger": (JEFE, NOTHING, {"x-hub-signature-256": f"sha256={SHA256}"}, NOBODYS),
    "slack": (*SLACK, SLACK_AT),
    "standard_webhooks": (*STANDARD, STANDARD_AT),
    "cloudevents": (*SVIX, SVIX_AT),
}
published = pytest.mark.parametrize("name", VECTORS)


def delivered(name, raw=None, seconds=0, **headers):
    _, body, signed, at = VECTORS[name]
    received = datetime.fromtimestamp(at, UTC) + timedelta(seconds=seconds)
    return Delivery(body if raw is None else raw, received, signed | headers)


def verdict(name, delivery, *secrets):
    return verify(DOORS[name].schemes, delivery, secrets or [VECTORS[name][0]])


@published
def test_what_others_published_is_verified(name):
    assert verdict(name, delivered(name)) is Verdict.VERIFIED


@published
def test_it_is_verified_beside_the_next_secret_and_by_no_other_alone(name):
    secret = VECTORS[name][0]
    other = secret[:-4] + "AAAA"
    assert verdict(name, delivered(name), other, secret) is Verdict.VERIFIED
    assert verdict(name, delivered(name), other) is Verdict.FORGED


@published
@given(data=st.data())
def test_one_altered_bit_anywhere_makes_it_a_forgery(name, data):
    raw = bytearray(VECTORS[name][1])
    raw[data.draw(st.integers(0, len(raw) - 1))] ^= 1 << data.draw(st.integers(0, 7))
    assert verdict(name, delivered(name, bytes(raw))) is Verdict.FORGED


@published
@given(data=st.data())
def test_one_altered_digit_of_the_signature_makes_it_none(name, data):
    header = DOORS[name].schemes[0].header
    written = VECTORS[name][2][header]
    start = len(DOORS[name].schemes[0].prefix)
    place = data.draw(st.integers(start, len(written.rstrip("=")) - 2))
    other = data.draw(st.sampled_from("0123456789abcdef").filter(lambda digit: digit != written[place]))
    altered = written[:place] + other + written[place + 1 :]
    assert verdict(name, delivered(name, **{header: altered})) in {Verdict.FORGED, Verdict.UNSIGNED}


@pytest.mark.parametrize("name", ["slack", "standard_webhooks", "cloudevents"])
def test_replayed_after_five_minutes_it_is_stale(name):
    assert verdict(name, delivered(name, seconds=300)) is Verdict.VERIFIED
    assert verdict(name, delivered(name, seconds=301)) is Verdict.STALE
    assert verdict(name, delivered(name, seconds=-301)) is Verdict.STALE


@published
def test_the_signature_of_another_platform_opens_no_door(name):
    for other in VECTORS.keys() - {name}:
        if DOORS[other].schemes[0] != DOORS[name].schemes[0]:
            assert verdict(name, delivered(other), VECTORS[other][0]) is not Verdict.VERIFIED
