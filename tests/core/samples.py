"""Events that can be used and events that cannot: both readers must say the same of each."""

import json
from typing import Any

import pytest
from tests.core import making
from tests.core.making import Event
from tests.oracle import stories


def one_of_each() -> list[Event]:
    """Of every type that the sessions processor uses, one event with every field."""
    envelope = {
        "partitionkey": "history:c",
        "datacontenttype": "application/json",
        "dataschema": "https://example.org/attesa",
        "timesource": "received",
    }
    offered = {"agent": "a-7", "team": "day", "queue": "sales", "is_reply": True}
    return [
        found | envelope | {"id": f"{found['type']} of c"}
        for found in (
            stories.started(
                0, channel="chat", direction="inbound", by="customer", bot_first=True, queue="sales",
                country="IT", phone_country="CH", language="it-IT", entry_point="/help", customer="u-1",
                purpose="sales", visibility="private", form_fields=3, promised_wait_seconds=20.5,
            ),
            stories.queued(1, queue="sales", position=3, promised_wait_seconds=60),
            stories.assigned(2, **offered),
            stories.accepted(3, **offered),
            making.declined(4, **offered),
            stories.agent(
                5, message_id="m1", visible=True, kind="video", length=420, questions=2, flags=["greeting"],
                agent="a-7", team="day", stage="demo",
            ),
            stories.transferred(6, from_queue="sales", to_queue="support", with_context=False),
            stories.event("survey.requested", 7, question="csat", scale="1-5"),
            stories.ended(7, "agent", reason="resolved", effective_seconds=61.5),
            stories.event("survey.answered", 8, question="csat", scale="1-5", value=4.5),
            stories.event(
                "agent.presence", 9, status="available", capacity=3, team="day", queues=["sales", "returns"]
            ),
        )
    ]  # fmt: skip


def bare(**changes: Any) -> Event:
    """The smallest event of a customer message, changed."""
    return stories.customer(0) | changes


def with_data(**data: Any) -> Event:
    return bare(data={"author": "customer"} | data)


def without(name: str) -> Event:
    return {key: value for key, value in bare().items() if key != name}


def raw(event: Event) -> bytes:
    return json.dumps(event).encode()


TIMES = (
    "2026-01-31T12:00:00Z", "2026-01-31T12:00:00.5Z", "2026-01-31T12:00:00.123456Z",
    "2026-01-31T12:00:00.123456789Z",
    "2026-01-31T13:00:00+01:00", "2026-01-31T12:00:00-00:00", "2026-01-31t12:00:00z", "2026-01-31 12:00:00Z",
    "1990-01-01T00:00:00Z", "2024-02-29T23:59:59Z", "9999-12-31T23:59:59Z",
)  # fmt: skip

VALID = [
    *(pytest.param(raw(event), id=f"a full {event['type']}") for event in one_of_each()),
    *(pytest.param(raw(bare(time=time)), id=f"the time {time}") for time in TIMES),
    pytest.param(raw(bare()), id="only what must be there"),
    pytest.param(b" \n" + raw(bare()) + b"\n ", id="space around it"),
    pytest.param(raw(bare(subject="x" * 256)), id="a subject as long as may be"),
    pytest.param(raw(bare(subject="\U0001f600" * 256)), id="counted in characters"),
    pytest.param(json.dumps(bare(subject="città"), ensure_ascii=False).encode(), id="UTF-8"),
    pytest.param(raw(bare(tenant="a" * 63)), id="a tenant as long as may be"),
    pytest.param(raw(with_data(length=0)), id="a length of zero"),
    pytest.param(raw(with_data(length=10_000_000)), id="the greatest length"),
    pytest.param(raw(stories.ended(0, "agent", effective_seconds=0)), id="no effective seconds"),
    pytest.param(raw(stories.ended(0, "agent", effective_seconds=31_622_400)), id="a year of them"),
    pytest.param(raw(stories.ended(0, "agent", effective_seconds=-0.0)), id="minus nothing"),
    pytest.param(raw(making.progress(0)), id="a progress"),
    pytest.param(raw(stories.event("source.heartbeat", 0, every_seconds=3_600)), id="a heartbeat"),
    pytest.param(raw(with_data(questions=1_000)), id="the most questions"),
    pytest.param(
        raw(bare(type="attesa.agent.presence", data={"status": "busy", "queues": ["q"] * 50})),
        id="many queues",
    ),
    pytest.param(
        raw(stories.event("survey.answered", 0, question="csat", scale="5-1")), id="any two numbers"
    ),
    pytest.param(raw(bare(id="first"))[:-1] + b', "id": "last"}', id="a name twice: the last counts"),
]

