"""The series that say whether the numbers are true, and what is usual elsewhere."""

from collections import Counter
from collections.abc import Callable, Iterator

from attesa.core import metrics as m
from attesa.core.definitions import Definitions
from attesa.core.policies import CountryReference
from attesa.core.rows import ClockRow
from attesa.exporter.exposition import Family, counter, escaped, gauge, labels_of, more
from attesa.exporter.state import DATA, Reading, State

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


def reference_families(definitions: Definitions) -> Iterator[Family]:
    """What is usual, to stand beside a country's numbers."""
    for name, text, value in REFERENCES:
        family = gauge(name, text)
        for country, reference in sorted(definitions.countries.items()):
            family.add(labels_of({"country": country}), value(reference))
        yield family


def pipeline_families(state: State, reading: Reading) -> Iterator[Family]:
    partitions = gauge(m.PARTITIONS, "Partitions of every topic")
    if reading.partitions is not None:
        partitions.add("", reading.partitions)
    yield partitions
    yield _data_tenants(state)
    for name, text, value in BY_PARTITION:
        yield _by_partition(state, name, text, value)
    yield _held_by(state)
    yield _sources(state)
    yield _not_used(state)
    folded = counter(m.LABEL_OVERFLOW, "Queues that are shown as other")
    for tenant, count in state.labels.folded().items():
        folded.add(labels_of({"tenant": tenant}), count)
    yield folded


def _data_tenants(state: State) -> Family:
    data = gauge(
        m.TENANT_CLOCK_DATA,
        "1 for a tenant of replayed history, which alert rules leave out; absent for others",
    )
    for tenant, mode in state.tenants().items():
        if mode == DATA:
            data.add(labels_of({"tenant": tenant}), 1)
    return data


def _rows(state: State) -> Iterator[tuple[str, ClockRow]]:
    """Each clock row with its labels."""
    for (processor, partition, tenant), row in sorted(state.clocks.items()):
        yield labels_of({"tenant": tenant, "processor": processor, "partition": str(partition)}), row


def _by_partition(state: State, name: str, text: str, value: Callable[[ClockRow], float | None]) -> Family:
    family = gauge(name, text)
    for labels, row in _rows(state):
        one = value(row)
        if one is not None:
            family.add(labels, one)
    return family


def _held_by(state: State) -> Family:
    family = gauge(
        m.PARTITION_HELD_BY,
        "1 while verdicts wait because the source promised a heartbeat and is silent; absent otherwise",
    )
    for labels, row in _rows(state):
        if row.held and row.held_by is not None:
            family.add(more(labels, "source", escaped(row.held_by)), 1)
    return family


def _sources(state: State) -> Family:
    family = gauge(m.SOURCE_LAST_EVENT, "The newest event time seen of the source")
    newest: dict[str, Counter[str]] = {}
    for row in state.clocks.values():
        of_tenant = newest.setdefault(row.tenant, Counter())
        for source, at in row.sources.items():
            of_tenant[source] = max(at, of_tenant[source])
    for tenant, sources in sorted(newest.items()):
        for source, at in sources.most_common(MOST_SOURCES):
            family.add(labels_of({"tenant": tenant, "source": source}), at / 1000)
    return family


def _not_used(state: State) -> Family:
    family = counter(m.NOT_USED, "Events that were not used as they came")
    counts: Counter[tuple[str, str]] = Counter()
    for row in state.clocks.values():
        counts.update({(row.tenant, reason): count for reason, count in row.reasons.items()})
    for (tenant, reason), count in sorted(counts.items()):
        family.add(labels_of({"tenant": tenant, "reason": reason}), count)
    return family
