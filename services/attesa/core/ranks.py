"""The order of events with equal times: what can cause something stands before what it causes."""

(
    STARTED,
    QUEUED,
    ASSIGNED,
    DECLINED,
    ACCEPTED,
    CUSTOMER_MESSAGE,
    BOT_MESSAGE,
    SYSTEM_MESSAGE,
    AGENT_MESSAGE,
    TRANSFERRED,
    ENDED,
) = range(11)
