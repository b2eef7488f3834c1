"""The page as a person meets it: real processes behind it, a real browser in front."""

import time
from typing import Any
from urllib.parse import urlsplit

import pytest
from selenium import webdriver
from selenium.webdriver.common.by import By
from selenium.webdriver.common.keys import Keys
from selenium.webdriver.support.ui import WebDriverWait

from tests.e2e.conftest import Open

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(500)]

PATIENCE_S = 90
VEHICLES = "return globalThis.headway ? headway.fleet.vehicles.size : 0"
ALL_DRAWN = (
    "return globalThis.headway?.network.lines.size && [...headway.network.lines.values()].every(l => l.ways.length)"
)
UNDER_WAY = "return [...(globalThis.headway?.fleet.vehicles.values() ?? [])].some(v => v.state === 'en_route')"
PLACES = "return [...headway.fleet.vehicles.values()].map(v => [v.id, Math.round(v.shown)])"


def _wait(browser: webdriver.Chrome, script: str) -> Any:
    return WebDriverWait(browser, PATIENCE_S).until(lambda b: b.execute_script(script))


def _choose_stop(browser: webdriver.Chrome, name: str = "people's square") -> None:
    _wait(browser, "return globalThis.headway?.network.stops.size > 100")
    search = browser.find_element(By.ID, "search")
    search.send_keys(name)
    search.send_keys(Keys.ENTER)
    _wait(browser, "return document.querySelector('#panel-body').childElementCount > 0")


def test_vehicles_are_on_the_map_and_move(open_page: Open) -> None:
    browser = open_page()
    assert _wait(browser, VEHICLES) > 5
    before = dict(browser.execute_script(PLACES))
    moved = 0
    for _ in range(60):
        time.sleep(1)  # a real browser on real time
        moved = sum(1 for each, at in browser.execute_script(PLACES) if each in before and before[each] != at)
        if moved >= 5:
            break
    assert moved >= 5


def test_every_line_is_drawn_and_every_stop_known(open_page: Open) -> None:
    browser = open_page()
    _wait(browser, ALL_DRAWN)
    assert browser.execute_script("return headway.network.lines.size") == 14
    assert browser.execute_script("return headway.network.stops.size") > 200
    ink = browser.execute_script(
        "const c = document.getElementById('map');"
        "const d = c.getContext('2d').getImageData(0, 0, c.width, c.height).data, seen = new Set();"
        "for (let i = 0; i < d.length; i += 4) seen.add(d[i] << 16 | d[i + 1] << 8 | d[i + 2]);"
        "return seen.size"
    )
    assert ink > 40, "the map is drawn in many colours"


def test_a_stop_found_by_keyboard_tells_its_next_arrivals(open_page: Open) -> None:
    browser = open_page()
    _choose_stop(browser)
    assert browser.find_element(By.ID, "panel-title").text == "People's Square"
    said = browser.execute_script(
        "return [...document.querySelectorAll('#panel .arrival')]"
        ".map(row => [row.querySelector('.when b').textContent, row.querySelector('.basis').textContent])"
    )
    assert said or browser.find_element(By.CSS_SELECTOR, "#panel .empty").text
    assert all(when and basis for when, basis in said)
    assert browser.switch_to.active_element.get_attribute("id") == "panel-title"
    browser.switch_to.active_element.send_keys(Keys.ESCAPE)
    assert not browser.find_element(By.ID, "panel").is_displayed()


def test_an_arrival_leads_to_why_it_was_told_so(open_page: Open) -> None:
    browser = open_page(width=390, height=844)
    _choose_stop(browser)
    link = _wait(browser, "return document.querySelector('#panel a.why')?.href")
    assert urlsplit(link).path == "/answer"
    browser.get(link)
    _wait(browser, "return document.querySelectorAll('#told section').length > 2")
    assert browser.find_element(By.CSS_SELECTOR, "#told h2").text == "People's Square"
    assert browser.find_elements(By.CSS_SELECTOR, ".terms .sum")
    assert len(browser.find_elements(By.CSS_SELECTOR, "#told tbody tr")) >= 3
    assert browser.execute_script("return document.documentElement.scrollWidth") <= 390


def test_a_chosen_vehicle_tells_its_calls_ahead(open_page: Open) -> None:
    browser = open_page()
    _wait(browser, UNDER_WAY)
    browser.execute_script(
        "headway.map.onPick({ vehicle: [...headway.fleet.vehicles.values()].find(v => v.state === 'en_route') })"
    )
    _wait(browser, "return document.querySelectorAll('#panel .calls time').length")
    times = browser.execute_script(
        "return [...document.querySelectorAll('#panel .calls time')].map(each => each.textContent)"
    )
    assert any("min" in each or "now" in each for each in times)


def test_a_click_on_the_map_opens_the_stop_under_it(open_page: Open) -> None:
    browser = open_page()
    _wait(browser, ALL_DRAWN)
    place = browser.execute_script(
        'const s = [...headway.network.stops.values()].find(s => s.name === "People\'s Square");'
        "headway.map.touched(); headway.map.view = { x: s.x, y: s.y, scale: 2.5 };"
        "return headway.map.toScreen(s.x, s.y)"
    )
    for kind in ("mousePressed", "mouseReleased"):
        event = {"type": kind, "x": place[0], "y": place[1], "button": "left", "clickCount": 1, "pointerType": "mouse"}
        browser.execute_cdp_cmd("Input.dispatchMouseEvent", event)
    _wait(browser, "return !document.getElementById('panel').hidden")


