"""By how much published counters stand above the truth: a sample only where they do."""

from prometheus_client.core import GaugeMetricFamily
from prometheus_client.samples import Sample

from attesa.core.metrics import PENDING_CORRECTIONS


class Pending:
    """The family is filled while the counters are made, and is complete after the last of them."""

    def __init__(self) -> None:
        self.family = GaugeMetricFamily(
            PENDING_CORRECTIONS,
            "How much a published counter stands above the true total; exact = counter - this; absent: exact",
        )

    def note(self, names: tuple[str, ...], labels: tuple[str, ...], metric: str, amount: float) -> None:
        """`names` and `labels` are the counter's: they differ from one counter to another."""
        if amount:
            every = dict(zip(names, labels, strict=True), metric=metric)
            self.family.samples.append(Sample(self.family.name, every, amount))
