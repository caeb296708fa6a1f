"""The order of events with equal times: what can cause something stands before what it causes.

A request stands before a reply, for "after" includes equal times; the end stands last.
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
    ENDED,
) = range(11)
