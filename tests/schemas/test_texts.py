"""Documents as text: YAML and JSON that read back as what was written."""

import json

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from attesa.core.schemas.texts import json_text, yaml_text

values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.text(st.characters(codec="utf-8", exclude_categories=["C"])),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text("ab:-# 1", max_size=4), inner, max_size=4)
    ),
    max_leaves=12,
)
documents = st.dictionaries(st.text("abc.-", min_size=1), values, max_size=4)


@given(documents)
def test_a_document_reads_back_from_yaml(document):
    assert yaml.safe_load(yaml_text(document)) == document


@given(documents)
def test_a_document_reads_back_from_json(document):
    assert json.loads(json_text(document)) == document


@pytest.mark.parametrize(
    "word", ["no", "On", "~", "1.0", "1e3", "2026-01-31", "- a", "a: b", "#", "", " a", "=", "null"]
)
def test_a_string_stays_a_string_in_yaml(word):
    assert yaml.safe_load(yaml_text({word: [word]})) == {word: [word]}


def test_keys_stand_in_the_order_of_the_alphabet_and_a_line_feed_at_the_end():
    assert yaml_text({"b": [{"d": 1, "c": []}], "a": "x"}) == "a: x\nb:\n  - c: []\n    d: 1\n"
    assert json_text({"b": 1, "a": "é"}) == '{\n  "a": "é",\n  "b": 1\n}\n'
