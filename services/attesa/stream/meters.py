"""What the worker says of itself at scrape time."""

from collections.abc import Callable, Iterable, Mapping

from aiokafka import TopicPartition
from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from attesa.stream.partition import Partition


class Owned(Collector):
    """Metrics of the partitions that this worker owns now: a partition given away leaves no series."""

    def __init__(self, partitions: Callable[[], Mapping[TopicPartition, Partition]]) -> None:
        self._partitions = partitions

    def collect(self) -> Iterable[Metric]:
        kept = GaugeMetricFamily(
            "attesa_stream_units", "conversations, agents or customers kept", labels=["topic", "partition"]
        )
        pending = GaugeMetricFamily(
            "attesa_stream_pending_events",
            "events applied, not yet in a checkpoint",
            labels=["topic", "partition"],
        )
        checkpoints = CounterMetricFamily(
            "attesa_stream_checkpoints", "transactions committed", labels=["topic", "partition"]
        )
        for place, partition in sorted(self._partitions().items()):
            labels = [place.topic, str(place.partition)]
            kept.add_metric(labels, len(partition.processor.units))
            pending.add_metric(labels, partition.processor.next_offset - partition.committed_offset)
            checkpoints.add_metric(labels, partition.checkpoints)
        return [kept, pending, checkpoints]


def registry_of(partitions: Callable[[], Mapping[TopicPartition, Partition]]) -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(Owned(partitions))
    return registry
