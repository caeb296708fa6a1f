"""Names and layout of the Kafka topics: the one place that knows them."""

from dataclasses import dataclass, field

HOUR_MS = 3_600_000
DAY_MS = 24 * HOUR_MS

EVENTS = "attesa.events"
CUSTOMERS = "attesa.customers"
SESSIONS = "attesa.sessions"
OUTCOMES = "attesa.outcomes"
PANES = "attesa.panes"
TOTALS = "attesa.totals"
STATE = "attesa.state"
DEAD_LETTERS = "attesa.dead-letters"


@dataclass(frozen=True)
class Topic:
    """One topic: its name, what a message is, and its Kafka settings.

    All topics have the same number of partitions: rows caused by an event stay in the event's partition.
    """

    name: str
    about: str
    settings: dict[str, str] = field(default_factory=dict)


TOPICS = (
    Topic(EVENTS, "CloudEvents in, keyed by tenant and conversation", {"retention.ms": str(7 * DAY_MS)}),
    Topic(
        CUSTOMERS,
        "CloudEvents of purchases and links, and stubs of sessions, keyed by tenant and customer",
        {"retention.ms": str(7 * DAY_MS)},
    ),
    Topic(SESSIONS, "facts of a session, each time that they change", {"retention.ms": str(14 * DAY_MS)}),
    Topic(
        OUTCOMES,
        "what became of sessions, orders and customers afterwards, each time that it changes",
        {"retention.ms": str(14 * DAY_MS)},
    ),
    Topic(
        PANES,
        "additive counts per cell and pane, each time that they change",
        {"cleanup.policy": "compact,delete", "retention.ms": str(3 * DAY_MS)},
    ),
    Topic(TOTALS, "running totals per cell, and each partition's clocks", {"cleanup.policy": "compact"}),
    Topic(STATE, "internal: what a worker restores", {"cleanup.policy": "compact"}),
    Topic(DEAD_LETTERS, "what could not be used, and why", {"retention.ms": str(14 * DAY_MS)}),
)
