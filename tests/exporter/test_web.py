"""The exporter's HTTP, asked as its clients ask."""

import asyncio
import json
import re
import socket

import httpx
import pytest
from prometheus_client import CollectorRegistry
from tests.exporter.made import NOW, clock_row, total_row

from attesa.core.definitions import Definitions
from attesa.core.rows.counts import Counts
from attesa.exporter.kpi import full
from attesa.exporter.page import STATIC, language, page, texts
from attesa.exporter.service import served
from attesa.exporter.state import Reading, State
from attesa.exporter.web import Site, build_app
from attesa.exporter.windows import WINDOWS


@pytest.fixture
def site() -> Site:
    state = State(Definitions())
    state.put_totals(clock_row())
    state.put_totals(total_row(Counts(offered=1)))
    return Site(state, Reading(ready=True, partitions=1), lambda: NOW, CollectorRegistry())


def get(site: Site, path: str, **headers: str) -> httpx.Response:
    async def ask() -> httpx.Response:
        transport = httpx.ASGITransport(build_app(site))
        async with httpx.AsyncClient(transport=transport, base_url="http://exporter") as client:
            return await client.get(path, headers=headers)

    return asyncio.run(ask())


def test_metrics_are_plain_text_or_openmetrics_as_the_scraper_wishes(site: Site) -> None:
    plain = get(site, "/metrics")
    assert plain.headers["content-type"].startswith("text/plain; version=0.0.4")
    wished = "application/openmetrics-text;version=1.0.0,text/plain;version=0.0.4;q=0.5"
    negotiated = get(site, "/metrics", accept=wished)
    assert negotiated.headers["content-type"].startswith("application/openmetrics-text; version=1.0.0")
    assert negotiated.text.endswith("# EOF\n")


def test_it_is_alive_at_once_and_ready_only_after_reading(site: Site) -> None:
    site.reading.ready, site.reading.problem = False, "Kafka at broker:1 (ATTESA_KAFKA) cannot be read: gone"
    assert get(site, "/healthz").status_code == 200
    unready = get(site, "/readyz")
    assert (unready.status_code, unready.text.strip()) == (503, site.reading.problem)
    site.reading.ready = True
    assert get(site, "/readyz").status_code == 200


def test_the_board_is_there_as_json(site: Site) -> None:
    board = get(site, "/board.json?tenant=default&channel=live_chat").json()
    assert board["live"]["waiting"] == 1


def test_the_expected_wait_is_there_as_json_for_the_default_tenant_too(site: Site) -> None:
    answer = get(site, "/api/expected-wait?queue=sales").json()
    assert (answer["tenant"], answer["channel"], answer["queue"]) == ("default", "live_chat", "sales")
    assert (answer["waiting"], answer["windows"]["1h"]["count"]) == (1, 0)


def test_before_the_end_of_reading_there_is_no_expected_wait(site: Site) -> None:
    site.reading.ready = False
    answer = get(site, "/api/expected-wait")
    assert (answer.status_code, answer.json()["problem"]) == (
        503,
        "reading what was written before the start",
    )


def test_both_views_are_one_page(site: Site) -> None:
    assert get(site, "/kpi").text == get(site, "/").text


def test_the_page_comes_in_the_browsers_language_and_lets_nothing_in_from_elsewhere(site: Site) -> None:
    answer = get(site, "/", **{"accept-language": "fr;q=0.9, it-IT;q=0.8, en;q=0.3"})
    assert answer.headers["content-language"] == "it"
    assert "In attesa ora" in answer.text
    assert "default-src 'none'" in answer.headers["content-security-policy"]
    assert re.findall(r"(?:src|href)=\"(?:https?:)?//", answer.text) == []


@pytest.mark.parametrize(
    ("asked", "accepted", "shown"),
    [
        ("it", "en", "it"),
        ("xx", "it", "it"),
        (None, "de, it;q=0.5", "it"),
        (None, "en;q=0, it;q=0.1", "it"),
        (None, "*", "en"),
        (None, "it;q=lots", "en"),
        (None, "", "en"),
    ],
)
def test_the_language_is(asked: str | None, accepted: str, shown: str) -> None:
    assert language(asked, accepted) == shown


def test_both_languages_have_the_same_texts_with_the_same_places() -> None:
    places = {
        lang: {name: sorted(re.findall(r"\{(\w+)\}", text)) for name, text in words.items()}
        for lang, words in texts().items()
    }
    assert set(places) == {"en", "it"}
    assert places["en"] == places["it"]


def test_every_text_that_the_scripts_ask_for_exists() -> None:
    scripts = "".join(file.read_text(encoding="utf-8") for file in STATIC.glob("*.js"))
    asked = set(re.findall(r"text\(\"(\w+)\"", scripts))
    assert asked
    assert asked <= set(texts()["en"])
    made = {f"last_{window.name}" for window in WINDOWS} - {"last_1m"}
    made |= {f"reason_{name}" for name in full({}, sells=False)["lost_reasons"]}
    made |= {"silent", "source", "behind", "promoters", "passives", "detractors", *Definitions().channels}
    assert made <= set(texts()["en"])


def test_a_text_cannot_end_the_element_that_holds_the_texts() -> None:
    embedded = re.search(r'<script type="application/json" id="texts">(.*?)</script>', page("it"), re.DOTALL)
    assert embedded is not None
    assert json.loads(embedded[1]) == texts()["it"]


def test_a_stream_sends_the_board_at_once_and_again_when_it_changes(site: Site) -> None:
    async def follow() -> list[int]:
        waiting = []
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with (
            served(site, listener),
            httpx.AsyncClient() as client,
            client.stream("GET", f"{address}/events") as stream,
        ):
            assert stream.headers["content-type"].startswith("text/event-stream")
            async for line in stream.aiter_lines():
                if line.startswith("data: "):
                    waiting.append(json.loads(line[6:])["live"]["waiting"])
                    site.state.put_totals(total_row(Counts(offered=1 + len(waiting))))
                if len(waiting) == 3:
                    break
        return waiting

    assert asyncio.run(follow()) == [1, 2, 3]


def test_an_open_stream_does_not_keep_the_server_from_ending(site: Site) -> None:
    async def leave_open() -> None:
        listener = socket.create_server(("127.0.0.1", 0))
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        async with httpx.AsyncClient() as client:
            async with served(site, listener):
                request = client.build_request("GET", f"{address}/events")
                stream = await client.send(request, stream=True)
            await stream.aclose()

    asyncio.run(leave_open())
    assert site.streams == 0


def test_too_many_streams_are_refused(site: Site) -> None:
    site.streams = 200
    assert get(site, "/events").status_code == 503
