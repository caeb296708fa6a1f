"""The wallboard's second view: why chats were lost, what came of the others, and each country."""

import re
from collections.abc import Callable
from typing import Any

from playwright.sync_api import expect
from tests.browser.scene import LIVE, PAST, Scene

from attesa.exporter.service import wall_ms

Serve = Callable[[], tuple[str, Callable[[], None]]]
Visit = Callable[..., Any]
NONE = "\u2013"
NUMBERS = ("k-lost", "k-next", "k-conversion", "k-nps", "k-occupancy")


def text_of(page: Any, element: str) -> str:
    return page.locator(f"#{element}").inner_text().strip()


def opened(serve: Serve, visit: Visit, query: str = "", **size: Any) -> Any:
    page = visit(f"{serve()[0]}/kpi{query}", **size)
    page.wait_for_selector("body.fresh")
    return page


def test_every_figure_has_its_count(serve: Serve, visit: Visit) -> None:
    page = opened(serve, visit)
    assert NONE not in {text_of(page, name) for name in NUMBERS}
    assert re.fullmatch(r"\d+ of [\d,]+ · 95 % interval .+%", text_of(page, "k-lost-note"))
    assert re.fullmatch(r"[\d,]+ verdicts · .+", text_of(page, "k-next-note"))
    assert re.fullmatch(r"\d+ of [\d,]+ answered · .+", text_of(page, "k-conversion-note"))
    assert re.fullmatch(r"\d+ answers · 95 % interval .\d+ to .\d+", text_of(page, "k-nps-note"))
    assert text_of(page, "k-occupancy-note") == "33 of 42 places in use"
    assert page.locator("#lost").is_hidden()


def test_the_reasons_add_up_to_the_lost(serve: Serve, visit: Visit) -> None:
    page = opened(serve, visit)
    lost = int(text_of(page, "k-lost-note").split()[0])
    assert sum(int(value) for value in page.locator("#k-reasons dd").all_inner_texts()) == lost
    assert page.locator("#k-reasons dt").first.inner_text() == "gave up waiting"


def test_a_country_stands_beside_what_is_usual_there(serve: Serve, visit: Visit) -> None:
    page = opened(serve, visit)
    italy = page.locator("#k-countries tr", has_text="Italy")
    assert re.search(r"usual 8\s% [\u2212+][\d.]+", italy.locator("td").nth(3).inner_text())
    assert re.search(r"usual 0:45 [\u2212+]0:\d\d", italy.locator("td").nth(2).inner_text())
    assert "usual" not in page.locator("#k-countries tr", has_text="Switzerland").inner_text()
    assert page.locator("#k-countries tr", has_text="(no country)").is_visible()


def test_one_goes_from_view_to_view_with_the_same_choices(serve: Serve, visit: Visit) -> None:
    page = opened(serve, visit, "?tenant=acme&window=1h&lang=it")
    assert page.locator("#k-lost-card .window-name").inner_text() == "ultima ora"
    page.get_by_role("link", name="Adesso").click()
    expect(page.locator("#level-card .window-name")).to_have_text("ultima ora")
    assert page.url.endswith("/?tenant=acme&window=1h&lang=it")


def test_without_a_window_a_day_is_shown(serve: Serve, visit: Visit) -> None:
    page = opened(serve, visit)
    assert page.locator("#k-lost-card .window-name").inner_text() == "last 24 h"


def test_what_nobody_tells_is_a_dash(scene: Scene, serve: Serve, visit: Visit) -> None:
    scene.beat("quiet")
    scene.total("quiet", "sales", None, records=3, offered=3, answered=3)
    page = opened(serve, visit, "?tenant=quiet")
    assert {text_of(page, name) for name in NUMBERS} == {NONE}
    assert text_of(page, "k-occupancy-note") == "nobody tells who is on duty"


def test_agents_without_a_free_slot_are_marked(scene: Scene, serve: Serve, visit: Visit) -> None:
    scene.staff("support", 5, 3)
    page = opened(serve, visit)
    assert page.get_attribute("#k-occupancy-card", "data-severity") == "late"


def test_the_figures_go_stale_too_and_a_silent_source_is_named(
    scene: Scene, serve: Serve, visit: Visit
) -> None:
    scene.beating = False
    scene.beat(held=True, held_by="webshop", sources={"webshop": wall_ms() - 90_000})
    page = visit(f"{serve()[0]}/kpi?tenant={LIVE}")
    page.wait_for_selector("body.stale")
    assert re.fullmatch(
        r"Verdicts are held since \d\d:\d\d:\d\d: webshop is silent\. .+", text_of(page, "banner")
    )


def test_history_has_figures_of_everything_replayed(scene: Scene, serve: Serve, visit: Visit) -> None:
    scene.beat(PAST, mode="data", clock=917_827_200_000)
    scene.total(PAST, "PS", None, records=31_599, offered=30_161, answered=27_060, abandoned=3_101)
    page = opened(serve, visit, f"?tenant={PAST}")
    expect(page.locator("#k-lost")).to_have_text("10.3")
    assert text_of(page, "k-conversion") == NONE
    assert page.locator("#k-occupancy-card").is_hidden()
    assert page.locator("#kpi .replay").inner_text().startswith("History (replay)")


def test_a_phone_and_a_wall_show_everything(serve: Serve, visit: Visit) -> None:
    phone = opened(serve, visit, width=360, height=740)
    assert phone.evaluate("document.documentElement.scrollWidth") <= 360
    wall = opened(serve, visit, width=1920, height=1080)
    assert wall.evaluate("document.documentElement.scrollHeight") <= 1080
    assert wall.evaluate("[...document.querySelectorAll('.card')].every(c => c.scrollWidth <= c.clientWidth)")
    assert wall.evaluate(
        "(card => card.scrollHeight <= card.clientHeight)(document.querySelector('#kpi .queues'))"
    )


def test_a_change_reaches_the_open_figures(scene: Scene, serve: Serve, visit: Visit) -> None:
    page = opened(serve, visit, "?tenant=acme&window=5m")
    lost = page.locator("#k-reasons dd").nth(2)
    expect(lost).to_have_text("0")
    start = wall_ms() // 10_000 * 10_000
    counts = {"rejected": 9, "rejected_nobody_on_duty": 9}
    scene.pane("support", 10, start, country="FR", counts=counts)
    expect(lost).to_have_text("9")
