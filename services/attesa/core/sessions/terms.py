"""What of the definitions holds for sessions that share a cell and a source, looked up once for all."""

from collections.abc import Callable

from msgspec import Struct

from attesa.core.definitions import UNKNOWN, Definitions
from attesa.core.definitions.hours import OpeningHours
from attesa.core.definitions.policies import Coverage, Expectation
from attesa.core.partition.cells import Cell, CellKey
from attesa.core.rows.counts import Layout
from attesa.core.rows.session import CountrySource
from attesa.core.sessions.fold import Fold

LIVE = "live_chat"
MOST_TERMS = 10_000  # known at a time

# Tenant and source; channel, queue, country and phone country as the session's events told them.
_Told = tuple[str, str, str | None, str | None, str | None, str | None]


class Terms(Struct, frozen=True, gc=False, eq=False):
    """By what a session is judged, and where it counts."""

    layout: Layout
    pair: Expectation
    live: Expectation  # of synchronous stretches
    coverage: Coverage | None
    hours: OpeningHours | None  # of the queue; None: always open
    noticed_ms: int  # how long the source takes to notice that a customer has left
    cell: Cell
    cell_of: Callable[[str], Cell]  # the same cell in another queue
    country_source: CountrySource
    is_live: bool

    def business_wait_ms(self, fold: Fold) -> int | None:
        """Open time from request to first reply; None without a reply, or where the queue has no hours."""
        if self.hours is None or fold.requested_at is None or fold.first_reply_at is None:
            return None
        return self.hours.business_ms(fold.requested_at, fold.first_reply_at)


class TermsBook:
    """The terms by what decides them; `cell` gives the cell of a key."""

    def __init__(self, definitions: Definitions, layout: Layout, cell: Callable[[CellKey], Cell]) -> None:
        self._definitions = definitions
        self._layout = layout
        self._cell = cell
        self._known: dict[_Told, Terms] = {}

    def of(self, fold: Fold, tenant: str, source: str) -> Terms:
        told = (tenant, source, fold.channel, fold.queue, fold.country, fold.phone_country)
        found = self._known.get(told)
        if found is None:
            if len(self._known) >= MOST_TERMS:
                self._known.clear()
            found = self._known[told] = self._made(fold, tenant, source)
        return found

    def _made(self, fold: Fold, tenant: str, source: str) -> Terms:
        definitions, cell = self._definitions, self._cell
        channel, queue = fold.channel or definitions.default_channel, fold.queue or UNKNOWN
        country, country_source = country_of(fold, source, definitions)
        return Terms(
            self._layout,
            definitions.channels[channel],
            definitions.channels[LIVE],
            definitions.coverage.get(channel),
            definitions.hours_of(queue),
            definitions.source(source).presence_timeout_seconds * 1000,
            cell((tenant, channel, queue, country)),
            lambda other: cell((tenant, channel, other, country)),
            country_source,
            channel == LIVE,
        )


def country_of(found: Fold, source: str, definitions: Definitions) -> tuple[str, CountrySource]:
    """The session's country, and who told it: event, source, queue, phone, or nobody."""
    if found.country is not None:
        return found.country, "event"
    policy = definitions.source(source)
    if policy.country is not None:
        return policy.country, "source"
    queue = definitions.queues.get(found.queue or UNKNOWN)
    if queue is not None and queue.country is not None:
        return queue.country, "queue"
    if found.phone_country is not None:
        return found.phone_country, "phone"
    return UNKNOWN, "unknown"
