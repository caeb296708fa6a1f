"""Every platform end to end: a conversation in its own payloads, signed, twice and shuffled, is one session.

All run through one system of real processes at once, each platform as a tenant of its own. Times are a few
minutes back, for the waits of tenants in wall time are judged as they pass. What has no time of its own takes
that of its receipt, which cannot be chosen here: LiveChat's ratings and closings, after the end that a system
message tells exactly.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import httpx
import pytest
from tests.integration import servers
from tests.integration.platforms.left_scripts import LEFT, SOURCES
from tests.integration.platforms.local_sns import HOST, LocalSns
from tests.integration.platforms.pipeline import TOPIC, Pipeline, Sample, counters_of, running, samples
from tests.integration.platforms.scripts import CHATS, SCRIPTS, SHOPS, tenant_of
from tests.integration.platforms.sending import Senders, Told

from attesa.core.metrics import (
    CAPACITY,
    CELL_LABELS,
    STAFFED_AGENTS,
    TIME_TO_ABANDON_SECONDS,
    WAIT_SECONDS,
)
from attesa.gateway.sources import REGISTRY

Rows = dict[str, dict[str, Any]]


class Untold(NamedTuple):
    """Columns of sessions_final and of kpi_month."""

    facts: tuple[str, ...]
    ratios: tuple[str, ...]


# By what an adapter declares: what is null where it cannot be told.
UNTOLD = {
    "accepted": Untold(("accepted_at", "pickup_ms"), ("average_pickup_seconds",)),
    "end": Untold(
        ("ended_at", "ended_by", "ended_reason", "total_ms", "effective_ms"),
        ("effective_over_total", "hung_up_ratio"),
    ),
    "survey": Untold(
        ("survey_asked_at", "nps", "csat", "csat_scale", "influence", "would_have_bought"),
        ("nps_score", "csat_mean", "csat_top_two_ratio", "survey_response_ratio", "average_influence"),
    ),
    "purchase": Untold(
        ("converted_at", "incremental"),
        ("conversion_ratio", "conversion_offered_ratio", "incremental_conversion_ratio"),
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def pipeline(
    module_kafka: servers.KafkaBroker,
    clickhouse: servers.ClickHouse,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Pipeline]:
    """Everything delivered, folded, loaded and shown."""
    folder: Path = tmp_path_factory.mktemp("platforms")
    with running(module_kafka.bootstrap, clickhouse, folder) as found:
        found.deliver()
        found.settle()
        yield found


@pytest.fixture(scope="module")
def sessions(pipeline: Pipeline) -> dict[str, dict[str, Any]]:
    """Each platform's only session, as the analysts' view has it."""
    rows = pipeline.rows("SELECT * FROM sessions_final")
    assert sorted(row["tenant"] for row in rows) == sorted([*CHATS, *(one.tenant for one in LEFT.values())])
    return {row["tenant"]: row | {"survey_asked": int(row["survey_asked_at"] is not None)} for row in rows}


@pytest.fixture(scope="module")
def months(pipeline: Pipeline) -> dict[str, dict[str, Any]]:
    """Each tenant's KPIs; this test may run as a month turns, a conversation is of one month all the same."""
    return {row["tenant"]: row for row in pipeline.rows("SELECT * FROM kpi_month")}


@pytest.fixture(scope="module")
def shown(pipeline: Pipeline) -> list[Sample]:
    """What the exporter shows."""
    return samples(pipeline.page("exporter"))


@pytest.fixture(scope="module")
def client(pipeline: Pipeline) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=pipeline.services.url("gateway"), timeout=30, trust_env=False) as found:
        yield found


def test_every_delivery_is_answered_as_its_platform_needs_it(pipeline: Pipeline) -> None:
    assert {(status, body) for _, status, body in pipeline.answers} == {(200, b"")}
    assert {source.partition("/")[0] for source, *_ in pipeline.answers} == set(REGISTRY)
    assert pipeline.rows("SELECT * FROM dead_letters FINAL") == []


@pytest.mark.parametrize("platform", CHATS)
def test_a_conversation_is_one_session_with_the_facts_that_it_tells(sessions: Rows, platform: str) -> None:
    row, facts = sessions[platform], CHATS[platform].facts
    assert {name: row[name] for name in facts} == facts
    assert row["first_useful_reply_at"] >= row["first_reply_at"] > row["requested_at"]


@pytest.mark.parametrize("platform", LEFT)
def test_who_leaves_the_queue_is_lost_and_has_no_wait(
    sessions: Rows, months: Rows, shown: list[Sample], platform: str
) -> None:
    script, tenant = LEFT[platform], LEFT[platform].tenant
    row, month, found = sessions[tenant], months[tenant], counters_of(shown, tenant=tenant)
    assert {name: row[name] for name in script.facts} == script.facts
    expected = {"offered": 1, "answered": 0, "lost": 1, "abandoned": 1, "ended": 1, "short_abandoned": 0}
    assert {name: found[f"attesa_{name}_total"] for name in expected} == expected
    assert found[f"{TIME_TO_ABANDON_SECONDS}_sum"] == row["time_to_abandon_ms"] / 1000
    assert found[f"{WAIT_SECONDS}_count"] == 0
    assert (month["lost_ratio"], month["average_wait_seconds"], month["service_level_offered"]) == (
        1,
        None,
        0,
    )


