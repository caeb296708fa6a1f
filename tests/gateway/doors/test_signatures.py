"""Signatures that other libraries and the platforms themselves made are known; what is altered is not."""

import base64
import hashlib
import hmac
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given
from hypothesis import strategies as st
from slack_sdk.signature import SignatureVerifier
from standardwebhooks import Webhook

from attesa.gateway.doors import DOORS, URL_TOKEN
from attesa.gateway.doors.signatures import Verdict, verify
from attesa.gateway.sources import Delivery

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
STAMP = str(int(NOW.timestamp()))
BODY = b'{"caff\xc3\xa8": "\xf0\x9f\x99\x82"}'
SECRET = "one secret"
WHSEC = "whsec_" + base64.b64encode(b"a secret of thirty-two bytes here").decode()
NAMES = [name for name, door in DOORS.items() if door.schemes]


def hexed(message, secret=SECRET, algorithm="sha256"):
    return hmac.new(secret.encode(), message, algorithm).hexdigest()


def based(message, secret=SECRET, algorithm="sha256"):
    return base64.b64encode(hmac.new(secret.encode(), message, algorithm).digest()).decode()


def standard(at=NOW):
    signature = Webhook(WHSEC).sign("msg_1", at, BODY.decode())
    stamp = str(int(at.timestamp()))
    return {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": signature}


def slack():
    signature = SignatureVerifier(SECRET).generate_signature(timestamp=STAMP, body=BODY)
    return {"x-slack-request-timestamp": STAMP, "x-slack-signature": signature}


MS = STAMP + "250"
DIXA = bytes.fromhex("0badcafe")
DIXA_SIGNATURE = hmac.new(DIXA, MS.encode() + b"." + BODY, "sha256").hexdigest()
ISO = "2026-11-25T12:00:00Z"
META = {"x-hub-signature-256": "sha256=" + hexed(BODY)}
SHA1 = hexed(BODY, algorithm="sha1")
# Per platform the headers of a delivery of BODY at NOW, and the secret.
SIGNED = {
    "amazon_connect": ({"x-api-key": SECRET}, SECRET),
    "chatwoot": (
        {
            "x-chatwoot-timestamp": STAMP,
            "x-chatwoot-signature": "sha256=" + hexed(STAMP.encode() + b"." + BODY),
        },
        SECRET,
    ),
    "cloudevents": (standard(), WHSEC),
    "crisp": (
        {
            "x-crisp-request-timestamp": MS,
            "x-crisp-signature": hexed(b"[" + MS.encode() + b";" + BODY + b"]"),
        },
        SECRET,
    ),
    "dixa": ({"x-dixa-signature": f"t={MS},v1={DIXA_SIGNATURE}"}, DIXA.hex()),
    "intercom": ({"x-hub-signature": f"sha1={SHA1}"}, SECRET),
    "matrix": ({"authorization": f"Bearer {SECRET}"}, SECRET),
    "messenger": (META, SECRET),
    "rocketchat": ({"x-rocketchat-livechat-token": SECRET}, SECRET),
    "segment": ({"x-signature": SHA1}, SECRET),
    "shopify": ({"x-shopify-hmac-sha256": based(BODY)}, SECRET),
    "slack": (slack(), SECRET),
    "standard_webhooks": (standard(), WHSEC),
    "sunshine_conversations": ({"x-api-key": SECRET}, SECRET),
    "tawk": ({"x-tawk-signature": SHA1}, SECRET),
    "tiledesk": ({"x-hook-secret": SECRET}, SECRET),
    "whatsapp_cloud": (META, SECRET),
    "zammad": ({"x-hub-signature": f"sha1={SHA1}"}, SECRET),
    "zendesk_events": (
        {
            "x-zendesk-webhook-signature-timestamp": ISO,
            "x-zendesk-webhook-signature": based(ISO.encode() + BODY),
        },
        SECRET,
    ),
}
TOKENS = {"amazon_connect", "matrix", "rocketchat", "sunshine_conversations", "tiledesk"}
platforms = pytest.mark.parametrize("name", SIGNED)
signing = pytest.mark.parametrize("name", [name for name in SIGNED if name not in TOKENS])
WINDOWS = ["chatwoot", "cloudevents", "dixa", "slack", "standard_webhooks", "zendesk_events"]


def delivery(name, **changes):
    return replace(Delivery(BODY, NOW, SIGNED[name][0]), **changes)


def verdict(name, found=None, secrets=None):
    secrets = [SIGNED[name][1]] if secrets is None else secrets
    return verify(DOORS[name].schemes, found or delivery(name), secrets)


def test_every_platform_with_a_scheme_is_tried_here():
    assert set(NAMES) == set(SIGNED) | {"livechat", "twilio"}


@platforms
def test_what_is_signed_right_is_verified(name):
    assert verdict(name) is Verdict.VERIFIED


@platforms
def test_another_secret_does_not_verify_it(name):
    assert verdict(name, secrets=["another", base64.b64encode(b"another").decode(), "0bad"]) is Verdict.FORGED


@platforms
def test_two_secrets_are_active_while_one_is_replaced(name):
    right = SIGNED[name][1]
    assert verdict(name, secrets=["another", right]) is Verdict.VERIFIED
    assert verdict(name, secrets=[right, "another"]) is Verdict.VERIFIED


@platforms
@pytest.mark.parametrize("secrets", [[], [""]])
def test_without_a_secret_nothing_is_verified(name, secrets):
    assert verdict(name, secrets=secrets) is Verdict.UNCONFIGURED


@platforms
def test_a_delivery_without_the_header_is_unsigned(name):
    assert verdict(name, Delivery(BODY, NOW)) is Verdict.UNSIGNED


@signing
@pytest.mark.parametrize("raw", [BODY + b" ", BODY[:-1], b"", BODY.replace(b"caff", b"Caff"), b"\xff"])
def test_an_altered_body_is_forged(name, raw):
    assert verdict(name, delivery(name, raw=raw)) is Verdict.FORGED


@pytest.mark.parametrize("name", WINDOWS)
@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_delivery_sent_again_is_stale_and_so_is_one_from_the_future(name, minutes):
    later = delivery(name, received_at=NOW + timedelta(minutes=minutes))
    assert verdict(name, later) is Verdict.STALE
    within = delivery(name, received_at=NOW + timedelta(minutes=minutes * 0.8))
    assert verdict(name, within) is Verdict.VERIFIED


def test_a_fresh_time_on_an_old_signature_is_forged():
    headers = SIGNED["chatwoot"][0] | {"x-chatwoot-timestamp": str(int(STAMP) + 600)}
    later = Delivery(BODY, NOW + timedelta(seconds=600), headers)
    assert verdict("chatwoot", later) is Verdict.FORGED


def test_standard_webhooks_lists_several_signatures_and_one_is_enough():
    signed, _ = SIGNED["cloudevents"]
    listed = f"v1,{based(b'x')} {signed['webhook-signature']}"
    assert verdict("cloudevents", delivery("cloudevents", headers=signed | {"webhook-signature": listed}))


def test_standard_webhooks_by_a_key():
    key = Ed25519PrivateKey.generate()
    signature = base64.b64encode(key.sign(f"msg_1.{STAMP}.".encode() + BODY)).decode()
    public = "whpk_" + base64.b64encode(key.public_key().public_bytes_raw()).decode()
    headers = standard() | {"webhook-signature": f"v1a,{signature}"}
    found = Delivery(BODY, NOW, headers)
    assert verdict("cloudevents", found, [public]) is Verdict.VERIFIED
    assert verdict("cloudevents", replace(found, raw=b"{}"), [public]) is Verdict.FORGED
    assert (
        verdict("cloudevents", replace(found, received_at=NOW + timedelta(hours=1)), [public])
        is Verdict.STALE
    )


def test_the_secret_in_livechats_body():
    found = Delivery(b'{"secret_key": "one secret", "action": "incoming_chat"}', NOW)
    assert verify(DOORS["livechat"].schemes, found, [SECRET]) is Verdict.VERIFIED
    assert verify(DOORS["livechat"].schemes, found, ["another"]) is Verdict.FORGED
    assert verify(DOORS["livechat"].schemes, Delivery(b"[", NOW), [SECRET]) is Verdict.UNSIGNED


def test_the_example_of_twilios_documentation():
    form = (
        b"CallSid=CA1234567890ABCDE&Caller=%2B14158675309&Digits=1234&From=%2B14158675309&To=%2B18005551212"
    )
    found = Delivery(
        form,
        NOW,
        {"x-twilio-signature": "RSOYDt4T1cUTdK1PDd93/VVr8B8="},
        url="https://mycompany.com/myapp.php?foo=1&bar=2",
    )
    assert verify(DOORS["twilio"].schemes, found, ["12345"]) is Verdict.VERIFIED
    assert (
        verify(DOORS["twilio"].schemes, replace(found, url="http://mycompany.com/"), ["12345"])
        is Verdict.FORGED
    )


def test_twilios_json_is_held_by_its_hash_in_the_address():
    digest = hashlib.sha256(BODY).hexdigest()
    url = f"https://gateway.example/?bodySHA256={digest}"
    headers = {"x-twilio-signature": based(url.encode(), algorithm="sha1")}
    found = Delivery(BODY, NOW, headers, {"bodySHA256": digest}, url=url)
    assert verify(DOORS["twilio"].schemes, found, [SECRET]) is Verdict.VERIFIED
    assert verify(DOORS["twilio"].schemes, replace(found, raw=b"{}"), [SECRET]) is Verdict.FORGED


def test_a_token_in_the_address_stands_in_where_nothing_is_signed():
    found = Delivery(BODY, NOW, query={"token": SECRET})
    assert verify((URL_TOKEN,), found, ["another", SECRET]) is Verdict.VERIFIED
    assert verify((URL_TOKEN,), found, ["another"]) is Verdict.FORGED
    assert verify((URL_TOKEN,), Delivery(BODY, NOW), [SECRET]) is Verdict.UNSIGNED


@given(st.sampled_from(NAMES), st.text(max_size=60), st.binary(max_size=30))
def test_whatever_stands_in_the_headers_is_a_verdict(name, written, raw):
    headers = dict.fromkeys([*SIGNED.get(name, ({}, ""))[0], "x-twilio-signature"], written)
    assert verify(DOORS[name].schemes, Delivery(raw, NOW, headers), [SECRET]) in set(Verdict)
