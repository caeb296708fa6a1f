"""Customer care in public: each thread of posts becomes the social conversation that it is.

Pure over bytes of lines, one post as a JSON object each; opens no file, knows no Kafka.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any, Literal

import msgspec
from msgspec import Meta

from attesa.core.events.fields import EARLIEST, MOST_QUESTIONS, NAME_LENGTH
from attesa.replay.deliveries import BrokenRow, Event, event, since_1970_ms

SOURCE = "twitter/care"
CHANNEL = "social"
VISIBILITY = "public"
LATEST_MS = 253_402_300_799_999  # the last millisecond that a date has a name for

Text = Annotated[str, Meta(min_length=1, max_length=NAME_LENGTH)]
Id = Annotated[str, Meta(min_length=1, max_length=100)]  # two of them make an event's id
Count = Annotated[int, Meta(ge=0, le=10_000_000)]


class Post(msgspec.Struct, frozen=True, gc=False):
    """One post: `chars` and `question_marks` are of its text, which the file does not hold."""

    thread_id: Id
    company: Text
    message_id: Id
    author: Literal["customer", "agent"]
    author_id: Text
    occurred_at_ms: Annotated[int, Meta(ge=since_1970_ms(EARLIEST), le=LATEST_MS)]
    chars: Count
    question_marks: Count


Thread = list[Post]  # in the order of time

_decode = msgspec.json.Decoder(Post).decode


class Posts:
    """The posts of any number of files: each once, whichever file tells it again."""

    def __init__(self) -> None:
        self._seen: dict[tuple[str, str], tuple[str, Post]] = {}

    def read(self, lines: Iterable[bytes], path: str) -> Iterator[Post | BrokenRow]:
        """The new posts of a file, in its order, its broken lines in their places; blank lines are skipped.

        Another post of the same thread and name is a broken line.
        """
        for line, written in enumerate(lines, start=1):
            raw = written.strip()
            if not raw:
                continue
            try:
                post = _decode(raw)
            except (msgspec.DecodeError, UnicodeDecodeError) as error:
                yield BrokenRow(path, line, *_told(error), raw)
                continue
            name = post.thread_id, post.message_id
            place, first = self._seen.setdefault(name, (f"{path}, line {line},", post))
            if first is post:
                yield post
            elif first != post:
                yield BrokenRow(path, line, "message_id", f"{place} has another post of this name", raw)


def _told(error: Exception) -> tuple[str, str]:
    """The field and what is wrong with it; JSON that is none has no field."""
    detail, _, field = str(error).partition(" - at `$.")
    return field.rstrip("`") or "column 1", detail


def threads(posts: Iterable[Post]) -> list[Thread]:
    """The posts by thread, and the threads in the order of their beginnings."""
    found: dict[str, Thread] = {}
    for post in posts:
        found.setdefault(post.thread_id, []).append(post)
    for thread in found.values():
        thread.sort(key=lambda post: (post.occurred_at_ms, post.message_id))
    return sorted(found.values(), key=lambda thread: (thread[0].occurred_at_ms, thread[0].thread_id))


def event_count(thread: Thread) -> int:
    """How many events `events` makes of a thread."""
    return 1 + len(thread)


def events(thread: Thread, tenant: str) -> list[tuple[int, Event]]:
    """The events of a thread with their times in ms, ascending; the ids are the same each time.

    Nobody closes a thread: its sessions end by time-out.
    """
    subject = thread[0].thread_id

    def made(name: str, kind: str, at_ms: int, data: dict[str, Any]) -> tuple[int, Event]:
        about = {"source": SOURCE, "tenant": tenant, "subject": subject}
        return at_ms, event(kind, at_ms, identity=f"twitter:{subject}:{name}", data=data, **about)

    return [
        made("started", "session.started", thread[0].occurred_at_ms, _beginning(thread)),
        *(made(post.message_id, "message.sent", post.occurred_at_ms, _message(post)) for post in thread),
    ]


def _beginning(thread: Thread) -> dict[str, Any]:
    """A thread that the company opened is outbound: nobody asked."""
    first = thread[0]
    customer = next((post.author_id for post in thread if post.author == "customer"), None)
    return {
        "channel": CHANNEL,
        "direction": "inbound" if first.author == "customer" else "outbound",
        "by": first.author,
        "queue": first.company,
        "visibility": VISIBILITY,
        **({} if customer is None else {"customer": customer}),
    }


def _message(post: Post) -> dict[str, Any]:
    return {
        "author": post.author,
        "message_id": post.message_id,
        "length": post.chars,
        "questions": min(post.question_marks, MOST_QUESTIONS),
        **({"agent": post.author_id} if post.author == "agent" else {}),
    }
