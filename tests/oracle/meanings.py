"""Definitions for generated worlds: thresholds and time-outs of seconds, so that borders are hit exactly."""

from tests.oracle.stories import DEFINITIONS, TENANTS

from attesa.core.definitions import Definitions

COVERAGE = {"steps": [{"within_seconds": 5, "share": 1}, {"within_seconds": 20, "share": 0.685}]}
QUICK = {
    "live_chat": {"good_seconds": 5, "bad_seconds": 10, "short_abandon_seconds": 2, "idle_cap_seconds": 8},
    "chat": {"good_seconds": 10, "bad_seconds": 30, "idle_cap_seconds": 5},
    "social": {"good_seconds": 20, "bad_seconds": 60},
    "email": {"good_seconds": 30, "bad_seconds": 90},
}
TIME_OUTS = {"live_chat": 20, "chat": 60, "social": 120, "email": 300}
# Thursday is the first day of all worlds; Rome is an hour ahead.
HOURS = {
    "desk": {
        "time_zone": "UTC",
        "weekly": {"thu": ["00:00-00:02", "00:03-00:06", "00:10-01:30"], "fri-sun": ["09:00-18:00"]},
    },
    "rome": {
        "time_zone": "Europe/Rome",
        "weekly": {"mon-sun": ["00:30-01:01", "01:02-02:15", "14:00-24:00"]},
        "special": {"2026-01-02": ["01:00-01:01"]},
    },
    "closed today": {"time_zone": "UTC", "weekly": {"mon-sun": ["00:00-24:00"]}, "holidays": ["2026-01-01"]},
}
SOURCES = {
    "desk": {"presence_timeout_seconds": 3},
    "attic": {"country": "DE", "presence_timeout_seconds": 60},
}

SHORT = Definitions.model_validate(
    {
        "tenants": TENANTS,
        "channels": {
            name: pair | {"session_timeout_seconds": TIME_OUTS[name]} for name, pair in QUICK.items()
        },
        "queues": {"sales": {"country": "IT"}, "support": None},
        "sources": SOURCES,
        "coverage": {name: COVERAGE | {"rest_share": 0.5} for name in ("live_chat", "chat")},
        "default_channel": "chat",
        "attribution_hours": 1,
    }
)
IN_HOURS = Definitions.model_validate(
    {
        "tenants": TENANTS,
        "channels": {
            name: pair | {"session_timeout_seconds": 10 * TIME_OUTS[name], "measured_in": "business"}
            for name, pair in QUICK.items()
        },
        "hours": HOURS,
        "queues": {
            "sales": {"hours": "rome"},
            "support": {"hours": "desk"},
            "billing": {"hours": "closed today"},
        },
        "sources": SOURCES,
        "attribution_hours": 2,
        "touch": "first",
    }
)
ALL = (SHORT, IN_HOURS, DEFINITIONS)
