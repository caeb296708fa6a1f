"""The country behind a telephone number, where it tells one."""

import pytest

from attesa.gateway.sources.calling_codes import country_of


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+39 02 1234567", "IT"), ("393331234567", "IT"), ("0049 30 1234", "DE"), ("+41 44 123", "CH"),
        ("+378 0549", "SM"), ("", None), ("anonymous", None), ("9" * 16, None), ("٣٩٣٣٣١٢٣٤٥٦٧", None),
    ],
)  # fmt: skip
def test_the_calling_code_tells_the_country(number, country):
    assert country_of(number) == country


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("77011234567", "KZ"), ("79161234567", "RU"), ("+1 212 555 0100", "US"), ("14165550123", "CA"),
        ("+44 7400 123456", "GB"), ("+44 7797 712345", "JE"), ("+262 262 12", None), ("+1 2", None),
    ],
)  # fmt: skip
def test_of_countries_that_share_a_code_the_number_tells_which(number, country):
    assert country_of(number) == country


def test_a_number_of_no_country_has_none():
    assert country_of("+800 1234 5678") is None