@pytest.mark.parametrize("platform", CHATS)
def test_the_reply_is_the_agents_where_the_platform_says_which(sessions: Rows, platform: str) -> None:
    """Never a bot's, a note's, an automatic one's; of Sunshine and WhatsApp no payload names the agent."""
    agent = sessions[platform]["agent"]
    if platform in {"sunshine_conversations", "whatsapp_cloud"}:
        assert agent is None
    else:
        assert agent.startswith("a-")


@pytest.mark.parametrize("platform", CHATS)
def test_the_same_numbers_stand_on_metrics(sessions: Rows, shown: list[Sample], platform: str) -> None:
    row, found = sessions[platform], counters_of(shown, tenant=platform)
    ended = row["ended_at"] is not None
    expected = {
        "records": 1, "offered": 1, "answered": 1, "lost": 0, "abandoned": 0, "left_before_queue": 0,
        "ended": ended, "transfers": row["transfers"] * ended, "from_bot": ended and bool(row["bot_ms"]),
        "customer_messages": row["customer_messages"] * ended,
        "agent_messages": row["agent_messages"] * ended,
        "survey_asked": row["survey_asked"], "nps_answers": row["nps"] is not None,
        "nps_promoters": (row["nps"] or 0) >= 9, "csat_answers": row["csat"] is not None,
        "accepted": row["pickup_ms"] is not None, "pickup_seconds": (row["pickup_ms"] or 0) / 1000,
        "total_seconds": (row["total_ms"] or 0) / 1000, "converted": bool(row["converted"]),
        "incremental": bool(row["incremental"]),
    }  # fmt: skip
    counted = {name: found[f"attesa_{name}_total"] for name in expected}
    assert counted == pytest.approx({name: float(number) for name, number in expected.items()})
    assert found[f"{WAIT_SECONDS}_sum"] == pytest.approx(row["wait_ms"] / 1000)
    buckets = {key.partition("/")[2]: n for key, n in found.items() if key.startswith(f"{WAIT_SECONDS}_b")}
    assert "30.0" in buckets
    assert buckets == {le: row["wait_ms"] / 1000 <= float(le) for le in buckets}


@pytest.mark.parametrize("platform", CHATS)
def test_the_wait_counts_in_the_cell_of_the_session(
    sessions: Rows, shown: list[Sample], platform: str
) -> None:
    row = sessions[platform]
    cell = {name: row[name] for name in CELL_LABELS}
    assert counters_of(shown, **cell)[f"{WAIT_SECONDS}_count"] == 1


@pytest.mark.parametrize("platform", CHATS)
def test_what_no_source_of_a_tenant_can_tell_is_null_and_not_0(
    sessions: Rows, months: Rows, platform: str
) -> None:
    sources = [REGISTRY[name].tells for name in SCRIPTS if tenant_of(name) == platform]
    untold = {one for one in UNTOLD if not any(getattr(tells, one) for tells in sources)}
    facts = {name: sessions[platform][name] for one in untold for name in UNTOLD[one].facts}
    ratios = {name: months[platform][name] for one in untold for name in UNTOLD[one].ratios}
    assert (facts, ratios) == (dict.fromkeys(facts), dict.fromkeys(ratios))
    assert months[platform]["average_wait_seconds"] == pytest.approx(sessions[platform]["wait_ms"] / 1000)


@pytest.mark.parametrize("platform", SHOPS)
def test_a_purchase_told_by_a_shop_is_credited_to_the_chat_of_another_platform(
    pipeline: Pipeline, sessions: Rows, months: Rows, shown: list[Sample], platform: str
) -> None:
    tenant, facts = tenant_of(platform), SHOPS[platform].facts
    (order,) = pipeline.rows(f"SELECT * FROM orders FINAL WHERE tenant = '{tenant}'")
    session, month, currency = sessions[tenant], months[tenant], facts["currency"]
    assert {name: order[name] for name in facts} == facts
    assert (order["last_touch"], order["joined_by"]) == (session["session"], "conversation")
    assert session["revenue_minor"] == {currency: facts["value_minor"]}
    assert (month["converted"], month["conversion_ratio"], month["orders"]) == (1, 1, 1)
    found = counters_of(shown, tenant=tenant)
    assert (found["attesa_orders_total"], found["attesa_converted_total"]) == (1, 1)
    assert found[f"attesa_revenue_minor_total/{currency}"] == facts["value_minor"]


