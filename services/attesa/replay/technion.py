"""The anonymous bank's months of calls: each call becomes the chat session that it would be.

Pure over bytes of lines (METRICS.md, "Reference figures on real calls"); opens no file, knows no Kafka.
"""

from collections.abc import Iterable, Iterator
from datetime import date
from typing import NamedTuple
from zoneinfo import ZoneInfo

from attesa.core.errors import InputError
from attesa.core.events.fields import LONGEST_SECONDS, NAME_LENGTH
from attesa.replay.clock_faces import HALF_DAY_SECONDS, following, read_date, read_time, to_utc
from attesa.replay.deliveries import BrokenRow, Event, event, since_1970_ms

SOURCE = "technion/anonymous-bank"
ZONE = ZoneInfo("Asia/Jerusalem")
CHANNEL = "live_chat"
COUNTRY = "IL"
ENCODING = "latin-1"
COLUMNS = (
    "vru+line", "call_id", "customer_id", "priority", "type", "date", "vru_entry", "vru_exit", "vru_time",
    "q_start", "q_exit", "q_time", "outcome", "ser_start", "ser_exit", "ser_time", "server",
)  # fmt: skip
ALWAYS_TOLD = ("vru_entry", "vru_exit")  # the other times stand at 0:00:00, or blank, where there was none
TIMES = (*ALWAYS_TOLD, "q_start", "q_exit", "ser_start", "ser_exit")
OUTCOMES = ("AGENT", "HANG", "PHANTOM")
END_OF_FILE = b"\x1a"  # DOS editors leave one


class Call(NamedTuple):
    """One call in UTC, milliseconds. `requested_at` is null where the caller left before the queue.

    `effective_seconds` is the talk time of an answered call; `customer` is null where the caller was not
    known.
    """

    conversation: str
    queue: str | None
    outcome: str
    started_at: int
    requested_at: int | None
    replied_at: int | None
    ended_at: int
    effective_seconds: int | None
    customer: str | None


class RowError(ValueError):
    """A row that cannot be used: the column, and why."""

    def __init__(self, column: str, detail: str) -> None:
        super().__init__(detail)
        self.column = column
        self.detail = detail


def read_month(lines: Iterable[bytes], path: str) -> Iterator[Call | BrokenRow]:
    """The calls of one month's lines, in the file's order, its broken rows in their places.

    A call is its date, line and call id; the same row twice is one call, while two different rows with
    one name are two calls, the second named `…~2`. Raises InputError where the columns are not those of
    the bank's files.
    """
    rows = enumerate(lines, start=1)
    _check_header(next(rows, (1, b""))[1], path)
    seen: dict[str, list[int]] = {}
    for line, raw in rows:
        raw = raw.rstrip(b"\r\n")  # noqa: PLW2901  the ending is not part of the row
        if not raw.strip(b" \t" + END_OF_FILE):
            continue
        try:
            call = read_row(raw)
        except RowError as error:
            yield BrokenRow(path, line, error.column, error.detail, raw)
            continue
        same_name = seen.setdefault(call.conversation, [])
        contents = hash(raw)
        if contents in same_name:
            continue
        same_name.append(contents)
        suffix = f"~{len(same_name)}" if len(same_name) > 1 else ""
        yield call._replace(conversation=call.conversation + suffix)


def _check_header(raw: bytes, path: str) -> None:
    names = raw.decode(ENCODING).removeprefix("ï»¿").rstrip("\r\n").split("\t")
    found = [name.strip().lower() for name in names]
    if len(found) == 1 and found[0].count(COLUMNS[1]):
        delimiter = next((sign for sign in ",;| " if sign in found[0]), "another sign")
        raise InputError(
            f"{path}, line 1, column 1: columns are parted by {delimiter!r}; the file must be tab separated"
        )
    for number, expected in enumerate(COLUMNS, start=1):
        actual = found[number - 1] if number <= len(found) else None
        if actual != expected:
            shown = "missing" if actual is None else f"{actual[:40]!r}"
            raise InputError(
                f"{path}, line 1, column {number}: expected {expected!r}, found {shown}; "
                "the file must be a month of the Technion bank's calls, with its header"
            )
    if len(found) > len(COLUMNS):
        raise InputError(
            f"{path}, line 1, column {len(COLUMNS) + 1}: one column too many, {found[len(COLUMNS)][:40]!r}"
        )


def read_row(raw: bytes) -> Call:
    """One row without its line ending. Raises RowError."""
    fields = [field.strip() for field in raw.decode(ENCODING).split("\t")]
    if len(fields) != len(COLUMNS):
        raise RowError(f"column {min(len(fields), len(COLUMNS)) + (len(fields) > len(COLUMNS))}",
                       f"{len(fields)} columns where there should be {len(COLUMNS)}")  # fmt: skip
    row = dict(zip(COLUMNS, fields, strict=True))
    day = _day(row)
    times = {column: _time(row, column) for column in TIMES}
    queue_seconds, talk_seconds = _seconds(row, "q_time"), _seconds(row, "ser_time")
    outcome = row["outcome"].upper()
    if outcome not in OUTCOMES:
        raise RowError("outcome", f"one of {', '.join(OUTCOMES)}, not {row['outcome'][:40]!r}")
    if not row["vru+line"] or not row["call_id"] or len(row["vru+line"] + row["call_id"]) > NAME_LENGTH:
        raise RowError("call_id", "the call cannot be told from others without its line and call id")
    if len(row["type"]) > NAME_LENGTH:
        raise RowError("type", f"longer than {NAME_LENGTH} characters")
    if outcome != "HANG" and queue_seconds < 0:
        raise RowError("q_time", f"a wait of {queue_seconds} s")
    return _call(row, day, times, outcome, queue_seconds, talk_seconds)


