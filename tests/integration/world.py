"""Seven chats of one month and what became of them: small enough to work every figure out by hand."""

from tests.loader.examples import NINE, NO_REPLY, a_session, an_abandoned, an_order, an_outcome

DEFINITIONS = {"tenants": {"acme": {"clock": "data"}}}
HOUR = 3_600_000

_TOLERABLE = {"verdict_good": "missed", "verdict_good_at": NINE + 30_000, "service_class": "tolerable"}
_BAD = _TOLERABLE | {"verdict_bad": "missed", "verdict_bad_at": NINE + 180_000, "service_class": "bad"}


def _answered(session, wait_ms, **changes):
    reply = NINE + wait_ms
    told = {"wait_ms": wait_ms, "first_reply_at": reply, "time_to_person_ms": wait_ms + 4_000}
    return a_session(session, **told | {"survey_asked_at": NINE + 290_000} | changes)


SESSIONS = (
    _answered(
        "a1/1", 10_000, customer="k1", ended_reason="resolved", nps=10.0, csat=5.0, csat_scale="1-5",
        influence=5, would_have_bought=False, purpose="support", team="north", visibility="private",
        promised_wait_ms=20_000, promise_kept=True, expectation_coverage=1.0,
    ),
    _answered(
        "a2/1", 40_000, customer="k2", ended_reason="resolved", ended_by="agent", nps=0.0, csat=2.0,
        csat_scale="1-5", survey_too_early=True, left_unanswered=True, hung_up=True, nudges=2, transfers=2,
        transfers_without_context=1, promised_wait_ms=20_000, promise_kept=False, expectation_coverage=0.68,
        purpose="support", team="south", next_replies=2, next_reply_ms=90_000, next_met_good=1,
        next_missed_good=1, longest_silence_ms=70_000, greeting=2, **_TOLERABLE,
    ),
    _answered("a3/1", 500, customer="k3", purpose="sales", team="north", nps=9.0, video=True),
    _answered("a4/1", 200_000, **_BAD),
    an_abandoned("l1/1", 60_000, verdict_good="missed", verdict_bad="none"),
    an_abandoned("l2/1", 5_000, verdict_good="none", verdict_bad="none"),
    a_session(
        "r1/1", **NO_REPLY | {"outcome": "rejected", "lost_reason": "full", "ended_by": "system"},
    ),
    a_session("x1/1", outcome="invalid", ended_reason="spam", nps=3.0, hung_up=True),
)  # fmt: skip
SESSIONS[6].verdict_good = "missed"
for _lost in SESSIONS[4:7]:
    _lost.customer_messages = _lost.agent_messages = _lost.turns = _lost.single_message_turns = 0

OUTCOMES = (
    an_outcome(
        "a1/1", customer="k1", converted=True, converted_at=NINE + HOUR, converted_first_touch=True,
        orders=("o1",), revenue_minor={"EUR": 10_000}, incremental=True, first_contact_resolution=True,
    ),
    an_outcome(
        "a2/1", customer="k2", recontacted_at=NINE + 400_000, recontacted_by="b2/1",
        recontacted_other_team=True, dropped=True, first_contact_resolution=False, spill_over="public",
    ),
    an_outcome(
        "a3/1", customer="k3", converted=True, converted_at=NINE + HOUR, orders=("o3",),
        revenue_minor={"CHF": 5_000}, refunded_minor={"CHF": 500}, incremental=False,
    ),
)  # fmt: skip

ORDERS = (
    an_order("o1", customer="k1", made_at=NINE + HOUR, value_minor=10_000, last_touch="a1/1"),
    an_order(
        "o3", customer="k3", made_at=NINE + HOUR, value_minor=5_000, currency="CHF", last_touch="a3/1",
        refunded_minor=500, refunded_at=NINE + 25 * HOUR, path=("social", "live_chat"),
    ),
    an_order(
        "o9", customer="k9", made_at=NINE + HOUR, last_touch=None, first_touch=None, joined_by=None, path=(),
    ),
)  # fmt: skip
