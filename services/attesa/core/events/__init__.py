"""The events as their producers write them: CloudEvents 1.0 in structured JSON mode.

These models define and validate at the edges and give the JSON Schemas; `wire` decodes the same
events on the hot path. Message text has no place here: fields named text, body or content are refused.
"""

from typing import Annotated, Literal, NotRequired

from pydantic import BeforeValidator, StringConstraints
from typing_extensions import TypedDict

from attesa.core.events.fields import (
    KEY_LENGTH,
    Ended,
    Heartbeat,
    Identity,
    Link,
    Nothing,
    Offered,
    Presence,
    Purchase,
    Queued,
    Sent,
    Started,
    Survey,
    Tenant,
    Time,
    Transferred,
    without_text,
)


class Envelope(TypedDict):
    """The CloudEvents attributes: `subject` is the conversation, `time` the event time."""

    specversion: Literal["1.0"]
    id: Identity
    source: Identity
    time: Time
    tenant: Tenant
    subject: Identity
    partitionkey: NotRequired[Annotated[str, StringConstraints(min_length=1, max_length=KEY_LENGTH)]]
    datacontenttype: NotRequired[Literal["application/json"]]
    dataschema: NotRequired[Identity]
    timesource: NotRequired[Literal["event", "received"]]
    sequence: NotRequired[Identity]
    sequencetype: NotRequired[Identity]


class SessionStarted(Envelope):
    """A customer, a bot or the business began."""

    type: Literal["attesa.session.started"]
    data: Annotated[Started, BeforeValidator(without_text, json_schema_input_type=Started)]


class SessionQueued(Envelope):
    """The customer asked for a person, or entered a queue."""

    type: Literal["attesa.session.queued"]
    data: Annotated[Queued, BeforeValidator(without_text, json_schema_input_type=Queued)]


class AgentAssigned(Envelope):
    """The session was given to an agent or a team."""

    type: Literal["attesa.agent.assigned"]
    data: Annotated[Offered, BeforeValidator(without_text, json_schema_input_type=Offered)]


class AgentAccepted(Envelope):
    """A human agent joined."""

    type: Literal["attesa.agent.accepted"]
    data: Annotated[Offered, BeforeValidator(without_text, json_schema_input_type=Offered)]


class AgentDeclined(Envelope):
    """An agent turned the session down or did not react."""

    type: Literal["attesa.agent.declined"]
    data: Annotated[Offered, BeforeValidator(without_text, json_schema_input_type=Offered)]


class MessageSent(Envelope):
    """Somebody wrote: author, kind and length, never the text."""

    type: Literal["attesa.message.sent"]
    data: Annotated[Sent, BeforeValidator(without_text, json_schema_input_type=Sent)]


class SessionTransferred(Envelope):
    """From a bot to a person, or from queue to queue."""

    type: Literal["attesa.session.transferred"]
    data: Annotated[Transferred, BeforeValidator(without_text, json_schema_input_type=Transferred)]


class SessionEnded(Envelope):
    """The session was closed, and by whom."""

    type: Literal["attesa.session.ended"]
    data: Annotated[Ended, BeforeValidator(without_text, json_schema_input_type=Ended)]


class SurveyRequested(Envelope):
    """The customer was asked for a rating."""

    type: Literal["attesa.survey.requested"]
    data: Annotated[Survey, BeforeValidator(without_text, json_schema_input_type=Survey)]


class SurveyAnswered(Envelope):
    """The customer rated."""

    type: Literal["attesa.survey.answered"]
    data: Annotated[Survey, BeforeValidator(without_text, json_schema_input_type=Survey)]


class AgentPresence(Envelope):
    """An agent's state; the subject is the agent."""

    type: Literal["attesa.agent.presence"]
    data: Annotated[Presence, BeforeValidator(without_text, json_schema_input_type=Presence)]


class Progress(Envelope):
    """In replays: this tenant's data time in this partition is now `time`."""

    type: Literal["attesa.progress"]
    data: Annotated[Nothing, BeforeValidator(without_text, json_schema_input_type=Nothing)]


class SourceHeartbeat(Envelope):
    """The source is alive: what happened up to `time` has been sent. To every partition, without a key."""

    type: Literal["attesa.source.heartbeat"]
    data: Annotated[Heartbeat, BeforeValidator(without_text, json_schema_input_type=Heartbeat)]


class PurchaseMade(Envelope):
    """An order; the subject is the customer's pseudonym."""

    type: Literal["attesa.purchase.made"]
    data: Annotated[Purchase, BeforeValidator(without_text, json_schema_input_type=Purchase)]


class PurchaseRefunded(Envelope):
    """An order's value given back, wholly or in part."""

    type: Literal["attesa.purchase.refunded"]
    data: Annotated[Purchase, BeforeValidator(without_text, json_schema_input_type=Purchase)]


class CustomerLinked(Envelope):
    """Two pseudonyms are one customer."""

    type: Literal["attesa.customer.linked"]
    data: Annotated[Link, BeforeValidator(without_text, json_schema_input_type=Link)]


# What each topic takes, by type.
EVENTS_BY_TYPE = {
    "attesa.session.started": SessionStarted,
    "attesa.session.queued": SessionQueued,
    "attesa.agent.assigned": AgentAssigned,
    "attesa.agent.accepted": AgentAccepted,
    "attesa.agent.declined": AgentDeclined,
    "attesa.message.sent": MessageSent,
    "attesa.session.transferred": SessionTransferred,
    "attesa.session.ended": SessionEnded,
    "attesa.survey.requested": SurveyRequested,
    "attesa.survey.answered": SurveyAnswered,
    "attesa.agent.presence": AgentPresence,
    "attesa.progress": Progress,
    "attesa.source.heartbeat": SourceHeartbeat,
}
CUSTOMER_EVENTS_BY_TYPE = {
    "attesa.purchase.made": PurchaseMade,
    "attesa.purchase.refunded": PurchaseRefunded,
    "attesa.customer.linked": CustomerLinked,
}
