"""What a person sees on the wallboard, and when the numbers may not be believed."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect
from tests.browser.scene import PAST, Scene, live_hour

from attesa.exporter.service import wall_ms

Serve = Callable[[], tuple[str, Callable[[], None]]]
Visit = Callable[..., Any]
NONE = "\u2013"


def text_of(page: Any, element: str) -> str:
    return page.locator(f"#{element}").inner_text().strip()


def test_the_board_shows_who_waits_how_long_and_how_well_it_goes(serve: Serve, visit: Visit) -> None:
    page = visit(f"{serve()[0]}/")
    page.wait_for_selector("body.fresh")
    assert text_of(page, "waiting") == "7"
    assert re.fullmatch(r"0:\d\d", text_of(page, "oldest"))
    assert re.fullmatch(r"\d+(\.\d)?", text_of(page, "level"))
    assert re.fullmatch(r"\d+ verdicts · 95 % interval \d+\u2013\d+\s%", text_of(page, "level-note"))
    assert page.locator("#queues tr").count() == 5
    assert page.locator("#queues tr", has_text="support").locator("td").first.inner_text() == "4"


def test_the_oldest_wait_goes_on_counting_between_two_messages(serve: Serve, visit: Visit) -> None:
    page = visit(f"{serve()[0]}/")
    page.wait_for_selector("body.fresh")
    first = text_of(page, "oldest")
    expect(page.locator("#oldest")).not_to_have_text(first)
    assert page.get_attribute("#oldest-card", "data-severity") == "late"


def test_a_wait_beyond_the_bad_threshold_is_said_in_words_too(
    scene: Scene, serve: Serve, visit: Visit
) -> None:
    live_hour(scene, wall_ms(), oldest_seconds=200)
    page = visit(f"{serve()[0]}/")
    page.wait_for_selector("#oldest-card[data-severity=bad]")
    assert text_of(page, "oldest-note") == "longer than 3 min!"


def test_a_change_reaches_an_open_board(scene: Scene, serve: Serve, visit: Visit) -> None:
    page = visit(f"{serve()[0]}/")
    page.wait_for_selector("body.fresh")
    scene.total("acme", "support", None, records=420, offered=410, answered=410)
    expect(page.locator("#waiting")).to_have_text("3")


def test_the_board_goes_stale_when_the_stream_is_cut(serve: Serve, visit: Visit) -> None:
    address, stop = serve()
    page = visit(f"{address}/")
    page.wait_for_selector("body.fresh")
    stop()
    page.wait_for_selector("body.stale")
    assert text_of(page, "banner").startswith("No connection since ")
    assert text_of(page, "waiting") == "7"


def test_the_board_goes_stale_when_nobody_works_on_the_partitions(
    scene: Scene, serve: Serve, visit: Visit
) -> None:
    scene.beating = False
    scene.beat(written_at=wall_ms() - 60_000)
    page = visit(f"{serve()[0]}/")
    page.wait_for_selector("body.stale")
    assert re.fullmatch(
        r"Stale since \d\d:\d\d:\d\d: 4 of 4 partitions .*last known\.", text_of(page, "banner")
    )


def test_before_the_end_of_reading_there_are_dashes_and_no_zeros(
    scene: Scene, serve: Serve, visit: Visit
) -> None:
    scene.reading.ready = False
    page = visit(f"{serve()[0]}/")
    page.wait_for_selector("#banner:not(:empty)")
    assert text_of(page, "banner").startswith("Reading what was written")
    assert {text_of(page, name) for name in ("waiting", "oldest", "level", "lost", "average")} == {NONE}


def test_the_page_is_in_italian_for_an_italian_browser_and_can_be_switched(
    serve: Serve, visit: Visit
) -> None:
    page = visit(f"{serve()[0]}/?tenant=acme", locale="it-IT")
    page.wait_for_selector("body.fresh")
    assert page.get_attribute("html", "lang") == "it"
    assert page.locator("#waiting-card h2").inner_text() == "In attesa ora"
    assert "," in text_of(page, "lost")
    page.get_by_role("link", name="EN").click()
    page.wait_for_selector("html[lang=en]")
    assert page.locator("#waiting-card h2").inner_text() == "Waiting now"
    assert "tenant=acme" in page.url


def test_the_window_can_be_chosen(serve: Serve, visit: Visit) -> None:
    page = visit(f"{serve()[0]}/")
    page.wait_for_selector("body.fresh")
    page.get_by_text("1 h", exact=True).click()
    assert page.locator("#level-card .window-name").inner_text() == "last hour"
    assert "window=1h" in page.url


def test_replayed_history_is_labelled_and_has_no_live_numbers(
    scene: Scene, serve: Serve, visit: Visit
) -> None:
    scene.beat(PAST, mode="data", clock=917_827_200_000)
    scene.total(
        PAST,
        "PS",
        None,
        records=31_599,
        offered=30_161,
        answered=27_060,
        abandoned=3_101,
        wait_ms=27_060 * 63_950,
    )
    page = visit(f"{serve()[0]}/")
    page.wait_for_selector("body.fresh")
    page.select_option("#tenant", PAST)
    page.wait_for_selector("#history:not([hidden])")
    assert page.locator("#history .replay strong").inner_text() == "History (replay)"
    assert text_of(page, "h-offered") == "30,161"
    assert text_of(page, "h-average") == "1:04", "63.95 s, to the nearest second"
    assert text_of(page, "h-lost") == "10.3"
    assert not page.locator("#live").is_visible()


def test_a_phone_shows_everything_without_scrolling_sideways(serve: Serve, visit: Visit) -> None:
    page = visit(f"{serve()[0]}/", width=360, height=740)
    page.wait_for_selector("body.fresh")
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert page.locator("#queues tr", has_text="support").is_visible()


def test_a_wall_shows_everything_without_scrolling_down(serve: Serve, visit: Visit) -> None:
    page = visit(f"{serve()[0]}/", width=1920, height=1080)
    page.wait_for_selector("body.fresh")
    assert page.evaluate("document.documentElement.scrollHeight") <= 1080
    assert page.evaluate("[...document.querySelectorAll('.card')].every(c => c.scrollWidth <= c.clientWidth)")
    assert page.evaluate(
        "document.querySelector('.queues').scrollHeight <= document.querySelector('.queues').clientHeight"
    )


def test_the_page_asks_nobody_but_its_own_server(serve: Serve, visit: Visit, browser: Any) -> None:
    address, _ = serve()
    page = browser.new_page()
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    page.goto(f"{address}/")
    page.wait_for_selector("body.fresh")
    page.close()
    assert asked
    assert [url for url in asked if not url.startswith((address, "data:"))] == []
