"""Amazon SNS: a certificate of SNS itself, a signature over the right fields, and a topic of ours."""

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from cryptography import x509
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import generate_private_key
from cryptography.hazmat.primitives.hashes import SHA1, SHA256
from cryptography.hazmat.primitives.serialization import Encoding

from attesa.gateway.doors.signatures import Verdict
from attesa.gateway.doors.sns import certificate_address, confirmation_address, is_sns, verify_sns
from attesa.gateway.sources import Delivery

NOW = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
TOPIC = "arn:aws:sns:eu-central-1:000000000000:connect"
KEY = generate_private_key(65537, 2048)
NOTIFICATION = {
    "Type": "Notification",
    "MessageId": "m-1",
    "TopicArn": TOPIC,
    "Message": '{"Type": "MESSAGE"}',
    "Timestamp": "2026-11-25T12:00:00.000Z",
    "SignatureVersion": "1",
    "SigningCertURL": "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0.pem",
    "UnsubscribeURL": "https://sns.eu-central-1.amazonaws.com/?Action=Unsubscribe",
}
CONFIRMATION = NOTIFICATION | {
    "Type": "SubscriptionConfirmation",
    "Token": "t",
    "SubscribeURL": "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t",
}
# As the documentation of SNS orders them.
SIGNED = {
    "Notification": ["Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type"],
    "SubscriptionConfirmation": [
        "Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type",
    ],
}  # fmt: skip


@pytest.fixture(scope="module")
def certificate():
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "sns.amazonaws.com")])
    builder = x509.CertificateBuilder(name, name, KEY.public_key(), 7, NOW - timedelta(1), NOW + timedelta(1))
    return builder.sign(KEY, SHA256()).public_bytes(Encoding.PEM)


def signed(message, hashing=SHA1):
    lines = [f"{name}\n{message[name]}\n" for name in SIGNED[message["Type"]] if name in message]
    signature = KEY.sign("".join(lines).encode(), PKCS1v15(), hashing())
    return message | {"Signature": base64.b64encode(signature).decode()}


def delivered(message):
    return Delivery(json.dumps(message).encode(), NOW, {"x-amz-sns-message-type": "Notification"})


@pytest.mark.parametrize(
    "message", [NOTIFICATION, NOTIFICATION | {"Subject": "Connect"}, CONFIRMATION], ids=lambda m: m["Type"]
)
@pytest.mark.parametrize(("version", "hashing"), [("1", SHA1), ("2", SHA256)])
def test_what_sns_signs_is_verified(certificate, message, version, hashing):
    found = delivered(signed(message | {"SignatureVersion": version}, hashing))
    assert is_sns(found)
    assert verify_sns(found, certificate, [TOPIC]) is Verdict.VERIFIED


@pytest.mark.parametrize(
    "change",
    [
        {"Message": "{}"},
        {"Timestamp": "2026-11-25T12:00:01.000Z"},
        {"Type": "SubscriptionConfirmation", "Token": "t"},
        {"Signature": "AAAA"},
        {"Signature": "?"},
        {"SignatureVersion": "2"},
        {"SignatureVersion": "3"},
        {"SignatureVersion": 1},
        {"MessageId": 7},
    ],
)
def test_an_altered_message_is_forged(certificate, change):
    found = delivered(signed(NOTIFICATION) | change)
    assert verify_sns(found, certificate, [TOPIC]) is Verdict.FORGED


def test_a_topic_of_somebody_else_is_signed_by_sns_as_well_and_refused(certificate):
    assert verify_sns(delivered(signed(NOTIFICATION)), certificate, ["another"]) is Verdict.FORGED
    assert verify_sns(delivered(signed(NOTIFICATION)), certificate, []) is Verdict.UNCONFIGURED


def test_a_certificate_that_has_run_out_is_stale(certificate):
    later = replace(delivered(signed(NOTIFICATION)), received_at=NOW + timedelta(days=2))
    assert verify_sns(later, certificate, [TOPIC]) is Verdict.STALE


@pytest.mark.parametrize("raw", [b"", b"[]", b"{}", b"\xff", b'{"Signature": 7, "SignatureVersion": "1"}'])
def test_any_other_bytes_are_no_message_of_sns(certificate, raw):
    found = Delivery(raw, NOW)
    assert not is_sns(found)
    assert verify_sns(found, certificate, [TOPIC]) in {Verdict.UNSIGNED, Verdict.FORGED}
    assert certificate_address(found, [TOPIC]) is None
    assert confirmation_address(found) is None


def test_no_certificate_at_the_address_is_forged():
    assert verify_sns(delivered(signed(NOTIFICATION)), b"<html>", [TOPIC]) is Verdict.FORGED


@pytest.mark.parametrize(
    "address",
    [
        "http://sns.eu-central-1.amazonaws.com/a.pem",
        "https://sns.eu-central-1.amazonaws.com.evil.example/a.pem",
        "https://evil.example/sns.eu-central-1.amazonaws.com/a.pem",
        "https://sns.eu-central-1.amazonaws.com@evil.example/a.pem",
        "https://sns.eu-central-1.amazonaws.com:8443/a.pem",
        "https://bucket.s3.amazonaws.com/a.pem",
        "https://sns.x.s3.amazonaws.com/a.pem",
        "https://sns.eu-central-1.amazonaws.com/a.txt",
        "https://[/a.pem",
        7,
    ],
)
def test_a_certificate_elsewhere_is_not_looked_at(address):
    assert certificate_address(delivered(NOTIFICATION | {"SigningCertURL": address}), [TOPIC]) is None


def test_the_addresses_of_sns_itself_are_taken():
    china = "https://sns.cn-north-1.amazonaws.com.cn/a.pem"
    assert certificate_address(delivered(NOTIFICATION), [TOPIC]) == NOTIFICATION["SigningCertURL"]
    assert certificate_address(delivered(NOTIFICATION | {"SigningCertURL": china}), [TOPIC]) == china
    assert confirmation_address(delivered(CONFIRMATION)) == CONFIRMATION["SubscribeURL"]
    assert confirmation_address(delivered(NOTIFICATION | {"SubscribeURL": "x"})) is None


def test_a_captured_confirmation_names_an_address_of_sns(shared):
    raw = (shared / "payloads" / "amazon_connect" / "sns.SubscriptionConfirmation.json").read_bytes()
    found = Delivery(raw, NOW)
    assert confirmation_address(found)
    assert certificate_address(found, [found.json().text("TopicArn")])
