"""The order of events with equal times: what can cause something stands before what it causes.

A request stands before a reply, for "after" includes equal times; the end stands behind all that a session
can hold. The rank also tells the kind of an event in state.
"""

(
    STARTED,
    QUEUED,
    CUSTOMER_MESSAGE,
    BOT_MESSAGE,
    SYSTEM_MESSAGE,
    TRANSFERRED,
    ASSIGNED,
    DECLINED,
    ACCEPTED,
    AGENT_MESSAGE,
    SURVEY_REQUESTED,
    ENDED,
    SURVEY_ANSWERED,
    PRESENCE,
) = range(14)

NAMES = (
    "session.started",
    "session.queued",
    "message of the customer",
    "message of a bot",
    "message of the system",
    "session.transferred",
    "agent.assigned",
    "agent.declined",
    "agent.accepted",
    "message of an agent",
    "survey.requested",
    "session.ended",
    "survey.answered",
    "agent.presence",
)
