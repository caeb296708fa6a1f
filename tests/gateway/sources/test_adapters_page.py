"""The example of docs/adapters.md runs, and does what the page says."""

import hmac
import json
import re
from pathlib import Path

import pytest
from tests.gateway.sources.conftest import NOW

from attesa.core.events.intake import Usable, examine
from attesa.gateway.sources import Context, Delivery, Ignored

PAGE = (Path(__file__).parents[3] / "docs" / "adapters.md").read_text(encoding="utf-8")
SAME_IN_ALL = {"specversion", "tenant", "source", "subject"}


def blocks(language):
    return re.findall(rf"```{language}\n(.*?)```", PAGE, re.DOTALL)


@pytest.fixture(scope="module")
def adapted():
    module = {}
    exec(compile(blocks("python")[0], "parley.py", "exec"), module)
    context = Context("default", "parley", "main", b"a key of the tests")
    return module["ADAPTER"].adapt(Delivery(blocks("json")[0].encode(), NOW), context)


def test_the_example_tells_the_events_of_the_page(adapted):
    told = [{k: v for k, v in event.items() if k not in SAME_IN_ALL} for event in adapted.events]
    assert told == json.loads(blocks("json")[1])


def test_the_examples_events_are_taken(adapted):
    assert all(isinstance(examine(event), Usable) for event in adapted.events)
    assert {event["subject"] for event in adapted.events} == {"parley/main/8841"}


def test_the_example_says_why_the_others_give_none(adapted):
    (wrong,) = adapted.invalid
    assert f"`{wrong.path}`, {wrong.detail}" in PAGE
    assert adapted.ignored == (Ignored("typing", "typing"),)
    assert adapted.unmapped == ()


def test_a_shop_finds_the_same_customers_as_the_page_says():
    key = b"a key of the tests"
    context = Context("default", "parley", "main", key)
    written = re.search(r'`("c-" \+ hmac.*?)`', PAGE).group(1)
    assert eval(written, {"hmac": hmac, "key": key}) == context.email("Ada@example.org")
    by_number = written.replace("email", "phone").replace("ada@example.org", "39021234567")
    assert eval(by_number, {"hmac": hmac, "key": key}) == context.phone("+39 02 1234567")


def test_the_example_is_about_forty_lines_long():
    assert 35 <= len(blocks("python")[0].splitlines()) <= 55
