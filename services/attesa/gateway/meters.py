"""What the gateway counts of itself, in an injected registry; labels come from closed lists."""

from collections.abc import Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from attesa.gateway.configured import Source
from attesa.gateway.doors.signatures import Verdict
from attesa.gateway.http.problems import KINDS
from attesa.gateway.judging import REASONS
from attesa.gateway.judging.taking import UNMAPPED

PRODUCE_BUCKETS = (0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10)


class Meters:
    """Requests by status, events accepted by tenant and refused by reason, time until Kafka confirmed."""

    def __init__(self, registry: CollectorRegistry, tenants: list[str]) -> None:
        self.registry = registry
        self.requests = Counter(
            "attesa_gateway_requests", "Requests to /v1/events by outcome", ["outcome"], registry=registry
        )
        self.accepted = Counter(
            "attesa_gateway_events_accepted", "Events that Kafka has confirmed", ["tenant"], registry=registry
        )
        self.refused = Counter(
            "attesa_gateway_events_refused", "Events refused, by reason", ["reason"], registry=registry
        )
        self.produce_seconds = Histogram(
            "attesa_gateway_produce_seconds",
            "From the first record handed to Kafka's client to the last one confirmed",
            buckets=PRODUCE_BUCKETS,
            registry=registry,
        )
        self.arriving = Gauge("attesa_gateway_bodies_arriving", "Bodies on their way in", registry=registry)
        self.running = Gauge("attesa_gateway_requests_running", "Requests now running", registry=registry)
        self.connected = Gauge("attesa_gateway_kafka_connected", "1 while Kafka answers", registry=registry)
        self.spooled = Counter(
            "attesa_gateway_spooled_records", "Records that the spool took for Kafka", registry=registry
        )
        self.drained = Counter(
            "attesa_gateway_drained_records", "Records that Kafka took from the spool", registry=registry
        )
        self.spool_refused = Counter(
            "attesa_gateway_spool_refused", "Deliveries for which the spool had no room", registry=registry
        )
        self.spool_records = Gauge("attesa_gateway_spool_records", "Records in the spool", registry=registry)
        self.spool_bytes = Gauge("attesa_gateway_spool_bytes", "Bytes in the spool", registry=registry)
        self.spool_limit_bytes = Gauge(
            "attesa_gateway_spool_limit_bytes", "Bytes that the spool takes at most", registry=registry
        )
        self.spool_aside = Gauge(
            "attesa_gateway_spool_aside_records",
            "Records in the spool that Kafka refuses for good",
            registry=registry,
        )
        self.spool_oldest_seconds = Gauge(
            "attesa_gateway_spool_oldest_seconds",
            "How long the oldest record in the spool has waited for Kafka",
            registry=registry,
        )
        for tenant in tenants:
            self.accepted.labels(tenant)
        for reason in REASONS:
            self.refused.labels(reason)
        for outcome in ("accepted", *KINDS):
            self.requests.labels(outcome)


class SourceMeters:
    """Deliveries of chat platforms by source and outcome, those not believed, what they held."""

    def __init__(self, registry: CollectorRegistry, sources: Iterable[Source]) -> None:
        self.requests = Counter(
            "attesa_gateway_source_requests",
            "Requests to /v1/sources by outcome",
            ["source", "outcome"],
            registry=registry,
        )
        self.unverified = Counter(
            "attesa_gateway_verify_failures",
            "Deliveries that were not believed, by what was wrong with them",
            ["source", "verdict"],
            registry=registry,
        )
        self.events = Counter(
            "attesa_gateway_source_events",
            "What deliveries held: events taken, native events that say nothing",
            ["source", "outcome"],
            registry=registry,
        )
        self.dead_letters = Counter(
            "attesa_gateway_dead_letters",
            "Native events that became dead letters",
            ["tenant", "source", "reason"],
            registry=registry,
        )
        for source in sources:
            for outcome in ("accepted", "spooled", "asked", *KINDS):
                self.requests.labels(source.name, outcome)
            for verdict in Verdict:
                if verdict is not Verdict.VERIFIED:
                    self.unverified.labels(source.name, verdict.value)
            for outcome in ("taken", "ignored"):
                self.events.labels(source.name, outcome)
            for reason in (UNMAPPED, *REASONS):
                self.dead_letters.labels(source.context.tenant, source.name, reason)
