"""Rows of both processors in a real engine: minutes add up to what sessions add up to, and outcomes counted
anew over persons are those of the customers where nobody is linked."""

from random import Random

import msgspec
import pytest
from tests.core.simulation import Simulation
from tests.integration.storing import Stored

from attesa.core import topics
from attesa.core.definitions.policies import TenantPolicy
from attesa.core.rows import LinkOutcome, outcome_decoder, pane_decoder, session_decoder
from attesa.loader.client import connect
from attesa.loader.configured import write_tenants

HISTORIES = 40
DECODERS = {
    topics.SESSIONS: session_decoder,
    topics.OUTCOMES: outcome_decoder,
    topics.PANES: pane_decoder,
}

# What minutes and sessions count under the same name.
ALIKE = (
    "records", "offered", "answered", "answered_queued", "wait_ms", "business_wait_ms", "pickup_ms",
    "sales_offered", "sales_answered", "promised", "promises_kept", "tolerable",
    "abandoned", "short_abandoned", "abandoned_in_transfer", "rejected", "rejected_full",
    "rejected_nobody_on_duty", "unanswered",
    "unanswered_agent", "unanswered_timeout", "left_before_queue", "outside_hours", "invalid", "next_replies",
    "next_reply_ms", "next_met_good", "next_missed_good", "synchronous_replies", "synchronous_met_good",
    "synchronous_missed_good", "ended", "resolved", "measured", "total_ms", "effective_ms", "left_unanswered",
    "hung_up", "transfers", "transfers_without_context", "transfers_without_note", "turns",
    "single_message_turns", "agent_bursts", "longest_silence_ms", "nudges", "customer_messages",
    "agent_messages", "question_clusters", "long_messages", "voice_messages", "greeting", "thanks", "name",
    "mirror_question", "closing_summary", "abbreviation", "more_help", "video", "from_bot", "bot_ms",
    "form_fields", "survey_asked", "survey_answered", "survey_too_early", "csat_top_two", "recontacted",
    "recontacted_other_team", "dropped", "spill_over_public", "spill_over_private", "self_service_failed",
)  # fmt: skip
AFTERWARDS = (
    "recontacted_at", "recontacted_by", "dropped", "first_contact_resolution", "converted", "converted_at",
)  # fmt: skip


@pytest.fixture(scope="module")
def histories():
    """Simulated ones, from a seed that is printed where a test fails."""
    seed = Random().getrandbits(32)
    print(f"histories {seed} to {seed + HISTORIES - 1}")  # noqa: T201  shown where a test fails
    played = [Simulation(seed + number) for number in range(HISTORIES)]
    for each in played:
        each.run()
    return played


@pytest.fixture
def store(clickhouse, database, histories):
    """All rows that they published, each history's under tenants of its own; links are left out."""
    stored = Stored(clickhouse, database, {})
    for number, played in enumerate(histories):
        tenants = set()
        for topic, decoder in DECODERS.items():
            rows = [decoder.decode(value) for value in played.log.rows[topic].values()]
            rows = [msgspec.structs.replace(row, tenant=f"h{number}-{row.tenant}") for row in rows]
            tenants |= {row.tenant for row in rows}
            minutes = [row for row in rows if getattr(row, "width_seconds", 60) == 60]
            stored.write(*(row for row in minutes if not isinstance(row, LinkOutcome)))
        with connect(stored.settings) as client:
            policies = dict.fromkeys(tenants, TenantPolicy(clock="data"))
            write_tenants(client, policies, played.world.definitions)
    return stored


def sums(store, table):
    """What is not 0, by tenant, channel and name."""
    columns = ", ".join(f"toInt64(ifNull(sum({name}), 0))" for name in ALIKE)
    query = f"SELECT tenant, channel, {columns} FROM {table} GROUP BY tenant, channel"
    return {
        (tenant, channel, name): amount
        for tenant, channel, *amounts in store.select(query)
        for name, amount in zip(ALIKE, amounts, strict=True)
        if amount
    }


def test_minutes_add_up_to_what_sessions_add_up_to(store):
    found = sums(store, "session_numbers")
    assert len({name for *_, name in found}) > len(ALIKE) / 2
    assert sums(store, "windows FINAL") == found


def test_outcomes_counted_anew_are_the_customers_where_nobody_is_linked(store, histories):
    """But for histories that credit by first touch; the order of simultaneous orders is nobody's concern."""
    skipped = (n for n, played in enumerate(histories) if played.world.definitions.touch == "first")
    where = " AND ".join((*(f"NOT startsWith(tenant, 'h{n}-')" for n in skipped), "1"))
    names = ", ".join((*AFTERWARDS, "arraySort(orders)"))
    query = f"SELECT tenant, session, {names} FROM {{}} WHERE {where} ORDER BY tenant, session"
    anew = {(tenant, session): row for tenant, session, *row in store.select(query.format("outcomes_linked"))}
    then = store.select(query.format("(SELECT * FROM sessions_final WHERE dropped IS NOT NULL)"))
    assert len(anew) > HISTORIES
    for tenant, session, *row in then:
        if (tenant, session) in anew:  # of an invalid session nothing is told
            assert anew[tenant, session] == row, (tenant, session)