def _call(
    row: dict[str, str], day: date, times: dict[str, int], outcome: str, queue_seconds: int, talk_seconds: int
) -> Call:
    entered = times["vru_entry"]
    left = following(times["vru_exit"], entered)
    queued = _was_queued(times, queue_seconds, left)
    asked = following(times["q_start"], left) if queued else left
    started = to_utc(day, entered, ZONE)
    requested = since_1970_ms(to_utc(day, asked, ZONE, started))
    offered = outcome == "AGENT" or (outcome == "HANG" and queued)
    if outcome == "HANG" and queued and queue_seconds < 0:
        raise RowError("q_time", f"a wait of {queue_seconds} s")
    waited = queue_seconds * 1000 if outcome != "HANG" or queued else 0
    talked = max(talk_seconds, 0) if outcome != "HANG" else 0
    replied = requested + waited if outcome == "AGENT" else None
    return Call(
        conversation=f"{day.isoformat()}-{row['vru+line']}-{row['call_id']}",
        queue=row["type"] or None,
        outcome=outcome,
        started_at=min(since_1970_ms(started), requested),
        requested_at=requested if offered else None,
        replied_at=replied,
        ended_at=requested + waited + talked * 1000,
        effective_seconds=talk_seconds if replied is not None and talk_seconds >= 0 else None,
        customer=_customer(row["customer_id"]),
    )


def _customer(written: str) -> str | None:
    """Who called; 0, and numbers cut short by a spreadsheet (6.02E+11), say nothing of that."""
    known = written.isascii() and written.isdigit() and len(written) <= NAME_LENGTH and int(written) > 0
    return written.lstrip("0") if known else None


def _was_queued(times: dict[str, int], queue_seconds: int, left: int) -> bool:
    """0:00:00 means that there was no queue, except where somebody entered it at midnight itself."""
    if times["q_start"]:
        return True
    near_midnight = abs(following(0, left) - left) < HALF_DAY_SECONDS // 72
    return near_midnight and (queue_seconds > 0 or times["q_exit"] > 0)


def _day(row: dict[str, str]) -> date:
    try:
        return read_date(row["date"])
    except ValueError as error:
        raise RowError("date", str(error)) from None


def _time(row: dict[str, str], column: str) -> int:
    if not row[column] and column not in ALWAYS_TOLD:
        return 0
    try:
        return read_time(row[column])
    except ValueError as error:
        raise RowError(column, str(error)) from None


def _seconds(row: dict[str, str], column: str) -> int:
    written = row[column] or "0"
    if not written.removeprefix("-").isascii() or not written.removeprefix("-").isdigit():
        raise RowError(column, f"not a number of seconds: {written[:40]!r}")
    if abs(seconds := int(written[:20])) > LONGEST_SECONDS:
        raise RowError(column, f"longer than a year: {written[:40]}")
    return seconds


def event_count(call: Call) -> int:
    """How many events `events` makes of a call."""
    return 2 + (call.requested_at is not None) + (call.replied_at is not None)


def events(call: Call, tenant: str) -> list[tuple[int, Event]]:
    """The events of the chat that this call would be, with their times in ms, ascending.

    Their ids are the same each time that the file is read.
    """

    def made(name: str, kind: str, at_ms: int, data: dict[str, object]) -> tuple[int, Event]:
        identity = f"technion:{call.conversation}:{name}"
        about = {"source": SOURCE, "tenant": tenant, "subject": call.conversation}
        return at_ms, event(kind, at_ms, identity=identity, data=data, **about)

    queue: dict[str, object] = {} if call.queue is None else {"queue": call.queue}
    began = {
        "channel": CHANNEL,
        "direction": "inbound",
        "by": "customer",
        "bot_first": True,
        "country": COUNTRY,
    }
    who: dict[str, object] = {} if call.customer is None else {"customer": call.customer}
    found = [made("started", "session.started", call.started_at, {**began, **queue, **who})]
    if call.requested_at is not None:
        found.append(made("queued", "session.queued", call.requested_at, queue))
    if call.replied_at is not None:
        found.append(made("accepted", "agent.accepted", call.replied_at, {**queue, "is_reply": True}))
    found.append(made("ended", "session.ended", call.ended_at, _end(call)))
    return found


def _end(call: Call) -> dict[str, object]:
    """The file does not tell who hung up after the talk: nothing is laid at the agent's door."""
    if call.outcome == "PHANTOM":
        return {"by": "system", "reason": "broken"}
    if call.effective_seconds is None:
        return {"by": "customer"}
    return {"by": "customer", "effective_seconds": call.effective_seconds}
