"""What the gateway counts of the topics that it reads, in an injected registry."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge

from attesa.gateway.configured import TopicSource
from attesa.gateway.judging import REASONS
from attesa.gateway.judging.taking import UNMAPPED
from attesa.gateway.meters import SourceMeters
from attesa.gateway.topics.records import OUTCOMES


class TopicMeters:
    """Records by source and outcome, what waits, and which topics cannot be read.

    Dead letters are counted with those of deliveries.
    """

    def __init__(
        self, registry: CollectorRegistry, sources: Iterable[TopicSource], deliveries: SourceMeters
    ) -> None:
        self.dead_letters = deliveries.dead_letters
        self.records = Counter(
            "attesa_gateway_topic_records",
            "Records of teams' topics by what became of them",
            ["source", "outcome"],
            registry=registry,
        )
        self.lag = Gauge(
            "attesa_gateway_topic_lag_records",
            "Records that wait in the partitions that this gateway reads",
            ["source"],
            registry=registry,
        )
        self.readable = Gauge(
            "attesa_gateway_topic_readable",
            "1 while the topic is there and may be read",
            ["source", "topic"],
            registry=registry,
        )
        for source in sources:
            self.lag.labels(source.name)
            for outcome in OUTCOMES:
                self.records.labels(source.name, outcome)
            for topic in source.topics:
                self.readable.labels(source.name, topic)
            for reason in (UNMAPPED, *REASONS):
                self.dead_letters.labels(source.tenant, source.name, reason)
