"""POST /v1/events signed as Standard Webhooks say, in place of a token; the reference library signs."""

import base64
import re
from datetime import timedelta

import msgspec
import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from standardwebhooks import Webhook
from tests.gateway.conftest import NOW

from attesa.core.errors import ConfigurationError
from attesa.gateway.app import build_app
from attesa.gateway.doors.signers import Signers
from attesa.gateway.producing.publisher import Publisher
from attesa.settings import Settings

OLD, NEW, OTHER = (f"whsec_{base64.b64encode(bytes([n]) * 32).decode()}" for n in (1, 2, 3))
KEY = Ed25519PrivateKey.from_private_bytes(b"k" * 32)
PUBLIC = KEY.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
WHPK = f"whpk_{base64.b64encode(PUBLIC).decode()}"
TAKEN = 503  # Kafka is away here: nothing was wrong with it
TYPED = {"tenant": "acme"}


@pytest.fixture
def settings():
    secrets = f"default={OLD},default={NEW},acme={OTHER},acme={WHPK}"
    return Settings(gateway_tokens="default=secret", gateway_secrets=secrets, max_body_bytes=200_000)


@pytest.fixture
def signed(ask, event):
    """Send an event signed with `secret`; `at` is the signature's time, `more` what was not signed."""

    def send(secret, told=None, *, at=NOW, token=None, media_type="application/cloudevents+json", **more):
        raw = msgspec.json.encode(event if told is None else told)
        headers = {
            "webhook-id": "msg_1",
            "webhook-timestamp": str(int(at.timestamp())),
            "webhook-signature": Webhook(secret).sign("msg_1", at, raw.decode()),
        }
        headers |= more.pop("headers", {})
        return ask(more.pop("raw", raw), media_type, token=token, headers=headers)

    return send


@pytest.mark.parametrize("secret", [OLD, NEW])
def test_of_several_active_secrets_any_one_will_do(signed, secret):
    assert signed(secret).status_code == TAKEN


def test_the_tenant_is_the_one_of_the_secret(signed, refused, event):
    assert signed(OTHER, event | TYPED).status_code == TAKEN
    refused(signed(OLD, event | TYPED), 403, "other-tenant")


def test_a_public_key_verifies_what_its_private_key_signed(ask, event):
    raw, stamp = msgspec.json.encode(event | TYPED), str(int(NOW.timestamp()))
    signature = base64.b64encode(KEY.sign(f"msg_1.{stamp}.".encode() + raw)).decode()
    headers = {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": f"v1a,{signature}"}
    answer = ask(raw, token=None, headers=headers)
    assert answer.status_code == TAKEN


def test_batches_and_binary_mode_are_signed_as_well(signed, event):
    assert signed(OLD, [event, event], media_type="application/cloudevents-batch+json").status_code == TAKEN
    attributes = {f"ce-{name}": value for name, value in event.items() if name != "data"}
    binary = signed(OLD, event["data"], media_type="application/json", headers=attributes)
    assert binary.status_code == TAKEN


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_signature_and_one_of_the_future_are_401(signed, refused, minutes):
    refused(signed(OLD, at=NOW + timedelta(minutes=minutes)), 401, "unauthorized")


def test_another_secret_is_401(signed, refused):
    strange = f"whsec_{base64.b64encode(b'x' * 32).decode()}"
    refused(signed(strange), 401, "unauthorized")


def test_an_altered_body_is_401_before_anything_reads_it(signed, refused):
    refused(signed(OLD, raw=b"{"), 401, "unauthorized")


@pytest.mark.parametrize("name", ["webhook-id", "webhook-timestamp", "webhook-signature"])
def test_an_altered_header_is_401(signed, refused, name):
    refused(signed(OLD, headers={name: "1769860801"}), 401, "unauthorized")


def test_a_wrong_token_is_not_made_good_by_a_signature(signed, refused):
    refused(signed(OLD, token="wrong"), 401, "unauthorized")


def test_the_documented_payload_is_no_event(signed, refused):
    body = refused(
        signed(OLD, {"type": "contact.created", "timestamp": "2022-11-03T20:26:10Z", "data": {}}),
        422,
        "events-refused",
    )
    assert body["errors"][0]["reason"] == "unknown_type"


@pytest.mark.parametrize("secret", ["plain", "whsec_", "whsec_?", "whsec_c2hvcnQ=", "whpk_c2hvcnQ="])
def test_a_secret_that_is_none_is_a_configuration_error_that_does_not_tell_it(secret):
    with pytest.raises(ConfigurationError, match="ATTESA_GATEWAY_SECRETS") as error:
        Signers({"default": [secret]})
    assert not re.search("plain|c2hv", str(error.value))


def test_secrets_alone_are_enough_to_start(settings):
    alone = Settings(gateway_secrets=f"default={OLD}")
    assert build_app(alone, Publisher(alone))
    with pytest.raises(ConfigurationError, match="ATTESA_GATEWAY_SECRETS: write tenant=secret"):
        _ = Settings(gateway_secrets="whsec_").secrets_by_tenant


def test_binary_mode_without_a_version_says_what_is_missing(ask, refused, event):
    attributes = {f"ce-{name}": value for name, value in event.items() if name not in {"data", "specversion"}}
    body = refused(ask(event["data"], "application/json", headers=attributes), 422, "events-refused")
    assert body["errors"][0]["path"] == "specversion"
