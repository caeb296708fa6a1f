"""The events of `attesa.events` as msgspec structs: what the hot path reads without a second look.

They accept the same events as the models of `events`, or leave them to `intake`; a test holds them to it.
"""

from datetime import datetime
from typing import Annotated, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from attesa.core.events import fields as schema

Name = Annotated[str, Meta(min_length=1, max_length=schema.NAME_LENGTH)]
Identity = Annotated[str, Meta(min_length=1, max_length=schema.IDENTITY_LENGTH)]
Key = Annotated[str, Meta(min_length=1, max_length=schema.KEY_LENGTH)]
Seconds = Annotated[float, Meta(ge=0, le=schema.LONGEST_SECONDS)]
Scale = Annotated[str, Meta(pattern=schema.SCALE_PATTERN[:-1] + r"\Z")]


class Data(Struct, kw_only=True, forbid_unknown_fields=True, gc=False):
    pass


class Started(Data):
    channel: schema.Channel | UnsetType = UNSET
    direction: Literal["inbound", "outbound"] = "inbound"
    by: Literal["customer", "agent", "system"] = "customer"
    bot_first: bool = False
    queue: Name | UnsetType = UNSET
    country: str | UnsetType = UNSET
    phone_country: str | UnsetType = UNSET
    language: Name | UnsetType = UNSET
    entry_point: Name | UnsetType = UNSET
    customer: Identity | UnsetType = UNSET
    purpose: schema.Purpose | UnsetType = UNSET
    visibility: schema.Visibility | UnsetType = UNSET
    form_fields: Annotated[int, Meta(ge=0, le=schema.MOST_FORM_FIELDS)] | UnsetType = UNSET
    promised_wait_seconds: Seconds | UnsetType = UNSET


class Queued(Data):
    queue: Name | UnsetType = UNSET
    position: Annotated[int, Meta(ge=0, le=1_000_000)] | UnsetType = UNSET
    promised_wait_seconds: Seconds | UnsetType = UNSET


class Offered(Data):
    agent: Identity | UnsetType = UNSET
    team: Name | UnsetType = UNSET
    queue: Name | UnsetType = UNSET
    is_reply: bool = False


class Sent(Data):
    author: schema.Author
    message_id: Identity | UnsetType = UNSET
    visible: bool = True
    kind: Name = "text"
    length: Annotated[int, Meta(ge=0, le=10_000_000)] | UnsetType = UNSET
    questions: Annotated[int, Meta(ge=0, le=schema.MOST_QUESTIONS)] = 0
    flags: list[Name] = []
    agent: Identity | UnsetType = UNSET
    team: Name | UnsetType = UNSET
    stage: schema.Stage | UnsetType = UNSET


class Transferred(Data):
    from_queue: Name | UnsetType = UNSET
    to_queue: Name | UnsetType = UNSET
    kind: Literal["bot_to_person", "person_to_person"] | UnsetType = UNSET
    with_context: bool | UnsetType = UNSET


class Ended(Data):
    by: Literal["customer", "agent", "system", "timeout"]
    reason: Name | UnsetType = UNSET
    effective_seconds: Seconds | UnsetType = UNSET


class Survey(Data):
    question: schema.Question
    scale: Scale | UnsetType = UNSET
    value: float | UnsetType = UNSET


class Presence(Data):
    status: schema.Status
    capacity: Annotated[int, Meta(ge=0, le=schema.MOST_SLOTS)] = 1
    team: Name | UnsetType = UNSET
    queues: Annotated[list[Name], Meta(max_length=schema.MOST_QUEUES)] = []


class Heartbeat(Data):
    every_seconds: Annotated[int, Meta(ge=0, le=3_600)]


class Envelope(Struct, kw_only=True, forbid_unknown_fields=True, tag_field="type", gc=False):
    specversion: Literal["1.0"]
    id: Identity
    source: Identity
    time: Annotated[datetime, Meta(tz=True)]
    tenant: str
    subject: Identity
    partitionkey: Key | UnsetType = UNSET
    datacontenttype: Literal["application/json"] | UnsetType = UNSET
    dataschema: Identity | UnsetType = UNSET
    timesource: Literal["event", "received"] | UnsetType = UNSET
    sequence: Identity | UnsetType = UNSET
    sequencetype: Identity | UnsetType = UNSET


class SessionStarted(Envelope, tag="attesa.session.started"):
    data: Started


class SessionQueued(Envelope, tag="attesa.session.queued"):
    data: Queued


class AgentAssigned(Envelope, tag="attesa.agent.assigned"):
    data: Offered


class AgentAccepted(Envelope, tag="attesa.agent.accepted"):
    data: Offered


class AgentDeclined(Envelope, tag="attesa.agent.declined"):
    data: Offered


class MessageSent(Envelope, tag="attesa.message.sent"):
    data: Sent


class SessionTransferred(Envelope, tag="attesa.session.transferred"):
    data: Transferred


class SessionEnded(Envelope, tag="attesa.session.ended"):
    data: Ended


class SurveyRequested(Envelope, tag="attesa.survey.requested"):
    data: Survey


class SurveyAnswered(Envelope, tag="attesa.survey.answered"):
    data: Survey


class AgentPresence(Envelope, tag="attesa.agent.presence"):
    data: Presence


class Progress(Envelope, tag="attesa.progress"):
    data: Data


class SourceHeartbeat(Envelope, tag="attesa.source.heartbeat"):
    data: Heartbeat


AnyEvent = (
    SessionStarted
    | SessionQueued
    | AgentAssigned
    | AgentAccepted
    | AgentDeclined
    | MessageSent
    | SessionTransferred
    | SessionEnded
    | SurveyRequested
    | SurveyAnswered
    | AgentPresence
    | Progress
    | SourceHeartbeat
)
