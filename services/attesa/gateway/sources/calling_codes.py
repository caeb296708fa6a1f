"""The country of a telephone number, by its calling code and ranges. The number itself is kept nowhere."""

import phonenumbers

MOST_DIGITS = 15  # E.164


def country_of(number: str) -> str | None:
    """ISO 3166-1 of an international number, with or without `+` or `00`; None where it tells none.

    Where countries share a code (1, 7, 39, 44, 262) only a number of theirs tells which.
    """
    digits = "".join(c for c in number if c.isascii() and c.isdecimal()).removeprefix("00")
    if len(digits) > MOST_DIGITS:
        return None
    try:
        parsed = phonenumbers.parse(f"+{digits}")
    except phonenumbers.NumberParseException:
        return None
    country = phonenumbers.region_code_for_number(parsed)
    if country is None:
        sharing = phonenumbers.region_codes_for_country_code(parsed.country_code or 0)
        country = sharing[0] if len(sharing) == 1 else None
    return country if country is not None and country.isalpha() else None  # 001: of no country
