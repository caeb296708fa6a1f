import re
from pathlib import Path

import pytest

from attesa.core.definitions import Definitions
from attesa.core.definitions.hours import OpeningHours
from attesa.core.definitions.policies import (
    CountryReference,
    Coverage,
    CoverageStep,
    Expectation,
    QueuePolicy,
    SourcePolicy,
    TenantPolicy,
)
from attesa.core.errors import ConfigurationError
from attesa.settings import load_definitions

FILE = """\
channels:
  chat:
    good_seconds: 600
    bad_seconds: 3600
    measured_in: business
tenants:
  shop:
    time_zone: Europe/Rome
    agents: yes
hours:
  shop:
    time_zone: Europe/Rome
    weekly:
      mon-fri: [09:00-13:00, "14:00-18:00"]
      sat: [09:00-12:00]
    holidays: [2026-12-25, 2026-12-26]
    special:
      2026-12-24: [09:00-12:00]
queues:
  sales:
    hours: shop
    country: NO
  support:
countries:
  NO: {average_wait_seconds: 30, lost_ratio: 0.1, conversion_rate: 0.2}
"""


def refusal(folder: Path, text: str) -> str:
    with pytest.raises(ConfigurationError) as found:
        load(folder, text)
    return str(found.value).removeprefix(f"{folder}/")


def load(folder: Path, text: str) -> Definitions:
    path = folder / "attesa.yaml"
    path.write_text(text, encoding="utf-8")
    return load_definitions(path)


def test_a_file_is_read_as_people_write_it(tmp_path: Path):
    found = load(tmp_path, FILE)
    hours = found.hours["shop"]
    assert hours.weekly["sat"] == ((540, 720),)
    assert [str(day) for day in hours.holidays] == ["2026-12-25", "2026-12-26"]
    assert [str(day) for day in hours.special] == ["2026-12-24"]
    assert found.queues["sales"].country == "NO"
    assert found.queue_names == ("sales", "support")
    assert list(found.countries) == ["NO"]
    assert found.tenants["shop"].agents
    assert found.channels["chat"].measured_in == "business"


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("bad_seconds: 3600", "bad_seconds: 60", "channels.chat.bad_seconds: bad_seconds must be above"),
        (
            "    time_zone: Europe/Rome\n    agents",
            "    time_zone: Rome\n    agents",
            "tenants.shop.time_zone: ",
        ),
        ("sat: [09", "sat: [9", "hours.shop.weekly.sat.0: a span is written like 09:00-13:00"),
        (
            "sat: [",
            "fri-sat: [",
            "hours.shop.weekly.fri-sat: overlaps the spans that another key gives for fri",
        ),
        (
            "      2026-12-24",
            "      2026-12-42",
            "hours.shop.special.2026-12-42.[key]: a day is written like",
        ),
        ("hours: shop", "hours: office", "queues.sales.hours: no schedule 'office': one of shop"),
        ("country: NO", "country: Norway", "queues.sales.country: String should match pattern"),
    ],
)
def test_what_is_wrong_is_named_with_file_line_and_field(tmp_path: Path, old: str, new: str, message: str):
    text = FILE.replace(old, new)
    changed = next(
        n for n, (a, b) in enumerate(zip(FILE.splitlines(), text.splitlines(), strict=True), 1) if a != b
    )
    assert refusal(tmp_path, text).startswith(f"attesa.yaml:{changed}: {message}")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("touch: last\nattribution_hours: 2\ntouch: first", "3: touch: written already in line 1"),
        (
            "channels:\n  live_chat: {good_seconds: 30, bad_seconds: 60}\n  live_chat: {good_seconds: 60}",
            "3: channels.live_chat: written already in line 2",
        ),
        (
            "coverage:\n  social:\n    steps:\n      - {within_seconds: 60,\n         within_seconds: 90}",
            "5: coverage.social.steps.0.within_seconds: written already in line 4",
        ),
    ],
)
def test_a_field_that_is_written_twice_is_refused_and_not_the_last_one_taken(
    tmp_path: Path, text: str, message: str
):
    assert refusal(tmp_path, text) == f"attesa.yaml:{message}"


