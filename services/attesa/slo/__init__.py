"""Service level objectives: OpenSLO files in, Prometheus rules out. Knows PromQL; reaches no server."""

from attesa.slo.objective import Slo, load
from attesa.slo.render import pipeline_rules, render, rules, to_yaml

__all__ = ["Slo", "load", "pipeline_rules", "render", "rules", "to_yaml"]
