"""A browser's own EventSource on a stream of the live city."""

from typing import Any

import pytest
from selenium import webdriver
from selenium.webdriver.support.ui import WebDriverWait

from tests.e2e.conftest import Open

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(500)]

PATIENCE_S = 90
OPEN = """
const done = arguments[arguments.length - 1];
(async () => {
  const { key } = await (await fetch('/console/session')).json();
  const { ticket } = await (await fetch('/v1/stream-ticket', { headers: { 'X-API-Key': key } })).json();
  const seen = globalThis.seen = { names: [], lines: 0, calls: 0, lastId: '', wrong: 0, held: {} };
  const source = globalThis.source = new EventSource('/v1/stream?all=true&ticket=' + ticket);
  for (const name of ['snapshot', 'ready', 'delta', 'beat', 'end'])
    source.addEventListener(name, (event) => {
      seen.names.push(name);
      seen.lastId = event.lastEventId;
      for (const line of JSON.parse(event.data).lines || []) {
        if (!line.full && line.previous !== seen.held[line.line_group]) seen.wrong += 1;
        seen.held[line.line_group] = line.sequence;
        seen.lines += 1;
        for (const run of line.runs) seen.calls += run.calls.length;
      }
    });
  done(true);
})();
"""


def _wait(browser: webdriver.Chrome, script: str) -> Any:
    return WebDriverWait(browser, PATIENCE_S).until(lambda b: b.execute_script(script))


def test_a_browsers_event_source_is_told_all_and_then_what_changes(open_page: Open) -> None:
    browser = open_page()
    assert browser.execute_async_script(OPEN)
    _wait(browser, "return seen.names.includes('ready')")
    deltas = "return seen.names.filter(name => name === 'delta').length"
    assert _wait(browser, f"{deltas} > 2")
    seen = browser.execute_script("source.close(); return seen")
    assert seen["names"][0] in ("snapshot", "ready")
    assert seen["wrong"] == 0
    assert seen["calls"] > 0
    assert seen["lastId"].count(".") >= 2
