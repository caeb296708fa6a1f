"""An OpenSLO v1 file as one frozen value. `load` is the only function here that touches a file."""

import re
from dataclasses import dataclass
from pathlib import Path

import yaml
from pydantic import ValidationError

from attesa.core import metrics
from attesa.core.errors import ConfigurationError
from attesa.settings import line_of
from attesa.slo.openslo import Document, Ratio, Steps
from attesa.slo.windows import BurnWindow, parse_rows, refusal, seconds, workbook_rows

PREFIX = "attesa."
WINDOWS = PREFIX + "windows"
MINIMUM_EVENTS = PREFIX + "minimum_events"
DEFAULT_MINIMUM_EVENTS = 20

SELECTOR = re.compile(r"(?P<metric>[a-zA-Z_:][\w:]*)\{(?P<matchers>[^{}]*)\}")
MATCHER = re.compile(r'(?P<label>[a-z_]+)(?P<op>=~|!~|!=|=)"(?P<value>[^"\\]*)"')
BAD_QUERY = ("spec", "indicator", "spec", "ratioMetric", "bad", "metricSource", "spec", "query")
TOTAL_QUERY = ("spec", "indicator", "spec", "ratioMetric", "total", "metricSource", "spec", "query")
ANNOTATIONS = ("metadata", "annotations")


class FieldError(ValueError):
    """What is wrong in a file, and the way to the field."""

    def __init__(self, steps: Steps, message: str) -> None:
        super().__init__(message)
        self.steps = steps


@dataclass(frozen=True)
class Slo:
    """One objective: at least `target` of the selected verdicts are met over `period`, rolling.

    `matchers` select the two counters; `slo` says which threshold of `channel` they judge by.
    """

    source: str  # the file's name
    name: str
    title: str
    description: str
    service: str
    matchers: str
    channel: str
    slo: str
    target: float
    period: str
    windows: tuple[BurnWindow, ...]
    minimum_events: int

    @property
    def id(self) -> str:
        return f"{self.service}-{self.name}"

    @property
    def budget(self) -> float:
        """The share of events that may be bad."""
        return round(1 - self.target, 10)

    @property
    def alert(self) -> str:
        """The alert's name: the objective's in capitals and small letters, and what happens to it."""
        return "".join(word[:1].upper() + word[1:] for word in self.name.split("-")) + "BudgetBurn"


def load(path: Path) -> Slo:
    """Read an OpenSLO file. Raises ConfigurationError with file, line, field and what to write."""
    try:
        text = path.read_text(encoding="utf-8")
    except OSError as error:
        raise ConfigurationError(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise ConfigurationError(f"{path}: not UTF-8 text") from None
    try:
        tree = yaml.compose(text, Loader=yaml.SafeLoader)
        values = yaml.safe_load(text)
    except yaml.YAMLError as error:
        raise ConfigurationError(f"{path}: {' '.join(str(error).split())}") from None
    try:
        return _slo(path.name, Document.model_validate(values))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        steps, message = first["loc"], first["msg"]
    except FieldError as fault:
        steps, message = fault.steps, str(fault)
    field = ".".join(str(step) for step in steps) or "document"
    raise ConfigurationError(f"{path}:{line_of(tree, steps)}: {field}: {message}") from None


def _slo(source: str, document: Document) -> Slo:
    """Raises FieldError."""
    meta, spec = document.metadata, document.spec
    matchers, labels = _matchers(spec.indicator.spec.ratio)
    target, period = spec.objectives[0].target, spec.time_window[0].duration
    return Slo(
        source=source,
        name=meta.name,
        title=meta.display_name or meta.name,
        description=spec.description.strip(),
        service=spec.service,
        matchers=matchers,
        channel=labels["channel"],
        slo=labels["slo"],
        target=target,
        period=period,
        windows=_windows(meta.annotations, target, period),
        minimum_events=_minimum_events(meta.annotations),
    )


def _matchers(ratio: Ratio) -> tuple[str, dict[str, str]]:
    bad = _selector(ratio.bad.metric_source.spec.query, f"{metrics.SLO_BAD}_total", BAD_QUERY)
    total = _selector(ratio.total.metric_source.spec.query, f"{metrics.SLO_EVENTS}_total", TOTAL_QUERY)
    if bad != total:
        raise FieldError(TOTAL_QUERY, "must select the same labels as the query for bad")
    labels = {label: value for label, op, value in total if op == "="}
    for label in ("channel", "slo"):
        if label not in labels:
            raise FieldError(TOTAL_QUERY, f'must name one {label}, as in {label}="…"')
    if labels["slo"] not in (metrics.SLO_GOOD, metrics.SLO_TOLERABLE):
        raise FieldError(TOTAL_QUERY, f'slo is "{metrics.SLO_GOOD}" or "{metrics.SLO_TOLERABLE}"')
    return ",".join(f'{label}{op}"{value}"' for label, op, value in total), labels


def _selector(query: str, metric: str, steps: Steps) -> list[tuple[str, str, str]]:
    """The sorted matchers of a bare selector: rate, windows and grouping are the generator's to add."""
    match = SELECTOR.fullmatch(query.strip())
    if match is None or match["metric"] != metric:
        raise FieldError(
            steps, f'must be the counter alone, as in {metric}{{channel="live_chat",slo="good"}}'
        )
    found = []
    for part in match["matchers"].split(","):
        matcher = MATCHER.fullmatch(part.strip())
        if matcher is None:
            raise FieldError(steps, f"cannot read the matcher {part.strip()!r}")
        if matcher["label"] not in metrics.SLO_LABELS:
            raise FieldError(steps, f"no label {matcher['label']!r}: one of {', '.join(metrics.SLO_LABELS)}")
        found.append((matcher["label"], matcher["op"], matcher["value"]))
    return sorted(found)


def _windows(annotations: dict[str, str], target: float, period: str) -> tuple[BurnWindow, ...]:
    unknown = [key for key in annotations if key.startswith(PREFIX) and key not in (WINDOWS, MINIMUM_EVENTS)]
    if unknown:
        raise FieldError((*ANNOTATIONS, unknown[0]), f"unknown option: one of {WINDOWS}, {MINIMUM_EVENTS}")
    steps = (*ANNOTATIONS, WINDOWS)
    try:
        rows = parse_rows(annotations[WINDOWS]) if WINDOWS in annotations else workbook_rows(period)
    except ValueError as error:
        raise FieldError(steps, str(error)) from None
    too_long = [row for row in rows if seconds(row.long) >= seconds(period)]
    if too_long:
        raise FieldError(
            steps, f"'{too_long[0]}': the long window must be shorter than the period of {period}"
        )
    reason = refusal(rows, target)
    if reason is not None:
        raise FieldError(steps, reason)
    return rows


def _minimum_events(annotations: dict[str, str]) -> int:
    text = annotations.get(MINIMUM_EVENTS, str(DEFAULT_MINIMUM_EVENTS))
    if not text.isdecimal() or not 1 <= int(text) <= 1_000_000:
        raise FieldError(
            (*ANNOTATIONS, MINIMUM_EVENTS), 'a whole number from 1 to 1000000, in quotes, as in "20"'
        )
    return int(text)
