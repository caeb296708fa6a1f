"""Which queues get a label of their own on /metrics and the wallboard, so that labels stay few."""

from attesa.core.definitions import OTHER, UNKNOWN

MOST_QUEUES = 100  # of a tenant, where the configuration names none


class QueueLabels:
    """Queues by their label. Configured ones keep their name; without configuration, the first hundred do."""

    def __init__(self, configured: tuple[str, ...]) -> None:
        self._configured = frozenset(configured)
        self._seen: dict[str, set[str]] = {}
        self._folded: dict[str, set[str]] = {}

    def label(self, tenant: str, queue: str) -> str:
        if queue == UNKNOWN or queue in self._configured:
            return queue
        seen = self._seen.setdefault(tenant, set())
        if queue in seen:
            return queue
        if not self._configured and len(seen) < MOST_QUEUES:
            seen.add(queue)
            return queue
        self._folded.setdefault(tenant, set()).add(queue)
        return OTHER

    def folded(self) -> dict[str, int]:
        """How many queues of each tenant are shown as `other`."""
        return {tenant: len(queues) for tenant, queues in self._folded.items()}
