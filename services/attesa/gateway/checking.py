"""Says what is wrong with a producer's events, one by one and among each other. Pure."""

import json
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from attesa.core.events.intake import tenant_of
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
        """What is wrong with a file, by line; a file that is one JSON array is a batch, told by event."""
        for place, line in enumerate(lines, 1):
            if line.lstrip().startswith(b"[") and place == 1:
                yield from self._batch(b"".join([line, *lines]))
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

    def _raw(self, where: str, line: bytes) -> Iterator[str]:
        try:
            event = json.loads(line)
        except (ValueError, RecursionError) as error:
            self.taken += 1
            self.wrong += 1
            yield f"{where}: undecodable: not JSON: {str(error)[:200]}"
            return
        yield from self._event(where, event)

    def _event(self, where: str, event: Any) -> Iterator[str]:
        self.taken += 1
        tenant = (tenant_of(event) if isinstance(event, dict) else None) or DEFAULT_TENANT
        judge = Judge(tenant, self._now)
        judge.take(event)
        for error in judge.errors:
            self.wrong += 1
            yield f"{where}: {error.reason}: {error.path + ': ' if error.path else ''}{error.detail}"
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
