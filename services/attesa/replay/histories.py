"""Files read wholly into what a replay sends. The one place of this package that opens them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from attesa.core.errors import InputError
from attesa.replay import technion, twitter
from attesa.replay.deliveries import BrokenRow, Delivery, Event, History, delivery
from attesa.replay.files import lines
from attesa.replay.interleave import interleave
from attesa.replay.jsonl import read_events
from attesa.replay.technion import Call
from attesa.replay.twitter import Post


@dataclass
class _Broken:
    """The broken rows so far; where `strict`, the first one ends the reading."""

    strict: bool
    rows: list[BrokenRow] = field(default_factory=list)

    def take(self, row: BrokenRow) -> None:
        if self.strict:
            raise InputError(f"{row}; nothing was sent (without --strict the other rows are)")
        self.rows.append(row)


def read_technion(paths: Sequence[Path], tenant: str, *, strict: bool = False) -> History:
    """Months of the Technion bank, in any order, as one history of `tenant`.

    Raises InputError for a file that is not such a month, for one without a usable call, and with
    `strict` for the first broken row.
    """
    broken = _Broken(strict)
    calls: list[Call] = []
    for path in paths:
        for item in technion.read_month(lines(path), str(path)):
            if isinstance(item, Call):
                calls.append(item)
            else:
                broken.take(item)
    if not calls:
        raise _nothing_in(paths, "call", broken)
    calls.sort(key=lambda call: (call.started_at, call.conversation))
    return History(
        deliver=lambda: _as_lived(technion.events(call, tenant) for call in calls),
        total=sum(technion.event_count(call) for call in calls),
        first_ms=calls[0].started_at,
        newest_ms=max(call.ended_at for call in calls),
        channels=(technion.CHANNEL,),
        broken_rows=tuple(broken.rows),
    )


def read_twitter(paths: Sequence[Path], tenant: str, *, strict: bool = False) -> History:
    """Files of posts, in any order, as one history of `tenant`; a thread may go on in another file.

    Raises InputError for files without a usable post, and with `strict` for the first broken line.
    """
    broken = _Broken(strict)
    reader = twitter.Posts()
    posts: list[Post] = []
    for path in paths:
        for item in reader.read(lines(path), str(path)):
            if isinstance(item, Post):
                posts.append(item)
            else:
                broken.take(item)
    if not posts:
        raise _nothing_in(paths, "post", broken)
    found = twitter.threads(posts)
    return History(
        deliver=lambda: _as_lived(twitter.events(thread, tenant) for thread in found),
        total=sum(map(twitter.event_count, found)),
        first_ms=found[0][0].occurred_at_ms,
        newest_ms=max(thread[-1].occurred_at_ms for thread in found),
        channels=(twitter.CHANNEL,),
        broken_rows=tuple(broken.rows),
    )


def _as_lived(sessions: Iterable[Sequence[tuple[int, Event]]]) -> Iterator[Delivery]:
    """The events of sessions that stand in the order of their beginnings, as they came."""
    for at_ms, body in interleave(sessions):
        yield delivery(body, at_ms)


def read_jsonl(
    paths: Sequence[Path], tenant: str, *, strict: bool = False, now_ms: int | None = None
) -> History:
    """Events of JSONL files, in the order of their times, under `tenant` whatever tenant they name.

    With `now_ms` lines dated more than an hour after it are broken. Raises InputError for a file that holds
    no JSON objects, for files without a usable event, and with `strict` for the first broken line.
    """
    broken = _Broken(strict)
    deliveries: list[Delivery] = []
    passed_over = 0
    for path in paths:
        for item in read_events(lines(path), str(path), tenant, now_ms):
            if isinstance(item, Delivery):
                deliveries.append(item)
            elif isinstance(item, BrokenRow):
                broken.take(item)
            else:
                passed_over += 1
    if not deliveries:
        raise _nothing_in(paths, "event", broken)
    deliveries.sort(key=lambda one: one.time_ms)
    return History(
        deliver=lambda: deliveries,
        total=len(deliveries),
        first_ms=deliveries[0].time_ms,
        newest_ms=deliveries[-1].time_ms,
        channels=tuple({one.channel for one in deliveries if one.channel is not None}),
        broken_rows=tuple(broken.rows),
        passed_over=passed_over,
    )


def _nothing_in(paths: Sequence[Path], what: str, broken: _Broken) -> InputError:
    first = f"; the first row that is not: {broken.rows[0]}" if broken.rows else ""
    return InputError(f"{', '.join(map(str, paths))}: not one usable {what}{first}")
