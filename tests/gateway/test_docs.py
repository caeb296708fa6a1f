"""docs/gateway.md says what the code does."""

import json
import re
from pathlib import Path

import pytest
from prometheus_client import CollectorRegistry

from attesa.gateway.http.problems import KINDS
from attesa.gateway.judging import REASONS
from attesa.gateway.meters import Meters, SourceMeters
from attesa.gateway.topics.meters import TopicMeters
from attesa.settings import PREFIX, Settings

TEXT = (Path(__file__).parents[2] / "docs" / "gateway.md").read_text(encoding="utf-8")


@pytest.mark.parametrize("word", [*KINDS, *REASONS])
def test_every_problem_and_every_reason_is_explained(word):
    assert f"`{word}`" in TEXT


def test_every_metric_is_named():
    registry = CollectorRegistry()
    Meters(registry, ["default"])
    TopicMeters(registry, [], SourceMeters(registry, []))
    for family in registry.collect():
        assert family.name + ("_total" if family.type == "counter" else "") in TEXT


def test_every_setting_in_it_exists():
    for name in re.findall(r"ATTESA_[A-Z_]+", TEXT):
        assert name.removeprefix(PREFIX).lower() in Settings.model_fields


def test_the_first_event_of_the_page_is_taken(ask):
    written = re.search(r"-d '(\{.*?\})'\n```", TEXT, re.DOTALL).group(1)
    event = json.loads(re.sub(r"'\$\(.*?\)'", "2026-01-31T11:59:00Z", written))
    assert ask(event).status_code == 503  # fit to be sent; there is no Kafka here
