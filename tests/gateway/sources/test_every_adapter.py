"""What holds for every adapter: any bytes give an outcome, real payloads give one each, nobody is named."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.gateway.sources.conftest import NOW

from attesa.core.events.intake import Usable, examine
from attesa.gateway.sources import REGISTRY, Context, Delivery, kpis
from attesa.gateway.sources.capabilities import KPI_NEEDS, NO, Certainty, Tells
from attesa.gateway.sources.page import page

DOCS = Path(__file__).parents[3] / "docs"
platforms = pytest.mark.parametrize("name", REGISTRY)
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=10,
)
unhurried = settings(deadline=None, max_examples=60, suppress_health_check=list(HealthCheck))


def adapted(name, raw, **more):
    context = Context("default", name, "main", b"a key of the tests")
    found = REGISTRY[name].adapt(Delivery(raw, NOW, **more), context)
    for event in found.events:
        assert isinstance(examine(event), Usable), event
    for wrong in found.invalid:
        assert "cannot be read" not in wrong.detail, wrong  # the field is named, not an error of ours
    return found


def outcomes(found):
    return len(found.events) + len(found.unmapped) + len(found.invalid) + len(found.ignored)


def real(shared, name):
    folder = shared / "payloads" / name
    return sorted(folder.glob("*.json")) if folder.is_dir() else []


@platforms
@unhurried
@given(raw=st.binary(max_size=60))
def test_any_bytes_give_an_outcome(name, raw):
    assert isinstance(adapted(name, raw).invalid, tuple)


@platforms
@unhurried
@given(value=values)
def test_any_json_gives_an_outcome(name, value):
    adapted(name, json.dumps(value).encode())


@platforms
def test_every_real_payload_says_something_and_is_told_the_same_again(name, shared):
    for path in real(shared, name):
        found = adapted(name, path.read_bytes())
        assert outcomes(found), path.name
        assert adapted(name, path.read_bytes()) == found


@platforms
@unhurried
@given(data=st.data())
def test_a_real_payload_with_anything_changed_in_it_gives_an_outcome(name, data, shared):
    paths = real(shared, name)
    if not paths:
        pytest.skip(f"no payloads of {name}")
    body = json.loads(data.draw(st.sampled_from(paths)).read_bytes())
    at = data.draw(st.sampled_from(list(places(body))), label="place")
    adapted(name, json.dumps(replaced(body, at, data.draw(values))).encode())


def places(value, way=()):
    yield way
    members = (
        value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    )
    for step, member in members:
        yield from places(member, (*way, step))


def replaced(value, way, other):
    if not way:
        return other
    first, *rest = way
    if isinstance(value, dict):
        return {k: replaced(v, rest, other) if k == first else v for k, v in value.items()}
    return [replaced(v, rest, other) if i == first else v for i, v in enumerate(value)]


def test_the_page_of_sources_is_what_the_adapters_declare():
    assert (DOCS / "sources.md").read_text(encoding="utf-8") == page(REGISTRY), (
        "make it anew: attesa sources table > docs/sources.md"
    )


@platforms
def test_an_adapter_declares_something(name):
    assert any(kpis(REGISTRY[name].tells).values()) or REGISTRY[name].tells.presence
    assert REGISTRY[name].title


def test_a_kpi_is_as_good_as_the_weakest_thing_that_it_needs():
    exact = dict.fromkeys(Tells.__dataclass_fields__, Certainty.EXACT)
    assert set(kpis(Tells(**exact)).values()) == {Certainty.EXACT}
    assert kpis(Tells(**exact | {"requested": Certainty.INFERRED}))["wait"] is Certainty.INFERRED
    assert kpis(Tells(**exact | {"author": NO}))["lost"] is NO
    assert set(kpis(Tells()).values()) == {NO}
    assert list(KPI_NEEDS) == ["received", "lost", "wait", "effective over total", "conversion", "survey"]
