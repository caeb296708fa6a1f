"""Counts which contacts are known, in batches, and keeps the missing ones. Who knows them, it is told."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple

from attesa.reconcile.contacts import Contact

BATCH = 5_000
HOUR_MS = 3_600_000

# Of names of conversations, those of which a session is stored.
Known = Callable[[list[str]], set[str]]


class Missing(NamedTuple):
    """A contact of which nothing is stored; `at` in ms."""

    id: str
    conversation: str
    at: int | None


class Comparison:
    """Grows by contacts, in whatever order and however often each comes; 8 bytes of each are remembered.

    `apart`: rows that are not compared, by reason. `found_by_hour`: compared contacts by the hour (since
    1970) in which they began.
    """

    def __init__(self, known: Known) -> None:
        self.rows = 0
        self.apart: Counter[str] = Counter()
        self.found = 0
        self.missing: list[Missing] = []
        self.found_by_hour: Counter[int] = Counter()
        self.missing_by_hour: Counter[int] = Counter()
        self.without_time = 0
        self.first_at: int | None = None
        self.last_at: int | None = None
        self._known = known
        self._named: set[int] = set()
        self._set_aside: set[int] = set()

    @property
    def compared(self) -> int:
        """Different contacts."""
        return self.found + len(self.missing)

    @property
    def coverage(self) -> float | None:
        """Found / compared; None where there was nothing to compare."""
        return self.found / self.compared if self.compared else None

    def add(self, found: Iterable[Contact]) -> Iterator[int]:
        """Compare them; yields the rows read so far after each batch."""
        left = iter(found)
        while batch := list(islice(left, BATCH)):
            fresh = [contact for contact in batch if self._is_fresh(contact)]
            known = self._known([contact.conversation for contact in fresh]) if fresh else set()
            for contact in fresh:
                self._count(contact, contact.conversation in known)
            self.rows += len(batch)
            yield self.rows

    def names(self, conversation: str) -> bool:
        """Whether the export names the conversation, compared or not."""
        digest = _digest(conversation)
        return digest in self._named or digest in self._set_aside

    def _is_fresh(self, contact: Contact) -> bool:
        """Not named by an earlier row: an export may have a row for each leg, or pages that overlap."""
        if contact.apart is not None:
            self.apart[contact.apart] += 1
            if contact.conversation:
                self._set_aside.add(_digest(contact.conversation))
            return False
        digest = _digest(contact.conversation)
        if digest in self._named:
            return False
        self._named.add(digest)
        return True

    def _count(self, contact: Contact, is_known: bool) -> None:
        at = contact.at
        if is_known:
            self.found += 1
        else:
            self.missing.append(Missing(contact.id, contact.conversation, at))
        if at is None:
            self.without_time += 1
            return
        by_hour = self.found_by_hour if is_known else self.missing_by_hour
        by_hour[at // HOUR_MS] += 1
        self.first_at = at if self.first_at is None else min(at, self.first_at)
        self.last_at = at if self.last_at is None else max(at, self.last_at)


def _digest(conversation: str) -> int:
    return int.from_bytes(blake2b(conversation.encode("utf-8", "replace"), digest_size=8).digest(), "big")
