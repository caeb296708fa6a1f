"""What an explanation is made of: lines of instants and words, in one tenant's time zone. No I/O."""

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from attesa.core.customers.money import decimals_of

_UNITS = ((86_400_000, "d"), (3_600_000, "h"), (60_000, "min"))
_EPOCH = datetime.fromisoformat("1970-01-01T00:00:00+00:00")


class Line(NamedTuple):
    """What happened or is known, and why; `at` in ms, None where it has no instant.

    `identity`: of an event, the 64-bit hash of its id.
    """

    at: int | None
    what: str
    text: str
    identity: int | None = None


class Given(NamedTuple):
    """A verdict of a threshold: until when the reply was due, the word, and since when that is certain.

    `word` is met, missed or none; undecided where only time or a reply will tell.
    """

    of: str
    threshold_ms: int
    deadline: int
    word: str
    at: int | None
    text: str


class Added(NamedTuple):
    """What is counted at an instant in a cell: tenant left out; by the names of the counts."""

    at: int
    cell: tuple[str, str, str]
    counts: Mapping[str, int]


class Times(NamedTuple):
    """Instants as one tenant reads them; `first` is the day on which the story begins."""

    zone: ZoneInfo
    first: date

    def iso(self, at_ms: int) -> str:
        """Date, time and offset, such as 2026-02-02T10:00:30.200+01:00."""
        moment = _moment(at_ms, self.zone)
        return moment.isoformat(timespec="milliseconds" if at_ms % 1000 else "seconds")

    def stamp(self, at_ms: int) -> str:
        """The time and its offset, behind the date where that is not the story's first."""
        moment = _moment(at_ms, self.zone)
        written = self.iso(at_ms).replace("T", " ")
        return written.partition(" ")[2] if moment.date() == self.first else written

    def clock(self, at_ms: int) -> str:
        """As in a sentence: the time, behind the date where that is another one; no offset."""
        moment = _moment(at_ms, self.zone).replace(tzinfo=None)
        written = moment.isoformat(" ", "milliseconds" if at_ms % 1000 else "seconds")
        return written.partition(" ")[2] if moment.date() == self.first else written

    def of_day(self) -> str:
        return f"{self.first:%A} {self.first.day} {self.first:%B} {self.first.year}"


def times_of(zone: str, first_ms: int) -> Times:
    """Times in a zone of IANA's name, for a story that begins at `first_ms`."""
    found = ZoneInfo(zone)
    return Times(found, _moment(first_ms, found).date())


def _moment(at_ms: int, zone: ZoneInfo) -> datetime:
    return (_EPOCH + timedelta(milliseconds=at_ms)).astimezone(zone)


def duration(ms: int) -> str:
    """A duration in whole units and seconds, nothing rounded: 1 h 2 min 3.5 s."""
    if ms < 0:
        return f"-{duration(-ms)}"
    found = []
    for size, name in _UNITS:
        count, ms = divmod(ms, size)
        if count:
            found.append(f"{count} {name}")
    if ms or not found:
        found.append(f"{ms / 1000:g} s" if ms % 1000 else f"{ms // 1000} s")
    return " ".join(found)


def money(minor: int, currency: str) -> str:
    """An amount as people write it, from the currency's minor unit."""
    decimals = decimals_of(currency)
    sign, digits = "-" if minor < 0 else "", str(abs(minor)).rjust(decimals + 1, "0")
    whole, rest = digits[: len(digits) - decimals], digits[len(digits) - decimals :]
    return f"{sign}{whole}{'.' if rest else ''}{rest} {currency}"


def line_object(line: Line, times: Times) -> dict[str, Any]:
    found: dict[str, Any] = {
        "at": None if line.at is None else times.iso(line.at),
        "what": line.what,
        "text": line.text,
    }
    return found if line.identity is None else found | {"id_hash": f"{line.identity:016x}"}


def given_object(given: Given, times: Times) -> dict[str, Any]:
    return {
        "of": given.of,
        "threshold_seconds": given.threshold_ms // 1000,
        "deadline": times.iso(given.deadline),
        "verdict": given.word,
        "at": None if given.at is None else times.iso(given.at),
        "text": given.text,
    }


def added_object(added: Added, times: Times) -> dict[str, Any]:
    channel, queue, country = added.cell
    return {
        "at": times.iso(added.at),
        "cell": {"channel": channel, "queue": queue, "country": country},
        "counts": dict(added.counts),
    }