def test_who_is_there_is_told_by_agent_events_and_of_other_platforms_nobody_knows(
    pipeline: Pipeline, shown: list[Sample]
) -> None:
    levels = {
        (name, labels["tenant"], labels["queue"]): value
        for name, labels, value in shown
        if name in {STAFFED_AGENTS, CAPACITY}
    }
    connect = ("amazon_connect", "sales")
    assert levels == {(STAFFED_AGENTS, *connect): 1, (CAPACITY, *connect): 3}
    rows = pipeline.rows("SELECT tenant, queue, capacity FROM staffing_hourly ORDER BY hour")
    stored = {(row["tenant"], row["queue"]): row["capacity"] for row in rows}
    assert stored[connect] == 3
    assert ("whatsapp_cloud", "unknown") in stored
    assert {capacity for (tenant, _), capacity in stored.items() if "amazon_connect" not in tenant} == {None}


def test_doctor_says_of_each_source_that_it_lives_and_what_it_never_told(pipeline: Pipeline) -> None:
    ran = pipeline.attesa("doctor")
    assert ran.returncode == 0, ran.stdout + ran.stderr
    said = {line.split()[2]: line for line in ran.stdout.splitlines() if line.startswith("ok   source ")}
    assert len(said) == len(SOURCES)
    assert not [line for line in said.values() if ": live, last event " not in line]
    said = {name: line for name, line in said.items() if not name.endswith("/left")}
    silent = {name for name, line in said.items() if "surveys never seen, so NPS, CSAT" in line}
    assert silent == {f"{name}/main" for name in ("amazon_connect", "rocketchat", "sunshine_conversations")}
    assert {name for name, line in said.items() if "ends never seen" in line} == {"whatsapp_cloud/main"}
    unsold = {name.partition("/")[0] for name, line in said.items() if "purchases never seen" in line}
    assert unsold == {"amazon_connect", "intercom", "livechat", "rocketchat", "whatsapp_cloud"}
    assert {name for name, line in said.items() if "customers never seen" in line} == {"amazon_connect/main"}


def test_no_customer_no_agent_no_text_and_no_secret_is_seen_anywhere(pipeline: Pipeline) -> None:
    private = {word for script in SCRIPTS.values() for word in script.private}
    sent = b"\n".join(pipeline.sent)
    assert not [word for word in private if word.encode() not in sent]
    private |= set(pipeline.senders.secrets.values()) | {pipeline.services.environment["E2E_PSEUDONYMS"]}
    names = []
    for name, content in pipeline.seen_of_everybody():
        names.append(name)
        assert not [word for word in private if word.encode() in content], name
    assert {"the topic attesa.events", "the table sessions", "the log of the gateway"} <= set(names)


def test_what_platforms_ask_before_they_deliver_is_answered(pipeline: Pipeline, client: httpx.Client) -> None:
    """Intercom's HEAD, Meta's challenge, and the confirmation of a subscription, which is fetched of SNS."""
    confirmation = {
        "Type": "SubscriptionConfirmation", "MessageId": "s-1", "TopicArn": TOPIC, "Token": "t",
        "Message": "?", "SubscribeURL": f"https://{HOST}/?Action=ConfirmSubscription&Token=t",
        "Timestamp": "2026-01-31T12:00:00.000Z",
    }  # fmt: skip
    asked = pipeline.senders.post("amazon_connect/main", Told(confirmation))
    token = pipeline.senders.secret("whatsapp_cloud")
    challenge = {"hub.mode": "subscribe", "hub.verify_token": token, "hub.challenge": "1158201444"}
    assert client.head("/v1/sources/intercom/main").status_code == 200
    answer = client.get("/v1/sources/whatsapp_cloud/main", params=challenge)
    assert (answer.status_code, answer.text) == (200, "1158201444")
    confirmed = client.post(f"/v1/sources/{asked.source}", content=asked.raw, headers=asked.headers)
    assert confirmed.status_code == 200
    assert "/?Action=ConfirmSubscription&Token=t" in pipeline.sns.asked


@pytest.mark.parametrize("platform", SCRIPTS)
def test_the_same_delivery_signed_by_somebody_else_is_refused(
    client: httpx.Client, strangers: Senders, platform: str
) -> None:
    """Amazon Connect's last one comes by EventBridge, its third by SNS, whose certificate says who signs."""
    told = SCRIPTS[platform].told
    for each in (told[-1], told[min(2, len(told) - 1)]):
        post = strangers.post(f"{platform}/main", each)
        answer = client.post(f"/v1/sources/{post.source}", content=post.raw, headers=post.headers)
        assert (answer.status_code, answer.json()["type"]) == (401, "urn:attesa:problem:unverified")


@pytest.fixture(scope="module")
def strangers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Senders]:
    """The same platforms with other secrets, and an SNS with another key."""
    sns = LocalSns(tmp_path_factory.mktemp("strangers"))
    yield Senders(sns)
    sns.close()
