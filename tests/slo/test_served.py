"""The rules against what the real exporter serves: names and labels that they ask for are there."""

import re
from pathlib import Path

import msgspec
import pytest
from prometheus_client import CollectorRegistry

from attesa.core import metrics
from attesa.core.definitions import Definitions, TenantPolicy
from attesa.core.rows import ClockRow, NumbersSeen, TotalRow
from attesa.core.rows.counts import Counts
from attesa.exporter.collector import AttesaCollector
from attesa.exporter.state import Reading, State
from attesa.gateway.configured import Source
from attesa.gateway.doors import DOORS
from attesa.gateway.meters import Meters, SourceMeters
from attesa.gateway.sources import REGISTRY, Context
from attesa.slo import pipeline

NOW_MS = 1_750_000_000_000
DEFINITIONS = Definitions(tenants={"shop": TenantPolicy(), "history": TenantPolicy(clock="data")})


def counts(**values: int) -> Counts:
    size = len(DEFINITIONS.borders_seconds) + 1
    return Counts(**values, answered_buckets=[0] * size, abandoned_buckets=[0] * size)


def total() -> TotalRow:
    return TotalRow(
        tenant="shop",
        channel="live_chat",
        queue="sales",
        country="IT",
        processor="sessions",
        partition=0,
        epoch=1,
        borders_seconds=DEFINITIONS.borders_seconds,
        total=counts(records=3, offered=3, met_good=1, missed_good=1),
        published=counts(records=3, offered=3, met_good=1, missed_good=1),
        oldest_requested_at=NOW_MS - 200_000,
    )


def agents() -> TotalRow:
    present = Counts(staffed=1, capacity=3)
    there = {"channel": "any", "country": "unknown", "total": present, "published": present}
    return msgspec.structs.replace(total(), **there, oldest_requested_at=None)


def clock(tenant: str, mode: str) -> ClockRow:
    return ClockRow(
        tenant=tenant,
        processor="sessions",
        partition=0,
        epoch=1,
        mode=mode,
        clock=NOW_MS,
        newest_event_at=NOW_MS,
        position=7,
        end_offset=9,
        held=True,
        held_by="web",
        written_at=NOW_MS,
        reasons={"invalid": 2},
        sources={"web": NOW_MS},
        numbers={"web": NumbersSeen(1, 3, 2)},
    )


@pytest.fixture(scope="module")
def served() -> dict[str, set[str]]:
    """Every sample's name, with its labels' names."""
    state = State(DEFINITIONS)
    for row in (total(), agents(), clock("shop", "wall"), clock("history", "data")):
        state.put_totals(row)
    collector = AttesaCollector(state, Reading(ready=True, partitions=4), lambda: NOW_MS)
    collector.take()
    return {sample.name: set(sample.labels) for family in collector.collect() for sample in family.samples}


@pytest.fixture(scope="module")
def gateway() -> dict[str, set[str]]:
    """The same of the gateway, for one source."""
    registry = CollectorRegistry()
    context = Context("shop", "chatwoot", "", b"")
    source = Source("chatwoot", REGISTRY["chatwoot"], DOORS["chatwoot"], context)
    SourceMeters(registry, [source])
    Meters(registry, ["shop"])
    return {sample.name: set(sample.labels) for family in registry.collect() for sample in family.samples}


def test_every_metric_that_the_rules_ask_for_is_served(
    served: dict[str, set[str]], gateway: dict[str, set[str]], root: Path
):
    asked = set()
    for path in (root / "deploy/prometheus").glob("*.rules.yml"):
        text = re.sub(
            r"^ *(runbook_url|description|summary|name):.*$", "", path.read_text(), flags=re.MULTILINE
        )
        asked |= set(re.findall(r"\battesa_[a-z_]+(?=[ {\[)])", text))
    asked -= {name for name in asked if name.startswith("attesa_loader_")}
    assert len(asked) >= 9
    assert asked <= {*served, *gateway}


def test_the_gateway_tells_whose_its_dead_letters_are_and_why(gateway: dict[str, set[str]]):
    assert gateway[pipeline.GATEWAY_DEAD] == {"tenant", "source", "reason"}


@pytest.mark.parametrize(
    ("name", "labels"),
    [
        (f"{metrics.SLO_EVENTS}_total", set(metrics.SLO_LABELS)),
        (f"{metrics.SLO_BAD}_total", set(metrics.SLO_LABELS)),
        (f"{metrics.RECORDS}_total", set(metrics.CELL_LABELS)),
        (metrics.OLDEST_WAITING_SINCE, set(metrics.CELL_LABELS)),
        (metrics.PARTITION_PROGRESS, {"tenant", "processor", "partition"}),
        (metrics.PARTITION_HELD, {"tenant", "processor", "partition"}),
        (metrics.PARTITION_LAG, {"tenant", "processor", "partition"}),
        (f"{metrics.NOT_USED}_total", {"tenant", "reason"}),
        (metrics.TENANT_CLOCK_DATA, {"tenant"}),
        (metrics.PARTITIONS, set()),
    ],
)
def test_series_have_the_labels_that_the_rules_group_by(
    served: dict[str, set[str]], name: str, labels: set[str]
):
    assert served[name] == labels
