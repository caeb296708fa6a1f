"""The country behind a telephone number, where its first digits tell it."""

import re

import pytest

from attesa.gateway.calling_codes import COUNTRIES, country_of


@pytest.mark.parametrize(
    ("number", "country"),
    [
        ("+39 02 1234567", "IT"), ("393331234567", "IT"), ("0049 30 1234", "DE"), ("+41 44 123", "CH"),
        ("+378 0549", "SM"), ("77011234567", "KZ"), ("79161234567", "RU"), ("+1 212 555 0100", None),
        ("+262 262 12", None), ("", None), ("anonymous", None),
    ],
)  # fmt: skip
def test_the_calling_code_tells_the_country(number, country):
    assert country_of(number) == country


def test_the_codes_are_codes_and_the_countries_two_capitals():
    assert len(COUNTRIES) > 200
    assert all(re.fullmatch(r"[1-9]\d{0,2}", code) for code in COUNTRIES)
    assert all(re.fullmatch("[A-Z]{2}", country) for country in COUNTRIES.values())
