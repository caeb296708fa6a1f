"""docs/events.md says what the code does."""

import json
import re
from pathlib import Path

import pytest
from aiokafka.partitioner import murmur2
from tests.schemas.published import SCHEMAS
from tests.schemas.standard import accepts

from attesa.core.events import CUSTOMER_EVENTS_BY_TYPE, EVENTS_BY_TYPE
from attesa.core.events.intake import Usable, read
from attesa.core.schemas import event_schemas

PROJECT = Path(__file__).parents[2]
PAGE = (PROJECT / "docs" / "events.md").read_text(encoding="utf-8")
CORE = PROJECT / "services" / "attesa" / "core"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def rows_of(kind: str) -> str:
    """The rows of the table of types from this type's to the next one's."""
    _, _, rest = PAGE.partition(f"| **`{kind}`**")
    return rest.partition("\n| **`")[0].partition("\n\n")[0]


@pytest.mark.parametrize("kind", EVENTS_BY_TYPE | CUSTOMER_EVENTS_BY_TYPE)
def test_every_type_is_named(kind):
    assert f"`{kind}`" in PAGE


@pytest.mark.parametrize("kind", EVENTS_BY_TYPE | CUSTOMER_EVENTS_BY_TYPE)
def test_every_field_of_a_type_stands_in_its_rows(kind):
    data = event_schemas()[kind]["properties"]["data"]
    fields = {name for name, schema in data["properties"].items() if schema is not False}
    assert {name for name in fields if f"`{name}`" not in rows_of(kind)} == set()


@pytest.mark.parametrize("attribute", event_schemas()["attesa.progress"]["properties"])
def test_every_attribute_stands_in_the_table_with_whether_it_is_required(attribute):
    required = attribute in event_schemas()["attesa.progress"]["required"]
    assert re.search(rf"^\| `{attribute}` \| {'required' if required else 'optional'} \|", PAGE, re.MULTILINE)


@pytest.mark.parametrize("text", blocks("json"))
def test_an_event_on_the_page_is_one(text):
    assert accepts(json.loads(text))
    assert isinstance(read(text.encode()), Usable)


def test_the_four_events_that_suffice_are_taken():
    _, _, section = PAGE.partition("## The least that gives every number")
    pairs = re.findall(r"\| `(attesa\.[a-z.]+)` \| `(\{.*?\})` \|", section.partition("\n## ")[0])
    frame = json.loads(blocks("json")[0])
    assert len(pairs) == 4
    for kind, data in pairs:
        assert accepts(frame | {"type": kind, "data": json.loads(data)})


def test_the_keys_on_the_page_lie_in_the_partitions_that_it_says():
    pairs = re.findall(r"^\| `(\S+:\S+)` \| (\d+) \|$", PAGE, re.MULTILINE)
    assert len(pairs) == 4
    for key, partition in pairs:
        assert (murmur2(key.encode()) & 0x7FFFFFFF) % 12 == int(partition)


def test_the_python_on_the_page_compiles():
    (program,) = blocks("python")
    compile(program, "docs/events.md", "exec")


@pytest.mark.parametrize("language", ["javascript", "java"])
def test_the_programs_in_other_languages_send_to_the_topic_with_its_key(language):
    (program,) = blocks(language)
    assert "attesa.events" in program
    assert "application/cloudevents+json" in program


def test_every_reason_for_a_refusal_in_the_core_is_explained():
    source = "".join(path.read_text(encoding="utf-8") for path in sorted(CORE.rglob("*.py")))
    reasons = set(re.findall(r'Refused\(\s*"(\w+)"', source)) | {"too_old"}
    assert len(reasons) >= 9
    assert {reason for reason in reasons if f"| `{reason}` |" not in PAGE} == set()


@pytest.mark.parametrize(
    "page", [PROJECT / "docs" / "events.md", SCHEMAS / "README.md"], ids=lambda path: path.name
)
def test_what_a_page_links_to_is_there(page):
    for target in re.findall(r"\]\(([^)#:]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
        assert (page.parent / target).exists(), target
