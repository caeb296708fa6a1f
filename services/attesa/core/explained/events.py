"""What each event of a session did: the fold is stepped once more, and looked at before and after."""

from attesa.core.definitions import Definitions
from attesa.core.events.wire import Event
from attesa.core.explained import steps
from attesa.core.explained.effects import did
from attesa.core.explained.lines import Line, Times, duration
from attesa.core.sessions.conversation import Conversation, ConversationState
from attesa.core.sessions.fold import Fold


def event_lines(
    conversation: Conversation, number: int, definitions: Definitions, times: Times
) -> list[Line]:
    """The events of one session of the conversation in their order, and its time-out where it had one."""
    kept = ConversationState(conversation.source, conversation.number, conversation.inherited, [])
    again = Conversation(conversation.key, conversation.clock, conversation.source)
    again.load(kept, definitions)
    found: list[Line] = []
    for event in sorted(conversation.events.values()):
        told = _add(again, event, definitions, times)
        if told is not None and again.sessions[-1].number == number:
            found.append(told)
    folds = [session.fold for session in conversation.sessions if session.number == number]
    found += [_timed_out(fold) for fold in folds if fold.ended_by == "timeout"]
    return sorted(found, key=lambda line: line.at or 0)


def _add(again: Conversation, event: Event, definitions: Definitions, times: Times) -> Line | None:
    """Step one event; None where it waits for a session."""
    known = len(again.sessions)
    before = steps.seen(again.sessions[-1].fold) if known else steps.NOTHING
    reason = again.add(event, again.source, definitions)
    if not again.sessions:
        return None
    at, rank, identity, body = event
    fold = again.sessions[-1].fold
    opened = len(again.sessions) > known
    if reason == "after_end":
        text = "nothing: the session had ended (counted as after_end)"
    else:
        step = steps.Step(at, body, opened, steps.NOTHING if opened else before, fold, times)
        text = did(rank, step)
        if reason is not None:
            text = f"{text} (counted as {reason})"
    return Line(at, steps.named(rank, body), text, identity)


def _timed_out(fold: Fold) -> Line:
    assert fold.ended_at is not None
    silent = duration(fold.timeout_ms)
    return Line(fold.ended_at, "time-out", f"ended the session: no event for {silent}")
