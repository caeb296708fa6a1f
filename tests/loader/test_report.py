from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from attesa.core.errors import InputError
from attesa.loader.ratios import net_interval, wilson
from attesa.loader.report import instant_ms, report, service_level
from attesa.settings import Settings

ROME = ZoneInfo("Europe/Rome")
JANUARY = {
    "answered": 27_060, "offered": 30_161, "abandoned": 3_101, "short_abandoned": 519,
    "unanswered": 0, "rejected": 0,
}  # fmt: skip


def test_a_date_begins_at_midnight_of_the_tenant():
    midnight = int(datetime(2026, 1, 31, 23, 0, tzinfo=UTC).timestamp() * 1000)
    assert instant_ms("2026-02-01", ROME, "--from") == midnight
    assert instant_ms(date(2026, 2, 1), ROME, "--from") == midnight
    assert instant_ms("2026-01-31T23:00Z", ROME, "--from") == midnight
    assert instant_ms("2026-02-01T00:00", ROME, "--from") == midnight
    assert instant_ms(None, ROME, "--from") is None


@pytest.mark.parametrize("text", ["yesterday", "1999-13-01", "31/01/1999", ""])
def test_what_is_no_date_is_refused_with_an_example(text):
    with pytest.raises(InputError, match=r"--to .*1999-01-31T08:00"):
        instant_ms(text, ROME, "--to")


def test_an_unknown_group_names_the_known_ones():
    with pytest.raises(
        InputError,
        match="--by week: one of queue, country, channel, purpose, team, visibility, hour, day, month",
    ):
        report(Settings(), "acme", by="week")


@pytest.mark.parametrize("end", ["1999-01-01", "1999-02-01"])
def test_an_end_that_is_not_after_the_beginning_is_refused(end):
    with pytest.raises(InputError, match=f"--to {end} is not after --from 1999-02-01"):
        report(Settings(), "acme", start="1999-02-01", end=end)


def test_the_five_formulas_tell_five_stories_of_one_month():
    within = {"answered_within": 17_987, "abandoned_within": 1_360, "waiting_beyond": 0}
    levels = {name: round(100 * level, 2) for name, level in service_level(JANUARY, within).items()}
    assert levels == {
        "answered": 66.47,
        "offered": 59.64,
        "removed": 64.15,
        "offered_less_short": 60.68,
        "due": 62.45,
    }


def test_a_rate_of_nothing_is_null():
    nothing = dict.fromkeys(JANUARY, 0)
    within = {"answered_within": 0, "abandoned_within": 0, "waiting_beyond": 0}
    assert set(service_level(nothing, within).values()) == {None}
    assert wilson(0, 0) is None


def test_the_interval_of_15_of_17():
    low, high = wilson(15, 17)
    assert (round(low, 2), round(high, 2)) == (0.66, 0.97)


def test_an_absent_server_is_named():
    settings = Settings(clickhouse_url="http://127.0.0.1:9")
    with pytest.raises(Exception, match=r"ClickHouse at http://127\.0\.0\.1:9 does not answer") as caught:
        report(settings, "acme")
    assert caught.value.retriable


def test_the_interval_of_a_net_share_stays_within_its_bounds():
    assert net_interval(2, 1, 3) == pytest.approx((1 / 3 - 1.96 * (8 / 27) ** 0.5, 1.0))
    assert net_interval(0, 50, 50) == (-1.0, -1.0)
    assert net_interval(1, 0, 1) is None
