"""The two conversations of METRICS.md, one handled badly and one well: what it says of them holds."""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.oracle.customers import outcomes, stub_of
from tests.oracle.facts import Facts
from tests.oracle.stories import DEFINITIONS, answer_to, event, in_seconds, ms
from tests.oracle.telling import Event

# What an adapter's word lists would find in the agents' words, by the instant at which they were said.
FLAGS = {
    "locked-account": {146: ["thanks", "asks_rating"]},
    "card-expired": {
        18: ["greeting", "name", "holding"], 95: ["mirror_question"],
        184: ["thanks", "name"], 188: ["more_help"],
    },
}  # fmt: skip
QUESTIONS = {"locked-account": {52: 1}, "card-expired": {95: 1, 188: 1}}


def told(transcript: dict[str, Any]) -> list[Event]:
    """As an adapter tells it: lengths, counts and flags, never the text."""
    name = transcript["conversation"]
    opening = {key: transcript[key] for key in ("channel", "country", "language", "form_fields")}
    found = [event("session.started", 0, customer="maria", **opening)]
    for said in transcript["events"]:
        at = said["at"]
        if said.get("type") == "requested":
            found.append(event("session.queued", at))
        elif said.get("type") == "ended":
            found.append(event("session.ended", at, by=said["by"], reason="resolved"))
        else:
            data = {"author": said["author"], "length": len(said["text"])}
            if said["author"] == "agent":
                data["flags"] = FLAGS[name].get(at, [])
                data["questions"] = QUESTIONS[name].get(at, 0)
            if said.get("automatic"):
                data["kind"] = "automatic"
            found.append(event("message.sent", at, **data))
    return [each | {"subject": name, "id": f"{name} {i}"} for i, each in enumerate(found)]


def before(transcript: dict[str, Any]) -> list[Event]:
    """The session that went before it, as far as it is told."""
    previous = transcript.get("previous")
    if previous is None:
        return []
    end = -previous["ended_seconds_before"]
    found = [
        event("session.started", end - 60, customer="maria", channel=transcript["channel"]),
        event("message.sent", end - 60, author="customer"),
        event("message.sent", end - 30, author="agent"),
        event("session.ended", end, by=previous["ended_by"]),
    ]
    return [each | {"subject": "before", "id": f"before {i}"} for i, each in enumerate(found)]


def load(shared: Path, name: str) -> dict[str, Any]:
    lines = (shared / "data" / "transcripts.jsonl").read_text().splitlines()
    return next(found for found in map(json.loads, lines) if found["conversation"] == name)


def seen(facts: Facts) -> dict[str, Any]:
    """The facts in the words of `expect`."""
    return {
        "wait_seconds": facts["wait"],
        "verdict": facts["service_class"],
        "survey_too_early": facts["survey_too_early"],
        "left_unanswered": facts["left_unanswered"],
        "hung_up": facts["hung_up"],
        "agent_bursts": facts["agent_bursts"],
        "thanks": facts["thanks"] > 0,
        "greeting": facts["greeting"] > 0,
        "name_used": facts["name"] > 0,
        "mirror_question": facts["mirror_question"] > 0,
        "closing_summary": facts["closing_summary"] > 0,
        "offer_of_more_help": facts["more_help"] > 0,
        "question_clusters": facts["question_clusters"],
        "longest_agent_silence_seconds": facts["longest_silence"],
        "holding_message": facts["first_useful_reply_at"] > facts["first_reply_at"],
        "first_useful_reply_seconds": facts["first_useful_reply_at"] - facts["requested_at"],
    }


@pytest.mark.parametrize("name", ["locked-account", "card-expired"])
def test_what_is_expected_of_a_conversation_holds(shared: Path, name: str) -> None:
    transcript = load(shared, name)
    answer = answer_to(*before(transcript), *told(transcript))
    found = seen(in_seconds(answer.facts["history", f"{name}/1"]))
    stubs = [stub for stub in map(stub_of, answer.sessions.values()) if stub is not None]
    became = outcomes(stubs, [], DEFINITIONS).sessions
    found["recontact"] = became["history", f"{name}/1"]["recontact_of"] is not None
    if transcript.get("previous"):
        found["previous_dropped"] = became["history", "before/1"]["dropped"]
        assert became["history", "before/1"]["recontacted_at"] == ms(0)
    expect = transcript["expect"]
    assert {key: found[key] for key in expect} == expect
