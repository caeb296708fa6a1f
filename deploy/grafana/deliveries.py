# noqa: INP001  a script's neighbour, no package
"""The board's row on the gateway: what is delivered, whether it is believed, whether Kafka has it."""

from panels import GREEN, RED, YELLOW, Panel, graph

from attesa.slo import deliveries as m
from attesa.slo.pipeline import GATEWAY_DEAD

WINDOW = "5m"


def deliveries() -> list[Panel]:
    produced = f"sum by (le) (rate({m.PRODUCE_SECONDS}_bucket[{WINDOW}]))"
    return [
        graph(
            "Deliveries in 5 minutes",
            "By source and outcome. What is spooled was answered, and waits for Kafka on disk.",
            ((f"sum by (source, outcome) (increase({m.REQUESTS}[{WINDOW}]))", "{{source}} {{outcome}}"),),
            "none",
        ),
        graph(
            "Not believed, 5 minutes",
            "Without a right signature or token: a secret replaced on one side only looks so.",
            ((f"sum by (source, verdict) (increase({m.UNVERIFIED}[{WINDOW}]))", "{{source}} {{verdict}}"),),
            "none",
        ),
        graph(
            "Not read, 5 minutes",
            "Dead letters by source and reason: `attesa dead-letters list` says which.",
            ((f"sum by (source, reason) (increase({GATEWAY_DEAD}[{WINDOW}]))", "{{source}} {{reason}}"),),
            "none",
        ),
        graph(
            "Oldest delivery in the spool",
            "How long it has waited for Kafka, per gateway; 0: the spool is empty.",
            ((f"max by (instance) ({m.SPOOL_OLDEST})", "{{instance}}"),),
            "s",
            ((None, GREEN), (30, YELLOW), (m.WAITED_SECONDS, RED)),
        ),
        graph(
            "Until Kafka has confirmed",
            "Of single requests: median and 99 %.",
            (
                (f"histogram_quantile(0.5, {produced})", "median"),
                (f"histogram_quantile(0.99, {produced})", "99 %"),
            ),
            "s",
        ),
    ]
