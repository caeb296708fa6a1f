"""Says what is wrong with a producer's events, one by one and among each other. Pure."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from difflib import get_close_matches
from typing import Any

from attesa.core.events.intake import ALL_BY_TYPE, faults
from attesa.gateway.judging import Judge, Record

DEFAULT_TENANT = "default"


class Checker:
    """Takes events in the order of a file; `now` is what a time may not be an hour ahead of."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._seen: dict[tuple[bytes | None, str], tuple[str, bytes]] = {}
        self.taken = 0
        self.wrong = 0

    def lines(self, lines: Iterable[bytes]) -> Iterator[str]:
        """What is wrong with a file, by line.

        A file that is one JSON array is a batch, and one whose events take several lines each is read too:
        both are told by event.
        """
        rest = iter(lines)
        for place, line in enumerate(rest, 1):
            if line.lstrip().startswith(b"[") and place == 1:
                yield from self._batch(b"".join([line, *rest]))
                return
            if place == 1 and line.lstrip().startswith(b"{") and not _is_json(line):
                yield from self._spread([line, *rest])
                return
            if line.strip():
                yield from self._raw(f"line {place}", line)

    def _batch(self, raw: bytes) -> Iterator[str]:
        try:
            events = json.loads(raw)
        except (ValueError, RecursionError) as error:
            self.wrong += 1
            yield f"not JSON: {str(error)[:200]}"
            return
        for place, event in enumerate(events, 1):
            yield from self._event(f"event {place}", event)

    def _spread(self, lines: list[bytes]) -> Iterator[str]:
        """Events over several lines each; where that is not what they are, line by line."""
        try:
            events = list(_values(b"".join(lines).decode()))
        except (ValueError, RecursionError):
            for place, line in enumerate(lines, 1):
                if line.strip():
                    yield from self._raw(f"line {place}", line)
            return
        yield "note: an event takes several lines here: it is sent, and replayed, as one line"
        for place, event in enumerate(events, 1):
            yield from self._event(f"event {place}", event)

    def _raw(self, where: str, line: bytes) -> Iterator[str]:
        try:
            event = json.loads(line.decode("utf-8-sig"))
        except (ValueError, RecursionError) as error:
            self.taken += 1
            self.wrong += 1
            what = "not UTF-8" if isinstance(error, UnicodeDecodeError) else f"not JSON: {str(error)[:200]}"
            yield f"{where}: undecodable: {what}"
            return
        yield from self._event(where, event)

    def _event(self, where: str, event: Any) -> Iterator[str]:
        self.taken += 1
        tenant = event.get("tenant") if isinstance(event, dict) else None
        judge = Judge(tenant if isinstance(tenant, str) else DEFAULT_TENANT, self._now)
        judge.take(event)
        self.wrong += len(judge.errors)
        for error in judge.errors:
            told = faults({"tenant": DEFAULT_TENANT, **event}) if error.path else ()
            for path, detail in told or ((error.path, error.detail),):
                yield f"{where}: {error.reason}: {path + ': ' if path else ''}{detail}"
            if error.reason == "unknown_type":
                yield from _meant(where, event["type"])
        for name in judge.dropped_fields:
            yield f"{where}: note: {name} is not known and will be dropped"
        for record in judge.records:
            yield from self._twice(where, event["id"], record)

    def _twice(self, where: str, name: str, record: Record) -> Iterator[str]:
        """The same id with other contents is two facts under one name: only one of them would count."""
        before, value = self._seen.setdefault((record.key, name), (where, record.value))
        if value != record.value:
            self.wrong += 1
            yield f"{where}: conflicting: id: {before} has the same id and other contents"


def _meant(where: str, kind: str) -> Iterator[str]:
    """Which type an unknown one resembles."""
    for each in (kind, f"attesa.{kind}"):
        if near := get_close_matches(each, ALL_BY_TYPE, n=1, cutoff=0.8):
            yield f"{where}: note: {near[0]} is a type"
            return


def _is_json(line: bytes) -> bool:
    try:
        json.loads(line.decode("utf-8-sig"))
    except UnicodeDecodeError:
        return True  # of another kind of wrong
    except (ValueError, RecursionError):
        return False
    return True


def _values(text: str) -> Iterator[Any]:
    """JSON values one after the other. Raises ValueError."""
    decoder, place = json.JSONDecoder(), 0
    while text[place:].strip():
        place += len(text[place:]) - len(text[place:].lstrip())
        value, place = decoder.raw_decode(text, place)
        yield value
