"""Wrong numbers that users of other systems complained about, and the right ones: opening hours."""

from tests.core.making import of
from tests.core.numbers import DAY, HOUR, MINUTE, day, facts, numbers, seconds
from tests.oracle.stories import HISTORY, agent, customer, ended, event, ms, queued, started

from attesa.core.definitions import Definitions, TenantPolicy

WEEK = {"weekly": {"mon-fri": ["09:00-17:00"]}, "holidays": ["2026-01-06"]}
DEFINITIONS = Definitions.model_validate(
    {
        "tenants": {HISTORY: TenantPolicy(clock="data")},
        "hours": {
            "office": {"time_zone": "UTC", **WEEK},
            "rome": {"time_zone": "Europe/Rome", **WEEK},
            "new-york": {"time_zone": "America/New_York", **WEEK},
        },
        "channels": {
            "chat": {
                "good_seconds": HOUR,
                "bad_seconds": 10 * HOUR,
                "measured_in": "business",
                "session_timeout_seconds": 7 * DAY,  # longer than any row of days off
            },
        },
        "queues": {
            "office": {"hours": "office"},
            "rome": {"hours": "rome"},
            "new-york": {"hours": "new-york"},
            "always": {},
        },
    }
)


def test_days_off_are_taken_out_of_the_wait_and_kept_in_the_calendar_one() -> None:
    """https://github.com/chatwoot/chatwoot/issues/3446: reports must know days off and business hours."""
    row = facts(
        started(day(1, "16:30"), channel="chat", queue="office"),  # a Friday
        customer(day(1, "16:30")),
        agent(day(6, "09:20")),  # Wednesday; Tuesday was a holiday
        definitions=DEFINITIONS,
    )

    monday = 8 * HOUR
    assert seconds(row.business_wait_ms) == 30 * MINUTE + monday + 20 * MINUTE
    assert seconds(row.wait_ms) == day(6, "09:20") - day(1, "16:30")


def test_the_numbers_of_the_summary_and_of_the_rows_are_the_same_in_both_clocks() -> None:
    """https://github.com/chatwoot/chatwoot/issues/11057: the download ignores business hours."""
    found = numbers(
        *of("a", started(day(1, "16:50"), channel="chat", queue="office"), customer(day(1, "16:50"))),
        *of("a", agent(day(4, "09:05"))),
        *of("b", started(day(4, "10:00"), channel="chat", queue="office"), customer(day(4, "10:00"))),
        *of("b", agent(day(4, "10:30"))),
        definitions=DEFINITIONS,
    )

    rows = found.sessions
    assert [seconds(row.business_wait_ms) for row in rows] == [15 * MINUTE, 30 * MINUTE]
    assert found.totals["business_wait_ms"] == sum(row.business_wait_ms or 0 for row in rows)
    assert found.totals["wait_ms"] == sum(row.wait_ms or 0 for row in rows)


def test_a_ticket_of_a_day_off_waits_from_the_first_working_minute() -> None:
    """https://github.com/frappe/helpdesk/issues/2075: raised on a day off, "over a day"."""
    row = facts(
        started(day(2, "14:00"), channel="chat", queue="office"),  # a Saturday
        customer(day(2, "14:00")),
        agent(day(4, "09:25")),
        definitions=DEFINITIONS,
    )

    assert seconds(row.business_wait_ms) == 25 * MINUTE
    assert (row.measured_in, row.verdict_good) == ("business", "met")


def test_every_queue_has_its_hours_in_its_own_time_zone() -> None:
    """https://github.com/RocketChat/Rocket.Chat.Livechat/issues/296: hours per department and time zone."""

    def outcome(queue: str) -> str:
        told = queued(day(4, "08:30"), queue=queue), ended(day(4, "08:31"), "customer")
        return facts(*told, definitions=DEFINITIONS).outcome

    assert outcome("rome") == "abandoned"  # 9:30 there
    assert outcome("new-york") == "outside_hours"  # 3:30 there
    assert outcome("office") == "outside_hours"


def test_a_chat_outside_the_hours_is_not_lost_even_where_agents_are_available() -> None:
    """https://github.com/RocketChat/Rocket.Chat/issues/23894: agents can be available outside the hours."""
    found = numbers(
        *of("a-1", event("agent.presence", day(4, "20:00"), status="available", queues=["office"])),
        *of("c-1", queued(day(4, "21:00"), queue="office"), ended(day(4, "21:02"), "customer")),
        *of("c-2", queued(day(4, "21:10"), queue="office"), agent(day(4, "21:10") + 20)),
        definitions=DEFINITIONS,
    ).totals

    assert (found["outside_hours"], found["abandoned"]) == (1, 0)
    assert (found["offered"], found["answered"]) == (1, 1)  # who was served, was served


def test_without_hours_business_time_is_absent_and_not_zero() -> None:
    """https://github.com/chatwoot/chatwoot/issues/3446: 0 s where no hours are set drags the average down."""
    noon = day(4, "12:00")
    found = numbers(
        *of("plain", queued(noon, queue="always"), agent(noon + 90)),
        *of("office", queued(noon + 1, queue="office"), agent(noon + 601)),
        definitions=DEFINITIONS,
    )

    assert [row.business_wait_ms for row in found.sessions] == [None, 600_000]
    assert (found.totals["answered"], found.totals["business_answered"]) == (2, 1)
    assert found.totals["business_wait_ms"] == 600_000


def test_a_deadline_in_business_time_falls_when_the_queue_is_open() -> None:
    """https://github.com/frappe/helpdesk/issues/2075: a deadline in a night or on a day off."""
    told = [started(day(1, "16:30"), channel="chat", queue="office"), customer(day(1, "16:30"))]

    assert facts(*told, until=day(4, "09:30"), definitions=DEFINITIONS).verdict_good is None
    row = facts(*told, until=day(4, "09:30") + 0.001, definitions=DEFINITIONS)
    assert row.verdict_good == "missed"
    assert row.verdict_good_at == ms(day(4, "09:30"))
