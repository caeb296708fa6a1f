"""The public holidays of countries, written out as days: the definitions know days only. Reads no clock."""

import re
import warnings
from datetime import date
from typing import Any

from attesa.core.definitions.model import refused

FIRST_YEAR, LAST_YEAR = 1990, 2040  # no event is older; what a law says beyond a few years is a guess

_COUNTRY = re.compile(r"([A-Z]{2})(?:-([A-Z0-9]{1,3}))?", re.ASCII)


def with_days(definitions: Any) -> Any:
    """The definitions as they are written, with days for countries in the `holidays` of schedules.

    `holidays` may be a country (`IT`), a part of one (`DE-BY`), or a list of such and of days. Raises the
    error of the field at fault for a country without known holidays. What is malformed stays as it is.
    """
    hours = definitions.get("hours") if isinstance(definitions, dict) else None
    if not isinstance(hours, dict):
        return definitions
    return definitions | {"hours": {name: _schedule(name, written) for name, written in hours.items()}}


def _schedule(name: str, written: Any) -> Any:
    if not isinstance(written, dict) or "holidays" not in written:
        return written
    given, steps = written["holidays"], ("hours", name, "holidays")
    if isinstance(given, list):
        days = [day for place, each in enumerate(given) for day in _days(each, (*steps, place))]
    else:
        days = _days(given, steps) if isinstance(given, str) else given
    return written | {"holidays": days}


def _days(written: Any, steps: tuple[int | str, ...]) -> list[Any]:
    """A country's holidays, or the one day that was written."""
    if not isinstance(written, str) or written[:1].isdigit():
        return [written]
    found = _COUNTRY.fullmatch(written)
    days = _public(found[1], found[2]) if found else None
    if days is None:
        message = f"no holidays are known for {written!r}: a country like IT, a part like DE-BY, or days"
        raise refused(steps, message, written)
    return days


def _public(country: str, part: str | None) -> list[date] | None:
    """Every public holiday with its substitute days; None for a country or a part that is not known."""
    from holidays import country_holidays  # noqa: PLC0415  loaded only where a schedule names a country

    with warnings.catch_warnings(action="ignore"):  # for some countries, years at the ends are not known
        try:
            return sorted(country_holidays(country, subdiv=part, years=range(FIRST_YEAR, LAST_YEAR + 1)))
        except NotImplementedError:
            return None