HOLIDAYS = "holidays: [2026-12-25, 2026-12-26]"


def test_a_country_stands_for_its_public_holidays(tmp_path: Path):
    days = load(tmp_path, FILE.replace(HOLIDAYS, "holidays: IT")).hours["shop"].holidays
    assert {str(day) for day in days if day.year == 2026} == {
        *("2026-01-01", "2026-01-06", "2026-04-05", "2026-04-06", "2026-04-25", "2026-05-01"),
        *("2026-06-02", "2026-08-15", "2026-10-04", "2026-11-01", "2026-12-08", "2026-12-25", "2026-12-26"),
    }
    assert (days[0].year, days[-1].year) == (1990, 2040)


def test_a_part_of_a_country_has_its_own_holidays_and_single_days_join_them(tmp_path: Path):
    shop = load(tmp_path, FILE.replace(HOLIDAYS, "holidays: [DE-BY, 2026-12-24]")).hours["shop"]
    assert {"2026-01-06", "2026-10-03", "2026-12-24"} <= {str(day) for day in shop.holidays}
    germany = load(tmp_path, FILE.replace(HOLIDAYS, "holidays: DE")).hours["shop"]
    assert "2026-01-06" not in {str(day) for day in germany.holidays}


def test_a_country_whose_far_years_are_unknown_has_those_that_are_known(tmp_path: Path):
    days = load(tmp_path, FILE.replace(HOLIDAYS, "holidays: IN")).hours["shop"].holidays
    assert any(str(day) == "2026-01-26" for day in days)


@pytest.mark.parametrize(
    ("written", "field"),
    [
        ("XX", "hours.shop.holidays"),
        ("DE-XX", "hours.shop.holidays"),
        ("christmas", "hours.shop.holidays"),
        ("[2026-12-25, it]", "hours.shop.holidays.1"),
    ],
)
def test_a_country_without_known_holidays_is_named_with_its_line(tmp_path: Path, written: str, field: str):
    text = FILE.replace(HOLIDAYS, f"holidays: {written}")
    line = 1 + FILE.splitlines().index(f"    {HOLIDAYS}")
    assert refusal(tmp_path, text).startswith(f"attesa.yaml:{line}: {field}: no holidays are known for ")


@pytest.mark.parametrize(
    "text", ["hours: 7", "hours: {shop: 7}", "hours: {shop: {holidays: 7}}", "hours", "[1]"]
)
def test_what_is_no_mapping_is_refused_and_nothing_breaks(tmp_path: Path, text: str):
    assert refusal(tmp_path, text).startswith(("attesa.yaml:1: hours", "attesa.yaml:1: document: "))


DOCS = (Path(__file__).parents[1] / "docs/configuration.md").read_text(encoding="utf-8")


def test_the_example_of_the_documentation_is_read(tmp_path: Path):
    found = load(tmp_path, DOCS.split("```yaml\n")[1].split("```")[0])
    assert found.hours_of("sales") == found.hours["milan"]
    assert found.hours_of("support") == found.hours["munich"]


def test_the_documentation_names_every_field():
    models = (CountryReference, Coverage, CoverageStep, Definitions, Expectation)
    models += (OpeningHours, QueuePolicy, SourcePolicy, TenantPolicy)
    named = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"`[^`]+`", DOCS.split("## Channels")[1]))))
    assert {name for model in models for name in model.model_fields} <= named


def test_what_the_example_file_shows_in_comments_is_read_too(tmp_path: Path):
    example = Path(__file__).parents[1] / "deploy/attesa.example.yaml"
    shown = re.sub(r"^( *)# ( *[\w-]+:)", r"\1\2", example.read_text(encoding="utf-8"), flags=re.MULTILINE)
    found = load(tmp_path, shown)
    assert found.queue_names == ("sales", "support")
    assert found.hours_of("support") == found.hours["shop"]
    assert found.tenants["history"].clock == "data"
    assert found.sources["web-widget"].presence_timeout_seconds == 30
