"""The numbers of conversations whose sessions have all been let go: who comes back goes on counting."""

from attesa.core.partition.clocks import TenantClock
from attesa.core.partition.state import MEMORY, pack
from attesa.core.sessions.conversation import Memory, unpack_memory

DAY_MS = 86_400_000
REMEMBERED_DAYS = 400  # a conversation that comes back later begins with session 1 again


class Remembered:
    """What is remembered, by conversation; `rows` are the state rows that have to be written."""

    def __init__(self) -> None:
        self.rows: list[tuple[bytes, bytes | None]] = []
        self._packed: dict[bytes, bytes] = {}
        self._by_day: dict[int, list[bytes]] = {}

    def __len__(self) -> int:
        return len(self._packed)

    def get(self, key: bytes) -> Memory | None:
        packed = self._packed.get(key)
        return None if packed is None else unpack_memory(packed)

    def keep(self, key: bytes, memory: Memory) -> None:
        packed = pack(memory)
        self.load(key, packed)
        self.rows.append((MEMORY + key, packed))

    def load(self, key: bytes, packed: bytes) -> None:
        """Take over a row of attesa.state."""
        self._packed[key] = packed
        self._by_day.setdefault(unpack_memory(packed).last_at // DAY_MS, []).append(key)

    def forget_the_old(self, clock: TenantClock) -> None:
        """Let go of a tenant's conversations that ended too long ago."""
        assert clock.clock is not None
        limit = clock.clock // DAY_MS - REMEMBERED_DAYS
        prefix = clock.tenant.encode() + b":"
        for day in [day for day in self._by_day if day < limit]:
            others = [key for key in self._by_day[day] if not key.startswith(prefix)]
            for key in self._by_day.pop(day):
                if key.startswith(prefix):
                    self._forget(key, limit)
            if others:
                self._by_day[day] = others

    def _forget(self, key: bytes, limit: int) -> None:
        memory = self.get(key)
        if memory is not None and memory.last_at // DAY_MS < limit:
            del self._packed[key]
            self.rows.append((MEMORY + key, None))
