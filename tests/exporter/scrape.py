"""One scrape of /metrics, as a Prometheus reads it."""

from prometheus_client import CollectorRegistry
from prometheus_client.parser import text_string_to_metric_families as parse_text
from tests.exporter.made import CELL, NOW

from attesa.exporter.collector import AttesaCollector
from attesa.exporter.state import Reading, State
from attesa.serving import exposition

OPENMETRICS = {"accept": "application/openmetrics-text;version=1.0.0"}


class Scrape:
    """The samples of one scrape, found by name and labels; the usual cell's labels are added."""

    def __init__(self, state: State, reading: Reading | None = None) -> None:
        collector = AttesaCollector(state, reading or Reading(ready=True, partitions=4), lambda: NOW)
        collector.take()
        registry = CollectorRegistry()
        registry.register(collector)
        self.text = bytes(exposition(registry, {}).body).decode()
        self.open_text = bytes(exposition(registry, OPENMETRICS).body).decode()
        self.samples = {
            (sample.name, frozenset(sample.labels.items())): sample
            for family in parse_text(self.text)
            for sample in family.samples
        }

    def get(self, name: str, **labels: str) -> float | None:
        return self.plain(name, **(CELL | labels))

    def plain(self, name: str, **labels: str) -> float | None:
        sample = self.samples.get((name, frozenset(labels.items())))
        return None if sample is None else sample.value

    def exact(self, name: str, le: str = "", **labels: str) -> float | None:
        """counter - pending corrections, of which there are none where the series is absent."""
        value = self.get(name, **labels, **({"le": le} if le else {}))
        bucket = {"bucket": le} if le else {}
        pending = self.get("attesa_pending_corrections", metric=name, **labels, **bucket)
        return None if value is None else value - (pending or 0)

    def names(self) -> set[str]:
        return {name for name, _ in self.samples}
