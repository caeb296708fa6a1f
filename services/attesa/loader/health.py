"""What the loader says of itself. Knows no Kafka."""

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

from attesa.loader.tables import TABLES

_INSERT_SECONDS = (0.01, 0.03, 0.1, 0.3, 1, 3, 10, 30)


class Metrics:
    """What the loader says of itself, in a registry of its own. Every label set starts at 0."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        new = self.registry
        self.rows = Counter("attesa_loader_rows", "rows written to ClickHouse", ["table"], registry=new)
        self.errors = Counter("attesa_loader_errors", "what went wrong, by kind", ["kind"], registry=new)
        self.last_insert = Gauge(
            "attesa_loader_last_insert_timestamp_seconds",
            "when rows were last written",
            ["table"],
            registry=new,
        )
        self.insert_seconds = Histogram(
            "attesa_loader_insert_seconds",
            "duration of an insert",
            ["table"],
            buckets=_INSERT_SECONDS,
            registry=new,
        )
        self.pending = Gauge("attesa_loader_pending_rows", "rows read and not yet written", registry=new)
        self.lag = Gauge(
            "attesa_loader_lag_records", "records published and not yet read", ["topic"], registry=new
        )
        for table in TABLES:
            for metric in (self.rows, self.last_insert, self.insert_seconds):
                metric.labels(table.name)
            self.lag.labels(table.topic)
        for kind in ("undecodable", "refused", "lost_dead_letter", "clickhouse", "kafka"):
            self.errors.labels(kind)
