"""How people wrote: runs, questions, length, manners, and the time they spent: rules.md, "Rhythm"."""

from itertools import groupby, pairwise

from tests.oracle.cutting import Piece
from tests.oracle.telling import Told, has_flag, is_agents_message

from attesa.core.definitions import Definitions

MANNERS = (
    "greeting", "thanks", "name", "mirror_question", "closing_summary", "abbreviation", "more_help",
)  # fmt: skip


def is_of_people(event: Told) -> bool:
    return event.what == "customer" or is_agents_message(event)


def rhythm(piece: Piece) -> dict[str, int | bool | str | None]:
    people = list(filter(is_of_people, piece.inside))
    agents = list(filter(is_agents_message, people))
    runs = [(side, len(list(run))) for side, run in groupby(people, key=lambda event: event.what)]
    videos = [event for event in people if event.tells("kind") == "video"]
    return {
        "customer_messages": len(people) - len(agents),
        "agent_messages": len(agents),
        "bot_messages": sum(event.what == "bot" for event in piece.inside),
        "turns": len(runs),
        "single_message_turns": sum(length == 1 for _, length in runs),
        "agent_bursts": sum(side == "agent" and length >= 3 for side, length in runs),
        "question_clusters": sum(event.data.get("questions", 0) >= 2 for event in agents),
        "long_messages": sum(event.data.get("length", 0) > 300 for event in agents),
        "voice_messages": sum(event.tells("kind") == "voice" for event in agents),
        **{flag: sum(has_flag(event, flag) for event in agents) for flag in MANNERS},
        "video": bool(videos),
        "video_stage": next((event.data["stage"] for event in videos if "stage" in event.data), None),
    }


def effective_ms(piece: Piece, replied_at: int, definitions: Definitions) -> int | None:
    """As the source measured it; else the gaps between messages from the first reply on, each capped."""
    measured = piece.end.tells("effective_seconds") if piece.end is not None else None
    if measured is not None:
        return round(measured * 1000)
    places = [i for i, e in enumerate(piece.inside) if is_of_people(e) and e.at >= replied_at]
    if not places:
        return None
    found = 0
    for place, next_place in pairwise(places):
        cap = piece.expectation_up_to(piece.inside[: next_place + 1], definitions).idle_cap_seconds
        found += min(piece.inside[next_place].at - piece.inside[place].at, cap * 1000)
    return found
