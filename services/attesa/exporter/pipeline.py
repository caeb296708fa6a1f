"""The series that say whether the numbers are true, and what is usual elsewhere."""

from collections import Counter
from collections.abc import Callable, Iterator

from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric

from attesa.core import metrics as m
from attesa.core.definitions import Definitions
from attesa.core.definitions.policies import CountryReference
from attesa.core.explained.heard import missing_events
from attesa.core.rows import ClockRow
from attesa.exporter.moment import Moment
from attesa.exporter.state import DATA

MOST_SOURCES = 200  # of a tenant: those heard of last

BY_PARTITION: tuple[tuple[str, str, Callable[[ClockRow], float | None]], ...] = (
    (
        m.PARTITION_PROGRESS,
        "When the partition's clock row was last written; old = nobody owns the partition",
        lambda row: row.written_at / 1000,
    ),
    (
        m.PARTITION_CLOCK,
        "How far the tenant's time has come in the partition",
        lambda row: None if row.clock is None else row.clock / 1000,
    ),
    (
        m.PARTITION_LAG,
        "Records of the processor's topic not yet read in the partition",
        lambda row: row.end_offset - row.position,
    ),
    (
        m.PARTITION_HELD,
        "1 while verdicts wait: the partition is behind its end, or a source is silent",
        lambda row: int(row.held),
    ),
)
REFERENCES: tuple[tuple[str, str, Callable[[CountryReference], float]], ...] = (
    (m.REFERENCE_AVERAGE_WAIT, "Usual average wait in the country", lambda one: one.average_wait_seconds),
    (m.REFERENCE_LOST_RATIO, "Usual share of lost chats in the country", lambda one: one.lost_ratio),
    (m.REFERENCE_CONVERSION, "Usual conversion in the country", lambda one: one.conversion_rate),
)


def reference_families(definitions: Definitions) -> Iterator[Metric]:
    """What is usual, to stand beside a country's numbers."""
    for name, text, value in REFERENCES:
        family = GaugeMetricFamily(name, text, labels=("country",))
        for country, reference in sorted(definitions.countries.items()):
            family.add_metric((country,), value(reference))
        yield family


def pipeline_families(moment: Moment) -> Iterator[Metric]:
    partitions = GaugeMetricFamily(m.PARTITIONS, "Partitions of every topic")
    if moment.partitions is not None:
        partitions.add_metric((), moment.partitions)
    yield partitions
    yield _data_tenants(moment)
    for name, text, value in BY_PARTITION:
        yield _by_partition(moment, name, text, value)
    yield _held_by(moment)
    yield _sources(moment)
    yield _missing(moment)
    yield _not_used(moment)
    folded = CounterMetricFamily(m.LABEL_OVERFLOW, "Queues that are shown as other", labels=("tenant",))
    for tenant, count in moment.folded.items():
        folded.add_metric((tenant,), count)
    yield folded


def _data_tenants(moment: Moment) -> Metric:
    data = GaugeMetricFamily(
        m.TENANT_CLOCK_DATA,
        "1 for a tenant of replayed history, which alert rules leave out; absent for others",
        labels=("tenant",),
    )
    for tenant, mode in moment.tenants.items():
        if mode == DATA:
            data.add_metric((tenant,), 1)
    return data


def _place(row: ClockRow) -> tuple[str, str, str]:
    """The values of PARTITION_LABELS."""
    return row.tenant, row.processor, str(row.partition)


def _by_partition(moment: Moment, name: str, text: str, value: Callable[[ClockRow], float | None]) -> Metric:
    family = GaugeMetricFamily(name, text, labels=m.PARTITION_LABELS)
    for row in moment.clocks:
        one = value(row)
        if one is not None:
            family.add_metric(_place(row), one)
    return family


def _held_by(moment: Moment) -> Metric:
    family = GaugeMetricFamily(
        m.PARTITION_HELD_BY,
        "1 while verdicts wait because the source promised a heartbeat and is silent; absent otherwise",
        labels=(*m.PARTITION_LABELS, "source"),
    )
    for row in moment.clocks:
        if row.held and row.held_by is not None:
            family.add_metric((*_place(row), row.held_by), 1)
    return family


def _sources(moment: Moment) -> Metric:
    family = GaugeMetricFamily(
        m.SOURCE_LAST_EVENT, "The newest event or heartbeat seen of the source", labels=("tenant", "source")
    )
    newest: dict[str, Counter[str]] = {}
    for row in moment.clocks:
        of_tenant = newest.setdefault(row.tenant, Counter())
        for source, at in row.sources.items():
            of_tenant[source] = max(at, of_tenant[source])
    for tenant, sources in sorted(newest.items()):
        for source, at in sources.most_common(MOST_SOURCES):
            family.add_metric((tenant, source), at / 1000)
    return family


def _missing(moment: Moment) -> Metric:
    """Over both processors, for a source may number events of both topics together."""
    family = GaugeMetricFamily(
        m.SOURCE_MISSING_EVENTS,
        "Sequence numbers of the source between its lowest and highest that have not come",
        labels=("tenant", "source"),
    )
    for key, count in sorted(missing_events(moment.clocks).items()):
        family.add_metric(key, count)
    return family


def _not_used(moment: Moment) -> Metric:
    family = CounterMetricFamily(
        m.NOT_USED, "Events that were not used as they came", labels=("tenant", "reason")
    )
    counts: Counter[tuple[str, str]] = Counter()
    for row in moment.clocks:
        counts.update({(row.tenant, reason): count for reason, count in row.reasons.items()})
    for key, count in sorted(counts.items()):
        family.add_metric(key, count)
    return family
