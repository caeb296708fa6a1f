from pathlib import Path

import pytest

from attesa.core.definitions import Definitions
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
    with pytest.raises(ConfigurationError) as found:
        load(tmp_path, text)
    assert str(found.value).startswith(f"{tmp_path / 'attesa.yaml'}:{changed}: {message}")