def test_the_page_speaks_chinese(open_page: Open) -> None:
    browser = open_page(query="?lang=zh")
    _wait(browser, VEHICLES)
    assert browser.find_element(By.TAG_NAME, "html").get_attribute("lang") == "zh-Hans"
    assert "搜索" in str(browser.find_element(By.ID, "search").get_attribute("placeholder"))
    _wait(browser, "return document.getElementById('strip-text').textContent.includes('辆车')")


@pytest.mark.parametrize("dark", [False, True])
def test_on_a_phone_the_panel_is_a_sheet_and_nothing_overflows(open_page: Open, *, dark: bool) -> None:
    browser = open_page(width=390, height=844, dark=dark)
    _choose_stop(browser)
    panel = browser.execute_script("return document.getElementById('panel').getBoundingClientRect().toJSON()")
    assert panel["left"] == 0
    assert panel["right"] == 390
    assert panel["bottom"] == 844
    assert browser.execute_script("return document.documentElement.scrollWidth") == 390
    ground = browser.execute_script("return getComputedStyle(document.body).backgroundColor")
    assert ground == ("rgb(16, 22, 26)" if dark else "rgb(243, 241, 236)")


def test_nothing_is_asked_of_other_hosts_and_nothing_fails(open_page: Open, page_url: str) -> None:
    browser = open_page()
    _choose_stop(browser)
    names = browser.execute_script("return performance.getEntriesByType('resource').map(e => e.name)")
    assert {urlsplit(name).netloc for name in names} == {urlsplit(page_url).netloc}
    log = browser.get_log("browser")  # type: ignore[no-untyped-call]  # selenium leaves it so
    assert [entry for entry in log if entry["level"] == "SEVERE"] == []


def test_polling_is_polite(open_page: Open) -> None:
    browser = open_page()
    _wait(browser, VEHICLES)
    count = "return performance.getEntriesByType('resource').filter(e => e.name.includes('/v1/')).length"
    before = browser.execute_script(count)
    time.sleep(15)  # a real browser on real time
    assert (browser.execute_script(count) - before) / 15 < 3, "requests a second"


def test_a_lost_service_is_said_and_its_return_too(open_page: Open) -> None:
    browser = open_page()
    _wait(browser, VEHICLES)
    _wait(browser, "return !document.getElementById('strip').classList.contains('bad')")
    offline = {"offline": True, "latency": 0, "downloadThroughput": 0, "uploadThroughput": 0}
    browser.execute_cdp_cmd("Network.enable", {})
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", offline)
    _wait(browser, "return document.getElementById('strip-text').textContent.startsWith('No answer')")
    restored = {"offline": False, "latency": 0, "downloadThroughput": -1, "uploadThroughput": -1}
    browser.execute_cdp_cmd("Network.emulateNetworkConditions", restored)
    _wait(browser, "return !document.getElementById('strip').classList.contains('bad')")


def test_every_control_has_a_name_and_the_map_answers_keys(open_page: Open) -> None:
    browser = open_page()
    _wait(browser, VEHICLES)
    nameless = browser.execute_script(
        "return [...document.querySelectorAll('button, input, canvas')].filter("
        "each => !("
        "each.getAttribute('aria-label') || each.textContent.trim() "
        "|| each.closest('label'))).map(each => each.outerHTML)"
    )
    assert nameless == []
    before = browser.execute_script("return headway.map.view.scale")
    browser.find_element(By.ID, "map").send_keys("+")
    assert browser.execute_script("return headway.map.view.scale") > before


def test_a_large_city_is_read_as_one_file_and_seen_from_afar_as_dots(open_page: Open) -> None:
    browser = open_page()
    _wait(browser, ALL_DRAWN)
    by_line, by_file, dots, lines = browser.execute_async_script(BY_FILE)
    assert by_file == by_line, "patterns, their stops and lengths are the same, read at once or line by line"
    assert dots > 5
    assert lines == [], "each dot has the colour of a line that is known"


BY_FILE = """
const done = arguments[arguments.length - 1];
(async () => {
  const here = document.querySelector("script[type=module]").src;
  const load = (name) => import(new URL(name, here));
  const [{ ask }, { Network }, { Fleet }, { readDot, listOf }] = await Promise.all(
    ["client.js", "network.js", "fleet.js", "answers.js"].map(load));
  const network = new Network(), fleet = new Fleet(network, headway.clock);
  network.takeLines(await ask("/v1/lines"));
  const { versions } = await ask("/v1/static");
  for (const { file } of versions.filter((each) => each.in_force)) network.takeFile(await ask(file));
  const [timetable] = network.timetables;
  const feed = await ask(`/v1/gtfs-realtime/vehicle-positions.json?timetable=${timetable}`);
  fleet.takeDots(listOf(feed, "entity").map((each) => readDot(each, timetable)).filter(Boolean));
  const unknown = fleet.dots.filter((dot) => !network.lines.has(dot.line)).map((dot) => dot.line);
  network.refine([...network.lines.keys()]);
  const tellCall = (call) => [call.id, call.name, call.progress];
  const tell = ({ lines }) => [...lines.values()].flatMap((line) => [...line.patterns.values()].map((pattern) =>
    [pattern.id, pattern.headsign, Math.round(pattern.way.length), pattern.calls.map(tellCall)])).sort();
  done([tell(headway.network), tell(network), fleet.dots.length, unknown]);
})().catch((wrong) => done([String(wrong), null, 0, null]));
"""
