"""What the gateway counts of itself, in an injected registry; labels come from closed lists."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from attesa.gateway.judging import REASONS
from attesa.gateway.problems import KINDS

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
        self.running = Gauge("attesa_gateway_requests_running", "Requests now running", registry=registry)
        self.connected = Gauge("attesa_gateway_kafka_connected", "1 while Kafka answers", registry=registry)
        for tenant in tenants:
            self.accepted.labels(tenant)
        for reason in REASONS:
            self.refused.labels(reason)
        for outcome in ("accepted", *KINDS):
            self.requests.labels(outcome)
