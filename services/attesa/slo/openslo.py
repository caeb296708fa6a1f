"""The part of OpenSLO v1 that is understood, as models; no I/O, no PromQL.

The standard: https://github.com/OpenSLO/OpenSLO
"""

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

NAME = r"^[a-z][a-z0-9-]{0,62}$"

Steps = tuple[int | str, ...]


class Model(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Metadata(Model):
    name: str = Field(pattern=NAME)
    display_name: str = Field("", alias="displayName")
    labels: dict[str, Any] = {}
    annotations: dict[str, str] = {}


class Query(Model):
    query: str


class MetricSource(Model):
    type: Literal["Prometheus"]
    spec: Query


class Counter(Model):
    metric_source: MetricSource = Field(alias="metricSource")


class Ratio(Model):
    counter: Literal[True]
    bad: Counter
    total: Counter


class IndicatorSpec(Model):
    ratio: Ratio = Field(alias="ratioMetric")


class Indicator(Model):
    metadata: Metadata
    spec: IndicatorSpec


class TimeWindow(Model):
    duration: str = Field(pattern=r"^[1-9]\d{0,2}[dw]$")
    rolling: Literal[True] = Field(alias="isRolling")


class Objective(Model):
    display_name: str = Field("", alias="displayName")
    target: float = Field(gt=0, lt=1)


class Spec(Model):
    description: str = ""
    service: str = Field(pattern=NAME)
    indicator: Indicator
    time_window: Annotated[list[TimeWindow], Field(min_length=1, max_length=1)] = Field(alias="timeWindow")
    budgeting_method: Literal["Occurrences"] = Field(alias="budgetingMethod")
    objectives: Annotated[list[Objective], Field(min_length=1, max_length=1)]


class Document(Model):
    """What of OpenSLO v1 is understood; anything else is refused rather than passed over."""

    api_version: Literal["openslo/v1"] = Field(alias="apiVersion")
    kind: Literal["SLO"]
    metadata: Metadata
    spec: Spec
