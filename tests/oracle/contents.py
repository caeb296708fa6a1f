"""What a random conversation says: the data of every type of event, its usual course, and its wild one."""

from collections.abc import Iterator
from random import Random
from typing import Any, NamedTuple

QUEUES = ("sales", "support", "billing")
TEAMS = ("day", "night")
PEOPLE = ("anna", "bruno")
CUSTOMERS = ("maria", "luca")
CHANNELS = ("live_chat", "live_chat", "chat", "social", "email")
# Of QUICK's thresholds, of METRICS.md's, and of its rules (a synchronous stretch, writing again, dropped).
BORDERS_SECONDS = (1, 2, 3, 5, 8, 10, 20, 30, 60, 90, 120, 180, 300, 600)
FAR_SECONDS = (1_200, 3_600, 7_200, 14_400, 86_400)
FLAGS = (
    "greeting", "thanks", "name", "mirror_question", "closing_summary", "abbreviation", "more_help",
    "holding", "asks_rating", "courtesy", "unheard of",
)  # fmt: skip
KINDS = ("text", "text", "text", "image", "voice", "video", "campaign", "echo", "automatic")
CUSTOMERS_KINDS = ("text", "text", "text", "image", "voice", "video")
STAGES = ("assistance", "demo", "tutorial", "bonus")
SCALES = {
    "nps": ("0-10", "0-10", "0-5"),
    "csat": ("1-5", "0-100", "5-1", "1-7"),
    "influence": ("1-5", "1-5", "0-10"),
    "would_have_bought": ("0-1",),
}
TYPES = (
    "session.started", "session.queued", "message.sent", "message.sent", "message.sent", "message.sent",
    "agent.assigned", "agent.accepted", "agent.declined", "session.transferred", "session.ended",
    "survey.requested", "survey.answered",
)  # fmt: skip


class Said(NamedTuple):
    """`at` in ms after the beginning of the conversation."""

    at: int
    kind: str
    data: dict[str, Any]


def some(rng: Random, **fields: Any) -> dict[str, Any]:
    """Each field by chance, with one of its values."""
    return {name: rng.choice(values) for name, values in fields.items() if rng.random() < 0.4}


def pause(rng: Random) -> int:
    """Ms until what comes next: often nothing, often exactly a border, one before, one after."""
    if rng.random() < 0.35:
        return 0
    if rng.random() < 0.3:
        return rng.randrange(45_000)
    return max(0, rng.choice(BORDERS_SECONDS) * 1000 + rng.choice((-1, 0, 0, 1)))


def started(rng: Random) -> dict[str, Any]:
    return some(
        rng,
        channel=CHANNELS,
        direction=("inbound", "inbound", "inbound", "outbound"),
        by=("customer", "customer", "customer", "agent", "system"),
        bot_first=(True, False, False),
        queue=QUEUES,
        country=("IT", "DE"),
        phone_country=("FR",),
        language=("it", "de"),
        purpose=("sales", "support", "marketing"),
        visibility=("public", "private"),
        form_fields=(0, 1, 7),
        promised_wait_seconds=(0, 5, 10.5),
        entry_point=("/help",),
    ) | ({"customer": rng.choice(CUSTOMERS)} if rng.random() < 0.7 else {})


def message(rng: Random, author: str | None = None) -> dict[str, Any]:
    author = author or rng.choice(("customer", "customer", "agent", "agent", "agent", "bot", "system"))
    kinds = CUSTOMERS_KINDS if author == "customer" else KINDS if author == "agent" else ("text", "automatic")
    return {"author": author} | some(
        rng,
        visible=(True, True, False) if author in {"agent", "bot"} else (True,),
        kind=kinds,
        length=(0, 42, 300, 301),
        questions=(0, 1, 2, 5),
        flags=([], [rng.choice(FLAGS)], [rng.choice(FLAGS), rng.choice(FLAGS)]),
        stage=STAGES,
        **({"team": TEAMS, "agent": PEOPLE} if author == "agent" else {}),
    )


