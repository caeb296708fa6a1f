"""One kept customer: his sessions' stubs, orders, refunds and links, and what became of them."""

from typing import NamedTuple

import msgspec

from attesa.core.customers.afterwards import NOTHING_JUDGED, Afterwards, Known, judge
from attesa.core.customers.attribution import Sale
from attesa.core.customers.settling import ORDERS_KEPT_MS, let_go_before
from attesa.core.customers.visits import Visit
from attesa.core.customers.wire import LINKED, MADE, REFUNDED
from attesa.core.definitions import Definitions
from attesa.core.events.wire import Event
from attesa.core.partition.amounts import Group
from attesa.core.partition.clocks import TenantClock
from attesa.core.partition.state import pack

NEVER = 1 << 62  # later than any instant: nothing of the unit contributes any more


class CustomerState(NamedTuple):
    """A customer in `attesa.state`: what is `Known` of him."""

    visits: list[Visit]
    events: list[Event]
    sales: list[Sale]
    sessions: dict[str, Afterwards]
    preceded: dict[str, str]


_unpack = msgspec.msgpack.Decoder(CustomerState).decode


class Customer:
    """A function of sets: of stubs (of each session the newest) and of events.

    `told`: what the readers of outcomes were told; `told_links`: the instants of the links likewise.
    """

    __slots__ = (
        "_known_instants", "clock", "expected_at", "groups", "judged", "key", "known", "listed_hour", "told",
        "told_links",
    )  # fmt: skip

    def __init__(self, key: bytes, clock: TenantClock) -> None:
        self.key = key
        self.clock = clock
        self.known = Known({}, {}, {}, {}, {})
        self.judged = self.told = NOTHING_JUDGED
        self.told_links: dict[str, int] = {}
        self.groups: tuple[Group, ...] = ()
        self._known_instants: tuple[int, int] | None = None
        self.expected_at: int | None = None
        self.listed_hour: int | None = None

    @property
    def name(self) -> str:
        """The customer's pseudonym."""
        return self.key[len(self.clock.tenant) + 1 :].decode()

    @property
    def first_at(self) -> int:
        """The earliest instant at which anything may still be counted or taken back."""
        return self._instants()[0]

    @property
    def last_at(self) -> int:
        """The last news of that part of him which is the first to go."""
        return self._instants()[1]

    def _instants(self) -> tuple[int, int]:
        if self._known_instants is None:
            known = self.known
            found = [_instants_of(visit) for visit in known.visits.values()]
            found += [
                (NEVER if event[1] == LINKED else event[0], event[0]) for event in known.events.values()
            ]
            longer_ms = ORDERS_KEPT_MS - self.clock.kept_ms
            found += [(NEVER, sale.last_at + longer_ms) for sale in known.sales.values()]
            self._known_instants = (
                min((first for first, _ in found), default=NEVER),
                min((last for _, last in found), default=NEVER),
            )
        return self._known_instants

    def _came(self, first_at: int, last_at: int) -> None:
        """A part came that none had to make room for."""
        if self._known_instants is not None:
            first, last = self._known_instants
            self._known_instants = (min(first, first_at), min(last, last_at))

    @property
    def is_over(self) -> bool:
        """Only a message can change him: time alone decides nothing here."""
        return True

    @property
    def is_empty(self) -> bool:
        return not (self.known.visits or self.known.events or self.known.sales)

    @property
    def links(self) -> dict[str, int]:
        """Whom he is the same as, and when that was first told (ms)."""
        found: dict[str, int] = {}
        for at, rank, _, body in self.known.events.values():
            if rank == LINKED:
                found[body[0]] = min(at, found.get(body[0], at))
        return found

    def put(self, visit: Visit) -> bool:
        """Take a stub unless a newer one of its session is known; whether that changes anything."""
        known = self.known.visits.get(visit.session)
        if known is not None and (visit.version < known.version or visit == known):
            return False
        self.known.visits[visit.session] = visit
        if known is not None and not _may_be_left(_instants_of(known), self._known_instants):
            self._known_instants = None
        self._came(*_instants_of(visit))
        return True

    def recognizes(self, event: Event) -> str | None:
        """Why nothing can come of an event: it is known, or tells again of an order that is settled."""
        _, rank, identity, body = event
        if self.known.events.get(identity) == event:
            return "duplicate"
        sale = self.known.sales.get(body[0]) if rank != LINKED else None
        if sale is None:
            return None
        if rank == MADE:
            return "duplicate" if identity == sale.order.hash else "order_again"
        return "duplicate" if any(identity == refund.hash for refund in sale.refunds) else None

    def add(self, event: Event) -> str | None:
        """Add an event to the set. Returns None, or the word by which it is counted.

        `conflicting`: the same id with other contents; the smaller wins. `order_again`: its order had been
        told. `orphan_refund`: there is no order (in its currency) yet that it could be of.
        `unknown_customer`: an order of somebody of whom there is no session yet.
        """
        known = self.known.events.get(event[2])
        if known is not None:
            self.known.events[event[2]] = min(known, event, key=pack)
            self._known_instants = None
            return "conflicting"
        reason = self._reason(event)
        self.known.events[event[2]] = event
        self._came(NEVER if event[1] == LINKED else event[0], event[0])
        return reason

    def _reason(self, event: Event) -> str | None:
        _, rank, _, body = event
        if rank == MADE:
            if self._tellings(body[0]):
                return "order_again"
            return None if self.known.visits else "unknown_customer"
        if rank == REFUNDED and body[2] not in self._tellings(body[0]):
            return "orphan_refund"
        return None

    def _tellings(self, order_id: str) -> list[str]:
        """The currencies in which the order has been told."""
        sale = self.known.sales.get(order_id)
        settled = [] if sale is None else [sale.order.currency]
        return settled + [
            body[2] for _, rank, _, body in self.known.events.values() if rank == MADE and body[0] == order_id
        ]

    def judge(self, definitions: Definitions) -> None:
        self.judged = judge(self.known, definitions)

    def refold(self, _definitions: Definitions) -> None:
        """Nothing is folded here: `judge` is told the definitions each time."""

    def let_go_before(self, limit: int, definitions: Definitions) -> bool:
        """Forget what was over before `limit` (ms); whether anything went. Counts stay as they are."""
        left = let_go_before(self.known, self.judged, limit, definitions)
        if left == self.known:
            return False
        self.known, self._known_instants = left, None
        self.judge(definitions)
        return True

    def packed(self) -> bytes:
        """The value of its row in `attesa.state`."""
        known = self.known
        return pack(
            (
                list(known.visits.values()),
                list(known.events.values()),
                list(known.sales.values()),
                known.sessions,
                known.preceded,
            )
        )

    def load(self, packed: bytes) -> None:
        """Take over what `packed` kept."""
        state = _unpack(packed)
        self.known = Known(
            {visit.session: visit for visit in state.visits},
            {event[2]: event for event in state.events},
            {sale.order.order_id: sale for sale in state.sales},
            state.sessions,
            state.preceded,
        )

    def tell(self) -> None:
        """What is judged now has been told."""
        self.told, self.told_links = self.judged, self.links


def _instants_of(visit: Visit) -> tuple[int, int]:
    """From when on a session may be counted, and its last news (ms)."""
    return NEVER if visit.deleted else visit.started_at, visit.last_at


def _may_be_left(part: tuple[int, int], bounds: tuple[int, int] | None) -> bool:
    """Whether the bounds of all parts stay as they are without this one."""
    return bounds is not None and part[0] > bounds[0] and part[1] > bounds[1]
