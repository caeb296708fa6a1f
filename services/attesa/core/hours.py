"""When a queue is open: a week of spans on the wall clock of a time zone, holidays, special days."""

from datetime import date
from typing import Annotated, Any

from pydantic import BeforeValidator, Field, field_validator
from pydantic_core import PydanticCustomError

from attesa.core.model import Model, TimeZone
from attesa.core.spans import Span, Spans, spans_by_day


def _written_as_iso(value: object) -> object:
    if isinstance(value, str):
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise PydanticCustomError("date", "a day is written like 2026-12-24") from None
    return value


Day = Annotated[date, BeforeValidator(_written_as_iso)]


class OpeningHours(Model):
    """One schedule. `holidays` are closed all day; `special` replaces a day's spans, a holiday's too."""

    time_zone: TimeZone
    weekly: dict[str, Spans]
    holidays: tuple[Day, ...] = Field(default=(), max_length=10_000)
    special: dict[Day, Spans] = Field(default={}, max_length=10_000)

    @field_validator("weekly")
    @classmethod
    def _by_day(cls, written: dict[str, tuple[Span, ...]]) -> dict[str, tuple[Span, ...]]:
        found = spans_by_day(written)
        if not found:
            raise PydanticCustomError("empty", "an empty week: no day has a span")
        return found

    @field_validator("special", mode="before")
    @classmethod
    def _days_as_written(cls, value: Any) -> Any:
        """Errors name a day as it is written."""
        return {str(day): spans for day, spans in value.items()} if isinstance(value, dict) else value
