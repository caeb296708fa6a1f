"""Events made from their JSON Schema: of the keywords that the schemas use, and no others."""

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

from hypothesis import strategies as st

Schema = dict[str, Any]

KEYWORDS = {
    "$id", "$schema", "const", "default", "description", "enum", "examples", "format", "items", "maxItems",
    "maxLength", "maximum", "minLength", "minimum", "pattern", "properties", "required", "title", "type",
}  # fmt: skip

ZONES = st.integers(-23 * 60, 23 * 60).map(lambda minutes: timezone(timedelta(minutes=minutes)))
# A day inside the limits, so that no zone leads beyond them; Hypothesis wants them without one.
LIMITS = (datetime.fromisoformat("1990-01-02"), datetime.fromisoformat("9999-12-30"))
MOMENTS = st.datetimes(*LIMITS, timezones=st.one_of(st.just(UTC), ZONES))
TIMES = st.one_of(
    MOMENTS.map(datetime.isoformat),
    MOMENTS.map(lambda moment: moment.isoformat(timespec="milliseconds")),
    MOMENTS.map(lambda moment: moment.astimezone(UTC).isoformat().replace("+00:00", "Z")),
)


def events(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    """Events that the schema accepts, with any choice of their optional fields."""
    return objects(schema)


def objects(schema: Schema) -> st.SearchStrategy[dict[str, Any]]:
    unknown = set(schema) - KEYWORDS
    assert not unknown, f"a strategy for {unknown}, please"
    fields = {name: values(field) for name, field in schema["properties"].items() if field is not False}
    required = set(schema.get("required", ()))
    return st.fixed_dictionaries(
        {name: made for name, made in fields.items() if name in required},
        optional={name: made for name, made in fields.items() if name not in required},
    )


def values(schema: Schema) -> st.SearchStrategy[Any]:
    unknown = set(schema) - KEYWORDS
    assert not unknown, f"a strategy for {unknown}, please"
    if "const" in schema:
        return st.just(schema["const"])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    if schema.get("format") == "date-time":
        return TIMES
    return BY_TYPE[schema["type"]](schema)


def strings(schema: Schema) -> st.SearchStrategy[str]:
    if "pattern" in schema:
        return st.from_regex(schema["pattern"].replace("$", r"\Z").replace(r"\d", "[0-9]"), fullmatch=True)
    return st.text(min_size=schema["minLength"], max_size=schema["maxLength"])


def numbers(schema: Schema) -> st.SearchStrategy[float]:
    low, high = schema.get("minimum"), schema.get("maximum")
    whole = st.integers(-1000 if low is None else low, 1000 if high is None else high)
    return whole | st.floats(low, high, allow_nan=False, allow_infinity=False)


BY_TYPE = {
    "object": objects,
    "string": strings,
    "number": numbers,
    "integer": lambda schema: st.integers(schema["minimum"], schema["maximum"]),
    "boolean": lambda _schema: st.booleans(),
    "array": lambda schema: st.lists(values(schema["items"]), max_size=min(5, schema.get("maxItems", 5))),
}
