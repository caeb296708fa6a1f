import pytest

from attesa.slo.windows import BurnWindow, parse_rows, refusal, workbook_rows


def test_the_workbooks_shares_of_a_30_day_budget_give_its_factors():
    assert [str(row) for row in workbook_rows("30d")] == [
        "page 5m/1h 14.4",
        "page 30m/6h 6",
        "ticket 2h/1d 3",
        "ticket 6h/3d 1",
    ]


def test_a_shorter_period_lowers_the_factors_for_the_same_share_of_the_budget():
    assert [row.factor for row in workbook_rows("4w")] == [13.44, 5.6, 2.8, 0.9333]


@pytest.mark.parametrize(
    ("target", "dead"),
    [
        # 14.4 dies below 93.06 %, 6 below 83.34 %.
        (0.99, []),
        (0.95, []),
        (0.9306, []),
        (0.9305, ["14.4"]),
        (0.90, ["14.4"]),
        (0.80, ["14.4", "6"]),
        (0.60, ["14.4", "6", "3"]),
    ],
)
def test_exactly_the_rows_that_cannot_fire_are_refused(target: float, dead: list[str]):
    reason = refusal(workbook_rows("30d"), target)
    if not dead:
        assert reason is None
        return
    assert reason is not None
    for factor in ("14.4", "6", "3", "1"):
        assert (f" {factor}' can never fire" in reason) == (factor in dead)


@pytest.mark.parametrize(
    ("target", "proposed"),
    [
        (0.90, "page 5m/1h 7.2, page 30m/6h 6, ticket 2h/1d 3, ticket 6h/3d 1"),
        (0.80, "page 5m/1h 3.6, page 30m/6h 3, ticket 2h/1d 3, ticket 6h/3d 1"),
    ],
)
def test_the_refusal_says_what_to_write_and_that_is_accepted(target: float, proposed: str):
    reason = refusal(workbook_rows("30d"), target)
    assert reason is not None
    assert reason.endswith(f"Write attesa.windows: {proposed}")
    assert refusal(parse_rows(proposed), target) is None


def test_the_refusal_shows_its_arithmetic():
    reason = refusal((BurnWindow("page", "5m", "1h", 14.4),), 0.9)
    assert reason is not None
    assert reason.startswith(
        "'page 5m/1h 14.4' can never fire at target 0.9: 14.4 x 0.1 asks for 144% bad events."
    )


def test_rows_read_back_as_they_are_written():
    text = "page 5m/1h 7.2, ticket 6h/3d 1"
    assert ", ".join(str(row) for row in parse_rows(text)) == text


@pytest.mark.parametrize("text", ["", "page", "page 5m 7", "call 5m/1h 7", "page 5m/1h x", "page 0m/1h 2"])
def test_a_row_that_cannot_be_read_is_named(text: str):
    with pytest.raises(ValueError, match="cannot read"):
        parse_rows(text)


def test_windows_in_the_wrong_order_are_refused():
    with pytest.raises(ValueError, match="the short window comes first"):
        parse_rows("page 1h/5m 7.2")
