"""PromQL for what the exporters serve: copies are merged before anything is added. Text only.

Every exporter serves the same cells, so of each series the highest copy counts (`max by` our own labels,
whatever target labels a scrape adds), and only then cells are added. Counters are rated first: a maximum
over counters would fall, and look like a reset, when the copy that is ahead goes away.
"""

from attesa.core import metrics

COPY_LABELS = ", ".join(metrics.SLO_LABELS)


def rate(counter: str, matchers: str, window: str) -> str:
    """Events per second by tenant and channel; tenants in data time are left out."""
    return _added("rate", counter, matchers, window)


def increase(counter: str, matchers: str, window: str) -> str:
    """Events in the window by tenant and channel; tenants in data time are left out."""
    return _added("increase", counter, matchers, window)


def _added(function: str, counter: str, matchers: str, window: str) -> str:
    return (
        "sum by (tenant, channel) (\n"
        f"  max by ({COPY_LABELS}) ({function}({counter}_total{{{matchers}}}[{window}]))\n"
        f"  {without_data_tenants(window)}\n"
        ")"
    )


def without_data_tenants(window: str | None = None) -> str:
    """What to append to leave out replays. Over a window: the mark must outlive an exporter that is gone."""
    if window is None:
        return f"unless on (tenant) ({metrics.TENANT_CLOCK_DATA} == 1)"
    return f"unless on (tenant) (max_over_time({metrics.TENANT_CLOCK_DATA}[{window}]) == 1)"


def indented(text: str, by: int = 2) -> str:
    return "\n".join(" " * by + line for line in text.splitlines())