# Bytes, the reason, the path to the field.
INVALID = [
    pytest.param(bytes_, reason, path, id=sentence)
    for sentence, bytes_, reason, path in [
        ("nothing", b"", "undecodable", ""),
        ("no JSON", b"hello", "undecodable", ""),
        ("half an event", raw(bare())[:-9], "undecodable", ""),
        ("something behind it", raw(bare()) + b" x", "undecodable", ""),
        ("Latin-1", raw(bare(subject="?")).replace(b'"?"', b'"\xe8"'), "undecodable", ""),
        ("UTF-16", json.dumps(bare()).encode("utf-16"), "undecodable", ""),
        ("half a character", raw(bare(subject="?")).replace(b'"?"', b'"\xed\xa0\x80"'), "undecodable", ""),
        ("a control character", raw(bare(subject="?")).replace(b'"?"', b'"\x01"'), "undecodable", ""),
        ("100,000 brackets", b"[" * 100_000, "undecodable", ""),
        ("a number of 5,000 digits", b"9" * 5_000, "undecodable", ""),
        ("half a surrogate pair", raw(bare(subject="\ud800")), "invalid", ""),
        ("a list", b"[]", "invalid", ""),
        ("null", b"null", "invalid", ""),
        ("no type", raw(without("type")), "invalid", "type"),
        ("a type that is no text", raw(bare(type=7)), "invalid", "type"),
        ("another type", raw(bare(type="com.example.click")), "unknown_type", "type"),
        *((f"no {name}", raw(without(name)), "invalid", name)
          for name in ("specversion", "id", "source", "time", "tenant", "subject", "data")),
        ("another version of CloudEvents", raw(bare(specversion="0.3")), "invalid", "specversion"),
        ("an empty id", raw(bare(id="")), "invalid", "id"),
        ("an id that is a number", raw(bare(id=7)), "invalid", "id"),
        ("a subject too long", raw(bare(subject="x" * 257)), "invalid", "subject"),
        ("a key too long", raw(bare(partitionkey="x" * 321)), "invalid", "partitionkey"),
        ("null for a key", raw(bare(partitionkey=None)), "invalid", "partitionkey"),
        ("a tenant in capitals", raw(bare(tenant="Acme")), "invalid", "tenant"),
        ("a tenant with a colon", raw(bare(tenant="a:b")), "invalid", "tenant"),
        ("a tenant and a line feed", raw(bare(tenant="acme\n")), "invalid", "tenant"),
        ("contents of another type", raw(bare(datacontenttype="text/plain")), "invalid", "datacontenttype"),
        ("a naive time", raw(bare(time="2026-01-31T12:00:00.000")), "invalid", "time"),
        ("a time as a number", raw(bare(time=1_769_860_800)), "invalid", "time"),
        ("a time as a number in quotes", raw(bare(time="1769860800")), "invalid", "time"),
        ("a date", raw(bare(time="2026-01-31")), "invalid", "time"),
        ("February the 30th", raw(bare(time="2026-02-30T12:00:00Z")), "invalid", "time"),
        ("24 o'clock", raw(bare(time="2026-01-31T24:00:00Z")), "invalid", "time"),
        ("a leap second", raw(bare(time="2016-12-31T23:59:60Z")), "invalid", "time"),
        ("the year 0", raw(bare(time="0000-01-31T12:00:00Z")), "invalid", "time"),
        ("1989", raw(bare(time="1989-12-31T23:59:59.999Z")), "too_old", "time"),
        ("1989 by less than a millisecond", raw(bare(time="1989-12-31T23:59:59.9999Z")), "too_old", "time"),
        ("1989 by its offset", raw(bare(time="1990-01-01T00:30:00+01:00")), "too_old", "time"),
        ("data that is no object", raw(bare(data=[])), "invalid", "data"),
        ("no author", raw(bare(data={})), "invalid", "data.author"),
        ("an author nobody knows", raw(bare(data={"author": "cat"})), "invalid", "data.author"),
        ("null for a field", raw(with_data(kind=None)), "invalid", "data.kind"),
        ("a negative length", raw(with_data(length=-1)), "invalid", "data.length"),
        ("half a character of length", raw(with_data(length=0.5)), "invalid", "data.length"),
        ("a huge length", raw(with_data(length=10**30)), "invalid", "data.length"),
        ("true for a length", raw(with_data(length=True)), "invalid", "data.length"),
        ("1 for visible", raw(with_data(visible=1)), "invalid", "data.visible"),
        ("an empty flag", raw(with_data(flags=["thanks", ""])), "invalid", "data.flags.1"),
        ("a country by name", raw(stories.started(0, country="Italy")), "invalid", "data.country"),
        ("a country and a line feed", raw(stories.started(0, country="IT\n")), "invalid", "data.country"),
        ("a prefix and a line feed", raw(stories.started(0, phone_country="IT\n")), "invalid",
         "data.phone_country"),
        ("a scale and a line feed", raw(stories.event("survey.answered", 0, question="nps", scale="0-10\n")),
         "invalid", "data.scale"),
        *((f"an answer of {str(value)[:9]}",
           raw(bare(type="attesa.survey.answered", data={"question": "nps", "value": value})),
           "invalid", "data.value") for value in (float("nan"), float("-inf"), 10**400, True, "9")),
        *((f"a heartbeat every {seconds} s", raw(stories.event("source.heartbeat", 0, every_seconds=seconds)),
           "invalid", "data.every_seconds") for seconds in (-1, 0.5, 3_601)),
        ("too many queues",
         raw(bare(type="attesa.agent.presence", data={"status": "busy", "queues": ["q"] * 51})),
         "invalid", "data.queues"),
        ("a channel nobody knows", raw(stories.started(0, channel="fax")), "invalid", "data.channel"),
        ("an end by nobody", raw(stories.event("session.ended", 0)), "invalid", "data.by"),
        *((f"{seconds} effective seconds",
           raw(stories.ended(0, "agent", effective_seconds=seconds)), "invalid", "data.effective_seconds")
          for seconds in (-0.001, -1, 31_622_401, 10**40, float("nan"), float("inf"), "60")),
        *((f"message text as {name}", raw(with_data(**{name: "hello"})), "invalid", f"data.{name}")
          for name in ("text", "body", "content")),
    ]
]  # fmt: skip
