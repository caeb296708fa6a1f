"""What a processor takes, one message, and what it keeps by key: a conversation, an agent, a customer."""

from typing import Protocol

from attesa.core.definitions import Definitions
from attesa.core.partition.clocks import TenantClock


class Record(Protocol):
    """One message, as a Kafka client gives it."""

    @property
    def key(self) -> bytes | None: ...
    @property
    def value(self) -> bytes | None: ...
    @property
    def offset(self) -> int: ...


class Unit(Protocol):
    """What is kept by key; `expected_at` and `listed_hour` say where it stands on its clock's lists."""

    key: bytes
    clock: TenantClock
    expected_at: int | None
    listed_hour: int | None

    @property
    def first_at(self) -> int: ...
    @property
    def last_at(self) -> int: ...
    @property
    def is_over(self) -> bool: ...
    def packed(self) -> bytes: ...
    def refold(self, definitions: Definitions) -> None: ...