def ended(rng: Random) -> dict[str, Any]:
    return {"by": rng.choice(("customer", "customer", "customer", "agent", "system", "timeout"))} | some(
        rng,
        reason=(
            "resolved", "resolved", "full", "nobody_on_duty", "lost_presence", "lost_presence", "spam", "tea",
        ),
        effective_seconds=(0, 2.5, 60) if rng.random() < 0.3 else (0.0004,),
    )  # fmt: skip


def survey_answered(rng: Random) -> dict[str, Any]:
    question = rng.choice(("nps", "csat", "influence", "would_have_bought"))
    value = rng.choice((0, 1, 1, 2, 3, 4, 5, 6, 7, 9, 10, 4.5, -1, 11, 100))
    return (
        {"question": question}
        | some(rng, scale=SCALES[question])
        | ({"value": value} if rng.random() < 0.9 else {})
    )


def contents(rng: Random, kind: str) -> dict[str, Any]:
    """The data of an event of some kind."""
    if kind == "session.started":
        return started(rng)
    if kind == "message.sent":
        return message(rng)
    if kind == "session.transferred":
        return some(
            rng,
            kind=("bot_to_person", "person_to_person", "person_to_person"),
            from_queue=QUEUES,
            to_queue=QUEUES,
            with_context=(True, False),
        )
    if kind == "session.ended":
        return ended(rng)
    if kind == "session.queued":
        return some(rng, queue=QUEUES, position=(0, 3), promised_wait_seconds=(1, 20))
    if kind == "survey.requested":
        return {"question": rng.choice(tuple(SCALES))}
    if kind == "survey.answered":
        return survey_answered(rng)
    found = some(rng, queue=QUEUES, team=TEAMS, agent=PEOPLE)
    return found | (some(rng, is_reply=(True, False)) if kind == "agent.accepted" else {})


def wild(rng: Random) -> Iterator[Said]:
    """Anything at any time."""
    at = 0
    for _ in range(rng.randint(1, 12)):
        kind = rng.choice(TYPES)
        at += pause(rng)
        yield Said(at, kind, contents(rng, kind))


def usual(rng: Random, at: int = 0) -> Iterator[Said]:
    """As most are: it begins, somebody waits, mostly somebody answers, mostly it ends and is rated."""
    course: list[tuple[str, dict[str, Any]]] = [("session.started", started(rng))]
    if rng.random() < 0.3:
        course.append(("message.sent", message(rng, "bot")))
    course += [
        ("session.queued", contents(rng, "session.queued")),
        ("message.sent", message(rng, "customer")),
    ]
    if rng.random() < 0.7:
        course.append(("agent.accepted", contents(rng, "agent.accepted")))
    for _ in range(rng.randint(0, 4)):
        course.append(("message.sent", message(rng, rng.choice(("customer", "agent", "agent")))))
        if rng.random() < 0.2:
            course.append(("session.transferred", contents(rng, "session.transferred")))
    course.append(("survey.requested", contents(rng, "survey.requested")))
    course.append(("session.ended", ended(rng)))
    course += [("survey.answered", survey_answered(rng)) for _ in range(rng.randint(0, 3))]
    for kind, data in course:
        at += pause(rng)
        if rng.random() < 0.8:
            yield Said(at, kind, data)


def reopened(rng: Random) -> Iterator[Said]:
    """The customer comes back to it, sometimes by a bare message, sometimes much later."""
    at = 0
    for _ in range(rng.randint(2, 3)):
        last_at = at
        for said in usual(rng, at):
            yield said
            last_at = said.at
        far = rng.choice(FAR_SECONDS) * 1000 if rng.random() < 0.2 else 0
        at = last_at + pause(rng) + far
        if rng.random() < 0.5:
            yield Said(at, "message.sent", message(rng, "customer"))


def talk(rng: Random) -> Iterator[Said]:
    """Two people write to each other: turns of one message and of several, quick ones and slow ones."""
    at = 0
    yield Said(at, "session.started", started(rng))
    for _ in range(rng.randint(3, 14)):
        yield Said(at, "message.sent", message(rng, rng.choice(("customer", "agent"))))
        at += pause(rng)
    if rng.random() < 0.8:
        yield Said(at, "session.ended", ended(rng))


def conversation(rng: Random) -> list[Said]:
    return list(rng.choice((wild, usual, usual, reopened, talk))(rng))
