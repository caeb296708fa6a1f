"""Rule files: the groups of an objective or of the pipeline, as YAML text, and on disk."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import yaml

from attesa.core.definitions import Definitions
from attesa.core.errors import ConfigurationError
from attesa.slo import recording
from attesa.slo.alerts import burn_alerts, staffing_alerts, waiting_alerts
from attesa.slo.deliveries import delivery_alerts
from attesa.slo.objective import Slo, load
from attesa.slo.pipeline import completeness_alerts, dead_rules, flow_alerts, watch_alerts
from attesa.slo.sources import source_alerts

RuleFile = dict[str, list[dict[str, Any]]]

PIPELINE_FILE = "attesa.rules.yml"
WAITING_INTERVAL = "5s"  # as often as the exporter is scraped: this page must not add to the wait
PIPELINE_INTERVAL = "15s"


def rules(slo: Slo, definitions: Definitions) -> RuleFile:
    """The rule groups of one objective. Raises ConfigurationError for a channel without thresholds."""
    if slo.channel not in definitions.channels:
        known = ", ".join(definitions.channels)
        raise ConfigurationError(f"{slo.source}: no channel {slo.channel!r}: one of {known}")
    interval = f"{recording.INTERVAL_SECONDS}s"
    period_interval = f"{recording.PERIOD_INTERVAL_SECONDS}s"
    return {
        "groups": [
            _group(f"sloth-slo-sli-recordings-{slo.id}", interval, recording.sli_rules(slo)),
            _group(f"sloth-slo-meta-recordings-{slo.id}", interval, recording.meta_rules(slo)),
            _group(f"attesa-slo-period-recordings-{slo.id}", period_interval, recording.period_rules(slo)),
            _group(f"sloth-slo-alerts-{slo.id}", interval, burn_alerts(slo, definitions)),
        ]
    }


def pipeline_rules(definitions: Definitions) -> RuleFile:
    """The alerts that need no objective: somebody waiting too long, and the pipeline itself."""
    return {
        "groups": [
            _group("attesa-waiting", WAITING_INTERVAL, waiting_alerts(definitions)),
            _group("attesa-staffing", PIPELINE_INTERVAL, staffing_alerts()),
            _group("attesa-completeness", PIPELINE_INTERVAL, completeness_alerts()),
            _group("attesa-flow", PIPELINE_INTERVAL, [*dead_rules(), *flow_alerts()]),
            _group("attesa-sources", PIPELINE_INTERVAL, source_alerts()),
            _group("attesa-deliveries", PIPELINE_INTERVAL, delivery_alerts()),
            _group("attesa-watch", PIPELINE_INTERVAL, watch_alerts()),
        ]
    }


def render(
    paths: Sequence[Path], out_dir: Path, definitions: Definitions, *, check: bool = False
) -> list[Path]:
    """Write `slo-<name>.rules.yml` of each OpenSLO file, and `attesa.rules.yml`, into `out_dir`.

    Returns the files that were not as they should be; with `check` nothing is written.
    Raises ConfigurationError for a file that is wrong, or two objectives with one name.
    """
    texts = {PIPELINE_FILE: to_yaml(pipeline_rules(definitions), "the definitions")}
    for path in paths:
        slo = load(path)
        name = f"slo-{slo.name}.rules.yml"
        if name in texts:
            raise ConfigurationError(f"{path}: another file has an objective named {slo.name!r}")
        texts[name] = to_yaml(rules(slo, definitions), path.name)
    changed = [out_dir / name for name, text in texts.items() if _read(out_dir / name) != text]
    if not check:
        out_dir.mkdir(parents=True, exist_ok=True)
        for path in changed:
            path.write_text(texts[path.name], encoding="utf-8")
    return changed


def to_yaml(rule_file: RuleFile, origin: str) -> str:
    """The same text for the same rules, always; expressions of several lines as blocks."""
    body = yaml.dump(rule_file, Dumper=_Blocks, sort_keys=False, allow_unicode=True, width=1_000)
    return f"# Made by `attesa slo rules` from {origin}; change that, not this.\n{body}"


def _group(name: str, interval: str, content: list[dict[str, Any]]) -> dict[str, Any]:
    return {"name": name, "interval": interval, "rules": content}


def _read(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.exists() else None


class _Blocks(yaml.SafeDumper):
    def ignore_aliases(self, _data: object) -> bool:
        return True


def _text(dumper: yaml.SafeDumper, value: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style="|" if "\n" in value else None)


_Blocks.add_representer(str, _text)
