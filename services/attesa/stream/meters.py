"""What the worker says of itself at scrape time."""

from collections.abc import Callable, Iterable, Mapping

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from attesa.stream.partition import Partition


class Owned(Collector):
    """Metrics of the partitions that this worker owns now: a partition given away leaves no series."""

    def __init__(self, partitions: Callable[[], Mapping[int, Partition]]) -> None:
        self._partitions = partitions

    def collect(self) -> Iterable[Metric]:
        sessions = GaugeMetricFamily("attesa_stream_sessions", "sessions kept", labels=["partition"])
        pending = GaugeMetricFamily(
            "attesa_stream_pending_events", "events applied, not yet in a checkpoint", labels=["partition"]
        )
        checkpoints = CounterMetricFamily(
            "attesa_stream_checkpoints", "transactions committed", labels=["partition"]
        )
        for number, partition in sorted(self._partitions().items()):
            labels = [str(number)]
            sessions.add_metric(labels, len(partition.sessions.sessions))
            pending.add_metric(labels, partition.sessions.next_offset - partition.committed_offset)
            checkpoints.add_metric(labels, partition.checkpoints)
        return [sessions, pending, checkpoints]


def registry_of(partitions: Callable[[], Mapping[int, Partition]]) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Owned(partitions))
    return registry
