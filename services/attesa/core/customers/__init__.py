"""The customers processor: stubs and purchases of `attesa.customers` to outcomes, panes and totals."""

from collections.abc import Callable
from typing import ClassVar

from attesa.core import rows, topics
from attesa.core.customers.attribution import Place
from attesa.core.customers.counts import groups
from attesa.core.customers.customer import Customer
from attesa.core.customers.outcomes import Teller
from attesa.core.customers.settling import kept_ms
from attesa.core.customers.visits import visit_of
from attesa.core.customers.wire import decode
from attesa.core.definitions import Definitions
from attesa.core.events.intake import Refused
from attesa.core.events.wire import Decoded, Event
from attesa.core.partition.cells import Cell, move
from attesa.core.partition.checkpoint import Row
from attesa.core.partition.clocks import HOUR_MS
from attesa.core.partition.dead_letters import Seal
from attesa.core.partition.processor import FUTURE_MS, KNOWN, Processor
from attesa.core.partition.unit import Record, Unit
from attesa.core.rows import Stub
from attesa.core.sessions.stubs import StubMessage, TimeMessage


class Customers(Processor):
    """One partition of `attesa.customers`; `partitions`: how many `attesa.events` has."""

    name: ClassVar[rows.Processor] = "customers"
    topic: ClassVar[str] = topics.CUSTOMERS
    prefix: ClassVar[bytes] = b"c"

    def __init__(
        self,
        partition: int,
        definitions: Definitions,
        epoch: int,
        owns: Callable[[bytes], bool],
        seal: Seal | None,
        partitions: int,
    ) -> None:
        super().__init__(partition, definitions, epoch, owns, seal)
        self.kept_ms = kept_ms(definitions)
        self.partitions = partitions
        self.to_tell: dict[Customer, None] = {}
        self._told: dict[bytes, bytes] = {}  # rows of outcomes, to be written

    # -- messages ----------------------------------------------------------------------------------

    def take_in(self, record: Record, now_ms: int) -> Refused | None:
        found = decode(record.value or b"")
        if isinstance(found, Refused):
            return found
        if isinstance(found, StubMessage):
            return self._visit(found.stub, now_ms)
        if isinstance(found, TimeMessage):
            self._pass_time(found)
            return None
        assert found.event is not None
        return self._add(record.key, found, found.event, now_ms)

    def _visit(self, stub: Stub, now_ms: int) -> Refused | None:
        key = f"{stub.tenant}:{stub.customer}".encode()
        clock = self.clock(stub.tenant)
        customer, visit = self._find(key), visit_of(stub)
        if customer is None or visit.session not in customer.known.visits:
            if visit.deleted:
                return None
            if clock.is_late(visit.last_at) and not visit.is_open:
                return Refused("late", "stub", "a session older than what is kept", stub.tenant)
        clock.saw(visit.last_at, None, now_ms)
        first_at = None if customer is None else customer.first_at
        customer = customer or Customer(key, clock)
        if customer.put(visit):
            self._note(customer, first_at)
        return None

    def _add(self, key: bytes | None, found: Decoded, event: Event, now_ms: int) -> Refused | None:
        tenant, at = found.tenant, event[0]
        named = f"{tenant}:{found.subject}"
        if key != named.encode() or (found.partitionkey is not None and found.partitionkey != named):
            return Refused("key_mismatch", "subject", f"the key of this event is {named}", tenant)
        if at > now_ms + FUTURE_MS:
            return Refused("future", "time", "more than an hour ahead of the worker's clock", tenant)
        clock, customer = self.clock(tenant), self._find(key)
        if customer is None and not self.owns(key):
            return Refused("wrong_partition", "subject", "produce with the murmur2 partitioner", tenant)
        outcome = None if customer is None else customer.recognizes(event)
        if outcome is None and clock.is_late(at) and (customer is None or at < customer.first_at):
            return Refused("late", "time", "older than what is kept, and than its customer", tenant)
        clock.saw(at, found.source, now_ms)
        if found.dropped_fields:
            clock.reasons["unknown_field"] += found.dropped_fields
        if outcome is None:
            first_at = None if customer is None else customer.first_at
            customer = customer or Customer(key, clock)
            outcome = customer.add(event)
            self._note(customer, first_at)
        if outcome is not None:
            clock.reasons[outcome] += 1
        if found.sequence is not None and outcome not in KNOWN:
            clock.numbered(found.source, found.sequence)
        return None

    def _find(self, key: bytes) -> Customer | None:
        unit = self.find(key)
        assert unit is None or isinstance(unit, Customer)
        return unit

    def _note(self, customer: Customer, first_before: int | None) -> None:
        self.changed(customer, first_before)
        self.list_hour(customer)

    def _pass_time(self, told: TimeMessage) -> None:
        """The data time of a tenant is where the last partition of `attesa.events` stands."""
        clock = self.clock(told.tenant, "data")
        if clock.mode == "wall" and told.tenant not in self.definitions.tenants:
            clock.mode, clock.clock = "data", None  # its stubs came before any word of its time
        known = clock.waits_for.get(told.partition, told.clock)
        clock.waits_for[told.partition] = max(known, told.clock)
        if clock.mode == "data" and len(clock.waits_for) >= self.partitions:
            self.advance(clock, min(clock.waits_for.values()))

    # -- judging -----------------------------------------------------------------------------------

    def refresh(self, unit: Unit) -> None:
        assert isinstance(unit, Customer)
        before = unit.groups
        self._judge(unit)
        move(before, unit.groups, self.changed_cells)
        self.to_tell[unit] = None

    def withdraw(self, unit: Unit) -> None:
        """Nothing of a customer lies in buckets."""

    def _judge(self, customer: Customer) -> None:
        customer.judge(self.definitions)
        self._regroup(customer)

    def _regroup(self, customer: Customer) -> None:
        tenant = customer.clock.tenant

        def cell_of(place: Place) -> Cell:
            return self.cell((tenant, *place))

        customer.groups = groups(customer.judged, cell_of)

    def await_deadline(self, unit: Unit) -> None:
        """Nothing of a customer waits for time alone."""

    def oldest_waiting(self, _cell: Cell) -> int | None:
        return None

    # -- what is kept ------------------------------------------------------------------------------

    def adopt(self, key: bytes, packed: bytes) -> Unit:
        tenant, _, _ = key.partition(b":")
        customer = Customer(key, self.clock(tenant.decode()))
        customer.load(packed)
        self._judge(customer)
        customer.tell()
        customer.listed_hour = customer.last_at // HOUR_MS
        return customer

    def let_go(self, unit: Unit, limit_ms: int) -> bool:
        assert isinstance(unit, Customer)
        self._tell(unit)
        if not unit.let_go_before(limit_ms, self.definitions):
            return False
        self._regroup(unit)
        unit.tell()
        if unit.is_empty:
            self.to_tell.pop(unit, None)
            return True
        self.units[unit.key] = unit
        self.to_keep[unit] = None
        if unit.last_at >= limit_ms:
            self.list_hour(unit)
        return False

    def remember(self, key: bytes, packed: bytes) -> None:
        """Of whom nothing is kept, nothing is remembered."""

    # -- what is told ------------------------------------------------------------------------------

    def own_rows(self) -> dict[str, list[Row]]:
        for customer in self.to_tell:
            self._tell(customer)
        told, self.to_tell, self._told = self._told, {}, {}
        return {topics.OUTCOMES: list(told.items())}

    def _tell(self, customer: Customer) -> None:
        """Write what is otherwise than it was told before."""
        teller = Teller(customer.clock.tenant, customer.name, self.partition, self.epoch)
        self._told.update(teller.changes(customer.told, customer.judged))
        for same_as, at in customer.links.items():
            if customer.told_links.get(same_as) != at:
                self._told.update((teller.link(same_as, at),))
        customer.tell()
