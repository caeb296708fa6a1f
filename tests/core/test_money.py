"""Money as integers of the currency's minor unit."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from attesa.core.customers.money import EXPONENTS, decimals_of, minor_units


@pytest.mark.parametrize(
    ("value", "currency", "minor"),
    [
        ("12.34", "EUR", 1234),
        ("12.3", "EUR", 1230),
        ("12", "EUR", 1200),
        ("0", "EUR", 0),
        ("0.05", "EUR", 5),
        ("-0.05", "EUR", -5),
        ("-12", "EUR", -1200),
        ("007", "EUR", 700),
        ("1200", "JPY", 1200),
        ("1.234", "KWD", 1234),
        ("1.2", "TND", 1200),
        ("1.2345", "CLF", 12345),
        ("999999999999999.99", "USD", 99_999_999_999_999_999),
    ],
)
def test_a_decimal_becomes_minor_units_by_the_decimals_of_its_currency(
    value: str, currency: str, minor: int
) -> None:
    assert minor_units(value, currency) == minor


@pytest.mark.parametrize(
    ("value", "currency"),
    [("1.001", "EUR"), ("1.000", "EUR"), ("1.0", "JPY"), ("1.2345", "BHD"), ("0.00001", "CLF")],
)
def test_more_decimals_than_the_currency_has_are_no_amount(value: str, currency: str) -> None:
    assert minor_units(value, currency) is None


def test_a_currency_that_the_table_does_not_name_has_two_decimals() -> None:
    assert decimals_of("SEK") == decimals_of("EUR") == 2
    assert 2 not in EXPONENTS.values()


@given(st.integers(-(10**17), 10**17), st.sampled_from(["EUR", "JPY", "KWD", "UYW"]))
def test_what_is_written_exactly_is_read_exactly(minor: int, currency: str) -> None:
    written = f"{Decimal(minor).scaleb(-decimals_of(currency)):f}"
    assert minor_units(written, currency) == minor


@given(
    st.from_regex(r"\A-?[0-9]{1,15}(\.[0-9]{1,4})?\Z"),
    st.sampled_from(["EUR", "JPY", "KWD", "UYW"]),
)
def test_an_amount_is_never_rounded(value: str, currency: str) -> None:
    minor = minor_units(value, currency)
    if minor is not None:
        assert Decimal(minor).scaleb(-decimals_of(currency)) == Decimal(value)
