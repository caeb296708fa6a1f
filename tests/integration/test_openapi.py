"""Requests made from the OpenAPI document, good and bad, to a gateway with its Kafka: what it says holds.

Schemathesis checks every answer: its status, media type, headers and body are documented ones, what breaks
the schema is refused, what meets it is taken, and without a token or signature nothing is.
"""

import re
import zlib
from copy import deepcopy
from datetime import UTC, datetime
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, given
from hypothesis import settings as chosen
from hypothesis import strategies as st
from requests.auth import AuthBase
from schemathesis.checks import ignored_auth
from standardwebhooks import Webhook
from tests.gateway.delivering import OLD, URL_TOKEN, signed
from tests.gateway.doors.test_signatures import WHSEC
from tests.integration.gating import Gateway, gateway
from tests.integration.running import until

from attesa.core.events.fields import TENANT_PATTERN
from attesa.gateway.http.description import document

GOOD, BAD = schemathesis.GenerationMode.POSITIVE, schemathesis.GenerationMode.NEGATIVE
TENANT, TOKEN = "openapi", "a-token-of-openapi"
CONFIG = schemathesis.Config.from_dict(
    {
        "generation": {"with-security-parameters": False, "database": "none"},
        "checks": {
            "positive_data_acceptance": {"expected-statuses": ["2xx"]},
            "negative_data_rejection": {"expected-statuses": ["4xx"]},
        },
    }
)
DOCUMENT = document()
described = schemathesis.openapi.from_dict(deepcopy(DOCUMENT), config=CONFIG)


SOURCES = """\
tenants:
  {tenant}: {{pseudonym_key: TEST_PSEUDONYM_KEY}}
sources:
  chatwoot/shop: {{tenant: {tenant}, secrets: [TEST_CHATWOOT_SECRET]}}
  chatwoot/old: {{tenant: {tenant}, tokens: [TEST_URL_TOKEN]}}
  intercom: {{tenant: {tenant}, secrets: [TEST_CHATWOOT_SECRET]}}
  whatsapp_cloud: {{tenant: {tenant}, secrets: [TEST_CHATWOOT_SECRET], tokens: [TEST_URL_TOKEN]}}
"""


def unhurried(max_examples: int) -> chosen:
    return chosen(
        max_examples=max_examples, deadline=None, database=None, suppress_health_check=list(HealthCheck)
    )


@pytest.fixture(scope="module")
def door(kafka, tmp_path_factory):
    with gateway(kafka.bootstrap, tmp_path_factory.mktemp("gateway"), tenant=TENANT, text=SOURCES) as found:
        found.start(
            ATTESA_GATEWAY_TOKENS=f"{TENANT}={TOKEN}",
            ATTESA_GATEWAY_SECRETS=f"{TENANT}={WHSEC}",
            ATTESA_SOURCE_REQUESTS_PER_SECOND="1000000",
        )
        until("the gateway to be ready", lambda: found.answers("/readyz"))
        yield found


@pytest.fixture(scope="module")
def session():
    with requests.Session() as found:
        yield found


class Believed(AuthBase):
    """Gives a request what its door believes: a token or, where the bytes are even in number, a signature."""

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        body = request.body or b""
        raw = body.encode() if isinstance(body, str) else body
        if request.url.endswith("/v1/events"):
            request.headers.update(token() if len(raw) % 2 else signature(raw))
        elif OLD in request.url:
            request.prepare_url(request.url, {"token": URL_TOKEN})
        else:
            proof = signed(raw)
            del proof["content-type"]
            request.headers.update(proof)
        return request


def token() -> dict[str, str]:
    return {"Authorization": f"Bearer {TOKEN}"}


def signature(raw: bytes) -> dict[str, str]:
    now = datetime.now(UTC)
    signed_now = Webhook(WHSEC).sign("msg_1", now, raw.decode("utf-8", "replace"))
    stamp = str(int(now.timestamp()))
    return {"webhook-id": "msg_1", "webhook-timestamp": stamp, "webhook-signature": signed_now}


def source_of(case: schemathesis.Case) -> str:
    """One that answers this method."""
    posted = "chatwoot/old" if case.id[-1] in "02468ACEGIKMOQSUWYacegikmoqsuwy" else "chatwoot/shop"
    return {"GET": "whatsapp_cloud", "HEAD": "intercom"}.get(case.method, posted)


def whole(value: Any) -> Any:
    """To JSON Schema 2.0 is an integer, to the gateway it is none."""
    if isinstance(value, dict):
        return {name: whole(member) for name, member in value.items()}
    if isinstance(value, list):
        return [whole(member) for member in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


def settle(case: schemathesis.Case) -> None:
    """What no schema can say: an event is of now and of the sender's tenant, a source is a configured one."""
    meta = case.meta  # once: after each change it is computed anew
    good = meta.generation.mode.is_positive
    if "source" in case.path_parameters and not meta.is_negative_at("path"):
        if good and case.method == "GET":
            case.query |= {"hub.mode": "subscribe", "hub.verify_token": URL_TOKEN}
        case.path_parameters["source"] = source_of(case)
    for event in case.body if isinstance(case.body, list) else [case.body]:
        if isinstance(event, dict) and re.fullmatch(TENANT_PATTERN, str(event.get("tenant"))):
            event["tenant"] = TENANT
        if isinstance(event, dict) and good and "specversion" in event:
            event["time"] = datetime.now(UTC).isoformat()
            event.pop("partitionkey", None)
            event["data"] = whole(event["data"])


def holds(case: schemathesis.Case, door: Gateway, session: requests.Session) -> None:
    """Without a token or signature: every tenth is tried, for each try is several requests."""
    settle(case)
    url = str(door.client.base_url)
    left_out = [ignored_auth] if zlib.crc32(str(case.body).encode("utf-8", "replace")) % 10 else []
    case.call_and_validate(base_url=url, session=session, auth=Believed(), excluded_checks=left_out)


@described.parametrize()
@unhurried(60)
def test_every_answer_is_one_that_the_document_tells(case, door, session):
    holds(case, door, session)


@pytest.mark.long
@pytest.mark.timeout(1_200)
@pytest.mark.parametrize(
    ("path", "mode"),
    [("/v1/events", GOOD), ("/v1/events", BAD), ("/v1/sources/{source}", GOOD)],  # there no body is bad
)
@unhurried(5_000)
@given(data=st.data())
def test_every_answer_of_very_many_is_one_that_the_document_tells(path, mode, data, door, session):
    holds(data.draw(described[path]["POST"].as_strategy(generation_mode=mode)), door, session)


def test_the_document_is_the_one_that_is_served(door):
    assert door.client.get("/openapi.json").json() == DOCUMENT
