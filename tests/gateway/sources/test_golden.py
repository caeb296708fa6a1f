"""Real payloads against what was reviewed of them by hand: `golden/<platform>/<payload>`, compared whole."""

import json
from pathlib import Path

import pytest
from tests.gateway.sources import golden

FIELDS = {"why", "headers", "events", "unmapped", "invalid", "ignored"}


def kept(name):
    return json.loads((golden.FOLDER / name).read_bytes())


@pytest.mark.parametrize("name", golden.names())
def test_a_real_payload_tells_what_was_reviewed(name, shared: Path):
    file = kept(name)
    payload = shared / "payloads" / name
    if not payload.exists():
        pytest.skip(f"no payload {name} in the shared folder")
    found = golden.adapted(name, payload.read_bytes(), file.get("headers", {}))
    assert golden.as_kept(found) == {field: file[field] for field in golden.as_kept(found)}


@pytest.mark.parametrize("name", golden.names())
def test_a_reviewed_file_says_why_it_is_there_and_holds_something(name):
    file = kept(name)
    assert set(file) <= FIELDS
    assert len(file["why"]) > len("trap 1")
    assert any(file[field] for field in ("events", "unmapped", "invalid", "ignored"))


@pytest.mark.parametrize("name", golden.names())
def test_a_reviewed_file_is_written_as_the_printing_writes_it(name):
    text = (golden.FOLDER / name).read_text(encoding="utf-8")
    assert text == golden.written(json.loads(text))
