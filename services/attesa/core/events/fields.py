"""The fields of events: their constraints, and the `data` of each kind. Message text has no field here."""

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal, NotRequired, cast

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    TypeAdapter,
    with_config,
)
from pydantic.config import JsonDict
from pydantic_core import PydanticCustomError
from typing_extensions import TypedDict

EARLIEST = datetime(1990, 1, 1, tzinfo=UTC)
TEXT_FIELDS = frozenset({"text", "body", "content"})
TENANT_PATTERN = r"^[a-z0-9][a-z0-9_.\-]{0,62}$"
COUNTRY_PATTERN = r"^[A-Z]{2}$"
NAME_LENGTH = 128
IDENTITY_LENGTH = 256
KEY_LENGTH = 64 + IDENTITY_LENGTH
LONGEST_SECONDS = 31_622_400  # a leap year
MOST_FORM_FIELDS = 1_000
MOST_QUESTIONS = 1_000
MOST_SLOTS = 1_000
MOST_QUEUES = 50
SCALE_PATTERN = r"^[0-9]{1,3}-[0-9]{1,3}$"

Name = Annotated[str, StringConstraints(min_length=1, max_length=NAME_LENGTH)]
Identity = Annotated[str, StringConstraints(min_length=1, max_length=IDENTITY_LENGTH)]
Tenant = Annotated[str, StringConstraints(pattern=TENANT_PATTERN)]
Country = Annotated[str, StringConstraints(pattern=COUNTRY_PATTERN)]
Seconds = Annotated[float, Field(ge=0, le=LONGEST_SECONDS, allow_inf_nan=False)]
Channel = Literal["live_chat", "chat", "social", "email"]
Author = Literal["customer", "agent", "bot", "system"]
Purpose = Literal["marketing", "sales", "support"]
Visibility = Literal["public", "private"]
Stage = Literal["assistance", "demo", "tutorial", "bonus"]
Question = Literal["nps", "csat", "influence", "would_have_bought"]
Status = Literal["available", "busy", "away", "offline"]


_RFC_3339 = re.compile(r"\d{4}-\d\d-\d\d[Tt ]\d\d:\d\d:\d\d(\.\d+)?([Zz]|[+-]\d\d:?\d\d)", re.ASCII)

# Behind a validator of ours JSON's string is a Python one, which a strict datetime would refuse.
_read_time = TypeAdapter(AwareDatetime).validate_python


def _written_as_rfc_3339(value: object) -> datetime:
    if isinstance(value, str) and _RFC_3339.fullmatch(value):
        return _read_time(value)
    raise PydanticCustomError("time", "a time is written like 2026-01-31T12:00:00.000Z")


def _not_before_1990(value: datetime) -> datetime:
    if value < EARLIEST:
        raise PydanticCustomError("too_old", "a time before 1990")
    return value


def without_text(value: object) -> object:
    """Refuse what names a field for message text; for a validator before the model's own."""
    if isinstance(value, Mapping) and (found := TEXT_FIELDS.intersection(value)):
        raise PydanticCustomError("text", "message text is not accepted: {field}", {"field": min(found)})
    return value


Time = Annotated[
    AwareDatetime,
    BeforeValidator(_written_as_rfc_3339, json_schema_input_type=AwareDatetime),
    AfterValidator(_not_before_1990),
]


def _refuse_text(schema: JsonDict) -> None:
    """Stock validators refuse the text fields too: each gets the schema that nothing meets."""
    properties = cast("JsonDict", schema.setdefault("properties", {}))
    properties.update(dict.fromkeys(sorted(TEXT_FIELDS), False))


_NO_TEXT = ConfigDict(json_schema_extra=_refuse_text)


@with_config(_NO_TEXT)
class Started(TypedDict):
    channel: NotRequired[Channel]
    direction: NotRequired[Literal["inbound", "outbound"]]
    by: NotRequired[Literal["customer", "agent", "system"]]
    bot_first: NotRequired[bool]
    queue: NotRequired[Name]
    country: NotRequired[Country]
    phone_country: NotRequired[Country]
    language: NotRequired[Name]
    entry_point: NotRequired[Name]
    customer: NotRequired[Identity]
    purpose: NotRequired[Purpose]
    visibility: NotRequired[Visibility]
    form_fields: NotRequired[Annotated[int, Field(ge=0, le=MOST_FORM_FIELDS)]]
    promised_wait_seconds: NotRequired[Seconds]


@with_config(_NO_TEXT)
class Queued(TypedDict):
    queue: NotRequired[Name]
    position: NotRequired[Annotated[int, Field(ge=0, le=1_000_000)]]
    promised_wait_seconds: NotRequired[Seconds]


@with_config(_NO_TEXT)
class Offered(TypedDict):
    """To whom a session was given: `is_reply` where the pick-up stands for the first reply (telephone)."""

    agent: NotRequired[Identity]
    team: NotRequired[Name]
    queue: NotRequired[Name]
    is_reply: NotRequired[bool]


@with_config(_NO_TEXT)
class Sent(TypedDict):
    author: Author
    message_id: NotRequired[Identity]
    visible: NotRequired[bool]
    kind: NotRequired[Name]
    length: NotRequired[Annotated[int, Field(ge=0, le=10_000_000)]]
    questions: NotRequired[Annotated[int, Field(ge=0, le=MOST_QUESTIONS)]]
    flags: NotRequired[list[Name]]
    agent: NotRequired[Identity]
    team: NotRequired[Name]
    stage: NotRequired[Stage]


@with_config(_NO_TEXT)
class Transferred(TypedDict):
    from_queue: NotRequired[Name]
    to_queue: NotRequired[Name]
    kind: NotRequired[Literal["bot_to_person", "person_to_person"]]
    with_context: NotRequired[bool]


@with_config(_NO_TEXT)
class Ended(TypedDict):
    by: Literal["customer", "agent", "system", "timeout"]
    reason: NotRequired[Name]
    effective_seconds: NotRequired[Seconds]


@with_config(_NO_TEXT)
class Survey(TypedDict):
    question: Question
    scale: NotRequired[Annotated[str, StringConstraints(pattern=SCALE_PATTERN)]]
    value: NotRequired[Annotated[float, Field(allow_inf_nan=False)]]


@with_config(_NO_TEXT)
class Purchase(TypedDict):
    order_id: Identity
    value: Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,4})?$")]
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
    conversation: NotRequired[Identity]
    test: NotRequired[bool]


@with_config(_NO_TEXT)
class Link(TypedDict):
    same_as: Identity


@with_config(_NO_TEXT)
class Presence(TypedDict):
    status: Status
    capacity: NotRequired[Annotated[int, Field(ge=0, le=MOST_SLOTS)]]
    team: NotRequired[Name]
    queues: NotRequired[Annotated[list[Name], Field(max_length=MOST_QUEUES)]]


@with_config(_NO_TEXT)
class Heartbeat(TypedDict):
    """A promise: the next heartbeat comes within so many seconds; 0 takes the promise back."""

    every_seconds: Annotated[int, Field(ge=0, le=3_600)]


@with_config(_NO_TEXT)
class Nothing(TypedDict):
    pass
