"""Two whole chats with their texts, told as events, give the facts that stand beside them.

What an adapter sees in a text stands in `SEEN`, by the place of the message: the flags, nothing else.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from tests.core.making import Event, of, read_ms
from tests.core.numbers import Numbers, facts, numbers, seconds
from tests.oracle.stories import ended, event, ms, queued, started

CONVERSATIONS = ("locked-account", "card-expired")
CUSTOMER = "u-1"
BEFORE = "the-one-before"
SEEN = {
    ("locked-account", 13): ["courtesy"],
    ("locked-account", 14): ["thanks", "asks_rating"],
    ("card-expired", 2): ["greeting", "name", "holding"],
    ("card-expired", 4): ["mirror_question"],
    ("card-expired", 6): ["name", "thanks"],
    ("card-expired", 7): ["more_help"],
}


@pytest.fixture(scope="module")
def transcripts(shared: Path) -> dict[str, dict[str, Any]]:
    written = (shared / "data" / "transcripts.jsonl").read_text(encoding="utf-8")
    return {found["conversation"]: found for found in map(json.loads, written.splitlines())}


def told(transcript: dict[str, Any]) -> list[Event]:
    """The events of a transcript, and of the session before it where there was one."""
    about = {name: transcript[name] for name in ("channel", "country", "language", "form_fields")}
    events = [started(0, customer=CUSTOMER, **about)]
    for place, line in enumerate(transcript["events"]):
        events.append(_event(transcript["conversation"], place, line))
    return [*_before(transcript), *of(transcript["conversation"], *events)]


def _event(conversation: str, place: int, line: dict[str, Any]) -> Event:
    if line.get("type") == "requested":
        return queued(line["at"])
    if line.get("type") == "ended":
        return ended(line["at"], line["by"])
    text, more = line["text"], {}
    if line.get("automatic"):
        more["kind"] = "automatic"
    if flags := SEEN.get((conversation, place)):
        more["flags"] = flags
    return event(
        "message.sent", line["at"], author=line["author"], length=len(text), questions=text.count("?"), **more
    )


def _before(transcript: dict[str, Any]) -> list[Event]:
    previous = transcript.get("previous")
    if previous is None:
        return []
    end = -previous["ended_seconds_before"]
    replied = [event("message.sent", end - 60, author="agent")] if previous["human_reply"] else []
    return of(
        BEFORE,
        started(end - 90, customer=CUSTOMER, channel=transcript["channel"], country=transcript["country"]),
        queued(end - 80),
        *replied,
        ended(end, previous["ended_by"]),
    )


def found_in(numbers_of: Numbers, conversation: str) -> dict[str, Any]:
    """What `expect` names, from the facts of the conversation and what became of its customer."""
    (row,) = [row for row in numbers_of.sessions if row.conversation == conversation]
    after = numbers_of.outcomes[row.session]
    before = numbers_of.outcomes.get(f"{BEFORE}/1")
    useful_ms = None if row.first_useful_reply_at is None else row.first_useful_reply_at - row.started_at
    return {
        "wait_seconds": seconds(row.wait_ms),
        "verdict": row.service_class,
        "recontact": after.recontact_of is not None,
        "previous_dropped": before is not None and before.dropped,
        "survey_too_early": row.survey_too_early,
        "left_unanswered": row.left_unanswered,
        "hung_up": row.hung_up,
        "agent_bursts": row.agent_bursts,
        "greeting": row.greeting > 0,
        "thanks": row.thanks > 0,
        "name_used": row.name > 0,
        "mirror_question": row.mirror_question > 0,
        "offer_of_more_help": row.more_help > 0,
        "closing_summary": row.closing_summary > 0,
        "holding_message": row.first_useful_reply_at != row.first_reply_at,
        "first_useful_reply_seconds": seconds(useful_ms),
        "question_clusters": row.question_clusters,
        "longest_agent_silence_seconds": seconds(row.longest_silence_ms),
    }


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_a_transcript_gives_every_fact_that_is_expected_of_it(
    conversation: str, transcripts: dict[str, dict[str, Any]]
) -> None:
    transcript = transcripts[conversation]
    found = found_in(numbers(*told(transcript)), conversation)

    expected = transcript["expect"]
    assert {name: found[name] for name in expected} == expected


@pytest.mark.parametrize("conversation", CONVERSATIONS)
def test_told_backwards_it_gives_the_same(conversation: str, transcripts: dict[str, dict[str, Any]]) -> None:
    events = told(transcripts[conversation])
    forwards, backwards = numbers(*events), numbers(*reversed(events))

    assert backwards.sessions == forwards.sessions
    assert backwards.totals == forwards.totals
    assert backwards.outcomes == forwards.outcomes


def test_the_file_holds_these_conversations(transcripts: dict[str, dict[str, Any]]) -> None:
    assert tuple(transcripts) == CONVERSATIONS


def test_nobody_reads_the_texts_but_this_test(transcripts: dict[str, dict[str, Any]]) -> None:
    for transcript in transcripts.values():
        texts = [line["text"] for line in transcript["events"] if "text" in line]
        written = json.dumps(told(transcript), ensure_ascii=False)
        assert not [text for text in texts if text in written]


def test_the_first_chat_waits_from_the_request_not_from_the_automatic_greeting(
    transcripts: dict[str, dict[str, Any]],
) -> None:
    events = [one for one in told(transcripts["locked-account"]) if one["subject"] == "locked-account"]
    so_far = [one for one in events if read_ms(one) <= ms(20)]

    assert any(one["data"].get("kind") == "automatic" for one in so_far)
    assert facts(*so_far, until=20).outcome == "waiting"
