"""The series that say whether the numbers are true: partitions, clocks, lag, what was not used."""

from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from attesa.core import metrics
from attesa.core.rows import ClockRow
from attesa.exporter.state import DATA, Reading, State

Value = Callable[[ClockRow], float | None]

BY_PARTITION: tuple[tuple[str, str, Value], ...] = (
    (
        metrics.PARTITION_PROGRESS,
        "When the partition's clock row was last written; old = nobody owns the partition",
        lambda row: row.written_at / 1000,
    ),
    (
        metrics.PARTITION_CLOCK,
        "How far the tenant's time has come in the partition",
        lambda row: None if row.clock is None else row.clock / 1000,
    ),
    (
        metrics.PARTITION_LAG,
        "Records of attesa.events not yet read in the partition",
        lambda row: row.end_offset - row.position,
    ),
    (
        metrics.PARTITION_HELD,
        "1 while verdicts wait because the partition is behind its end",
        lambda row: int(row.held),
    ),
)


def pipeline_families(state: State, reading: Reading) -> Iterator[Metric]:
    yield GaugeMetricFamily(metrics.PARTITIONS, "Partitions of every topic", value=reading.partitions)
    data = GaugeMetricFamily(
        metrics.TENANT_CLOCK_DATA,
        "1 for a tenant of replayed history, which alert rules leave out; absent for others",
        labels=("tenant",),
    )
    for tenant, mode in state.tenants().items():
        if mode == DATA:
            data.add_metric((tenant,), 1)
    yield data
    for name, text, value in BY_PARTITION:
        yield _by_partition(state, name, text, value)
    yield _not_used(state)
    folded = CounterMetricFamily(metrics.LABEL_OVERFLOW, "Queues that are shown as other", labels=("tenant",))
    for tenant, count in state.labels.folded().items():
        folded.add_metric((tenant,), count)
    yield folded


def _by_partition(state: State, name: str, text: str, value: Value) -> Metric:
    family = GaugeMetricFamily(name, text, labels=metrics.PARTITION_LABELS)
    for (partition, tenant), row in sorted(state.clocks.items()):
        one = value(row)
        if one is not None:
            family.add_metric((tenant, str(partition)), one)
    return family


def _not_used(state: State) -> Metric:
    family = CounterMetricFamily(
        metrics.NOT_USED, "Events that were not used as they came", labels=("tenant", "reason")
    )
    counts: Counter[tuple[str, str]] = Counter()
    for row in state.clocks.values():
        counts.update({(row.tenant, reason): count for reason, count in row.reasons.items()})
    for labels, count in sorted(counts.items()):
        family.add_metric(labels, count)
    return family
